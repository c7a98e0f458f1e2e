import HTTPService
import HTTPTypes
import JSON

extension V2Descriptions {
    private static let group = RouteDescription.Parameter("group", "The consumer group.", .string.example("readers"))
    private static let path: [RouteDescription.Parameter] = [
        group, .init("instance", "The consumer instance's name.", .string.example("reader-1")),
    ]
    private static let noInstance = RouteDescription.Answer(
        .notFound, "There is no such consumer instance (40403).", .named("Error"))
    private static let illegalState = RouteDescription.Answer(
        .conflict, "That does not fit what the instance reads (40903).", .named("Error"))
    private static let invalid = RouteDescription.Answer(
        .unprocessableContent, "The body lacks something, or has what it may not have.", .named("Error"))
    private static let done = RouteDescription.Answer(.noContent, "Done.")

    static let createConsumer = RouteDescription(
        "Creates a consumer instance in a group.", path: [group], body: .named("CreateConsumer"),
        isBodyRequired: false,
        answers: [
            .init(.ok, "Its name, and where it is.", .named("ConsumerInstance")),
            .init(.badRequest, "A setting is out of its range (40001).", .named("Error")),
            .init(.conflict, "The group has an instance of that name (40902).", .named("Error")), invalid,
        ])
    static let deleteConsumer = RouteDescription(
        "Deletes a consumer instance; its partitions go to the others of the group at once.", path: path,
        answers: [done, noInstance])
    static let subscribe = RouteDescription(
        "Has an instance read topics, shared with the others of its group.", path: path,
        body: .named("Subscription"), answers: [done, noInstance, illegalState, invalid])
    static let subscription = RouteDescription(
        "The topics that an instance is subscribed to.", path: path,
        answers: [
            .init(.ok, "They.", .object(["topics": .array(of: .string)])), noInstance,
        ])
    static let unsubscribe = RouteDescription(
        "Has an instance read nothing.", path: path, answers: [done, noInstance])
    static let assign = RouteDescription(
        "Has an instance read partitions by itself.", path: path, body: .named("Partitions"),
        answers: [done, noInstance, illegalState, invalid])
    static let assignment = RouteDescription(
        "The partitions that an instance reads.", path: path,
        answers: [.init(.ok, "They.", .named("Partitions")), noInstance])
    static let seek = RouteDescription(
        "Has an instance go on at offsets, or at times.", path: path, body: .named("Positions"),
        answers: [done, noInstance, illegalState, invalid])
    static let seekToBeginning = RouteDescription(
        "Has an instance go on with the oldest records.", path: path, body: .named("Partitions"),
        answers: [done, noInstance, illegalState, invalid])
    static let seekToEnd = RouteDescription(
        "Has an instance go on with the next records to be written.", path: path, body: .named("Partitions"),
        answers: [done, noInstance, illegalState, invalid])
    static let commit = RouteDescription(
        "Commits the offsets in the body, or without a body those after everything that reads have answered.",
        path: path, body: .named("Offsets"), isBodyRequired: false,
        answers: [
            .init(.ok, "An empty list.", .array(of: .anyObject)),
            .init(
                .notFound, "There is no such topic (40401), partition (40402) or consumer instance (40403).",
                .named("Error")), invalid,
        ])
    static let committed = RouteDescription(
        "The committed offsets of the partitions in the body.", path: path,
        answers: [
            .init(.ok, "They; partitions without one are left out.", .named("Offsets")),
            .init(.notFound, "There is no such instance (40403), or no body (40402).", .named("Error")),
        ])
    static let records = RouteDescription(
        "Reads records. The first read waits until the group has given the instance its partitions.", path: path,
        query: [
            .init("timeout", "The most milliseconds to wait for records.", .integer.example(1000)),
            .init(
                "max_bytes", "The most bytes of keys and values; one record comes at least.", .integer.example(65536)),
            json,
        ],
        answers: [
            .init(.ok, "The records.", .array(of: .named("ConsumerRecord"))),
            noInstance,
            .init(.notAcceptable, "The instance has another format (40601).", .named("Error")),
            .init(.requestTimeout, "A record is not of the instance's format (40801).", .named("Error")),
            illegalState,
        ])
}
