import HTTPService
import HTTPTypes

extension V3Descriptions {
    /// The descriptions of the routes of one kind of settings.
    struct Configs: Sendable {
        var list: RouteDescription
        var get: RouteDescription
        var put: RouteDescription
        var delete: RouteDescription
        var alter: RouteDescription
    }

    static let topicConfigs = configs("a topic", ["topic_name": .string], path: [topic])
    static let brokerConfigs = configs("a broker", ["broker_id": .integer], path: [broker])
    static let clusterConfigs = configs("all brokers", ["config_type": .oneOf(["BROKER"])], path: [])
    static let allTopicConfigs = get(
        "Lists the settings of all topics.", list(of: configSchema(["topic_name": .string])))
    static let allBrokerConfigs = get(
        "Lists the settings of all brokers.", list(of: configSchema(["broker_id": .integer])))

    static let alterTopicsConfigs = RouteDescription(
        "Changes settings of several topics.", path: [cluster],
        body: .object(
            [
                "data": .array(of: .object(["topic_name": .string, "configs": .array(of: changeSchema)])),
                "validate_only": .boolean,
            ], optional: ["validate_only"]),
        answers: [
            .init(.noContent, "All are changed."),
            .init(
                HTTPResponse.Status(code: 207, reasonPhrase: "Multi-Status"), "Those that are not changed, and why.",
                .object([
                    "failures": .array(
                        of: .object(["topic_name": .string, "error_code": .integer, "message": .string]))
                ])),
        ])

    private static let changeSchema = JSONSchema.object(
        ["name": .string, "value": JSONSchema.string.orNull, "operation": .oneOf(["SET", "DELETE"])],
        optional: ["value", "operation"])

    private static func configSchema(_ owner: KeyValuePairs<String, JSONSchema>) -> JSONSchema {
        let synonym = JSONSchema.object([
            "name": .string, "value": JSONSchema.string.orNull, "source": .string,
        ])
        let fields: KeyValuePairs<String, JSONSchema> = [
            "name": .string, "value": JSONSchema.string.orNull, "is_default": .boolean, "is_read_only": .boolean,
            "is_sensitive": .boolean, "source": .string, "synonyms": .array(of: synonym),
        ]
        return resource(members: Array(owner) + Array(fields))
    }

    private static func configs(
        _ owner: String, _ field: KeyValuePairs<String, JSONSchema>, path: [RouteDescription.Parameter]
    ) -> Configs {
        let schema = configSchema(field)
        let name = RouteDescription.Parameter("name", "The setting's name.")
        return Configs(
            list: get("Lists the settings of \(owner).", list(of: schema), path: path),
            get: get("Describes a setting of \(owner).", schema, path: path + [name]),
            put: change(
                "Gives a setting of \(owner) a value.", body: .object(["value": JSONSchema.string.orNull]),
                path: path + [name]),
            delete: change("Has a setting of \(owner) go back to its default.", path: path + [name]),
            alter: change(
                "Changes settings of \(owner).",
                body: .object(
                    ["data": .array(of: changeSchema), "validate_only": .boolean], optional: ["validate_only"]),
                path: path))
    }
}
