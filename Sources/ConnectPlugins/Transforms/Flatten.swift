package import ConnectAPI

/// Makes one level of nested structures or maps, with the names on the way joined
/// (`org.apache.kafka.connect.transforms.Flatten`).
package struct Flatten: ImmediateTransform {
    static let definition = ConfigDefinition([
        ConfigKey(
            "delimiter", .string, default: .value("."), importance: .medium,
            documentation: "What stands between the names of the levels.")
    ])

    private static let purpose = "flattening"

    private let part: RecordPart
    private let delimiter: String
    private let schemas = SchemaCache<ConnectSchema>()

    init(_ configuration: [String: String], _ part: RecordPart) throws {
        self.part = part
        delimiter = try Self.definition.parse(configuration).string("delimiter") ?? "."
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) throws -> Record? {
        let before = record[part]
        if before.value.isNull { return record }
        guard let schema = before.schema else {
            var flat = ConnectMap()
            try flatten(before.value.requireMap(for: Self.purpose), "", into: &flat)
            record[part] = TypedValue(nil, .map(flat))
            return record
        }
        let structure = try before.value.requireStructure(for: Self.purpose)
        let flatSchema = try schemas.value(for: schema) {
            var fields: [ConnectField] = []
            try flatten(schema, "", isOptional: schema.isOptional, schema.defaultValue, into: &fields)
            return try schema.copy(fields: fields, defaultValue: nil)
        }
        var values: [ConnectValue] = []
        values.reserveCapacity(flatSchema.fields.count)
        flatten(structure, schema, into: &values)
        record[part] = TypedValue(flatSchema, .structure(Struct(flatSchema, values: values)))
        return record
    }

    private func name(_ prefix: String, _ name: String) -> String {
        prefix.isEmpty ? name : prefix + delimiter + name
    }

    // MARK: With a schema

    /// Adds the fields below `schema`: each is optional, or has a default, where something above it is or has.
    private func flatten(
        _ schema: ConnectSchema, _ prefix: String, isOptional: Bool, _ defaultAbove: ConnectValue?,
        into fields: inout [ConnectField]
    ) throws {
        for (index, field) in schema.fields.enumerated() {
            let name = name(prefix, field.name)
            let isOptional = isOptional || field.schema.isOptional
            var defaultValue = field.schema.defaultValue
            if defaultValue == nil, case .structure(let above)? = defaultAbove { defaultValue = above[index] }
            if defaultValue?.isNull == true { defaultValue = nil }
            switch field.schema.kind {
            case .structure: try flatten(field.schema, name, isOptional: isOptional, defaultValue, into: &fields)
            case .map:
                throw ConnectError(
                    .invalidData,
                    "Flatten transformation does not support MAP for record with schemas (for field \(name)).")
            default:
                fields.append(
                    ConnectField(name, field.schema.copy(isOptional: isOptional, defaultValue: defaultValue)))
            }
        }
    }

    /// Adds the values below a structure; nulls where it is null itself.
    private func flatten(_ structure: Struct?, _ schema: ConnectSchema, into values: inout [ConnectValue]) {
        for (index, field) in schema.fields.enumerated() {
            let value = structure?[index].orDefault(of: field.schema, true) ?? .null
            guard field.schema.kind == .structure else {
                values.append(value)
                continue
            }
            if case .structure(let nested) = value {
                flatten(nested, field.schema, into: &values)
            } else {
                flatten(nil, field.schema, into: &values)
            }
        }
    }

    // MARK: Without

    private func flatten(_ map: ConnectMap, _ prefix: String, into flat: inout ConnectMap) throws {
        for (key, value) in map {
            let name = name(prefix, key.string ?? key.description)
            switch value {
            case .map(let nested): try flatten(nested, name, into: &flat)
            case .structure:
                throw ConnectError(
                    .invalidData,
                    "Flatten transformation does not support structs for record without schemas (for field \(name)).")
            default: flat[name] = value
            }
        }
    }
}

extension ConnectSchema {
    /// The same type with another say on missing values.
    fileprivate func copy(isOptional: Bool, defaultValue: ConnectValue?) -> ConnectSchema {
        guard kind == .array, let valueSchema else {
            return ConnectSchema(
                kind, isOptional: isOptional, defaultValue: defaultValue, name: name, version: version,
                documentation: documentation, parameters: parameters)
        }
        return .array(
            of: valueSchema, isOptional: isOptional, defaultValue: defaultValue, name: name, version: version,
            documentation: documentation, parameters: parameters)
    }
}
