import ConnectAPI
import RecordFormat

/// Kafka's settings of producers, consumers and admins, with Kafka's types and values.
extension ClientRole {
    /// The settings that have an effect here.
    var definition: ConfigDefinition {
        switch self {
        case .producer: Self.producerKeys
        case .consumer: Self.consumerKeys
        case .admin: Self.adminKeys
        }
    }

    /// The settings of Kafka's client that this one has no use for.
    var unused: Set<String> {
        switch self {
        case .producer: Self.unusedByAll.union(Self.unusedByProducers)
        case .consumer: Self.unusedByAll.union(Self.unusedByConsumers)
        case .admin: Self.unusedByAll
        }
    }

    private static let producerKeys = ConfigDefinition(
        connectionKeys + [
            key(
                "acks", .string, "When a record counts as written.",
                .oneOf(["all", "-1", "0", "1"])),
            key("enable.idempotence", .boolean, "Whether repeated batches are recognised."),
            key(
                "compression.type", .string, "How batches are compressed.",
                .oneOf(["none", "gzip", "snappy", "lz4", "zstd"])),
            key("batch.size", .int, "The bytes at which a batch is full.", .atLeast(0)),
            key("linger.ms", .long, "How long a batch waits for more records.", .atLeast(0)),
            key("max.request.size", .int, "The largest request in bytes.", .atLeast(1)),
            key("buffer.memory", .long, "Bytes of records that may wait for acknowledgement.", .atLeast(1)),
            key("max.block.ms", .long, "How long a sender waits for room.", .atLeast(0)),
            key("delivery.timeout.ms", .int, "How long a record may take to be acknowledged.", .atLeast(0)),
            key(
                "max.in.flight.requests.per.connection", .int, "Unanswered requests to one broker.", .atLeast(1)),
        ])

    private static let consumerKeys = ConfigDefinition(
        connectionKeys + [
            key("default.api.timeout.ms", .int, "How long one call may take.", .atLeast(1)),
            key("group.id", .string, "The consumer group.", .nonEmpty),
            key("group.instance.id", .string, "A name that outlives the process.", .nonEmpty),
            key(
                "auto.offset.reset", .string, "Where to start without an offset.",
                .oneOf(["latest", "earliest", "none"], ignoringCase: true)),
            key(
                "isolation.level", .string, "Which records are read.",
                .oneOf(["read_committed", "read_uncommitted"], ignoringCase: true)),
            key("session.timeout.ms", .int, "How long the group waits for a heartbeat.", .atLeast(1)),
            key("heartbeat.interval.ms", .int, "The pause between heartbeats.", .atLeast(1)),
            key("max.poll.interval.ms", .int, "How long a task may take between polls.", .atLeast(1)),
            key("max.poll.records", .int, "Records that one poll returns.", .atLeast(1)),
            key("fetch.min.bytes", .int, "Bytes that the broker waits for.", .atLeast(0)),
            key("fetch.max.bytes", .int, "Bytes that one fetch brings.", .atLeast(1)),
            key("fetch.max.wait.ms", .int, "How long the broker waits for them.", .atLeast(0)),
            key("max.partition.fetch.bytes", .int, "Bytes that one fetch brings of a partition.", .atLeast(1)),
            key("check.crcs", .boolean, "Whether checksums are checked; they always are."),
            key("client.rack", .string, "The rack that the consumer stands in."),
            key(
                "partition.assignment.strategy", .list, "How the group shares partitions.",
                ConfigValidator { text in
                    PartitionAssignors(text) == nil
                        ? "the assignors are \(PartitionAssignors.classNames.joined(separator: ", "))" : nil
                }),
        ])

    private static let adminKeys = ConfigDefinition(
        connectionKeys + [key("default.api.timeout.ms", .int, "How long one call may take.", .atLeast(1))])

    private static let connectionKeys = [
        key("bootstrap.servers", .list, "Brokers of another cluster.", .nonEmpty),
        key("client.id", .string, "The name that brokers log and count quotas under."),
        key(
            "security.protocol", .string, "How brokers are spoken to.",
            .oneOf(["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"], ignoringCase: true)),
        key("request.timeout.ms", .int, "How long one request may go unanswered.", .atLeast(1)),
        key("metadata.max.age.ms", .long, "The age at which metadata is fetched anew.", .atLeast(0)),
        key("reconnect.backoff.ms", .long, "The pause before a broker is dialled again.", .atLeast(0)),
        key("reconnect.backoff.max.ms", .long, "The longest such pause.", .atLeast(0)),
        key("retry.backoff.ms", .long, "The pause before a request is tried again.", .atLeast(0)),
        key("retry.backoff.max.ms", .long, "The longest such pause.", .atLeast(0)),
        key("socket.connection.setup.timeout.ms", .long, "How long making a connection may take.", .atLeast(1)),
    ]

    private static func key(
        _ name: String, _ kind: ConfigKey.Kind, _ documentation: String, _ validator: ConfigValidator? = nil
    ) -> ConfigKey {
        ConfigKey(
            name, kind, default: .none, importance: .medium, documentation: documentation, validator: validator)
    }

    private static let unusedByAll: Set<String> = [
        "auto.include.jmx.reporter", "bootstrap.controllers", "client.dns.lookup", "connections.max.idle.ms",
        "enable.metrics.push", "metadata.recovery.rebootstrap.trigger.ms", "metadata.recovery.strategy",
        "metric.reporters", "metrics.num.samples", "metrics.recording.level", "metrics.sample.window.ms",
        "receive.buffer.bytes", "retries", "send.buffer.bytes", "socket.connection.setup.timeout.max.ms",
    ]

    private static let unusedByProducers: Set<String> = [
        "compression.gzip.level", "compression.lz4.level", "compression.zstd.level", "interceptor.classes",
        "key.serializer", "metadata.max.idle.ms", "partitioner.adaptive.partitioning.enable",
        "partitioner.availability.timeout.ms", "partitioner.class", "partitioner.ignore.keys",
        "transaction.timeout.ms", "transactional.id", "value.serializer",
    ]

    private static let unusedByConsumers: Set<String> = [
        "allow.auto.create.topics", "auto.commit.interval.ms", "enable.auto.commit", "exclude.internal.topics",
        "group.protocol", "group.remote.assignor", "interceptor.classes", "key.deserializer",
        "share.acknowledgement.mode",
        "value.deserializer",
    ]
}
