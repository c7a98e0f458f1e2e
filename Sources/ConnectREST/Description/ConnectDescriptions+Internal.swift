import HTTPService
import HTTPTypes
import JSON

extension ConnectDescriptions {
    private static let unsigned = "The request has no signature, or one that cannot be checked"
    private static let forged = RouteDescription.Answer(
        .forbidden, "The signature is not the group's.", .named("Error"))
    private static let elsewhere = RouteDescription.Answer(
        .conflict, "The leader is not known now, or the workers are about to share out their work anew.",
        .named("Error"))
    private static let noKey = RouteDescription.Answer(
        .serviceUnavailable, "The worker knows no key yet to check signatures with.", .named("Error"))

    /// What workers ask of each other. Clients see that the paths have these methods, and cannot use them where the group
    /// signs.
    static let internalRequests: [String: RouteDescription] = [
        "POST /connectors/{name}/tasks": RouteDescription(
            "Hands the leader the tasks that a connector has divided its work into; signed by a worker (KIP-507).",
            path: name, body: .array(of: .named("Configuration")),
            answers: [
                .init(.ok, "They are the connector's tasks now."),
                .init(.badRequest, "\(unsigned); or the tasks are none, or too many.", .named("Error")),
                forged, notFound, elsewhere, noKey,
            ]),
        "PUT /connectors/{name}/fence": RouteDescription(
            "Has the leader fence the former tasks of a source connector; signed by a worker (KIP-618).",
            path: name,
            answers: [
                .init(.ok, "They cannot write any more."),
                .init(.badRequest, "\(unsigned); or the connector is no source.", .named("Error")),
                forged, notFound, elsewhere, noKey,
            ]),
    ]
}
