import JSON
import SchemaFormat

/// The JSON text of a schema as Apache Avro takes it.
enum AvroDocument {
    /// Reads a schema's text: comments may stand in it, and numbers with a fraction become the text that Java has for
    /// them, so that one schema has one canonical text.
    static func parse(_ text: String) throws(AvroError) -> JSONValue {
        guard text.utf8.count <= AvroLimits.schemaBytes else {
            throw AvroError(
                .limitExceeded,
                "the schema has \(text.utf8.count) bytes, and the limit is \(AvroLimits.schemaBytes)")
        }
        var bytes = Array(text.utf8)
        blankComments(in: &bytes)
        do {
            return JavaNumber.written(in: try JSONValue(parsing: bytes))
        } catch {
            throw AvroError(.invalidSchema, "no JSON: \(error)")
        }
    }

    /// Makes spaces of comments in C's way and in C++'s, which Avro's parser allows.
    private static func blankComments(in bytes: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let backslash = UInt8(ascii: "\\")
        let slash = UInt8(ascii: "/")
        var position = 0
        var isInString = false
        while position < bytes.count {
            let byte = bytes[position]
            if isInString {
                if byte == backslash { position += 1 } else if byte == quote { isInString = false }
            } else if byte == quote {
                isInString = true
            } else if byte == slash, let end = endOfComment(in: bytes, from: position) {
                for place in position..<end where bytes[place] != UInt8(ascii: "\n") {
                    bytes[place] = UInt8(ascii: " ")
                }
                position = end - 1
            }
            position += 1
        }
    }

    /// Where the comment that begins at `start` ends; `nil` if none begins there, or it does not end.
    private static func endOfComment(in bytes: [UInt8], from start: Int) -> Int? {
        guard start + 1 < bytes.count else { return nil }
        if bytes[start + 1] == UInt8(ascii: "/") {
            return bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        }
        guard bytes[start + 1] == UInt8(ascii: "*") else { return nil }
        var position = start + 2
        while position + 1 < bytes.count {
            if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") { return position + 2 }
            position += 1
        }
        return nil
    }
}
