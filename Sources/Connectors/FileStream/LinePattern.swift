import ConnectAPI

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A regular expression that some part of a line matches.
///
/// The system's own matcher does the work: it follows all ways through the expression at once, so no line makes it try
/// more than its square. Groups, alternatives, repetitions, sets, anchors and the usual classes are understood; what
/// looks ahead or behind and back references are not. Not safe to use from two threads at once: it belongs to its task.
final class LinePattern: @unchecked Sendable {
    // Sendable because one task has it, and tasks are used by one thread at a time.

    /// The part of a line that is looked at: the matcher tries an expression at each of a line's places, and a line can
    /// have millions.
    static let scope = 1024

    /// How much text is matched before the matcher is made anew, because it remembers every state it has come through.
    private static let renewal = 64 * 1024

    private let expression: String
    private let compiled = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
    private var isCompiled = false
    private var matched = 0

    /// Reads an expression.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` that says what is not understood.
    init(_ text: String) throws {
        do {
            expression = try LinePatternTranslation(text).expression
        } catch {
            throw ConnectError(.invalidConfiguration, "'\(text)' is no pattern for lines: \(error.reason)")
        }
        if let problem = compile() {
            throw ConnectError(.invalidConfiguration, "'\(text)' is no pattern for lines: \(problem)")
        }
    }

    deinit {
        if isCompiled { regfree(compiled) }
        compiled.deallocate()
    }

    /// Whether a part of the line matches; of a long line the first ``scope`` bytes are looked at.
    func matches(_ line: String) -> Bool {
        matched += min(line.utf8.count, Self.scope)
        if matched > Self.renewal {
            matched = 0
            regfree(compiled)
            isCompiled = false
            // It was understood before.
            guard compile() == nil else { return false }
        }
        guard isCompiled else { return false }
        guard line.utf8.count > Self.scope else { return regexec(compiled, line, 0, nil, 0) == 0 }
        let part = String(decoding: line.utf8.prefix(Self.scope), as: UTF8.self)
        return regexec(compiled, part, 0, nil, REG_NOTEOL) == 0
    }

    /// - Returns: What is wrong with the expression, or `nil`.
    private func compile() -> String? {
        let code = regcomp(compiled, expression, REG_EXTENDED | REG_NOSUB)
        guard code != 0 else {
            isCompiled = true
            return nil
        }
        var message = [CChar](repeating: 0, count: 256)
        regerror(code, compiled, &message, message.count)
        return String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// An expression in the language that most people write, put into the system's.
struct LinePatternTranslation {
    /// Why an expression is not understood.
    struct Problem: Error {
        let reason: String
    }

    /// The longest expression.
    private static let maximumLength = 1024
    /// What counted repetitions may multiply to: each makes as many copies.
    private static let maximumCopies = 1000

    /// The expression in the system's language.
    private(set) var expression = ""
    private var rest: Substring.UnicodeScalarView
    private var copies = 1

    /// Translates an expression.
    init(_ text: String) throws(Problem) {
        rest = text[...].unicodeScalars
        guard !text.isEmpty else { throw Problem(reason: "it is empty") }
        guard text.utf8.count <= Self.maximumLength else {
            throw Problem(reason: "it is longer than \(Self.maximumLength) bytes")
        }
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\\": try escape()
            case "[": try set()
            case "{": try repetition()
            case "(" where rest.first == "?":
                guard rest.dropFirst().first == ":" else { throw Problem(reason: "'(?' only goes with ':'") }
                rest.removeFirst(2)
                expression += "("
            case "\0": throw Problem(reason: "it has a NUL")
            default: expression.unicodeScalars.append(scalar)
            }
        }
    }

    /// The classes by their letter: by itself, and what it is within a set.
    private static func members(of letter: Unicode.Scalar) -> String? {
        switch letter {
        case "d": "0-9"
        case "s": "[:space:]"
        case "w": "[:alnum:]_"
        case "t": "\t"
        default: nil
        }
    }

    private mutating func escape() throws(Problem) {
        guard let scalar = rest.popFirst() else { throw Problem(reason: "it ends in a backslash") }
        if let members = Self.members(of: scalar) {
            expression += "[\(members)]"
        } else if let lower = String(scalar).lowercased().unicodeScalars.first, scalar != lower, lower != "t",
            let members = Self.members(of: lower)
        {
            expression += "[^\(members)]"
        } else if scalar == "b" || scalar == "B" {
            expression += "\\\(scalar)"
        } else if Self.isPunctuation(scalar) {
            expression += "\\\(scalar)"
        } else {
            throw Problem(reason: "'\\\(scalar)' is not supported")
        }
    }

    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && scalar.value > 0x20 && scalar.value < 0x7F && !scalar.properties.isAlphabetic
            && !("0"..."9").contains(scalar)
    }

    /// A set's members; a backslash has no meaning within the system's sets.
    private mutating func set() throws(Problem) {
        var members = ""
        var isNegated = false
        if rest.first == "^" {
            isNegated = true
            rest.removeFirst()
        }
        // These have meaning by their place; they are put where they have none.
        var bracket = false, hyphen = false, caret = false, isFirst = true
        while let scalar = rest.popFirst(), scalar != "]" || isFirst {
            isFirst = false
            switch scalar {
            case "\\":
                guard let escaped = rest.popFirst() else { throw Problem(reason: "'[' has no ']'") }
                switch escaped {
                case "]": bracket = true
                case "-": hyphen = true
                case "^": caret = true
                case "[": throw Problem(reason: "'[' within a set needs no backslash")
                default:
                    if let known = Self.members(of: escaped) {
                        members += known
                    } else if Self.isPunctuation(escaped) {
                        members.unicodeScalars.append(escaped)
                    } else {
                        throw Problem(reason: "'\\\(escaped)' is not supported in a set")
                    }
                }
            case "]": bracket = true
            case "^": caret = true
            case "-" where members.isEmpty || rest.first == "]": hyphen = true
            case "[" where rest.first == ":" || rest.first == "." || rest.first == "=":
                throw Problem(reason: "'[\(rest.first.map(String.init) ?? "")' within a set is not supported")
            case "\0": throw Problem(reason: "it has a NUL")
            default: members.unicodeScalars.append(scalar)
            }
            guard !rest.isEmpty else { throw Problem(reason: "'[' has no ']'") }
        }
        guard !members.isEmpty || bracket || hyphen || caret else { throw Problem(reason: "'[' has no ']'") }
        if members.isEmpty, caret, !bracket, !hyphen, !isNegated {
            // A caret alone cannot stand first.
            expression += "\\^"
            return
        }
        if members.isEmpty, caret, hyphen, !bracket, !isNegated {
            expression += "[-^]"
            return
        }
        expression +=
            (isNegated ? "[^" : "[") + (bracket ? "]" : "") + members + (caret ? "^" : "")
            + (hyphen ? "-" : "") + "]"
    }

    private mutating func repetition() throws(Problem) {
        var text = ""
        while let scalar = rest.popFirst(), scalar != "}" { text.unicodeScalars.append(scalar) }
        let bounds = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(bounds.count), let least = bounds[0], least >= 0 else {
            throw Problem(reason: "'{\(text)}' is no number of repetitions; '\\{' means the brace itself")
        }
        let most = (bounds.count == 2 ? bounds[1] : nil) ?? least
        guard most >= least, most <= Self.maximumCopies else {
            throw Problem(reason: "'{\(text)}' are too many repetitions")
        }
        copies *= max(most, 1)
        guard copies <= Self.maximumCopies else { throw Problem(reason: "its repetitions multiply to too many") }
        expression += "{\(text)}"
    }
}
