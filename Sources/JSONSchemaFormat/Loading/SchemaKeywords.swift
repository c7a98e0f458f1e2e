import JSON

/// Where schemas stand in a schema.
enum SchemaKeywords {
    /// Whose value is a schema.
    private static let single: Set<String> = [
        "additionalProperties", "additionalItems", "contains", "propertyNames", "not", "if", "then", "else",
        "unevaluatedItems", "unevaluatedProperties", "contentSchema",
    ]
    /// Whose value is a list of schemas.
    private static let lists: Set<String> = ["allOf", "anyOf", "oneOf", "prefixItems"]
    /// Whose value has a schema for each name.
    private static let maps: Set<String> = [
        "properties", "patternProperties", "definitions", "$defs", "dependentSchemas", "dependencies",
    ]

    /// The ways to the schemas within one, whether they are used or only there to be referred to.
    static func subschemas(of object: JSONObject) -> [[String]] {
        var paths: [[String]] = []
        for member in object {
            if single.contains(member.name) {
                paths.append([member.name])
            } else if lists.contains(member.name) || member.name == "items" {
                if let elements = member.value.array {
                    paths += elements.indices.map { [member.name, String($0)] }
                } else if member.name == "items" {
                    paths.append([member.name])
                }
            } else if maps.contains(member.name), let named = member.value.object {
                for schema in named where schema.value.object != nil || schema.value.bool != nil {
                    paths.append([member.name, schema.name])
                }
            }
        }
        return paths
    }
}
