/// A regular expression over whole names of topics, in RE2's language.
///
/// It is matched by keeping all the places of the expression that a name's beginning can have led to, so that the
/// time is bounded by the name's length times the expression's, whatever a client sends: nothing is tried twice.
///
/// - SeeAlso: KIP-848, `SubscribedTopicRegex`
struct TopicPattern: Sendable {
    /// How many steps an expression may have: counted repetitions multiply, as in `((a{100}){100}){100}`.
    private static let sizeLimit = 10_000

    private enum Step: Sendable {
        case character(ASCIISet)
        case assertion(TopicPatternNode.Assertion)
        case split(Int, Int)
        case jump(Int)
        case match
    }

    private var steps: [Step] = []
    /// How many parts have been gone over. Repetitions of nothing add no steps and would not end: `(((){999}){999})`.
    private var partCount = 0

    /// Reads an expression.
    ///
    /// - Throws: ``TopicPatternError`` if it is malformed, too large or uses what is not supported.
    init(_ text: String) throws(TopicPatternError) {
        try compile(try TopicPatternParser.parse(text))
        try append(.match)
    }

    /// Whether the expression matches the whole of a topic's name.
    func matches(_ name: String) -> Bool {
        let name = Array(name.utf8)
        var current = Places(count: steps.count)
        var following = Places(count: steps.count)
        reach(0, in: &current, at: 0, of: name)
        for (index, byte) in name.enumerated() {
            following.removeAll()
            for place in current.list {
                guard case .character(let set) = steps[place], set.contains(byte) else { continue }
                reach(place + 1, in: &following, at: index + 1, of: name)
            }
            swap(&current, &following)
            if current.list.isEmpty { return false }
        }
        return current.list.contains { if case .match = steps[$0] { true } else { false } }
    }

    /// The places reached, each once.
    private struct Places {
        private(set) var list: [Int] = []
        private var isReached: [Bool]

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
        }
    }

    /// Goes on from a place to all those that need no further character.
    private func reach(_ start: Int, in places: inout Places, at position: Int, of name: [UInt8]) {
        var open = [start]
        while let place = open.popLast() {
            guard places.insert(place) else { continue }
            switch steps[place] {
            case .character, .match: break
            case .jump(let target): open.append(target)
            case .split(let first, let second): open += [second, first]
            case .assertion(let assertion):
                if Self.holds(assertion, at: position, of: name) { open.append(place + 1) }
            }
        }
    }

    private static func holds(_ assertion: TopicPatternNode.Assertion, at position: Int, of name: [UInt8]) -> Bool {
        func isWord(_ index: Int) -> Bool { name.indices.contains(index) && ASCIISet.word.contains(name[index]) }
        return switch assertion {
        case .start: position == 0
        case .end: position == name.count
        case .wordBoundary: isWord(position - 1) != isWord(position)
        case .noWordBoundary: isWord(position - 1) == isWord(position)
        }
    }

    // MARK: - Compilation

    private mutating func append(_ step: Step) throws(TopicPatternError) {
        guard steps.count < Self.sizeLimit else { throw TopicPatternError(message: "expression too large") }
        steps.append(step)
    }

    private mutating func compile(_ node: TopicPatternNode) throws(TopicPatternError) {
        partCount += 1
        guard partCount <= 2 * Self.sizeLimit else { throw TopicPatternError(message: "expression too large") }
        switch node {
        case .character(let set): try append(.character(set))
        case .assertion(let assertion): try append(.assertion(assertion))
        case .sequence(let parts): for part in parts { try compile(part) }
        case .alternatives(let choices): try compile(alternatives: choices)
        case .repetition(let part, let least, let most):
            for _ in 0..<least { try compile(part) }
            guard let most else { return try compile(endless: part) }
            for _ in least..<most { try compile(optional: part) }
        }
    }

    private mutating func compile(alternatives choices: [TopicPatternNode]) throws(TopicPatternError) {
        var ends: [Int] = []
        for (index, choice) in choices.enumerated() {
            guard index < choices.count - 1 else {
                try compile(choice)
                break
            }
            let split = steps.count
            try append(.split(split + 1, 0))
            try compile(choice)
            ends.append(steps.count)
            try append(.jump(0))
            steps[split] = .split(split + 1, steps.count)
        }
        for end in ends { steps[end] = .jump(steps.count) }
    }

    private mutating func compile(optional part: TopicPatternNode) throws(TopicPatternError) {
        let split = steps.count
        try append(.split(split + 1, 0))
        try compile(part)
        steps[split] = .split(split + 1, steps.count)
    }

    private mutating func compile(endless part: TopicPatternNode) throws(TopicPatternError) {
        let split = steps.count
        try append(.split(split + 1, 0))
        try compile(part)
        try append(.jump(split))
        steps[split] = .split(split + 1, steps.count)
    }
}
