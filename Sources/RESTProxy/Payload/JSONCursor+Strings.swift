extension JSONCursor {
    /// Passes a text, with its quotes, and checks it.
    mutating func skipString() throws -> Range<Int> {
        let start = position
        var index = start + 1
        var isASCII = true
        while index < limit {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                move(to: index + 1)
                // Bytes that are all below 128 are UTF-8; nearly all texts are of them.
                guard isASCII || Self.isUTF8(bytes[start..<index]) else {
                    move(to: start)
                    throw failure("a string that is not UTF-8")
                }
                return start..<index + 1
            }
            if byte == UInt8(ascii: "\\") {
                index = try endOfEscape(at: index)
                continue
            }
            guard byte >= 0x20 else {
                move(to: index)
                throw failure("a control character in a string must be escaped")
            }
            if byte >= 0x80 { isASCII = false }
            index += 1
        }
        move(to: limit)
        throw failure("unexpected end of the document in a string")
    }

    /// The text between two quotes.
    func text(of range: Range<Int>) throws -> String {
        let inner = range.lowerBound + 1..<range.upperBound - 1
        guard bytes[inner].contains(UInt8(ascii: "\\")) else { return String(decoding: bytes[inner], as: UTF8.self) }
        var output: [UInt8] = []
        output.reserveCapacity(inner.count)
        var index = inner.lowerBound
        while index < inner.upperBound {
            guard bytes[index] == UInt8(ascii: "\\") else {
                output.append(bytes[index])
                index += 1
                continue
            }
            index = unescape(at: index, before: inner.upperBound, into: &output)
        }
        return String(decoding: output, as: UTF8.self)
    }

    private mutating func endOfEscape(at start: Int) throws -> Int {
        guard start + 1 < limit else {
            move(to: limit)
            throw failure("unexpected end of the document in a string")
        }
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start + 2
        case UInt8(ascii: "u"):
            guard start + 6 <= limit, hexadecimal(at: start + 2) != nil else {
                move(to: start)
                throw failure("expected four hexadecimal digits after \\u")
            }
            return start + 6
        default:
            move(to: start)
            throw failure("unknown escape in a string")
        }
    }

    /// Adds the character that an escape stands for, and returns where what follows begins. Half of a surrogate pair is
    /// U+FFFD, as in the JSON module.
    private func unescape(at start: Int, before end: Int, into output: inout [UInt8]) -> Int {
        switch bytes[start + 1] {
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"):
            let unit = hexadecimal(at: start + 2) ?? 0xFFFD
            if let scalar = Unicode.Scalar(unit) {
                output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                return start + 6
            }
            if unit < 0xDC00, start + 12 <= end, bytes[start + 6] == UInt8(ascii: "\\"),
                bytes[start + 7] == UInt8(ascii: "u"), let trail = hexadecimal(at: start + 8),
                (0xDC00...0xDFFF).contains(trail),
                let scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (trail - 0xDC00))
            {
                output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                return start + 12
            }
            output.append(contentsOf: UTF8.encodedReplacementCharacter)
            return start + 6
        default: output.append(bytes[start + 1])
        }
        return start + 2
    }

    private func hexadecimal(at start: Int) -> UInt32? {
        var value: UInt32 = 0
        for byte in bytes[start..<start + 4] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool { String(validating: bytes, as: UTF8.self) != nil }
}
