import HTTPService
import JSON
import SchemaFormat

/// What the registry's bodies look like, under the names that the OpenAPI document has for them.
enum RegistrySchemas {
    /// Every schema that has a name.
    static let all: [(name: String, schema: JSONSchema)] = schemas + rules + settings + server

    private static let content: KeyValuePairs<String, JSONSchema> = [
        "schemaType": .string.example("AVRO"), "references": .array(of: .named("SchemaReference")),
        "metadata": .named("Metadata"), "ruleSet": .named("RuleSet"),
        "schema": .string.example(#"{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}"#),
    ]

    /// An object with some members before those that every schema has, and some behind.
    private static func schema(
        _ before: KeyValuePairs<String, JSONSchema>, _ behind: KeyValuePairs<String, JSONSchema> = [:],
        required: [String]
    ) -> JSONSchema {
        var properties = JSONObject()
        for members in [before, content, behind] {
            for (name, schema) in members { properties[name] = schema.json }
        }
        return JSONSchema([
            "type": "object", "properties": .object(properties),
            "required": .array(required.map(JSONValue.string)),
        ])
    }

    private static let found: KeyValuePairs<String, JSONSchema> = ["ts": .integer, "deleted": .boolean]

    private static let schemas: [(name: String, schema: JSONSchema)] = [
        (
            "SchemaReference",
            .object(["name": .string, "subject": .string, "version": .integer])
        ),
        (
            "RegisterSchemaRequest",
            .object(
                [
                    "schema": .string.example(#""string""#), "schemaType": .string.example("AVRO"),
                    "references": .array(of: .named("SchemaReference")), "metadata": .named("Metadata"),
                    "ruleSet": .named("RuleSet"), "id": .integer, "version": .integer,
                ],
                optional: ["schema", "schemaType", "references", "metadata", "ruleSet", "id", "version"])
        ),
        (
            "RegisterSchemaResponse",
            schema(
                ["id": .integer, "version": .integer, "guid": .string], found, required: ["id", "schema"])
        ),
        (
            "Schema",
            schema(
                ["subject": .string, "version": .integer, "id": .integer, "guid": .string],
                ["ts": .integer, "deleted": .boolean, "aliases": .array(of: .string)],
                required: ["subject", "version", "id", "schema"])
        ),
        (
            "SchemaString",
            schema(
                ["subject": .string, "version": .integer, "guid": .string],
                ["maxId": .integer, "ts": .integer, "deleted": .boolean], required: ["schema"])
        ),
        ("SubjectVersion", .object(["subject": .string, "version": .integer])),
        ("ContextId", .object(["context": .string, "id": .integer])),
        (
            "CompatibilityCheck",
            .object(["is_compatible": .boolean, "messages": .array(of: .string)], optional: ["messages"])
        ),
    ]

    private static let rules: [(name: String, schema: JSONSchema)] = [
        (
            "Metadata",
            .object(
                [
                    "tags": .map(of: .array(of: .string)), "properties": .map(of: .string),
                    "sensitive": .array(of: .string),
                ], optional: ["tags", "properties", "sensitive"])
        ),
        (
            "RuleSet",
            .object(
                [
                    "migrationRules": .array(of: .named("Rule")), "domainRules": .array(of: .named("Rule")),
                    "encodingRules": .array(of: .named("Rule")),
                    "enableAt": .oneOf(["ALL", "CLIENT", "GATEWAY", "SERVER", "NONE"]),
                ], optional: ["migrationRules", "domainRules", "encodingRules", "enableAt"])
        ),
        (
            "Rule",
            .object(
                [
                    "name": .string, "doc": .string, "kind": .oneOf(["TRANSFORM", "CONDITION"]),
                    "mode": .oneOf(["UPGRADE", "DOWNGRADE", "UPDOWN", "WRITE", "READ", "WRITEREAD"]),
                    "type": .string, "tags": .array(of: .string), "params": .map(of: .string), "expr": .string,
                    "onSuccess": .string, "onFailure": .string, "disabled": .boolean,
                ], optional: ["doc", "kind", "mode", "tags", "params", "expr", "onSuccess", "onFailure", "disabled"])
        ),
    ]

    private static let level = JSONSchema.oneOf(CompatibilityLevel.allCases.map(\.rawValue))

    private static func config(_ levelName: String, _ level: JSONSchema) -> JSONSchema {
        var properties = JSONObject()
        let members: KeyValuePairs<String, JSONSchema> = [
            "alias": .string, "aliasForDeks": .string, "normalize": .boolean, "validateFields": .boolean,
            "validateNewSchemas": .boolean, "validateRules": .boolean, levelName: level,
            "compatibilityPolicy": .oneOf(["LOGICAL", "STRICT", "LENIENT"]), "compatibilityGroup": .string,
            "defaultMetadata": .named("Metadata"), "overrideMetadata": .named("Metadata"),
            "defaultRuleSet": .named("RuleSet"), "overrideRuleSet": .named("RuleSet"),
        ]
        for (name, schema) in members { properties[name] = schema.json }
        return JSONSchema(["type": "object", "properties": .object(properties)])
    }

    private static let settings: [(name: String, schema: JSONSchema)] = [
        ("Config", config(SubjectConfig.recordLevelName, level)),
        ("ConfigUpdateRequest", config(ConfigUpdate.levelName, level)),
        ("ConfigUpdateResponse", config(ConfigUpdate.levelName, level)),
        ("Mode", .object(["mode": mode], optional: ["mode"])),
        ("ModeUpdateRequest", .object(["mode": mode.orNull])),
    ]

    private static let mode = JSONSchema.oneOf(RegistryMode.allCases.map(\.rawValue))

    private static let server: [(name: String, schema: JSONSchema)] = [
        (
            "ClusterId",
            .object([
                "id": .string,
                "scope": .object(["path": .array(of: .string), "clusters": .map(of: .string)]),
            ])
        ),
        ("ServerVersion", .object(["version": .string, "commitId": .string])),
    ]
}

extension OpenAPIDocument {
    /// The document of the registry's API.
    static func schemaRegistry(version: String, needsPassword: Bool) -> OpenAPIDocument {
        OpenAPIDocument(
            title: "Schema Registry", version: version, schemas: RegistrySchemas.all, needsPassword: needsPassword)
    }
}
