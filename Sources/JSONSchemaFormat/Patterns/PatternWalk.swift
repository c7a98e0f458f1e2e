/// One match of a ``LinearPattern`` against a text.
struct PatternWalk {
    let programs: [[LinearPattern.Step]]
    let text: [Unicode.Scalar]
    /// How many places have been gone through.
    var effort: Int
    let limit: Int
    /// What is known of what looks ahead or behind: for each place of the text, by the number of its steps.
    private var known: [Int: [Bool?]] = [:]

    init(programs: [[LinearPattern.Step]], text: [Unicode.Scalar], effort: Int, limit: Int) {
        self.programs = programs
        self.text = text
        self.effort = effort
        self.limit = limit
    }

    /// Whether the steps match some part of the text.
    mutating func finds(_ program: Int) -> Bool {
        effort += programs[program].count / 16
        return run(program, from: 0, to: text.count, beginsAnywhere: true, endsAnywhere: true)
    }

    private mutating func run(
        _ program: Int, from start: Int, to end: Int, beginsAnywhere: Bool, endsAnywhere: Bool
    ) -> Bool {
        var current = Places(count: programs[program].count)
        var following = current
        var position = start
        while true {
            if beginsAnywhere || position == start { reach(0, of: program, in: &current, at: position) }
            if current.hasMatched, endsAnywhere || position == end { return true }
            guard position < end, !current.list.isEmpty || beginsAnywhere, effort <= limit else { return false }
            following.removeAll()
            effort += current.list.count + 1
            for place in current.list {
                guard case .character(let set) = programs[program][place], set.contains(text[position]) else {
                    continue
                }
                reach(place + 1, of: program, in: &following, at: position + 1)
            }
            swap(&current, &following)
            position += 1
        }
    }

    /// The places reached, each once.
    private struct Places {
        private(set) var list: [Int] = []
        private var isReached: [Bool]
        var hasMatched = false

        init(count: Int) { isReached = Array(repeating: false, count: count) }

        mutating func insert(_ place: Int) -> Bool {
            if isReached[place] { return false }
            isReached[place] = true
            list.append(place)
            return true
        }

        mutating func removeAll() {
            for place in list { isReached[place] = false }
            list.removeAll(keepingCapacity: true)
            hasMatched = false
        }
    }

    /// Goes on from a place to all those that need no further character.
    private mutating func reach(_ start: Int, of program: Int, in places: inout Places, at position: Int) {
        var open = [start]
        while let place = open.popLast() {
            guard places.insert(place) else { continue }
            switch programs[program][place] {
            case .character: break
            case .match: places.hasMatched = true
            case .jump(let target): open.append(target)
            case .split(let first, let second): open += [second, first]
            case .assertion(let assertion): if holds(assertion, at: position) { open.append(place + 1) }
            case .look(let other, let isBehind, let isNegative):
                if looks(other, isBehind: isBehind, at: position) != isNegative { open.append(place + 1) }
            }
        }
    }

    private mutating func looks(_ program: Int, isBehind: Bool, at position: Int) -> Bool {
        if let answers = known[program] {
            if let answer = answers[position] { return answer }
        } else {
            effort += text.count / 8
            known[program] = Array(repeating: nil, count: text.count + 1)
        }
        effort += programs[program].count
        guard effort <= limit else { return false }
        let answer =
            isBehind
            ? run(program, from: 0, to: position, beginsAnywhere: true, endsAnywhere: false)
            : run(program, from: position, to: text.count, beginsAnywhere: false, endsAnywhere: true)
        known[program]?[position] = answer
        return answer
    }

    private func holds(_ assertion: PatternNode.Assertion, at position: Int) -> Bool {
        func isWord(_ index: Int) -> Bool { text.indices.contains(index) && ScalarSet.word.contains(text[index]) }
        return switch assertion {
        case .start: position == 0
        case .end: position == text.count
        case .wordBoundary: isWord(position - 1) != isWord(position)
        case .noWordBoundary: isWord(position - 1) == isWord(position)
        }
    }
}
