public import JSON
public import SchemaFormat

extension AvroSchema {
    /// The value that bytes in Avro's binary form are, without magic byte and schema id.
    ///
    /// - Throws: ``AvroError`` with code `.invalidBytes`, or `.limitExceeded` for values that no bytes stand for.
    public func value(from bytes: RawSpan) throws(AvroError) -> AvroValue {
        try AvroDecoder.value(of: root, in: types, from: bytes)
    }

    /// The value that bytes of another schema are, read as this one: fields by their names and aliases, numbers
    /// promoted, missing fields with their defaults.
    ///
    /// - Throws: ``AvroError`` as ``value(from:)`` does, and with code `.invalidValue` where this schema has none for
    ///   what was written.
    public func value(from bytes: RawSpan, writtenWith writer: AvroSchema) throws(AvroError) -> AvroValue {
        var resolution = AvroResolution(readers: types, writers: writer.types)
        return try resolution.value(try writer.value(from: bytes), of: writer.root, as: root)
    }

    /// The value that a JSON document is, in either ``AvroJSONForm``.
    ///
    /// - Throws: ``AvroError`` with code `.invalidValue`, or `.limitExceeded` for one of too many values.
    public func value(from json: JSONValue) throws(AvroError) -> AvroValue {
        try AvroJSONDecoder.value(json, as: root, in: types)
    }

    /// A value in Avro's binary form.
    ///
    /// - Throws: ``AvroError`` with code `.invalidValue` if the value is not of this schema.
    public func bytes(of value: AvroValue) throws(AvroError) -> [UInt8] {
        try AvroEncoder.bytes(of: value, as: root, in: types)
    }

    /// A value of this schema as JSON.
    ///
    /// - Precondition: the value was made with this schema.
    public func json(of value: AvroValue, form: AvroJSONForm = .avro) -> JSONValue {
        AvroJSONEncoder(types: types, form: form).json(of: value, as: root)
    }

    /// The JSON form of a message.
    public func decode(_ bytes: RawSpan, form: AvroJSONForm) throws(SchemaError) -> JSONValue {
        do throws(AvroError) {
            return json(of: try value(from: bytes), form: form)
        } catch {
            throw error.schemaError
        }
    }

    /// The JSON form of a message, as the specification has it.
    public func decode(_ bytes: RawSpan) throws(SchemaError) -> JSONValue { try decode(bytes, form: .avro) }

    /// The bytes of a message, from JSON in either form.
    public func encode(_ value: JSONValue) throws(SchemaError) -> [UInt8] {
        do throws(AvroError) {
            return try bytes(of: try self.value(from: value))
        } catch {
            throw error.schemaError
        }
    }
}
