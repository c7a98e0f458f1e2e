/// A regular expression over whole names of topics, in RE2's language.
///
/// It is matched by keeping all the places of the expression that a name's beginning can have led to, so that the
/// time is bounded by the name's length times the expression's, whatever a client sends: nothing is tried twice.
///
/// - SeeAlso: KIP-848, `SubscribedTopicRegex`
package struct TopicPattern: Sendable {
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
    package init(_ text: String) throws(TopicPatternError) {
        try compile(try TopicPatternParser.parse(text))
        try append(.match)
    }

    /// Whether the expression matches the whole of a topic's name.
    package func matches(_ name: String) -> Bool {
        var walk = Walk(self)
        return matches(name, &walk)
    }

    /// The names that the expression matches as a whole, or `nil` if to find out takes too long: groups wait for it.
    ///
    /// An ordinary expression is at two or three places at a time; one that a client has made up may be at thousands.
    func matches(among names: some Collection<String>) -> [String]? {
        var walk = Walk(self)
        let limit = max(1_000_000, 32 * names.reduce(0) { $0 + $1.utf8.count })
        var found: [String] = []
        for name in names {
            if matches(name, &walk) { found.append(name) }
            if walk.effort > limit { return nil }
        }
        return found
    }

    private func matches(_ name: String, _ walk: inout Walk) -> Bool {
        let name = Array(name.utf8)
        walk.current.removeAll()
        reach(0, in: &walk.current, at: 0, of: name)
        for (index, byte) in name.enumerated() {
            walk.following.removeAll()
            walk.effort += walk.current.list.count
            for place in walk.current.list {
                guard case .character(let set) = steps[place], set.contains(byte) else { continue }
                reach(place + 1, in: &walk.following, at: index + 1, of: name)
            }
            swap(&walk.current, &walk.following)
            if walk.current.list.isEmpty { return false }
        }
        return walk.current.list.contains { if case .match = steps[$0] { true } else { false } }
    }

    /// What it takes to go through names.
    private struct Walk {
        var current: Places
        var following: Places
        /// How many places have been gone through.
        var effort = 0

        init(_ pattern: TopicPattern) {
            current = Places(count: pattern.steps.count)
            following = current
        }
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
