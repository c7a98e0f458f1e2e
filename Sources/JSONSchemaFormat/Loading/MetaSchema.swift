import JSON

/// Schemas of schemas, for those that refer to `http://json-schema.org/draft-07/schema#` and its like.
///
/// They say of what kind each keyword's value is, in words of our own; nothing is fetched for them either.
struct MetaSchema {
    let draft: SchemaDraft

    /// The schema that every schema of the draft fits.
    var document: JSONValue {
        var properties = JSONObject()
        for keyword in schemas { properties[keyword] = ["$ref": "#"] }
        for keyword in lists { properties[keyword] = list }
        for keyword in maps { properties[keyword] = ["type": "object", "additionalProperties": ["$ref": "#"]] }
        for keyword in texts { properties[keyword] = ["type": "string"] }
        for keyword in counts { properties[keyword] = ["type": "integer", "minimum": 0] }
        for keyword in flags { properties[keyword] = ["type": "boolean"] }
        for keyword in ["minimum", "maximum"] { properties[keyword] = ["type": "number"] }
        for keyword in ["exclusiveMinimum", "exclusiveMaximum"] {
            properties[keyword] = ["type": draft == .draft4 ? "boolean" : "number"]
        }
        properties["multipleOf"] = ["type": "number", "not": ["maximum": 0]]
        properties["enum"] = ["type": "array"]
        properties["required"] = names
        let type: JSONValue = ["enum": .array(InstanceType.allCases.map { .string($0.rawValue) })]
        properties["type"] = ["anyOf": [type, ["type": "array", "items": type, "uniqueItems": true]]]
        if draft <= .draft2019 { properties["items"] = ["anyOf": [["$ref": "#"], list]] }
        properties["dependencies"] = ["type": "object", "additionalProperties": ["anyOf": [["$ref": "#"], names]]]
        if draft >= .draft2019 {
            properties["dependentRequired"] = ["type": "object", "additionalProperties": names]
        }
        return ["type": draft == .draft4 ? "object" : ["object", "boolean"], "properties": .object(properties)]
    }

    private var list: JSONValue { ["type": "array", "items": ["$ref": "#"], "minItems": 1] }
    private var names: JSONValue { ["type": "array", "items": ["type": "string"], "uniqueItems": true] }

    private var schemas: [String] {
        var keywords = ["not", "additionalProperties"]
        if draft == .draft2020 { keywords.append("items") } else { keywords.append("additionalItems") }
        if draft >= .draft6 { keywords += ["contains", "propertyNames"] }
        if draft >= .draft7 { keywords += ["if", "then", "else"] }
        if draft >= .draft2019 { keywords += ["unevaluatedItems", "unevaluatedProperties", "contentSchema"] }
        return keywords
    }

    private var lists: [String] { ["allOf", "anyOf", "oneOf"] + (draft == .draft2020 ? ["prefixItems"] : []) }

    private var maps: [String] {
        ["properties", "patternProperties", "definitions"] + (draft >= .draft2019 ? ["$defs", "dependentSchemas"] : [])
    }

    private var texts: [String] {
        [draft.idKeyword, "$schema", "$ref", "title", "description", "pattern", "format"]
            + (draft >= .draft7 ? ["$comment", "contentEncoding", "contentMediaType"] : [])
            + (draft >= .draft2019 ? ["$anchor"] : [])
    }

    private var counts: [String] {
        ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"]
            + (draft >= .draft2019 ? ["minContains", "maxContains"] : [])
    }

    private var flags: [String] { ["uniqueItems"] + (draft >= .draft7 ? ["readOnly", "writeOnly"] : []) }
}
