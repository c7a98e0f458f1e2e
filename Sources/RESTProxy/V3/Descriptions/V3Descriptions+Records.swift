import HTTPService
import HTTPTypes
import JSON
import SchemaClient

extension V3Descriptions {
    private static let kinds = RecordData.Kind.allCases.map(\.rawValue)
    private static let anything = JSONSchema([:])

    private static let dataSchema = JSONSchema.object(
        [
            "type": .oneOf(kinds), "subject": .string,
            "subject_name_strategy": .oneOf(SubjectNameStrategy.allCases.map(\.rawValue)),
            "schema_id": .integer, "schema_version": .integer, "schema": .string, "data": anything,
        ],
        optional: [
            "type", "subject", "subject_name_strategy", "schema_id", "schema_version", "schema", "data",
        ])
    private static let headersSchema = JSONSchema.array(
        of: .object(["name": .string, "value": JSONSchema.string.orNull], optional: ["value"]))
    private static let recordSchema = JSONSchema.object(
        [
            "partition_id": .integer, "headers": headersSchema, "key": dataSchema, "value": dataSchema,
            "timestamp": .string,
        ], optional: ["partition_id", "headers", "key", "value", "timestamp"])
    private static let replyDataSchema = JSONSchema.object(
        [
            "type": .oneOf(kinds), "subject": .string, "schema_id": .integer, "schema_version": .integer,
            "size": .integer,
        ], optional: ["subject", "schema_id", "schema_version"])
    private static let replySchema = JSONSchema.object(
        [
            "error_code": .integer, "message": .string, "cluster_id": .string, "topic_name": .string,
            "partition_id": .integer, "offset": .integer, "timestamp": .string, "key": replyDataSchema,
            "value": replyDataSchema,
        ],
        optional: [
            "message", "cluster_id", "topic_name", "partition_id", "offset", "timestamp", "key", "value",
        ])

    static let produce = RouteDescription(
        "Writes records: objects one after the other, for each of which one comes back once it is written.",
        path: [cluster, topic], body: recordSchema,
        answers: [.init(.ok, "One object for each record, in order, with an error_code of its own.", replySchema)])
    static let produceBatch = RouteDescription(
        "Writes records and waits for all of them.", path: [cluster, topic],
        body: .object(["entries": .array(of: .object(["id": .string]))]),
        answers: [
            .init(
                HTTPResponse.Status(code: 207, reasonPhrase: "Multi-Status"), "What became of each.",
                .object([
                    "successes": .array(of: .object(["id": .string])),
                    "failures": .array(
                        of: .object(["id": .string, "error_code": .integer, "message": .string])),
                ]))
        ])

    static let socket = RouteDescription(
        "Opens a WebSocket that writes and reads records.", path: [cluster, topic],
        answers: [.init(.switchingProtocols, "The WebSocket is open.")])

    static let readRecords = RouteDescription(
        "Reads records: some now, or all that come as server-sent events or lines of JSON.", path: [cluster, topic],
        query: [
            .init("partition", "The partition; all of them where it is not there.", .integer),
            .init("offset", "Where to begin: earliest, latest, or an offset of the one partition."),
            .init("timestamp", "Where to begin: with the first record of this time, in ISO 8601 or milliseconds."),
            .init("after", "Where to go on: behind these partition:offset pairs, with commas between them."),
            .init("max_records", "The most records.", .integer),
            .init("max_bytes", "The most bytes of keys, values and headers.", .integer),
            .init("wait", "How many milliseconds to wait for a record.", .integer),
            .init("format", "What values are.", .oneOf(kinds)), .init("key_format", "What keys are.", .oneOf(kinds)),
        ],
        answers: [
            .init(
                .ok, "Records, and where they go on.",
                list(
                    of: .object(
                        [
                            "partition_id": .integer, "offset": .integer, "timestamp": .string,
                            "headers": headersSchema, "key": dataSchema.orNull, "value": dataSchema.orNull,
                        ])))
        ])
}
