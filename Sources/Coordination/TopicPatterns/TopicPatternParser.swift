/// Reads the regular expressions that RE2 takes, as far as they can say something about a topic's name.
///
/// Refused is what RE2 refuses as well (back references, look-around, possessive quantifiers) and what only concerns
/// characters that no topic's name can have (`\p{Greek}`, `\C`).
struct TopicPatternParser {
    /// The most that a repetition may count to, as in RE2.
    private static let repetitionLimit = 1000
    /// How deep groups may be nested: each takes some of the thread's stack.
    private static let nestingLimit = 100

    private let text: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var ignoresCase = false

    private init(_ text: String) { self.text = Array(text.unicodeScalars) }

    /// Reads an expression.
    static func parse(_ text: String) throws(TopicPatternError) -> TopicPatternNode {
        var parser = TopicPatternParser(text)
        let node = try parser.alternatives()
        guard parser.position == parser.text.count else { throw TopicPatternError(message: "unexpected )") }
        return node
    }

    private var next: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func take() -> Unicode.Scalar? {
        guard let scalar = next else { return nil }
        position += 1
        return scalar
    }

    private mutating func take(_ expected: String) -> Bool {
        let scalars = Array(expected.unicodeScalars)
        guard text[position...].starts(with: scalars) else { return false }
        position += scalars.count
        return true
    }

    private func set(_ set: ASCIISet) -> TopicPatternNode { .character(ignoresCase ? set.ignoringCase : set) }

    private func literal(_ scalar: Unicode.Scalar) -> TopicPatternNode {
        // A character beyond ASCII is read and matches nothing.
        set(ASCIISet(scalar.value...scalar.value))
    }

    // MARK: - Structure

