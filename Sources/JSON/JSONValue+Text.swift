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
        output.reserveCapacity(sizeEstimate)
        write(into: &output)
        return output
    }

    /// About how many bytes the document takes; what is nested deeper is not looked at.
    private var sizeEstimate: Int {
        switch self {
        case .null, .bool: 8
        case .number: 24
        case .string(let text): text.utf8.count + 8
        case .array(let elements): 16 * elements.count + 16
        case .object(let object):
            object.members.reduce(16) { size, member in
                guard case .string(let text) = member.value else { return size + member.name.utf8.count + 32 }
                return size + member.name.utf8.count + text.utf8.count + 8
            }
        }
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
        var text = text
        text.withUTF8 { bytes in
            // What need not be escaped is copied as it is, mostly all of it.
            var start = 0
            while start < bytes.count {
                var end = start
                while end < bytes.count, !needsEscape(bytes[end]) { end += 1 }
                output += bytes[start..<end]
                if end < bytes.count { writeEscaped(bytes[end], into: &output) }
                start = end + 1
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func writeEscaped(_ byte: UInt8, into output: inout [UInt8]) {
        switch byte {
        case 0x08: output += "\\b".utf8
        case 0x09: output += "\\t".utf8
        case 0x0A: output += "\\n".utf8
        case 0x0C: output += "\\f".utf8
        case 0x0D: output += "\\r".utf8
        case 0..<0x20:
            output += "\\u00".utf8
            output.append(hexadecimalDigits[Int(byte >> 4)])
            output.append(hexadecimalDigits[Int(byte & 15)])
        default: output += [UInt8(ascii: "\\"), byte]
        }
    }

    private static let hexadecimalDigits = Array("0123456789ABCDEF".utf8)
}
