/// A value with named fields.
public struct Struct: Sendable, Hashable {
    /// The schema, of kind `structure`.
    public let schema: ConnectSchema
    private var values: [ConnectValue]

    /// Creates a structure whose fields all have their defaults, or none.
    ///
    /// - Precondition: `schema` is of kind `structure`.
    public init(_ schema: ConnectSchema) {
        precondition(schema.kind == .structure, "a Struct needs a schema of kind structure")
        self.schema = schema
        values = schema.fields.map { $0.schema.defaultValue ?? .null }
    }

    /// Creates a structure of values that are known to fit the schema's fields, in their order.
    ///
    /// - Precondition: there is a value for each field.
    package init(_ schema: ConnectSchema, values: [ConnectValue]) {
        precondition(schema.fields.count == values.count, "a Struct has a value for each field")
        self.schema = schema
        self.values = values
    }

    /// Creates a structure with these fields; the ones not named have their defaults.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` for an unknown field or a value of another type.
    public init(_ schema: ConnectSchema, _ fields: KeyValuePairs<String, ConnectValue>) throws {
        self.init(schema)
        for (name, value) in fields { try set(name, to: value) }
    }

    /// The value of a field, its default when it has none, or `nil` when the schema has no such field.
    public subscript(name: String) -> ConnectValue? { schema.index(ofField: name).map { values[$0] } }

    /// The value of the field at `index` of the schema's fields.
    public subscript(index: Int) -> ConnectValue { values[index] }

    /// Sets a field.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` for an unknown field or a value of another type.
    public mutating func set(_ name: String, to value: ConnectValue) throws {
        guard let index = schema.index(ofField: name) else {
            throw ConnectError(.invalidData, "\(name) is not a valid field name")
        }
        try value.validate(against: schema.fields[index].schema)
        values[index] = value
    }

    /// Checks that no required field lacks its value.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` that names the first such field.
    public func validate() throws {
        for (field, value) in zip(schema.fields, values) {
            do {
                try value.validate(against: field.schema)
            } catch let error as ConnectError {
                throw ConnectError(.invalidData, "\(error.message), field: \"\(field.name)\"", cause: error.cause)
            }
        }
    }
}
