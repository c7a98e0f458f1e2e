import HTTPService
import HTTPTypes
import JSON

/// What the routes of API v2 are for, take and answer, as the OpenAPI document shows it.
enum V2Descriptions {
    static let topicName = RouteDescription.Parameter("topic", "The topic's name.", .string.example("orders"))
    static let partitionNumber = RouteDescription.Parameter(
        "partition", "The partition's number, from 0.", .integer.example(0))
    static let json = RouteDescription.Parameter(
        "json", "Which JSON stands for Avro data: Avro's own, or plain JSON without the names of unions' branches.",
        .oneOf(JSONForm.allCases.map(\.rawValue)))

    static let noTopic = RouteDescription.Answer(.notFound, "There is no such topic (40401).", .named("Error"))
    static let noPartition = RouteDescription.Answer(
        .notFound, "There is no such topic (40401) or partition (40402).", .named("Error"))

    static let root = RouteDescription(
        "Whether the proxy answers.", answers: [.init(.ok, "It does.", .anyObject)])

    static let topics = RouteDescription(
        "The names of all topics.", answers: [.init(.ok, "They.", .array(of: .string))])
    static let topic = RouteDescription(
        "A topic with its settings and partitions.", path: [topicName],
        answers: [.init(.ok, "The topic.", .named("Topic")), noTopic])
    static let partitions = RouteDescription(
        "The partitions of a topic.", path: [topicName],
        answers: [.init(.ok, "They.", .array(of: .named("Partition"))), noTopic])
    static let partition = RouteDescription(
        "A partition and who keeps it.", path: [topicName, partitionNumber],
        answers: [.init(.ok, "The partition.", .named("Partition")), noPartition])
    static let offsets = RouteDescription(
        "The offsets at the ends of a partition.", path: [topicName, partitionNumber],
        answers: [.init(.ok, "They.", .named("PartitionOffsets")), noPartition])
    static let brokers = RouteDescription(
        "The brokers of the cluster.",
        answers: [
            .init(.ok, "Their numbers.", .object(["brokers": .array(of: .integer)]))
        ])

    private static let produceAnswers: [RouteDescription.Answer] = [
        .init(.ok, "Where each record was written, or why it was not.", .named("ProduceResponse")),
        .init(.forbidden, "The cluster does not let the proxy write there (40301).", .named("ProduceResponse")),
        noPartition,
        .init(.unsupportedMediaType, "The type of the body does not say what the records are.", .named("Error")),
        .init(
            .unprocessableContent, "The body is no produce request, or the data does not fit its schema.",
            .named("Error")),
        .init(.tooManyRequests, "The broker throttles; Retry-After says for how long.", .named("Error")),
    ]
    static let produceToTopic = RouteDescription(
        "Writes records to a topic; what they are the body's type says.", path: [topicName], query: [json],
        body: .named("ProduceRequest"), answers: produceAnswers)
    static let produceToPartition = RouteDescription(
        "Writes records to a partition; what they are the body's type says.", path: [topicName, partitionNumber],
        query: [json], body: .named("ProduceRequest"), answers: produceAnswers)
}
