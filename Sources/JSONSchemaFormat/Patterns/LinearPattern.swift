/// A regular expression that some part of a text matches.
///
/// All the places of the expression that a text's beginning can have led to are kept at once, so that nothing is tried
/// twice: the time is bounded by the text's length times the expression's. What looks ahead or behind is asked at every
/// place anew, which makes it the square; the effort is counted, and the caller says how much there may be.
struct LinearPattern: Sendable {
    /// How many steps an expression may have: counted repetitions multiply, as in `((a{100}){100}){100}`.
    private static let sizeLimit = 10_000

    enum Step: Sendable {
        case character(ScalarSet)
        case assertion(PatternNode.Assertion)
        case split(Int, Int)
        case jump(Int)
        /// The number of another list of steps that has to match, or must not, from here or up to here.
        case look(Int, isBehind: Bool, isNegative: Bool)
        case match
    }

    /// The expression as it was written.
    let text: String
    /// The steps of the expression, then those of everything that looks ahead or behind.
    private var programs: [[Step]]
    private var stepCount = 0
    /// How many parts have been gone over. Repetitions of nothing add no steps and would not end: `(((){999}){999})`.
    private var partCount = 0

    /// Reads an expression.
    ///
    /// - Throws: ``PatternError`` if it is malformed, too large or uses what is not supported.
    init(_ text: String) throws(PatternError) {
        self.text = text
        programs = [[]]
        try compile(try PatternParser.parse(text), in: 0)
        try append(.match, in: 0)
    }

    /// Whether a part of the text matches.
    ///
    /// - Parameters:
    ///   - effort: What it took, in places that were gone through, is added.
    ///   - limit: Up to which effort it may go.
    /// - Returns: `nil` if to find out takes more than that.
    func matches(_ text: String, effort: inout Int, limit: Int) -> Bool? {
        var walk = PatternWalk(programs: programs, text: Array(text.unicodeScalars), effort: effort, limit: limit)
        let isMatch = walk.finds(0)
        effort = walk.effort
        return walk.effort > limit ? nil : isMatch
    }

    // MARK: - Compilation

    private mutating func append(_ step: Step, in program: Int) throws(PatternError) {
        guard stepCount < Self.sizeLimit else { throw PatternError(message: "an expression of that size") }
        stepCount += 1
        programs[program].append(step)
    }

    private mutating func compile(_ node: PatternNode, in program: Int) throws(PatternError) {
        partCount += 1
        guard partCount <= 2 * Self.sizeLimit else { throw PatternError(message: "an expression of that size") }
        switch node {
        case .character(let set): try append(.character(set), in: program)
        case .assertion(let assertion): try append(.assertion(assertion), in: program)
        case .sequence(let parts): for part in parts { try compile(part, in: program) }
        case .alternatives(let choices): try compile(alternatives: choices, in: program)
        case .repetition(let part, let least, let most):
            for _ in 0..<least { try compile(part, in: program) }
            guard let most else { return try compile(endless: part, in: program) }
            for _ in least..<most { try compile(optional: part, in: program) }
        case .lookahead(let part, let isNegative):
            try compile(look: part, isBehind: false, isNegative: isNegative, in: program)
        case .lookbehind(let part, let isNegative):
            try compile(look: part, isBehind: true, isNegative: isNegative, in: program)
        }
    }

    private mutating func compile(
        look part: PatternNode, isBehind: Bool, isNegative: Bool, in program: Int
    ) throws(PatternError) {
        let number = programs.count
        programs.append([])
        try compile(part, in: number)
        try append(.match, in: number)
        try append(.look(number, isBehind: isBehind, isNegative: isNegative), in: program)
    }

    private mutating func compile(alternatives choices: [PatternNode], in program: Int) throws(PatternError) {
        var ends: [Int] = []
        for (index, choice) in choices.enumerated() {
            guard index < choices.count - 1 else {
                try compile(choice, in: program)
                break
            }
            let split = programs[program].count
            try append(.split(split + 1, 0), in: program)
            try compile(choice, in: program)
            ends.append(programs[program].count)
            try append(.jump(0), in: program)
            programs[program][split] = .split(split + 1, programs[program].count)
        }
        for end in ends { programs[program][end] = .jump(programs[program].count) }
    }

    private mutating func compile(optional part: PatternNode, in program: Int) throws(PatternError) {
        let split = programs[program].count
        try append(.split(split + 1, 0), in: program)
        try compile(part, in: program)
        programs[program][split] = .split(split + 1, programs[program].count)
    }

    private mutating func compile(endless part: PatternNode, in program: Int) throws(PatternError) {
        let split = programs[program].count
        try append(.split(split + 1, 0), in: program)
        try compile(part, in: program)
        try append(.jump(split), in: program)
        programs[program][split] = .split(split + 1, programs[program].count)
    }
}
