public import RecordFormat

/// A value with its type, as converters produce it.
public struct SchemaAndValue: Sendable, Hashable {
    /// The type, or `nil` when none is known.
    public var schema: ConnectSchema?
    /// The value.
    public var value: ConnectValue

    /// Creates a pair.
    public init(_ schema: ConnectSchema?, _ value: ConnectValue) {
        self.schema = schema
        self.value = value
    }

    /// No type and no value.
    public static let null = SchemaAndValue(nil, .null)
}

/// Translates between Connect's values and the bytes of a Kafka record's key or value.
///
/// The calls are `async` because a converter may have to ask a schema registry; one that never waits is better an
/// ``ImmediateConverter``. One instance serves one task's keys or values, one call at a time.
public protocol Converter: Sendable {
    /// Turns a value into bytes.
    ///
    /// - Parameter headers: The record's headers, which the converter may add to.
    /// - Returns: The bytes, or `nil` for a record without key or value.
    /// - Throws: ``ConnectError`` with code `.invalidData` when the value does not fit.
    func serialize(
        topic: String, headers: inout [RecordHeader], schema: ConnectSchema?, value: ConnectValue
    ) async throws -> ByteSlice?

    /// Turns bytes into a value.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` when the bytes are not what the converter reads.
    func deserialize(topic: String, headers: [RecordHeader], bytes: ByteSlice?) async throws -> SchemaAndValue
}

/// Translates between Connect's values and the bytes of one header.
public protocol HeaderConverter: Sendable {
    /// Turns a header's value into bytes.
    func serialize(topic: String, name: String, schema: ConnectSchema?, value: ConnectValue) async throws -> ByteSlice?

    /// Turns a header's bytes into a value.
    func deserialize(topic: String, name: String, bytes: ByteSlice?) async throws -> SchemaAndValue
}

/// A converter that never waits, so that millions of records go through it without the price of an `async` call each.
public protocol ImmediateConverter: Converter {
    /// Turns a value into bytes, as ``Converter/serialize(topic:headers:schema:value:)``.
    func serialize(
        topic: String, headers: inout [RecordHeader], schema: ConnectSchema?, value: ConnectValue
    ) throws -> ByteSlice?

    /// Turns bytes into a value, as ``Converter/deserialize(topic:headers:bytes:)``.
    func deserialize(topic: String, headers: [RecordHeader], bytes: ByteSlice?) throws -> SchemaAndValue
}

/// A converter that writes a string as its UTF-8, whatever topic, headers and schema it has: what is UTF-8 already need
/// not go through it.
public protocol TextConverter: ImmediateConverter {}

/// A header converter that never waits.
public protocol ImmediateHeaderConverter: HeaderConverter {
    /// Turns a header's value into bytes.
    func serialize(topic: String, name: String, schema: ConnectSchema?, value: ConnectValue) throws -> ByteSlice?

    /// Turns a header's bytes into a value.
    func deserialize(topic: String, name: String, bytes: ByteSlice?) throws -> SchemaAndValue
}
