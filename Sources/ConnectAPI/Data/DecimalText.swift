package import RecordFormat

/// Translates Connect's decimals, an unscaled big-endian two's complement integer with a scale apart, to text and back.
package enum DecimalText {
    /// The most digits that a number may have, and the farthest that its point may be off.
    private static let limit = 10_000

    /// The decimal as a JSON number, such as `-12.50` for the bytes of -1250 with scale 2.
    package static func text(unscaled bytes: ByteSlice, scale: Int) -> String {
        var magnitude = bytes.array
        let isNegative = (magnitude.first ?? 0) & 0x80 != 0
        if isNegative { negate(&magnitude) }
        var digits: [UInt8] = []
        // Long division by ten, most significant byte first; decimals are short.
        while magnitude.contains(where: { $0 != 0 }) {
            var remainder = 0
            for index in magnitude.indices {
                let dividend = remainder << 8 | Int(magnitude[index])
                magnitude[index] = UInt8(dividend / 10)
                remainder = dividend % 10
            }
            digits.append(UInt8(ascii: "0") + UInt8(remainder))
        }
        if scale < 0 { digits.insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: -scale), at: 0) }
        while digits.count <= max(scale, 0) { digits.append(UInt8(ascii: "0")) }
        if scale > 0 { digits.insert(UInt8(ascii: "."), at: scale) }
        if isNegative { digits.append(UInt8(ascii: "-")) }
        return String(decoding: digits.reversed(), as: UTF8.self)
    }

    /// The unscaled bytes of a JSON number, or `nil` when it has more decimals than `scale` or too many digits.
    package static func unscaled(_ text: String, scale: Int) -> ByteSlice? {
        let parts = text.lowercased().split(separator: "e", maxSplits: 1)
        guard let mantissa = parts.first, let exponent = parts.count > 1 ? Int(parts[1]) : 0 else { return nil }
        // Bounds on what one number may make of itself, before anything is added or multiplied: 1e999999999 is ten bytes
        // of text, and a decimal of many digits takes time by their square.
        guard abs(scale) <= limit, (-limit...limit).contains(exponent), mantissa.utf8.count <= limit else { return nil }
        let isNegative = mantissa.hasPrefix("-")
        let pieces = mantissa.drop { $0 == "-" }.split(separator: ".", maxSplits: 1)
        var digits = pieces.joined()
        let decimals = (pieces.count > 1 ? pieces[1].count : 0) - exponent
        guard abs(scale - decimals) <= limit else { return nil }
        if scale >= decimals {
            digits += String(repeating: "0", count: scale - decimals)
        } else {
            let dropped = decimals - scale
            guard digits.suffix(dropped).allSatisfy({ $0 == "0" }) else { return nil }
            digits = String(digits.dropLast(dropped))
        }
        var magnitude: [UInt8] = [0]
        for digit in digits.utf8 {
            var carry = Int(digit) - 0x30
            for index in magnitude.indices.reversed() {
                carry += Int(magnitude[index]) * 10
                magnitude[index] = UInt8(truncatingIfNeeded: carry)
                carry >>= 8
            }
            // The first byte stays below 0x80 so that it can carry the sign.
            if carry > 0 { magnitude.insert(UInt8(carry), at: 0) }
            if magnitude[0] & 0x80 != 0 { magnitude.insert(0, at: 0) }
        }
        if isNegative { negate(&magnitude) }
        return ByteSlice(minimal(magnitude))
    }

    private static func negate(_ bytes: inout [UInt8]) {
        var carry = true
        for index in bytes.indices.reversed() {
            bytes[index] = ~bytes[index]
            if carry { (bytes[index], carry) = bytes[index].addingReportingOverflow(1) }
        }
    }

    /// Without leading bytes that only repeat the sign, as Java's `BigInteger` writes itself.
    private static func minimal(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...]
        while rest.count > 1, let first = rest.first, let second = rest.dropFirst().first,
            (first == 0 && second & 0x80 == 0) || (first == 0xFF && second & 0x80 != 0)
        { rest = rest.dropFirst() }
        return Array(rest)
    }
}
