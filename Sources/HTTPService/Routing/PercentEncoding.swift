/// Percent-encoding of what goes into a URL (RFC 3986).
public enum PercentEncoding {
    /// One segment of a path: everything but unreserved characters is encoded, slashes too.
    public static func pathSegment(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                output.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                output += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return output
    }

    /// A path of these segments, with a slash before each; empty for none.
    public static func path(_ segments: some Sequence<String>) -> String {
        segments.reduce(into: "") { $0 += "/" + pathSegment($1) }
    }

    /// A query with its question mark; empty for no pairs.
    public static func query(_ pairs: some Sequence<(name: String, value: String)>) -> String {
        let pairs = pairs.map { pathSegment($0.name) + "=" + pathSegment($0.value) }
        return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
    }

    /// The text that was encoded; what is no encoding stands for itself.
    public static func decoded(_ text: String) -> String {
        String(decoding: bytes(of: text.utf8[...], plusIsSpace: false), as: UTF8.self)
    }

    /// Resolves `%XX`; what is not two hexadecimal digits stays as it is.
    static func bytes(of text: Substring.UTF8View, plusIsSpace: Bool) -> [UInt8] {
        let bytes = Array(text)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
                let high = digit(bytes[position + 1]), let low = digit(bytes[position + 2])
            {
                output.append(high << 4 | low)
                position += 3
            } else {
                output.append(plusIsSpace && bytes[position] == UInt8(ascii: "+") ? 0x20 : bytes[position])
                position += 1
            }
        }
        return output
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
