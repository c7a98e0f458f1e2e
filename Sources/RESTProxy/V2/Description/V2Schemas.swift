import HTTPService
import JSON

/// The bodies of API v2, as the OpenAPI document names them.
enum V2Schemas {
    private static let anything = JSONSchema([:])
    private static let topicPartition: KeyValuePairs<String, JSONSchema> = ["topic": .string, "partition": .integer]

    /// All of them.
    static let all: [(name: String, schema: JSONSchema)] = metadata + producing + consuming

    private static let metadata: [(name: String, schema: JSONSchema)] = [
        (
            "Partition",
            .object([
                "partition": .integer, "leader": .integer,
                "replicas": .array(of: .object(["broker": .integer, "leader": .boolean, "in_sync": .boolean])),
            ])
        ),
        (
            "Topic",
            .object([
                "name": .string, "configs": .map(of: .string.orNull), "partitions": .array(of: .named("Partition")),
            ])
        ),
        ("PartitionOffsets", .object(["beginning_offset": .integer, "end_offset": .integer])),
    ]

    private static let header = JSONSchema.object(["key": .string, "value": .string.orNull])

    private static let producing: [(name: String, schema: JSONSchema)] = [
        (
            "ProduceRequest",
            .object(
                [
                    "key_schema": .string.orNull, "key_schema_id": .integer.orNull, "value_schema": .string.orNull,
                    "value_schema_id": .integer.orNull,
                    "records": .array(
                        of: .object(
                            [
                                "key": anything, "value": anything, "partition": .integer.orNull,
                                "timestamp": .integer.orNull, "headers": .array(of: header).orNull,
                            ], optional: ["key", "value", "partition", "timestamp", "headers"])),
                ], optional: ["key_schema", "key_schema_id", "value_schema", "value_schema_id"])
        ),
        (
            "ProduceResponse",
            .object([
                "offsets": .array(
                    of: .object([
                        "partition": .integer.orNull, "offset": .integer.orNull, "error_code": .integer.orNull,
                        "error": .string.orNull,
                    ])), "key_schema_id": .integer.orNull, "value_schema_id": .integer.orNull,
            ])
        ),
    ]

    private static let consuming: [(name: String, schema: JSONSchema)] = [
        (
            "CreateConsumer",
            .object(
                [
                    "name": .string.orNull, "id": .string.orNull, "format": .string.orNull,
                    "auto.offset.reset": .string.orNull, "auto.commit.enable": .string.orNull,
                    "fetch.min.bytes": .integer.orNull, "consumer.request.timeout.ms": .integer.orNull,
                ],
                optional: [
                    "name", "id", "format", "auto.offset.reset", "auto.commit.enable", "fetch.min.bytes",
                    "consumer.request.timeout.ms",
                ])
        ),
        ("ConsumerInstance", .object(["instance_id": .string, "base_uri": .string])),
        (
            "Subscription",
            .object(
                ["topics": .array(of: .string), "topic_pattern": .string], optional: ["topics", "topic_pattern"])
        ),
        ("Partitions", .object(["partitions": .array(of: .object(topicPartition))])),
        (
            "Offsets",
            .object([
                "offsets": .array(
                    of: .object(
                        ["topic": .string, "partition": .integer, "offset": .integer, "metadata": .string.orNull],
                        optional: ["metadata"]))
            ])
        ),
        (
            "Positions",
            .object(
                [
                    "offsets": .array(
                        of: .object(
                            ["topic": .string, "partition": .integer, "offset": .integer, "metadata": .string.orNull],
                            optional: ["metadata"])),
                    "timestamps": .array(
                        of: .object(
                            [
                                "topic": .string, "partition": .integer, "timestamp": .string,
                                "metadata": .string.orNull,
                            ],
                            optional: ["metadata"])),
                ], optional: ["offsets", "timestamps"])
        ),
        (
            "ConsumerRecord",
            .object(
                [
                    "topic": .string, "key": anything, "value": anything, "partition": .integer, "offset": .integer,
                    "timestamp": .integer, "headers": .array(of: header),
                ], optional: ["timestamp", "headers"])
        ),
    ]
}
