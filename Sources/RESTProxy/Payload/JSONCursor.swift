/// Walks through a JSON text once, without making values of what it passes.
///
/// A request's members are taken one by one where they stand; what a record carries is checked and left as bytes. The
/// text is held to the same rules as in the JSON module: UTF-8, no number that JSON does not have, no more than
/// ``depthLimit`` levels.
struct JSONCursor: Sendable {
    /// Where a value stands in the text.
    struct Extent: Sendable, Hashable {
        /// The value's bytes, quotes and brackets included.
        var range: Range<Int>
        /// Whether there is no white space between its tokens.
        var isCompact: Bool
        /// Whether it is `null`.
        var isNull: Bool
    }

    /// The most levels of arrays and objects in each other.
    static let depthLimit = 1000

    /// The text.
    let bytes: [UInt8]
    /// What comes next.
    private(set) var position: Int
    private let end: Int
    /// Whether white space was passed since this was last set to false.
    private var hasPassedSpace = false

    /// Walks through a text, or a part of it.
    init(_ bytes: [UInt8], in range: Range<Int>? = nil) {
        self.bytes = bytes
        position = range?.lowerBound ?? 0
        end = range?.upperBound ?? bytes.count
    }

    // MARK: Structure

    /// Enters an object; ``nextName(isFirst:)`` follows.
    mutating func beginObject() throws { try expect(UInt8(ascii: "{"), "an object") }

    /// Enters an array; ``nextElement(isFirst:)`` follows.
    mutating func beginArray() throws { try expect(UInt8(ascii: "["), "an array") }

    /// The place of the next member's name without its quotes, ready for the member's value; `nil` at the object's end.
    mutating func nextName(isFirst: inout Bool) throws -> Range<Int>? {
        guard try advance(to: UInt8(ascii: "}"), isFirst: &isFirst) else { return nil }
        guard peek() == UInt8(ascii: "\"") else { throw failure("expected a member's name") }
        let name = try skipString()
        try expect(UInt8(ascii: ":"), "':'")
        skipSpace()
        return name.lowerBound + 1..<name.upperBound - 1
    }

    /// Goes to the next element; false at the array's end.
    mutating func nextElement(isFirst: inout Bool) throws -> Bool {
        try advance(to: UInt8(ascii: "]"), isFirst: &isFirst)
    }

