/// Reads regular expressions in the language of ECMA-262, with the few things that Java's has besides and schemas use.
///
/// There are no back references: nothing is known that matches them in bounded time.
struct PatternParser {
    private let text: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var ignoresCase = false

    /// How deep groups may stand in each other, so that hostile expressions cannot exhaust the stack.
    private static let maximumDepth = 100
    /// The largest count of a repetition; the size of what is made of it is bounded besides.
    private static let maximumCount = 10_000

    static func parse(_ text: String) throws(PatternError) -> PatternNode {
        var parser = PatternParser(text: Array(text.unicodeScalars))
        if parser.take("(?i)") { parser.ignoresCase = true }
        let node = try parser.alternatives()
        guard parser.position == parser.text.count else { throw PatternError(message: "a ')' without '('") }
        return node
    }

    private init(text: [Unicode.Scalar]) { self.text = text }

    private var next: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func take(_ expected: StaticString) -> Bool {
        let scalars = Array(expected.description.unicodeScalars)
        guard position + scalars.count <= text.count, text[position..<position + scalars.count].elementsEqual(scalars)
        else { return false }
        position += scalars.count
        return true
    }

    private mutating func advance() throws(PatternError) -> Unicode.Scalar {
        guard let scalar = next else { throw PatternError(message: "it ends too early") }
        position += 1
        return scalar
    }

    // MARK: - Structure

    private mutating func alternatives() throws(PatternError) -> PatternNode {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw PatternError(message: "more than \(Self.maximumDepth) groups in each other")
        }
        var choices = [try sequence()]
        while take("|") { choices.append(try sequence()) }
        depth -= 1
        return choices.count == 1 ? choices[0] : .alternatives(choices)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var parts: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let part = try atom()
            parts.append(try repeated(part, isGroup: scalar == "("))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func atom() throws(PatternError) -> PatternNode {
        let scalar = try advance()
        switch scalar {
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case ".": return .character(.anyButLineEnds)
        case "(": return try group()
        case "[": return .character(try characterClass())
        case "\\": return try escape()
        case "*", "+", "?": throw PatternError(message: "nothing stands before '\(scalar)'")
        default: return character(ScalarSet(scalar))
        }
    }

    private func character(_ set: ScalarSet) -> PatternNode {
        var set = set
        set.ignoresCase = ignoresCase
        return .character(set)
    }

    private mutating func group() throws(PatternError) -> PatternNode {
        enum Kind { case plain, ahead(Bool), behind(Bool) }
        var kind = Kind.plain
        if take("?=") {
            kind = .ahead(false)
        } else if take("?!") {
            kind = .ahead(true)
        } else if take("?<=") {
            kind = .behind(false)
        } else if take("?<!") {
            kind = .behind(true)
        } else if take("?<") {
            var name = try advance()
            while name != ">" { name = try advance() }
        } else if !take("?:"), next == "?" {
            throw PatternError(message: "a group that begins with '(?' and is none of (?: (?= (?! (?<= (?<! (?<name>")
        }
        let node = try alternatives()
        guard take(")") else { throw PatternError(message: "a '(' without ')'") }
        switch kind {
        case .plain: return node
        case .ahead(let isNegative): return .lookahead(node, isNegative: isNegative)
        case .behind(let isNegative): return .lookbehind(node, isNegative: isNegative)
        }
    }

    private mutating func repeated(_ part: PatternNode, isGroup: Bool) throws(PatternError) -> PatternNode {
        var (least, most): (Int, Int?)
        if take("*") {
            (least, most) = (0, nil)
        } else if take("+") {
            (least, most) = (1, nil)
        } else if take("?") {
            (least, most) = (0, 1)
        } else if let counts = try self.counts() {
            (least, most) = counts
        } else {
            return part
        }
        if case .assertion = part, !isGroup {
            throw PatternError(message: "a repetition of '^', '$' or a word's boundary")
        }
        // Whether as few as possible are taken makes no difference to whether there is a match.
        _ = take("?")
        if let symbol = next, symbol == "*" || symbol == "+" || symbol == "?" {
            throw PatternError(message: "a repetition of a repetition: '\(symbol)'")
        }
        if try self.counts() != nil { throw PatternError(message: "a repetition of a repetition: '}'") }
        return .repetition(part, least: least, most: most)
    }

    /// `{2}`, `{2,}`, `{2,5}`; anything else that begins with a brace stands for itself.
    private mutating func counts() throws(PatternError) -> (Int, Int?)? {
        guard next == "{" else { return nil }
        let start = position
        position += 1
        guard let least = self.count() else {
            position = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = count() }
        guard take("}") else {
            position = start
            return nil
        }
        guard most.map({ $0 >= least }) ?? true else { throw PatternError(message: "{\(least),\(most ?? 0)}") }
        guard max(least, most ?? 0) <= Self.maximumCount else {
            throw PatternError(message: "a repetition of more than \(Self.maximumCount) times")
        }
        return (least, most)
    }

