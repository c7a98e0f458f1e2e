import SchemaFormat

/// A file that is given to be read: its text, or the serialized descriptor that some clients send in Base64 instead.
struct ProtoSource: Sendable {
    /// The name by which others import it.
    var name: String
    /// Its text, or its serialized FileDescriptorProto.
    var content: [UInt8]
    /// Whether the content is a serialized FileDescriptorProto.
    var isDescriptor: Bool

    /// Up to how many bytes a file may have. Schema Registry keeps schemas in records, whose limit is a megabyte mostly.
    static let sizeLimit = 4 << 20

    /// How deep braces, brackets and parentheses may nest in a text. libprotobuf refuses messages that nest deeper than 32
    /// levels; the values of options it reads with a function that calls itself without end.
    static let nestingLimit = 64

    /// Takes a file in either form.
    ///
    /// - Throws: ``SchemaError`` with code `.limitExceeded`.
    init(name: String, text: String) throws(SchemaError) {
        self.name = name
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.sizeLimit else {
            throw SchemaError(
                .limitExceeded, "\(Self.label(name)) has \(bytes.count) bytes, more than the limit of \(Self.sizeLimit)"
            )
        }
        // No file that says anything is Base64, since its statements have semicolons.
        if let start = bytes.firstIndex(where: { $0 > 0x20 }), let end = bytes.lastIndex(where: { $0 > 0x20 }),
            let descriptor = Base64.decode(bytes[start...end]), (try? FileProto(descriptor[...])) != nil
        {
            content = descriptor
            isDescriptor = true
        } else {
            if let place = Self.tooDeep(bytes) {
                throw SchemaError(
                    .limitExceeded,
                    "\(Self.label(name)), line \(place.line), column \(place.column): "
                        + "more than \(Self.nestingLimit) levels of nesting")
            }
            content = bytes
            isDescriptor = false
        }
    }

    /// What a file is called in messages.
    static func label(_ name: String) -> String { name == ProtobufLanguage.fileName ? "the schema" : "\"\(name)\"" }

    /// Where a text nests deeper than the limit, from 1. Strings and comments do not count.
    private static func tooDeep(_ bytes: [UInt8]) -> (line: Int, column: Int)? {
        var depth = 0
        var line = 1
        var lineStart = 0
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                lineStart = position + 1
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "<"):
                depth += 1
                if depth > nestingLimit { return (line, position - lineStart + 1) }
            case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: ">"):
                depth = max(0, depth - 1)
            case UInt8(ascii: "\""), UInt8(ascii: "'"): position = endOfString(bytes, position)
            case UInt8(ascii: "/"):
                let end = endOfComment(bytes, position)
                for place in position..<end where bytes[place] == UInt8(ascii: "\n") {
                    line += 1
                    lineStart = place + 1
                }
                position = max(position, end - 1)
            default: break
            }
            position += 1
        }
        return nil
    }

    /// The place of the quote that ends a string, or of the last byte before the end of its line.
    private static func endOfString(_ bytes: [UInt8], _ start: Int) -> Int {
        var position = start + 1
        while position < bytes.count, bytes[position] != bytes[start], bytes[position] != UInt8(ascii: "\n") {
            // An escape has at least one character more, but never the end of the line.
            let isEscape = bytes[position] == UInt8(ascii: "\\")
            let isAtEnd = position + 1 >= bytes.count || bytes[position + 1] == UInt8(ascii: "\n")
            position += isEscape && !isAtEnd ? 2 : 1
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: "\n") { return position - 1 }
        return min(position, bytes.count - 1)
    }

    /// The place behind a comment that begins here; the place itself where none does. The end of a line is left.
    private static func endOfComment(_ bytes: [UInt8], _ start: Int) -> Int {
        guard start + 1 < bytes.count else { return start }
        switch bytes[start + 1] {
        case UInt8(ascii: "/"): return bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        case UInt8(ascii: "*"):
            var position = start + 2
            while position + 1 < bytes.count {
                if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
                    return position + 2
                }
                position += 1
            }
            return bytes.count
        default: return start
        }
    }
}

extension ProtoSource {
    /// Takes a file that is known to be within the limits.
    init(name: String, content: [UInt8], isDescriptor: Bool) {
        self.name = name
        self.content = content
        self.isDescriptor = isDescriptor
    }
}
