import HTTPService
import HTTPTypes
import JSON

extension ConnectDescriptions {
    static let operations: [String: RouteDescription] = [
        "GET /metrics": RouteDescription(
            "The metrics of this worker, its connectors and its tasks, for Prometheus.",
            answers: [.init(.ok, "Prometheus' text format, version 0.0.4.", .string, type: "text/plain")]),
        "GET /connectors/{name}/metrics": RouteDescription(
            "The metrics of a connector and of its tasks on this worker.", path: name,
            answers: [.init(.ok, "An object for each of Kafka's groups.", .anyObject), notFound]),
        // Not `follow`: an answer that ends after an hour is nothing that tools try out.
        "GET /connectors/{name}/logs": RouteDescription(
            "What was logged about a connector on this worker; with follow=true also what comes, line by line.",
            path: name,
            query: [
                .init("level", "The lowest level.", .oneOf(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"])),
                .init("task", "Only lines about this task.", .integer),
                .init("limit", "Only the last so many, 1000 at most.", .integer),
            ],
            answers: [
                .init(.ok, "The lines, the oldest first.", .array(of: .anyObject)),
                .init(.badRequest, "A parameter is none.", .named("Error")), notFound,
                .init(.conflict, "Too many follow logs already.", .named("Error")),
            ]),
        "POST /transforms/preview": RouteDescription(
            "Shows what transforms make of records; nothing is written.", body: .anyObject,
            answers: [
                .init(.ok, "Each record with its way through the transforms.", .anyObject),
                .init(.badRequest, "The body or a transform is wrong.", .named("Error")),
                .init(.notFound, "There is no such transform, predicate or converter.", .named("Error")),
                .init(.contentTooLarge, "The body has more than 1 MiB.", .named("Error")),
            ]),
    ]

    static let topics: [String: RouteDescription] = [
        "GET /connectors/{name}/topics": RouteDescription(
            "The topics that a connector has used (KIP-558).", path: name,
            answers: [
                ok("The topics by connector.", .map(of: .object(["topics": .array(of: .string)]))),
                .init(.forbidden, "Topics are not tracked.", .named("Error")),
            ]),
        "PUT /connectors/{name}/topics/reset": RouteDescription(
            "Forgets the topics that a connector has used.", path: name,
            answers: [
                .init(.accepted, "They are forgotten."), .init(.forbidden, "That is not allowed.", .named("Error")),
            ]),
    ]
}
