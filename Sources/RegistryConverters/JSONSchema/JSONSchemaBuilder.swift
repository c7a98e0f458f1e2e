import ConnectAPI
import JSON

/// Writes Connect's schemas as JSON Schemas.
struct JSONSchemaBuilder {
    /// How many schemas a schema may be within: an optional record is five levels of JSON, of which a parser takes
    /// 1000.
    static let depthLimit = 190

    private let settings: JSONSchemaSettings
    private let values: JSONValueWriter
    private var depth = 0

    private init(settings: JSONSchemaSettings) {
        self.settings = settings
        values = JSONValueWriter(settings: settings)
    }

    /// A schema as JSON.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func json(of schema: ConnectSchema, _ settings: JSONSchemaSettings) throws -> JSONValue {
        var builder = JSONSchemaBuilder(settings: settings)
        return .object(try builder.object(of: schema))
    }

    private func invalid(_ message: String) -> ConnectError { ConnectError(.invalidData, message) }

    /// - Parameter index: The schema's place among the fields of a structure; the members of an object have no order.
    private mutating func object(of schema: ConnectSchema, index: Int? = nil) throws -> JSONObject {
        guard depth < Self.depthLimit else {
            throw invalid("A schema has more than \(Self.depthLimit) levels of nesting")
        }
        depth += 1
        defer { depth -= 1 }
        var object = JSONObject()
        if schema.isOneOf {
            var members: [JSONValue] = schema.isOptional ? [Self.null] : []
            for (index, field) in schema.fields.enumerated() {
                members.append(.object(try self.object(of: field.schema.changed(isOptional: false), index: index)))
            }
            object["oneOf"] = .array(members)
        } else if schema.isOptional {
            object["oneOf"] = .array([Self.null, .object(try self.object(of: schema.changed(isOptional: false)))])
        } else {
            object = try plain(schema)
        }
        if let index { object["connect.index"] = .integer(index) }
        return object
    }

    private static let null: JSONValue = ["type": "null"]

    /// A schema that says nothing of null.
    private mutating func plain(_ schema: ConnectSchema) throws -> JSONObject {
        var object = JSONObject()
        try addType(of: schema, to: &object)
        if let name = schema.name { object["title"] = .string(name) }
        if let documentation = schema.documentation { object["description"] = .string(documentation) }
        if let value = schema.defaultValue { object["default"] = try values.json(of: value, schema) }
        if let version = schema.version { object["connect.version"] = .integer(version) }
        var parameters = JSONObject()
        for (key, value) in schema.orderedParameters where !key.hasPrefix(JSONSchemaMark.namespace) {
            parameters[key] = .string(value)
        }
        if !parameters.isEmpty { object["connect.parameters"] = .object(parameters) }
        return object
    }

    private mutating func addType(of schema: ConnectSchema, to object: inout JSONObject) throws {
        func set(_ type: String, _ connectType: String? = nil) {
            object["type"] = .string(type)
            if let connectType { object["connect.type"] = .string(connectType) }
        }
        switch schema.kind {
        case .int8, .int16, .int32, .int64: set("integer", schema.kind.rawValue)
        case .float32, .float64: set("number", schema.kind.rawValue)
        case .boolean: set("boolean")
        case .string:
            if let symbols = symbols(of: schema) { object["enum"] = .array(symbols) } else { set("string") }
        case .bytes:
            let isNumber = settings.writesDecimalsAsNumbers && schema.name == LogicalType.decimal
            set(isNumber ? "number" : "string", "bytes")
        case .array:
            guard let items = schema.valueSchema else { throw invalid("an array's schema has no elements") }
            set("array")
            object["items"] = .object(try self.object(of: items))
        case .map: try addMap(schema, to: &object)
        case .structure:
            set("object")
            var properties = JSONObject()
            for (index, field) in schema.fields.enumerated() {
                properties[field.name] = .object(try self.object(of: field.schema, index: index))
            }
            if !properties.isEmpty { object["properties"] = .object(properties) }
            if !settings.allowsAdditionalProperties { object["additionalProperties"] = false }
        }
    }

    private mutating func addMap(_ schema: ConnectSchema, to object: inout JSONObject) throws {
        guard let keys = schema.keySchema, let values = schema.valueSchema else {
            throw invalid("a map's schema has no key or no value")
        }
        if schema.isObjectMap {
            object["type"] = "object"
            object["additionalProperties"] = .object(try self.object(of: values))
        } else {
            let properties: JSONValue = [
                "key": .object(try self.object(of: keys, index: 0)),
                "value": .object(try self.object(of: values, index: 1)),
            ]
            object["type"] = "array"
            object["items"] = ["type": "object", "properties": properties]
        }
        object["connect.type"] = "map"
    }

    /// The values of an enum; `nil` for a string that is none.
    private func symbols(of schema: ConnectSchema) -> [JSONValue]? {
        let marks = [settings.enumerationParameter, ConnectMark.enumeration, JSONSchemaMark.enumeration]
        guard let mark = marks.first(where: { schema.parameters[$0] != nil }) else { return nil }
        return schema.orderedParameters.map(\.key).filter { $0.hasPrefix(mark + ".") }
            .map { $0.dropFirst(mark.count + 1) }
            .map { $0 == JSONSchemaMark.null ? .null : .string(String($0)) }
    }
}
