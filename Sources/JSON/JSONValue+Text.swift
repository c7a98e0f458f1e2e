extension JSONValue {
    /// Reads one document.
    ///
    /// - Parameter bytes: The whole text in UTF-8.
    /// - Throws: ``JSONError`` when the bytes are not exactly one JSON document, or nest deeper than 1000 levels.
    public init(parsing bytes: [UInt8]) throws(JSONError) { self = try JSONParser.parse(bytes) }

    /// Reads one document.
    ///
    /// - Throws: ``JSONError`` as ``init(parsing:)-([UInt8])`` does.
    public init(parsing text: String) throws(JSONError) { self = try JSONParser.parse(Array(text.utf8)) }

    /// The document in UTF-8 as Jackson writes it: no spaces, members in order, nothing escaped that need not be.
    public var utf8: [UInt8] {
        var output: [UInt8] = []
        write(into: &output)
        return output
    }

    /// The document as text, as ``utf8`` has it.
    public var text: String { String(decoding: utf8, as: UTF8.self) }

    private func write(into output: inout [UInt8]) {
        switch self {
        case .null: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .number(let number): output += number.text.utf8
        case .string(let text): Self.write(text, into: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                element.write(into: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                Self.write(member.name, into: &output)
                output.append(UInt8(ascii: ":"))
                member.value.write(into: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, into output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): output += "\\\"".utf8
            case UInt8(ascii: "\\"): output += "\\\\".utf8
            case 0x08: output += "\\b".utf8
            case 0x09: output += "\\t".utf8
            case 0x0A: output += "\\n".utf8
            case 0x0C: output += "\\f".utf8
            case 0x0D: output += "\\r".utf8
            case 0..<0x20:
                output += "\\u00".utf8
                output.append(hexadecimalDigits[Int(byte >> 4)])
                output.append(hexadecimalDigits[Int(byte & 15)])
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static let hexadecimalDigits = Array("0123456789ABCDEF".utf8)
}