    private mutating func alternatives() throws(TopicPatternError) -> TopicPatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.nestingLimit else { throw TopicPatternError(message: "groups are nested too deep") }
        var choices = [try sequence()]
        while take("|") { choices.append(try sequence()) }
        return choices.count == 1 ? choices[0] : .alternatives(choices)
    }

    private mutating func sequence() throws(TopicPatternError) -> TopicPatternNode {
        var parts: [TopicPatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            if take("\\Q") {
                while position < text.count, !take("\\E") { parts.append(literal(text[position])); position += 1 }
                continue
            }
            guard let part = try part() else { continue }
            parts.append(try repeated(part))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// A part that may be repeated, or `nil` for one that only sets flags.
    private mutating func part() throws(TopicPatternError) -> TopicPatternNode? {
        guard let scalar = take() else { throw TopicPatternError(message: "unexpected end") }
        switch scalar {
        case ".": return set(.all)
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case "[": return try characterClass()
        case "(": return try group()
        case "\\": return try escape()
        case "*", "+", "?": throw TopicPatternError(message: "nothing to repeat before \(scalar)")
        default: return literal(scalar)
        }
    }

    private mutating func group() throws(TopicPatternError) -> TopicPatternNode? {
        let outerCase = ignoresCase
        if take("?") {
            if take("P<") || (next == "<" && take("<")) {
                try groupName()
            } else if try flags() {
                // The flags hold up to the end of the group that they stand in.
                return nil
            }
        }
        let node = try alternatives()
        guard take(")") else { throw TopicPatternError(message: "missing )") }
        ignoresCase = outerCase
        return node
    }

    private mutating func groupName() throws(TopicPatternError) {
        let start = position
        while let scalar = next, scalar.value < 128, ASCIISet.word.contains(UInt8(scalar.value)) { position += 1 }
        guard position > start, take(">") else { throw TopicPatternError(message: "invalid group name") }
    }

    /// Reads the flags of a group; of those that exist only the letters' case says anything about a topic's name.
    ///
    /// - Returns: Whether that was all of the group.
    private mutating func flags() throws(TopicPatternError) -> Bool {
        var isSetting = true
        while let flag = take() {
            switch flag {
            case "i": ignoresCase = isSetting
            case "m", "s", "U": break
            case "-" where isSetting: isSetting = false
            case ":": return false
            case ")": return true
            default: throw TopicPatternError(message: "invalid or unsupported group (?\(flag)")
            }
        }
        throw TopicPatternError(message: "missing )")
    }

    // MARK: - Repetition

    private mutating func repeated(_ part: TopicPatternNode) throws(TopicPatternError) -> TopicPatternNode {
        guard let (least, most) = try quantifier() else { return part }
        // A lazy quantifier matches the same names.
        _ = take("?")
        let end = position
        guard try quantifier() == nil else { throw TopicPatternError(message: "nested quantifiers are not supported") }
        position = end
        return .repetition(part, least: least, most: most)
    }

    private mutating func quantifier() throws(TopicPatternError) -> (least: Int, most: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard next == "{" else { return nil }
        // What does not read as a count is meant literally, as in RE2.
        let start = position
        position += 1
        if let least = number() {
            if take("}") { return try checked(least, least) }
            if take(",") {
                if take("}") { return try checked(least, nil) }
                if let most = number(), take("}") { return try checked(least, most) }
            }
        }
        position = start
        return nil
    }

    private func checked(_ least: Int, _ most: Int?) throws(TopicPatternError) -> (least: Int, most: Int?) {
        guard least <= Self.repetitionLimit, most ?? least <= Self.repetitionLimit, least <= most ?? least else {
            throw TopicPatternError(message: "invalid repetition count")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, ("0"..."9").contains(scalar) {
            // Beyond the limit it no longer matters by how much.
            value = min((value ?? 0) * 10 + Int(scalar.value - 48), Self.repetitionLimit + 1)
            position += 1
        }
        return value
    }

    // MARK: - Characters

    private mutating func escape() throws(TopicPatternError) -> TopicPatternNode {
        switch next {
        case "A": position += 1; return .assertion(.start)
        case "z": position += 1; return .assertion(.end)
        case "b": position += 1; return .assertion(.wordBoundary)
        case "B": position += 1; return .assertion(.noWordBoundary)
        default: return set(try escapedSet())
        }
    }

    /// What stands behind a backslash, in a class or outside.
    private mutating func escapedSet() throws(TopicPatternError) -> ASCIISet {
        guard let scalar = take() else { throw TopicPatternError(message: "trailing \\") }
        switch scalar {
        case "d": return .digits
        case "D": return ASCIISet.digits.inverted
        case "w": return .word
        case "W": return ASCIISet.word.inverted
        case "s": return .space
        case "S": return ASCIISet.space.inverted
        case "t": return ASCIISet("\t")
        case "n": return ASCIISet("\n")
        case "r": return ASCIISet("\r")
        case "f": return ASCIISet(0x0C...0x0C)
        case "v": return ASCIISet(0x0B...0x0B)
        case "a": return ASCIISet(0x07...0x07)
        case "x":
            let code = try hexadecimal()
            return ASCIISet(code...code)
        default:
            guard scalar.value < 128, !ASCIISet.word.contains(UInt8(scalar.value)) else {
                throw TopicPatternError(message: "\\\(scalar) is not supported")
            }
            return ASCIISet(scalar.value...scalar.value)
        }
    }

    /// The number of `\x41` or `\x{41}`.
    private mutating func hexadecimal() throws(TopicPatternError) -> UInt32 {
        let isBraced = take("{")
        var digits = ""
        while let scalar = next, Character(scalar).isHexDigit, digits.count < (isBraced ? 6 : 2) {
            digits.unicodeScalars.append(scalar)
            position += 1
        }
        guard let code = UInt32(digits, radix: 16), isBraced ? take("}") : digits.count == 2 else {
            throw TopicPatternError(message: "invalid \\x")
        }
        return code
    }

    private mutating func characterClass() throws(TopicPatternError) -> TopicPatternNode {
        let isNegated = take("^")
        var members = ASCIISet()
        var isFirst = true
        while isFirst || next != "]" {
            isFirst = false
            guard let scalar = next else { throw TopicPatternError(message: "missing ]") }
            if take("[:") {
                members = members.union(try namedClass())
                continue
            }
            let isEscaped = scalar == "\\"
            position += 1
            let single = isEscaped ? try escapedSet() : ASCIISet(scalar.value...scalar.value)
            // A dash before the closing bracket means itself.
            guard next == "-", position + 1 < text.count, text[position + 1] != "]" else {
                members = members.union(single)
                continue
            }
            let low = text[position - 1]
            if isEscaped, low.value < 128, ASCIISet.word.contains(UInt8(low.value)) {
                throw TopicPatternError(message: "invalid range")
            }
            position += 1
            members = members.union(try range(from: low))
        }
        position += 1
        // Cases are folded before the negation: `(?i)[^a]` is neither `a` nor `A`.
        let folded = ignoresCase ? members.ignoringCase : members
        return .character(isNegated ? folded.inverted : folded)
    }

    private mutating func range(from low: Unicode.Scalar) throws(TopicPatternError) -> ASCIISet {
        guard var high = take() else { throw TopicPatternError(message: "missing ]") }
        if high == "\\" {
            guard let escaped = take(), escaped.value < 128, !ASCIISet.word.contains(UInt8(escaped.value)) else {
                throw TopicPatternError(message: "invalid range")
            }
            high = escaped
        }
        guard low.value <= high.value else { throw TopicPatternError(message: "invalid range \(low)-\(high)") }
        return ASCIISet(low.value...high.value)
    }

    private mutating func namedClass() throws(TopicPatternError) -> ASCIISet {
        let isNegated = take("^")
        let names: [(name: String, set: ASCIISet)] = [
            ("alnum", .letters.union(.digits)), ("alpha", .letters), ("ascii", .all), ("digit", .digits),
            ("lower", .lowercase), ("upper", .uppercase), ("word", .word), ("space", .space),
            ("punct", ASCIISet(33...47).union(ASCIISet(58...64)).union(ASCIISet(91...96)).union(ASCIISet(123...126))),
            ("xdigit", .digits.union(ASCIISet(65...70)).union(ASCIISet(97...102))),
        ]
        for (name, set) in names where take("\(name):]") { return isNegated ? set.inverted : set }
        throw TopicPatternError(message: "invalid character class")
    }
}
