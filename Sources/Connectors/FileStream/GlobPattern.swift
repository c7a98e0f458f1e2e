import ConnectAPI

/// A pattern of one name: `*` is any text, `?` any letter, `[a-z]` and `[!a-z]` one of a set, and a backslash goes before
/// what is meant as it is.
///
/// Matching takes time in proportion to the name's length times the pattern's at most: only the last `*` is ever tried
/// anew.
struct GlobPattern: Sendable, Hashable {
    private enum Step: Sendable, Hashable {
        case letter(Unicode.Scalar)
        case anyLetter
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
        case anyText

        func matches(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .letter(let letter): letter == scalar
            case .anyLetter, .anyText: true
            case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
            }
        }
    }

    private var steps: [Step] = []

    /// Reads a pattern.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` that says what is wrong.
    init(_ text: some StringProtocol) throws {
        var rest = Substring(text).unicodeScalars
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*":
                guard steps.last != .anyText else {
                    throw Self.invalid(
                        text, "'**' is not supported: each level of folders is named by a part of its own")
                }
                steps.append(.anyText)
            case "?": steps.append(.anyLetter)
            case "[": steps.append(try Self.set(&rest, of: text))
            case "\\":
                guard let next = rest.popFirst() else { throw Self.invalid(text, "it ends in a backslash") }
                steps.append(.letter(next))
            default: steps.append(.letter(scalar))
            }
        }
    }

    /// The name that the pattern stands for, when it is no more than a name.
    var name: String? {
        var name = String.UnicodeScalarView()
        for step in steps {
            guard case .letter(let scalar) = step else { return nil }
            name.append(scalar)
        }
        return String(name)
    }

    /// Whether the pattern matches the whole name. A name that begins with a dot is matched by a pattern that does.
    func matches(_ name: String) -> Bool {
        let name = Array(name.unicodeScalars)
        if name.first == ".", steps.first != .letter(".") { return false }
        var step = 0, place = 0
        // The last `*`, and up to where it reaches so far.
        var star: (step: Int, place: Int)?
        while place < name.count {
            if step < steps.count, steps[step] == .anyText {
                star = (step, place)
                step += 1
            } else if step < steps.count, steps[step].matches(name[place]) {
                step += 1
                place += 1
            } else if let last = star {
                star = (last.step, last.place + 1)
                step = last.step + 1
                place = last.place + 1
            } else {
                return false
            }
        }
        return steps[step...].allSatisfy { $0 == .anyText }
    }

    private static func set(
        _ rest: inout Substring.UnicodeScalarView, of text: some StringProtocol
    ) throws -> Step {
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        let isNegated = rest.first == "!" || rest.first == "^"
        if isNegated { rest.removeFirst() }
        while let scalar = rest.popFirst() {
            if scalar == "]", !ranges.isEmpty { return .set(ranges, isNegated: isNegated) }
            let lower = scalar == "\\" ? rest.popFirst() ?? scalar : scalar
            guard rest.first == "-", rest.dropFirst().first != "]" else {
                ranges.append(lower...lower)
                continue
            }
            rest.removeFirst()
            guard let upper = rest.popFirst() else { break }
            guard lower <= upper else { throw invalid(text, "the range '\(lower)-\(upper)' is empty") }
            ranges.append(lower...upper)
        }
        throw invalid(text, "'[' has no ']'; '\\[' means the bracket itself")
    }

    private static func invalid(_ text: some StringProtocol, _ reason: String) -> ConnectError {
        ConnectError(.invalidConfiguration, "'\(text)' is no pattern for files: \(reason)")
    }
}
