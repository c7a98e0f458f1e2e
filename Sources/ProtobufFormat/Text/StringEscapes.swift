/// The escapes in a `.proto` file's strings.
enum StringEscapes {
    private static let letters: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10,
        UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11,
    ]

    /// The text that a literal stands for.
    static func decode(_ literal: ArraySlice<UInt8>) -> String { String(decoding: bytes(literal), as: UTF8.self) }

    /// The bytes that a literal stands for.
    static func bytes(_ literal: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = literal
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            switch escaped {
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                var value = Int(escaped) - 0x30
                for _ in 0..<2 {
                    guard let digit = rest.first, digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "7") else { break }
                    value = value * 8 + Int(digit) - 0x30
                    rest = rest.dropFirst()
                }
                bytes.append(UInt8(truncatingIfNeeded: value))
            case UInt8(ascii: "x"), UInt8(ascii: "X"):
                var value = 0
                for _ in 0..<2 {
                    guard let digit = rest.first.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else { break }
                    value = value * 16 + digit
                    rest = rest.dropFirst()
                }
                bytes.append(UInt8(truncatingIfNeeded: value))
            case UInt8(ascii: "u"), UInt8(ascii: "U"):
                let count = escaped == UInt8(ascii: "u") ? 4 : 8
                let digits = String(decoding: rest.prefix(count), as: UTF8.self)
                if let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) {
                    bytes += Array(String(Character(scalar)).utf8)
                }
                rest = rest.dropFirst(count)
            default: bytes.append(letters[escaped] ?? escaped)
            }
        }
        return bytes
    }
}
