public import JSON

/// What a JSON value looks like, as OpenAPI 3.0 says it.
public struct JSONSchema: Sendable, Hashable {
    /// The schema as JSON.
    public let json: JSONValue

    /// Takes a schema as it is.
    public init(_ json: JSONValue) { self.json = json }

    /// Any text.
    public static let string = JSONSchema(["type": "string"])
    /// Any whole number.
    public static let integer = JSONSchema(["type": "integer"])
    /// True or false.
    public static let boolean = JSONSchema(["type": "boolean"])
    /// An object with whatever members.
    public static let anyObject = JSONSchema(["type": "object"])

    /// One of these words.
    public static func oneOf(_ words: [String]) -> JSONSchema {
        JSONSchema(["type": "string", "enum": .array(words.map(JSONValue.string))])
    }

    /// A list.
    public static func array(of element: JSONSchema) -> JSONSchema {
        JSONSchema(["type": "array", "items": element.json])
    }

    /// An object whose members have names that are data.
    public static func map(of value: JSONSchema) -> JSONSchema {
        JSONSchema(["type": "object", "additionalProperties": value.json])
    }

    /// An object with these members.
    ///
    /// - Parameter optional: The names of those that may be left out.
    public static func object(
        _ members: KeyValuePairs<String, JSONSchema>, optional: Set<String> = []
    ) -> JSONSchema {
        var properties = JSONObject()
        for (name, schema) in members { properties[name] = schema.json }
        let required = members.map(\.key).filter { !optional.contains($0) }
        var object = JSONObject()
        object["type"] = "object"
        object["properties"] = .object(properties)
        if !required.isEmpty { object["required"] = .array(required.map(JSONValue.string)) }
        return JSONSchema(.object(object))
    }

    /// One of the document's named schemas.
    public static func named(_ name: String) -> JSONSchema {
        JSONSchema(["$ref": .string("#/components/schemas/" + name)])
    }

    /// Any of these.
    public static func any(of schemas: [JSONSchema]) -> JSONSchema {
        JSONSchema(["anyOf": .array(schemas.map(\.json))])
    }

    /// The same, or null.
    public var orNull: JSONSchema {
        guard var object = json.object, object["$ref"] == nil else {
            return JSONSchema(["allOf": [json], "nullable": true])
        }
        object["nullable"] = true
        return JSONSchema(.object(object))
    }

    /// The same with an example.
    public func example(_ value: JSONValue) -> JSONSchema {
        guard var object = json.object else { return self }
        object["example"] = value
        return JSONSchema(.object(object))
    }
}
