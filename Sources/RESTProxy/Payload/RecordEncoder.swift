import JSON
import RecordFormat
import SchemaClient
import SchemaFormat

/// Turns the keys and values of a produce request into the bytes of records.
struct RecordEncoder: Sendable {
    /// What the request's data is.
    let format: EmbeddedFormat
    /// Where schemas come from; `nil` for a proxy without a registry.
    let schemas: (any SchemaService)?
    /// Which JSON stands for data with a schema.
    let form: JSONForm
    /// The request, walked through.
    let cursor: JSONCursor
    /// The request's body, which values that are there as they have to be share.
    let body: ByteSlice

    /// The bytes of a key or value; `nil` for null.
    ///
    /// - Parameter missing: What is wrong when there is data and no schema.
    /// - Throws: ``RESTError``.
    func bytes(
        of extent: JSONCursor.Extent?, schema: RegisteredSchema?, missing: RESTError
    ) throws -> ByteSlice? {
        guard let extent else { return nil }
        if extent.isNull, schema == nil || format.schemaType == nil { return nil }
        switch format {
        case .json: return extent.isCompact ? body[extent.range] : ByteSlice(cursor.compact(extent))
        case .binary: return try binary(extent)
        case .text: return try text(extent)
        case .avro, .jsonschema, .protobuf:
            guard let schema else { throw missing }
            return try encoded(extent, schema)
        }
    }

    private func binary(_ extent: JSONCursor.Extent) throws -> ByteSlice {
        let inner = extent.range.dropFirst().dropLast()
        guard cursor.bytes[extent.range.lowerBound] == UInt8(ascii: "\"") else {
            throw RESTError(400, "Bad Request: data=\(quoted(extent)) is not a base64 string.")
        }
        if let bytes = Base64.decode(cursor.bytes[inner]) { return bytes }
        // Some clients write a slash with an escape before it.
        if let bytes = Base64.decode(ArraySlice(try cursor.text(of: extent.range).utf8)) { return bytes }
        throw RESTError(400, "Bad Request: data=\(quoted(extent)) is not a valid base64 string.")
    }

    private func text(_ extent: JSONCursor.Extent) throws -> ByteSlice {
        guard cursor.bytes[extent.range.lowerBound] == UInt8(ascii: "\"") else {
            throw RESTError(400, "Bad Request: data=\(quoted(extent)) is not a string.")
        }
        let inner = extent.range.dropFirst().dropLast()
        guard cursor.bytes[inner].contains(UInt8(ascii: "\\")) else {
            return body[inner.lowerBound..<inner.upperBound]
        }
        return ByteSlice(try cursor.text(of: extent.range))
    }

    private func encoded(_ extent: JSONCursor.Extent, _ schema: RegisteredSchema) throws -> ByteSlice {
        do {
            let value = try JSONValue(parsing: Array(cursor.bytes[extent.range]))
            let data = try schemas?.encode(value, with: schema.schema, as: form) ?? schema.schema.encode(value)
            return ByteSlice(SchemaFraming.framed(data, id: schema.id))
        } catch let error as SchemaError {
            throw RESTError.jsonConversion(error.message)
        } catch let error as JSONError {
            throw RESTError(400, "Malformed JSON: \(error)")
        }
    }

    /// A value as messages quote it: not more of it than tells which one it is.
    private func quoted(_ extent: JSONCursor.Extent) -> String {
        let limit = 256
        let bytes = cursor.bytes[extent.range]
        return String(decoding: bytes.prefix(limit), as: UTF8.self) + (bytes.count > limit ? "…" : "")
    }
}
