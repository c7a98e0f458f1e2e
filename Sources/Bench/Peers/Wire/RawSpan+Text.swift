import RecordFormat

/// Reading the protocols that are lines of text.
extension RawSpan {
    /// The byte at `position`, which lies within the span.
    func byte(at position: Int) -> UInt8 { unsafeLoad(fromByteOffset: position, as: UInt8.self) }

    /// Whether a line ends at `position`, by a carriage return and a line feed, which lie within the span.
    func isLineEnd(at position: Int) -> Bool {
        byte(at: position) == UInt8(ascii: "\r") && byte(at: position + 1) == UInt8(ascii: "\n")
    }

    /// Whether the bytes from `position` on are those of `text`.
    func starts(with text: StaticString, at position: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= byteCount else { return false }
        for index in 0..<count where byte(at: position + index) != text.utf8Start[index] { return false }
        return true
    }

    /// The number that the digits in `range` are, with a sign before them or not; `nil` if they are none.
    func decimal(_ range: Range<Int>) -> Int? {
        var position = range.lowerBound
        let isNegative = !range.isEmpty && byte(at: position) == UInt8(ascii: "-")
        if isNegative { position += 1 }
        // Eighteen digits are always less than 2^63.
        guard (1...18).contains(range.upperBound - position) else { return nil }
        var value = 0
        while position < range.upperBound {
            let digit = byte(at: position) &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value * 10 + Int(digit)
            position += 1
        }
        return isNegative ? -value : value
    }

    /// The bytes in `range` as text, for messages to people.
    func text(_ range: Range<Int>) -> String {
        extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
