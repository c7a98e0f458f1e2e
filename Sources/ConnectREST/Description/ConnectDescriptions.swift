import HTTPService
import HTTPTypes
import JSON

/// What each route of the API is for: routes take their descriptions from here when they are added, and the OpenAPI document
/// is written from the routes.
enum ConnectDescriptions {
    /// The descriptions by method and path, such as `GET /connectors/{name}`.
    static let all: [String: RouteDescription] =
        [
            server, loggers, connectors, configurations, states, offsets, topics, plugins, operations, internalRequests,
        ].reduce(into: [:]) { all, part in all.merge(part) { first, _ in first } }

    /// The description of a route; `nil` for one that has none yet.
    static func of(_ method: HTTPRequest.Method, _ path: String) -> RouteDescription? {
        all["\(method.rawValue) \(path)"]
    }

    private static let server: [String: RouteDescription] = [
        "GET /": RouteDescription(
            "The versions of worker and cluster.", answers: [.init(.ok, "They.", .named("ServerInfo"))]),
        "GET /health": RouteDescription(
            "Whether the worker is ready (KIP-1017).",
            answers: [
                .init(.ok, "It is.", .named("Health")),
                .init(.serviceUnavailable, "It is still starting.", .named("Health")),
                .init(.internalServerError, "It cannot serve.", .named("Health")),
            ]),
    ]

    private static let logger: [RouteDescription.Parameter] = [
        .init("logger", "A logger's dotted name, or root.", .string.example("root"))
    ]

    private static let loggers: [String: RouteDescription] = [
        "GET /admin/loggers": RouteDescription(
            "The loggers that have a level of their own.",
            answers: [.init(.ok, "Their levels by name.", .map(of: .named("LoggerLevel")))]),
        "GET /admin/loggers/{logger}": RouteDescription(
            "The level of a logger, its own or the one that it has from above.", path: logger,
            answers: [
                .init(.ok, "The level.", .named("LoggerLevel")),
                .init(.notFound, "There is no such logger.", .named("Error")),
            ]),
        "PUT /admin/loggers/{logger}": RouteDescription(
            "Sets the level of a logger and of all below it (KIP-976).", path: logger,
            query: [
                .init("scope", "Whether this worker is meant or every one that runs.", .oneOf(["worker", "cluster"]))
            ],
            body: .named("SetLevel"),
            answers: [
                .init(.ok, "The loggers whose level was set, on this worker.", .array(of: .string)),
                .init(.noContent, "Every worker was told."),
                .init(.badRequest, "There is no level in the body.", .named("Error")),
                .init(.notFound, "There is no such level.", .named("Error")),
            ]),
    ]

    private static let plugin: [RouteDescription.Parameter] = [
        .init("plugin", "A class, by its full name or the last part of it.", .string.example("FileStreamSource"))
    ]

    private static let plugins: [String: RouteDescription] = [
        "GET /connector-plugins": RouteDescription(
            "The plug-ins that the worker has.",
            query: [.init("connectorsOnly", "false lists converters, transforms and predicates too.", .boolean)],
            answers: [.init(.ok, "Class, kind and version of each.", .array(of: .named("PluginInfo")))]),
        "GET /connector-plugins/{plugin}/config": RouteDescription(
            "The keys of a plug-in.", path: plugin,
            query: [
                .init(
                    "version", "A version or a range of them; the newest that fits is meant.",
                    .string.example("[1.0,2.0)"))
            ],
            answers: [
                .init(.ok, "The keys.", .array(of: .named("ConfigKeyInfo"))),
                .init(.badRequest, "The version is no version and no range.", .named("Error")),
                .init(.notFound, "There is no such plug-in, or not in such a version.", .named("Error")),
            ]),
        "PUT /connector-plugins/{plugin}/config/validate": RouteDescription(
            "Checks a configuration without using it.", path: plugin, body: .named("GivenConfiguration"),
            answers: [
                .init(.ok, "Every key with its value and what is wrong with it.", .named("ConfigInfos")),
                .init(.badRequest, "The configuration is of another class, or of none.", .named("Error")),
                .init(.notFound, "There is no such class.", .named("Error")),
            ]),
    ]
}
