package import ConnectAPI
package import JSON

/// Translates schemas to the `schema` part of JsonConverter's envelope and back.
package struct JSONSchemaCodec: Sendable {
    /// How many schemas a schema may be within: a structure's level is two of JSON's, of which the parser takes 1000,
    /// and something may be around it.
    package static let depthLimit = 400

    /// Translates default values.
    let data: JSONDataCodec

    /// Creates a codec.
    package init(data: JSONDataCodec) { self.data = data }

    /// The schema as JSON, its members in Kafka's order.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` for schemas that are within each other without end.
    package func json(of schema: ConnectSchema) throws -> JSONValue {
        try json(of: schema, depth: 0)
    }

    private func json(of schema: ConnectSchema, depth: Int) throws -> JSONValue {
        .object(try object(of: schema, depth: depth))
    }

    /// - Parameter depth: How many schemas this one is within.
    private func object(of schema: ConnectSchema, depth: Int) throws -> JSONObject {
        guard depth <= Self.depthLimit else {
            throw invalid("A schema has more than \(Self.depthLimit) levels of nesting")
        }
        var json = JSONObject()
        json["type"] = .string(Self.typeName(of: schema.kind))
        switch schema.kind {
        case .array: json["items"] = try schema.valueSchema.map { try self.json(of: $0, depth: depth + 1) } ?? .null
        case .map:
            json["keys"] = try schema.keySchema.map { try self.json(of: $0, depth: depth + 1) } ?? .null
            json["values"] = try schema.valueSchema.map { try self.json(of: $0, depth: depth + 1) } ?? .null
        case .structure:
            json["fields"] = .array(
                try schema.fields.map { field in
                    var json = try object(of: field.schema, depth: depth + 1)
                    json["field"] = .string(field.name)
                    return .object(json)
                })
        default: break
        }
        json["optional"] = .bool(schema.isOptional)
        if let name = schema.name { json["name"] = .string(name) }
        if let version = schema.version { json["version"] = .integer(version) }
        if let documentation = schema.documentation { json["doc"] = .string(documentation) }
        if !schema.parameters.isEmpty {
            var parameters = JSONObject()
            for (name, value) in schema.parameters.sorted(by: { $0.key < $1.key }) { parameters[name] = .string(value) }
            json["parameters"] = .object(parameters)
        }
        if let value = schema.defaultValue { json["default"] = try data.json(of: value, schema) }
        return json
    }

    /// The schema that the JSON describes.
    package func schema(of json: JSONValue) throws -> ConnectSchema {
        guard let typeName = json["type"]?.string else { throw invalid("Schema must contain 'type' field") }
        let attributes = try Attributes(json)
        // Made once: with defaults at every level, anything more would double the work with each of them.
        let shape = try self.shape(typeName, json)
        let plain = build(shape, attributes, defaultValue: nil)
        guard let defaultJSON = json["default"] else { return plain }
        // Only the finished schema tells how its default is written.
        return build(shape, attributes, defaultValue: try data.value(of: defaultJSON, plain))
    }

    /// What every type may have.
    private struct Attributes {
        let isOptional: Bool
        let name: String?
        let version: Int32?
        let documentation: String?
        var parameters: [String: String] = [:]

        init(_ json: JSONValue) throws {
            isOptional = json["optional"]?.bool ?? false
            name = json["name"]?.string
            version = json["version"]?.int64.map { Int32(truncatingIfNeeded: $0) }
            documentation = json["doc"]?.string
            for member in json["parameters"]?.object ?? JSONObject() {
                guard let value = member.value.string else {
                    throw ConnectError(.invalidData, "Schema parameters must have string values.")
                }
                parameters[member.name] = value
            }
        }
    }

    /// A type with the schemas of what it holds.
    private enum Shape {
        case single(ConnectSchema.Kind)
        case array(ConnectSchema)
        case map(ConnectSchema, ConnectSchema)
        case structure([ConnectField])
    }

    private func shape(_ typeName: String, _ json: JSONValue) throws -> Shape {
        guard let kind = Self.kinds[typeName] else { throw invalid("Unknown schema type: \(typeName)") }
        switch kind {
        case .array:
            guard let items = json["items"], !items.isNull else {
                throw invalid("Array schema did not specify the element type")
            }
            return .array(try schema(of: items))
        case .map:
            guard let keys = json["keys"] else { throw invalid("Map schema did not specify the key type") }
            guard let values = json["values"] else { throw invalid("Map schema did not specify the value type") }
            return .map(try schema(of: keys), try schema(of: values))
        case .structure:
            guard let fields = json["fields"]?.array else {
                throw invalid("Struct schema's \"fields\" argument is not an array.")
            }
            return .structure(
                try fields.map { field in
                    guard let name = field["field"]?.string else {
                        throw invalid("Struct schema's field name not specified properly")
                    }
                    return ConnectField(name, try schema(of: field))
                }.differentlyNamed())
        default: return .single(kind)
        }
    }

    private func build(_ shape: Shape, _ attributes: Attributes, defaultValue: ConnectValue?) -> ConnectSchema {
        switch shape {
        case .array(let items):
            .array(
                of: items, isOptional: attributes.isOptional, defaultValue: defaultValue, name: attributes.name,
                version: attributes.version, documentation: attributes.documentation, parameters: attributes.parameters)
        case .map(let keys, let values):
            .map(
                from: keys, to: values, isOptional: attributes.isOptional, defaultValue: defaultValue,
                name: attributes.name, version: attributes.version, documentation: attributes.documentation,
                parameters: attributes.parameters)
        case .structure(let fields):
            .structure(
                fields, isOptional: attributes.isOptional, defaultValue: defaultValue, name: attributes.name,
                version: attributes.version, documentation: attributes.documentation, parameters: attributes.parameters)
        case .single(let kind):
            ConnectSchema(
                kind, isOptional: attributes.isOptional, defaultValue: defaultValue, name: attributes.name,
                version: attributes.version, documentation: attributes.documentation, parameters: attributes.parameters)
        }
    }

    private func invalid(_ message: String) -> ConnectError { ConnectError(.invalidData, message) }

    /// The envelope's own names for the floating-point types.
    private static func typeName(of kind: ConnectSchema.Kind) -> String {
        switch kind {
        case .float32: "float"
        case .float64: "double"
        default: kind.rawValue
        }
    }

    private static let kinds = Dictionary(
        uniqueKeysWithValues: ConnectSchema.Kind.allCases.map { (typeName(of: $0), $0) })
}
