import HTTPService
import JSON

/// What Connect's bodies look like, under the names that the OpenAPI document has for them.
enum ConnectSchemas {
    /// Every schema that has a name.
    static let all: [(name: String, schema: JSONSchema)] = requests + connectors + plugins + server

    private static let requests: [(name: String, schema: JSONSchema)] = [
        (
            "CreateConnectorRequest",
            .object(
                [
                    "name": .string.example("first-connector"),
                    "config": .named("GivenConfiguration"),
                    "initial_state": .oneOf(["RUNNING", "PAUSED", "STOPPED"]),
                ], optional: ["name", "initial_state"])
        ),
        // Numbers and booleans are taken for their text.
        (
            "GivenConfiguration",
            .map(of: scalar).example([
                "connector.class": "FileStreamSource", "tasks.max": 1, "file": "/var/log/dpkg.log",
                "topic": "kafka-connect-logs",
            ])
        ),
        ("Patch", .map(of: scalar.orNull)),
        ("AlterOffsets", .object(["offsets": .array(of: offset)])),
        ("SetLevel", .object(["level": level])),
    ]

    private static let connectors: [(name: String, schema: JSONSchema)] = [
        ("Configuration", .map(of: .string)),
        (
            "ConnectorInfo",
            .object([
                "name": .string, "config": .named("Configuration"), "tasks": .array(of: .named("TaskId")),
                "type": .named("ConnectorType"),
            ])
        ),
        ("ConnectorType", .oneOf(["source", "sink", "unknown"])),
        ("TaskId", .object(["connector": .string, "task": .integer])),
        ("TaskInfo", .object(["id": .named("TaskId"), "config": .named("Configuration")])),
        (
            "ConnectorStateInfo",
            .object([
                "name": .string,
                "connector": .object(
                    ["state": state, "worker_id": .string, "version": .string, "trace": .string],
                    optional: ["version", "trace"]),
                "tasks": .array(of: .named("TaskState")), "type": .named("ConnectorType"),
            ])
        ),
        (
            "TaskState",
            .object(
                ["id": .integer, "state": state, "worker_id": .string, "version": .string, "trace": .string],
                optional: ["version", "trace"])
        ),
        (
            "ExpandedConnectors",
            .map(
                of: .object(
                    ["status": .named("ConnectorStateInfo"), "info": .named("ConnectorInfo")],
                    optional: ["status", "info"]))
        ),
        ("Offsets", .object(["offsets": .array(of: offset)])),
        ("Message", .object(["message": .string])),
    ]

    private static let plugins: [(name: String, schema: JSONSchema)] = [
        (
            "PluginInfo",
            .object(["class": .string, "type": .string, "version": .string], optional: ["version"])
        ),
        (
            "ConfigKeyInfo",
            .object([
                "name": .string, "type": .string, "required": .boolean, "default_value": .string.orNull,
                "importance": .string, "documentation": .string, "group": .string.orNull,
                "width": .string, "display_name": .string, "dependents": .array(of: .string), "order": .integer,
            ])
        ),
        (
            "ConfigValueInfo",
            .object([
                "name": .string, "value": .string.orNull, "recommended_values": .array(of: .string),
                "errors": .array(of: .string), "visible": .boolean,
            ])
        ),
        (
            "ConfigInfos",
            .object([
                "name": .string, "error_count": .integer, "groups": .array(of: .string),
                "configs": .array(
                    of: .object([
                        "definition": .named("ConfigKeyInfo").orNull, "value": .named("ConfigValueInfo"),
                    ])),
            ])
        ),
    ]

    private static let server: [(name: String, schema: JSONSchema)] = [
        (
            "ServerInfo",
            .object(["version": .string, "commit": .string, "kafka_cluster_id": .string.orNull])
        ),
        (
            "Health",
            .object(["status": .oneOf(["healthy", "starting", "unhealthy"]), "message": .string])
        ),
        (
            "LoggerLevel",
            .object(["level": level, "last_modified": .integer.orNull])
        ),
    ]

    private static let scalar = JSONSchema.any(of: [.string, JSONSchema(["type": "number"]), .boolean])
    private static let offset = JSONSchema.object([
        "partition": .anyObject, "offset": .anyObject.orNull,
    ])
    private static let state = JSONSchema.oneOf([
        "UNASSIGNED", "RUNNING", "PAUSED", "FAILED", "RESTARTING", "STOPPED",
    ])
    private static let level = JSONSchema.oneOf(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"])
}
