import JSON
import RecordFormat

/// The key or the value of a record as the cluster gets it.
struct RecordPayload: Sendable {
    /// The bytes; `nil` for none, which in a value deletes its key.
    var bytes: ByteSlice?
    /// The schema that the bytes begin with the id of; `nil` for data without one.
    var schema: RegisteredSchema?

    /// No bytes.
    static let null = RecordPayload(bytes: nil, schema: nil)
}

/// Turns the JSON of requests into the bytes of records and back, for one format.
///
/// For data that needs a schema, the schema has been looked up before.
protocol PayloadFormat: Sendable {
    /// The bytes of a key or value.
    ///
    /// - Throws: ``RESTError``.
    func bytes(of json: JSONValue) throws -> [UInt8]?

    /// Writes a key or value as JSON to an answer.
    ///
    /// - Throws: ``RESTError``.
    func write(_ bytes: ByteSlice?, to output: inout JSONWriter) throws
}
