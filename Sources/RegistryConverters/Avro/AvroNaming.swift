import ConnectAPI

/// Makes Avro's names of Connect's.
struct AvroNaming: Sendable {
    /// Whether characters that Avro's names cannot have are replaced.
    let scrubs: Bool

    /// A field's or a type's name without namespace.
    ///
    /// As in Confluent's converter, a name is written as for a form of the web, and what is still no letter, digit or
    /// underscore becomes an underscore: a space or a dot one, an umlaut `_C3_A4`.
    func scrubbed(_ name: String) -> String {
        guard scrubs, !Self.isValid(name) else { return name }
        var result = ""
        for byte in name.utf8 {
            if Self.isWordByte(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else if [UInt8(ascii: " "), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "*")].contains(byte) {
                result += "_"
            } else {
                result += "_" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return Self.beginsWithDigit(result) ? "x" + result : result
    }

    /// A full name in its two parts.
    func parts(of name: String) -> (namespace: String?, simple: String) {
        var parts = name.split(separator: ".", omittingEmptySubsequences: false).map { scrubbed(String($0)) }
        while parts.count > 1, parts.last == "" { parts.removeLast() }
        let simple = parts.removeLast()
        return (parts.isEmpty ? nil : parts.joined(separator: "."), simple)
    }

    /// A full name whose parts are valid.
    func full(_ name: String) -> String {
        let (namespace, simple) = parts(of: name)
        return namespace.map { "\($0).\(simple)" } ?? simple
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func beginsWithDigit(_ name: String) -> Bool {
        name.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
    }

    private static func isValid(_ name: String) -> Bool {
        name.isEmpty || (name.utf8.allSatisfy(isWordByte) && !beginsWithDigit(name))
    }
}