    private mutating func count() -> Int? {
        let start = position
        var value = 0
        while let scalar = next, (48...57).contains(scalar.value) {
            value = min(value * 10 + Int(scalar.value - 48), Self.maximumCount + 1)
            position += 1
        }
        return position > start ? value : nil
    }

    // MARK: - Classes

    private mutating func characterClass() throws(PatternError) -> ScalarSet {
        let isInverted = take("^")
        var set = ScalarSet()
        while !take("]") {
            guard next != nil else { throw PatternError(message: "a '[' without ']'") }
            if take("&&") { throw PatternError(message: "'&&' in a class") }
            let first = try classMember()
            guard let low = first.single, position + 1 < text.count, next == "-", text[position + 1] != "]" else {
                set = set.union(first.set)
                continue
            }
            position += 1
            let last = try classMember()
            guard let high = last.single else {
                set = set.union(first.set).union(last.set).union(ScalarSet("-"))
                continue
            }
            guard low <= high else { throw PatternError(message: "a range whose end comes before its beginning") }
            set = set.union(ScalarSet([low.value...high.value]))
        }
        set.ignoresCase = ignoresCase
        return isInverted ? set.inverted : set
    }

    private mutating func classMember() throws(PatternError) -> (set: ScalarSet, single: Unicode.Scalar?) {
        let scalar = try advance()
        guard scalar == "\\" else { return (ScalarSet(scalar), scalar) }
        if take("b") { return (ScalarSet("\u{08}"), "\u{08}") }
        if let set = try classEscape() { return (set, nil) }
        let single = try characterEscape()
        return (ScalarSet(single), single)
    }

    // MARK: - Escapes

    private mutating func escape() throws(PatternError) -> PatternNode {
        if take("b") { return .assertion(.wordBoundary) }
        if take("B") { return .assertion(.noWordBoundary) }
        if take("A") { return .assertion(.start) }
        if take("z") || take("Z") { return .assertion(.end) }
        if let set = try classEscape() { return character(set) }
        if let scalar = next, (49...57).contains(scalar.value) || scalar == "k" {
            throw PatternError(message: "a back reference, '\\\(scalar)'")
        }
        return character(ScalarSet(try characterEscape()))
    }

    private mutating func classEscape() throws(PatternError) -> ScalarSet? {
        if take("d") { return .digits }
        if take("D") { return ScalarSet.digits.inverted }
        if take("w") { return .word }
        if take("W") { return ScalarSet.word.inverted }
        if take("s") { return .space }
        if take("S") { return ScalarSet.space.inverted }
        guard next == "p" || next == "P" else { return nil }
        let isInverted = next == "P"
        position += 1
        guard take("{") else { throw PatternError(message: "'\\p' without '{'") }
        var name = ""
        while !take("}") { name.unicodeScalars.append(try advance()) }
        guard let set = ScalarSet(property: name, isInverted: isInverted) else {
            throw PatternError(message: "the property '\(name)' of characters")
        }
        return set
    }

    private mutating func characterEscape() throws(PatternError) -> Unicode.Scalar {
        let scalar = try advance()
        switch scalar {
        case "t": return "\t"
        case "n": return "\n"
        case "r": return "\r"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "0" where !(next.map { (48...57).contains($0.value) } ?? false): return "\0"
        case "c":
            let letter = try advance()
            guard (97...122).contains(letter.value | 0x20) else { throw PatternError(message: "'\\c\(letter)'") }
            return Unicode.Scalar(UInt8(letter.value & 0x1F))
        case "x": return try hexadecimal(digits: 2)
        case "u": return try unicodeEscape()
        default:
            guard !scalar.properties.isAlphabetic, !(48...57).contains(scalar.value) else {
                throw PatternError(message: "the escape '\\\(scalar)'")
            }
            return scalar
        }
    }

    private mutating func unicodeEscape() throws(PatternError) -> Unicode.Scalar {
        if take("{") {
            var digits = ""
            while !take("}") { digits.unicodeScalars.append(try advance()) }
            guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
                throw PatternError(message: "'\\u{\(digits)}'")
            }
            return scalar
        }
        let unit = try self.unit(digits: 4)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard (0xD800...0xDBFF).contains(unit), take("\\u") else { throw PatternError(message: "half a character") }
        let trail = try self.unit(digits: 4)
        guard (0xDC00...0xDFFF).contains(trail),
            let scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (trail - 0xDC00))
        else { throw PatternError(message: "half a character") }
        return scalar
    }

    private mutating func hexadecimal(digits: Int) throws(PatternError) -> Unicode.Scalar {
        guard let scalar = Unicode.Scalar(try unit(digits: digits)) else {
            throw PatternError(message: "half a character")
        }
        return scalar
    }

    private mutating func unit(digits: Int) throws(PatternError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            let scalar = try advance()
            guard scalar != "+", scalar != "-", let digit = UInt32(String(scalar), radix: 16) else {
                throw PatternError(message: "an escape without its \(digits) hexadecimal digits")
            }
            value = value << 4 | digit
        }
        return value
    }
}
