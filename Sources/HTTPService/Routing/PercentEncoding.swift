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

    /// The text that was encoded; what is no encoding stands for itself.
    public static func decoded(_ text: String) -> String { RequestTarget.decode(text[...], plusIsSpace: false) }
}
