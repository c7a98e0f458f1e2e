import HTTPService
import HTTPTypes
import JSON

extension ConnectDescriptions {
    static let name: [RouteDescription.Parameter] = [
        .init("name", "The connector's name.", .string.example("first-connector"))
    ]
    static let task = name + [.init("task", "The task's number.", .integer.example(0))]

    static func ok(_ summary: String, _ schema: JSONSchema) -> RouteDescription.Answer {
        .init(.ok, summary, schema)
    }

    static let notFound = RouteDescription.Answer(.notFound, "There is no such connector.", .named("Error"))
    private static let noTask = RouteDescription.Answer(
        .notFound, "There is no such connector or task.", .named("Error"))
    private static let invalid = RouteDescription.Answer(
        .badRequest, "The configuration is wrong; the message says each way in which it is.", .named("Error"))
    private static let empty = RouteDescription.Answer(
        .unprocessableContent, "There is no configuration.", .named("Error"))
    private static let conflict = RouteDescription.Answer(
        .conflict, "There is a connector of that name, or the workers are about to share out their work anew.",
        .named("Error"))

    static let connectors: [String: RouteDescription] = [
        "GET /connectors": RouteDescription(
            "The connectors.",
            query: [
                .init(
                    "expand", "Answers with an object that has this of each connector.",
                    .array(of: .oneOf(["status", "info"]))),
                .init("state", "Only those that are in such a state, or have a task that is.", .array(of: .string)),
                .init("type", "Only sources, or only sinks.", .array(of: .oneOf(["source", "sink", "unknown"]))),
                .init("q", "Only those whose names have this text in them."),
            ],
            answers: [
                ok(
                    "Their names, or what expand asks for by name.",
                    .any(of: [.array(of: .string), .named("ExpandedConnectors")]))
            ]),
        "POST /connectors": RouteDescription(
            "Creates a connector.", body: .named("CreateConnectorRequest"),
            answers: [.init(.created, "The connector.", .named("ConnectorInfo")), invalid, conflict, empty]),
        "GET /connectors/{name}": RouteDescription(
            "A connector with its configuration and tasks.", path: name,
            answers: [ok("The connector.", .named("ConnectorInfo")), notFound]),
        "DELETE /connectors/{name}": RouteDescription(
            "Deletes a connector.", path: name,
            query: [
                .init("offsets", "true deletes its offsets too, so that one of the same name begins anew.", .boolean)
            ],
            answers: [.init(.noContent, "It is gone."), notFound, conflict]),
    ]

    static let configurations: [String: RouteDescription] = [
        "GET /connectors/{name}/config": RouteDescription(
            "A connector's configuration.", path: name,
            answers: [ok("The values by key.", .named("Configuration")), notFound]),
        "PUT /connectors/{name}/config": RouteDescription(
            "Replaces a connector's configuration, or creates the connector.", path: name,
            body: .named("GivenConfiguration"),
            answers: [
                ok("The connector.", .named("ConnectorInfo")),
                .init(.created, "The connector, which is new.", .named("ConnectorInfo")), invalid, conflict, empty,
            ]),
        "PATCH /connectors/{name}/config": RouteDescription(
            "Changes some keys of a connector's configuration; null removes one (KIP-477).", path: name,
            body: .named("Patch"),
            answers: [ok("The connector.", .named("ConnectorInfo")), invalid, notFound, conflict]),
        "GET /connectors/{name}/tasks": RouteDescription(
            "A connector's tasks with their configurations.", path: name,
            answers: [ok("The tasks.", .array(of: .named("TaskInfo"))), notFound]),
        "GET /connectors/{name}/tasks-config": RouteDescription(
            "The configurations of a connector's tasks.", path: name,
            answers: [ok("The configurations by task.", .map(of: .named("Configuration"))), notFound]),
    ]

    static let states: [String: RouteDescription] = [
        "GET /connectors/{name}/status": RouteDescription(
            "What a connector and its tasks are doing.", path: name,
            answers: [ok("Their states.", .named("ConnectorStateInfo")), notFound]),
        "GET /connectors/{name}/tasks/{task}/status": RouteDescription(
            "What a task is doing.", path: task, answers: [ok("Its state.", .named("TaskState")), noTask]),
        "POST /connectors/{name}/restart": RouteDescription(
            "Restarts a connector, and its tasks if asked to (KIP-745).", path: name,
            query: [
                .init("includeTasks", "Whether its tasks restart too.", .boolean),
                .init("onlyFailed", "Whether only what has failed restarts.", .boolean),
            ],
            answers: [
                .init(.accepted, "What is going to restart.", .named("ConnectorStateInfo")),
                .init(.noContent, "The connector restarts."), notFound, conflict,
            ]),
        "POST /connectors/{name}/tasks/{task}/restart": RouteDescription(
            "Restarts a task.", path: task, answers: [.init(.noContent, "The task restarts."), noTask, conflict]),
        "PUT /connectors/{name}/pause": RouteDescription(
            "Has a connector and its tasks pause.", path: name,
            answers: [.init(.accepted, "They are about to."), notFound]),
        "PUT /connectors/{name}/resume": RouteDescription(
            "Has a connector and its tasks go on, also after a stop.", path: name,
            answers: [.init(.accepted, "They are about to."), notFound]),
        "PUT /connectors/{name}/stop": RouteDescription(
            "Stops a connector and ends its tasks.", path: name,
            answers: [.init(.noContent, "It is stopped."), notFound, conflict]),
    ]

    static let offsets: [String: RouteDescription] = [
        "GET /connectors/{name}/offsets": RouteDescription(
            "Where a connector goes on (KIP-875).", path: name,
            answers: [ok("Its offsets.", .named("Offsets")), notFound]),
        "PATCH /connectors/{name}/offsets": RouteDescription(
            "Sets offsets of a stopped connector; null has a partition begin anew.", path: name,
            body: .named("AlterOffsets"),
            answers: [
                ok("What came of it.", .named("Message")),
                .init(.badRequest, "The connector is not stopped, or cannot have such offsets.", .named("Error")),
                notFound,
                conflict,
            ]),
        "DELETE /connectors/{name}/offsets": RouteDescription(
            "Has a stopped connector begin anew.", path: name,
            answers: [
                ok("What came of it.", .named("Message")),
                .init(.badRequest, "The connector is not stopped.", .named("Error")), notFound, conflict,
            ]),
    ]
}

extension OpenAPIDocument {
    /// The document of Connect's API.
    static func connect(version: String, needsPassword: Bool) -> OpenAPIDocument {
        OpenAPIDocument(
            title: "Kafka Connect REST API", version: version, schemas: ConnectSchemas.all, needsPassword: needsPassword
        )
    }
}