    /// Whether a name, or any other part, is `text` as it stands; none of the names of requests has an escape.
    func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { expected in
            for index in 0..<expected.count where bytes[range.lowerBound + index] != expected[index] { return false }
            return true
        }
    }

    /// Whether nothing but white space follows.
    mutating func isAtEnd() -> Bool {
        skipSpace()
        return position == end
    }

    /// Refuses anything that follows.
    mutating func finish() throws {
        guard isAtEnd() else { throw failure("unexpected text after the document") }
    }

    private mutating func advance(to bracket: UInt8, isFirst: inout Bool) throws -> Bool {
        skipSpace()
        if peek() == bracket {
            position += 1
            return false
        }
        if isFirst {
            isFirst = false
            return true
        }
        guard peek() == UInt8(ascii: ",") else { throw failure("expected ',' or '\(Unicode.Scalar(bracket))'") }
        position += 1
        skipSpace()
        return true
    }

    // MARK: Values

    /// The next byte that is no white space; `nil` at the end.
    mutating func peekValue() -> UInt8? {
        skipSpace()
        return peek()
    }

    /// Passes a value of any kind.
    mutating func skipValue() throws -> Extent {
        skipSpace()
        let start = position
        let isNull = peek() == UInt8(ascii: "n")
        hasPassedSpace = false
        try skipAny()
        return Extent(range: start..<position, isCompact: !hasPassedSpace, isNull: isNull)
    }

    /// Takes `null`, if that is what follows.
    mutating func takeNull() throws -> Bool {
        guard peekValue() == UInt8(ascii: "n") else { return false }
        try skipWord("null")
        return true
    }

    /// Takes a text; `nil` for anything else, which is passed.
    mutating func takeString() throws -> String? {
        guard peekValue() == UInt8(ascii: "\"") else {
            _ = try skipValue()
            return nil
        }
        return try text(of: try skipString())
    }

    /// Takes a whole number; `nil` for anything else, which is passed.
    mutating func takeInteger() throws -> Int64? {
        let extent = try skipValue()
        var value: Int64 = 0
        var rest = bytes[extent.range]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return nil }
        for byte in rest {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (product, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowsToo) =
                isNegative
                ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            if overflows || overflowsToo { return nil }
            value = sum
        }
        return value
    }

    /// The bytes of a value without white space between its tokens.
    func compact(_ extent: Extent) -> [UInt8] {
        if extent.isCompact { return Array(bytes[extent.range]) }
        var output: [UInt8] = []
        output.reserveCapacity(extent.range.count)
        var isInString = false
        var isEscaped = false
        for byte in bytes[extent.range] {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                output.append(byte)
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
                output.append(byte)
            } else if !Self.isSpace(byte) {
                output.append(byte)
            }
        }
        return output
    }

    // MARK: Tokens

    /// Passes a value. The brackets that are open are kept in an array, not on the stack, which is a thread's.
    private mutating func skipAny() throws {
        var open: [UInt8] = []
        while true {
            try skipToken(&open)
            // After a whole value: what is open may end here, any number of times.
            while let bracket = open.last {
                skipSpace()
                if peek() == bracket {
                    position += 1
                    open.removeLast()
                    continue
                }
                guard peek() == UInt8(ascii: ",") else {
                    throw failure("expected ',' or '\(Unicode.Scalar(bracket))'")
                }
                position += 1
                skipSpace()
                if bracket == UInt8(ascii: "}") { try skipName() }
                break
            }
            if open.isEmpty { return }
        }
    }

    /// Passes a scalar, or what stands before one in arrays and objects that begin; an empty one is passed whole.
    private mutating func skipToken(_ open: inout [UInt8]) throws {
        while true {
            skipSpace()
            switch peek() {
            case UInt8(ascii: "\"")?: _ = try skipString()
            case UInt8(ascii: "t")?: try skipWord("true")
            case UInt8(ascii: "f")?: try skipWord("false")
            case UInt8(ascii: "n")?: try skipWord("null")
            case UInt8(ascii: "[")?, UInt8(ascii: "{")?:
                guard open.count < Self.depthLimit else {
                    throw failure("arrays and objects nest deeper than \(Self.depthLimit) levels")
                }
                let bracket = peek() == UInt8(ascii: "[") ? UInt8(ascii: "]") : UInt8(ascii: "}")
                position += 1
                skipSpace()
                if peek() == bracket {
                    position += 1
                    return
                }
                open.append(bracket)
                if bracket == UInt8(ascii: "}") { try skipName() }
                continue
            default: try skipNumber()
            }
            return
        }
    }

    private mutating func skipName() throws {
        guard peek() == UInt8(ascii: "\"") else { throw failure("expected a member's name") }
        _ = try skipString()
        try expect(UInt8(ascii: ":"), "':'")
    }

    private mutating func skipWord(_ word: StaticString) throws {
        let range = position..<position + word.utf8CodeUnitCount
        guard range.upperBound <= end, matches(range, word) else { throw failure("expected a value") }
        position = range.upperBound
    }

    private mutating func skipNumber() throws {
        if peek() == UInt8(ascii: "-") { position += 1 }
        if peek() == UInt8(ascii: "0") {
            position += 1
            if skipDigits() > 0 { throw failure("a number must not start with 0") }
        } else if skipDigits() == 0 {
            throw failure(position < end ? "expected a value" : "unexpected end of the document")
        }
        if peek() == UInt8(ascii: ".") {
            position += 1
            if skipDigits() == 0 { throw failure("expected a digit after '.'") }
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            position += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
            if skipDigits() == 0 { throw failure("expected a digit in an exponent") }
        }
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while position < end, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) { position += 1 }
        return position - start
    }

    private mutating func expect(_ byte: UInt8, _ what: String) throws {
        skipSpace()
        guard peek() == byte else { throw failure("expected \(what)") }
        position += 1
    }

    private mutating func skipSpace() {
        while position < end, Self.isSpace(bytes[position]) {
            position += 1
            hasPassedSpace = true
        }
    }

    private func peek() -> UInt8? { position < end ? bytes[position] : nil }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    /// Moves on; for the extension that reads strings.
    mutating func move(to position: Int) { self.position = position }

    /// The end of what is walked through.
    var limit: Int { end }

    /// A 400 that says what is wrong and where.
    func failure(_ message: String) -> RESTError {
        let before = bytes[..<min(position, bytes.count)]
        let line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
        let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        return RESTError(400, "Malformed JSON: \(message) at line \(line), column \(column)")
    }
}
