import RecordFormat

/// Base64 (RFC 4648 section 4), in which JSON carries bytes.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each character, or 0xFF for one that is not in the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// Adds the text of bytes to an answer.
    static func append(_ bytes: ByteSlice, to output: inout [UInt8]) {
        var position = 0
        while position < bytes.count {
            let count = min(3, bytes.count - position)
            var group: UInt32 = 0
            for index in 0..<3 { group = group << 8 | (index < count ? UInt32(bytes[position + index]) : 0) }
            for index in 0..<4 {
                let character = alphabet[Int(group >> (18 - 6 * UInt32(index)) & 63)]
                output.append(index <= count ? character : UInt8(ascii: "="))
            }
            position += 3
        }
    }

    /// The text of bytes.
    static func text(of bytes: ByteSlice) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        append(bytes, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// The bytes of a text, or `nil` when it is no Base64; the padding may be missing.
    static func decode(_ text: ArraySlice<UInt8>) -> ByteSlice? {
        var characters = text
        var padding = 0
        while padding < 2, characters.last == UInt8(ascii: "=") {
            characters.removeLast()
            padding += 1
        }
        guard characters.count % 4 != 1, padding == 0 || (characters.count + padding) % 4 == 0 else { return nil }
        var isValid = true
        let bytes = ByteSlice(unsafeCapacity: characters.count * 3 / 4) { output in
            var position = 0
            var group: UInt32 = 0
            var bits: UInt32 = 0
            for character in characters {
                let value = values[Int(character)]
                guard value != 0xFF else {
                    isValid = false
                    return 0
                }
                group = group << 6 | UInt32(value)
                bits += 6
                if bits >= 8 {
                    bits -= 8
                    output[position] = UInt8(truncatingIfNeeded: group >> bits)
                    position += 1
                }
            }
            return position
        }
        return isValid ? bytes : nil
    }
}
