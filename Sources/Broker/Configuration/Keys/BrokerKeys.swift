/// The settings of a broker, all that Kafka documents: those that have a meaning here first.
enum BrokerKeys {
    static let all: [ConfigurationKey] =
        network + storage + cleaner + replication + groups + consumerGroups + shareGroups + transactions + quotas
        + withoutEffect
        + ignoredStorage + ignoredCoordination + cluster + security

    /// A key that is accepted and changes nothing: its name, type and default, and the numbers it may be.
    typealias Ignored = (
        name: String, kind: ConfigurationKey.Kind, defaultValue: String?, range: ClosedRange<Int64>?
    )

    /// Keys without effect, for one `reason`.
    static func ignored(_ reason: String, _ keys: [Ignored]) -> [ConfigurationKey] {
        keys.map {
            ConfigurationKey(
                $0.name, $0.kind, $0.defaultValue, minimum: $0.range?.lowerBound,
                maximum: $0.range.flatMap { $0.upperBound == Int64.max ? nil : $0.upperBound },
                "No effect: \(reason).")
        }
    }

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    private static let network: [ConfigurationKey] = [
        ConfigurationKey(
            "listeners", .list, "PLAINTEXT://127.0.0.1:9092", "Where the broker listens; port 0 takes a free one."),
        ConfigurationKey(
            "advertised.listeners", .string, nil, "What clients are told to connect to; the bound addresses if not set."
        ),
        ConfigurationKey(
            "listener.security.protocol.map", .string, nil,
            "The security protocol of each listener name; PLAINTEXT and SSL are served."),
        ConfigurationKey("node.id", .int, "1", minimum: 0, "This node's number."),
        ConfigurationKey("broker.id", .int, nil, minimum: -1, "The older name of node.id."),
        ConfigurationKey("broker.rack", .string, nil, "The rack that Metadata names for this broker."),
        ConfigurationKey(
            "num.network.threads", .int, nil, minimum: 1,
            "Event loops; one on two cores, above that one for each core less one."),
        ConfigurationKey(
            "socket.request.max.bytes", .int, "104857600", minimum: 1,
            "The largest request; a longer one closes the connection."),
        ConfigurationKey(
            "queued.max.request.bytes", .long, "-1",
            "The most bytes of large requests that come in or are not handled; above it they are not read. -1 is an eighth of the machine's memory, at least 128 MiB."
        ),
        ConfigurationKey(
            "max.connections", .int, "2147483647", minimum: 0,
            "Connections above this number, or above a quarter of the files that may be open, are closed at once. listener.name.NAME.max.connections is for one listener."
        ),
        ConfigurationKey(
            "max.connections.per.ip", .int, "2147483647", minimum: 0,
            "Connections from one address above this number are closed at once."),
        ConfigurationKey(
            "max.connections.per.ip.overrides", .string, "",
            "max.connections.per.ip of single addresses, as address:number separated by commas."),
        ConfigurationKey(
            "max.connection.creation.rate", .int, "2147483647", minimum: 0,
            "New connections a second; those above it are taken up later. listener.name.NAME.max.connection.creation.rate is for one listener."
        ),
        ConfigurationKey(
            "socket.listen.backlog.size", .int, "1024", minimum: 1,
            "Connections that the kernel keeps waiting until they are taken up."),
        ConfigurationKey(
            "connections.max.idle.ms", .long, "600000", minimum: -1,
            "A connection without a whole request for this long is closed, or whose client takes nothing of its answers; -1 is no limit."
        ),
        ConfigurationKey(
            "fetch.max.bytes", .int, "57671680", minimum: 1024, "The most bytes that one fetch answer carries."),
        ConfigurationKey(
            "max.incremental.fetch.session.cache.slots", .int, "1000", minimum: 0,
            "Fetch sessions kept at a time (KIP-227)."),
        ConfigurationKey(
            "max.request.partition.size.limit", .int, "2000", minimum: 1,
            "The most partitions that one answer to DescribeTopicPartitions carries (KIP-966)."),
        ConfigurationKey(
            "telemetry.max.bytes", .int, "1048576", minimum: 1,
            "The most bytes of metrics that a client may push at once (KIP-714)."),
    ]

    private static let storage: [ConfigurationKey] = [
        ConfigurationKey("log.dirs", .string, "data", "The data directory, only one; MILLRACE_LOG_DIRS sets it too."),
        ConfigurationKey("log.dir", .string, nil, "The older name of log.dirs."),
        ConfigurationKey(
            "num.partitions", .int, "1", minimum: 1, "Partitions of a topic that is created without a number."),
        ConfigurationKey(
            "default.replication.factor", .int, "1", minimum: 1, "Replicas of a topic that is created without a number."
        ),
        ConfigurationKey(
            "auto.create.topics.enable", .boolean, "true", "Whether asking for an unknown topic creates it."),
        ConfigurationKey("delete.topic.enable", .boolean, "true", "Whether DeleteTopics is served."),
        ConfigurationKey("log.segment.bytes", .int, "1073741824", minimum: 14, "Default of segment.bytes."),
        ConfigurationKey("log.roll.ms", .long, nil, minimum: 1, "Default of segment.ms; overrides log.roll.hours."),
        ConfigurationKey("log.roll.hours", .int, "168", minimum: 1, "Default of segment.ms, in hours."),
        ConfigurationKey(
            "log.roll.jitter.ms", .long, "0", minimum: 0,
            "No effect: segments of different partitions roll when they are due."),
        ConfigurationKey(
            "log.retention.ms", .long, nil, minimum: -1, "Default of retention.ms; overrides minutes and hours."),
        ConfigurationKey(
            "log.retention.minutes", .int, nil, minimum: -1, "Default of retention.ms, in minutes; overrides hours."),
        ConfigurationKey("log.retention.hours", .int, "168", minimum: -1, "Default of retention.ms, in hours."),
        ConfigurationKey("log.retention.bytes", .long, "-1", minimum: -1, "Default of retention.bytes."),
        ConfigurationKey(
            "log.retention.check.interval.ms", .long, "300000", minimum: 1, "How often old segments are looked for."),
        ConfigurationKey(
            "log.cleanup.policy", .list, "delete", allowed: ["delete", "compact"], "Default of cleanup.policy."),
        ConfigurationKey("log.index.interval.bytes", .int, "4096", minimum: 0, "Default of index.interval.bytes."),
        ConfigurationKey("log.index.size.max.bytes", .int, "10485760", minimum: 4, "Default of segment.index.bytes."),
        ConfigurationKey("message.max.bytes", .int, "1048588", minimum: 0, "Default of max.message.bytes."),
        ConfigurationKey(
            "log.message.timestamp.type", .string, "CreateTime", allowed: ["CreateTime", "LogAppendTime"],
            "Default of message.timestamp.type."),
        ConfigurationKey(
            "log.message.timestamp.before.max.ms", .long, "9223372036854775807", minimum: 0,
            "Default of message.timestamp.before.max.ms."),
        ConfigurationKey(
            "log.message.timestamp.after.max.ms", .long, "3600000", minimum: 0,
            "Default of message.timestamp.after.max.ms."),
        ConfigurationKey(
            "log.flush.interval.messages", .long, "1", minimum: 1,
            "Default of flush.messages: 1 is durable acknowledgements, 9223372036854775807 is Kafka's own contract."),
        ConfigurationKey(
            "log.flush.interval.ms", .long, nil, "Default of flush.ms; overrides log.flush.scheduler.interval.ms."),
        ConfigurationKey(
            "log.flush.scheduler.interval.ms", .long, "9223372036854775807", minimum: 0, "Default of flush.ms."),
        ConfigurationKey(
            "log.flush.offset.checkpoint.interval.ms", .int, "60000", minimum: 0,
            "How often recovery points are written down."),
        ConfigurationKey(
            "producer.id.expiration.ms", .int, "86400000", minimum: 1, "How long an idle producer is remembered."),
        ConfigurationKey(
            "compression.type", .string, "producer", allowed: CompressionSettings.types,
            "Compression on disk: one codec for all batches, uncompressed, or producer, which keeps what each producer chose."
        ),
        ConfigurationKey(
            "compression.gzip.level", .int, "-1", allowed: CompressionSettings.gzipLevels,
            "The level of gzip where compression.type is gzip: 1 to 9, or -1 for the default."),
        ConfigurationKey(
            "compression.lz4.level", .int, "9", minimum: 1, maximum: 17,
            "The level of lz4 where compression.type is lz4: 1 to 17; 9 is the fast default."),
        ConfigurationKey(
            "compression.zstd.level", .int, "3", minimum: -131_072, maximum: 22,
            "The level of zstd where compression.type is zstd: -131072 to 22."),
        ConfigurationKey("min.insync.replicas", .int, "1", minimum: 1, "Default of the topic's min.insync.replicas."),
    ]

    private static let cleaner: [ConfigurationKey] = [
        ConfigurationKey(
            "log.cleaner.enable", .boolean, "true", "Whether logs with cleanup.policy=compact are compacted."),
        ConfigurationKey(
            "log.cleaner.dedupe.buffer.size", .long, "134217728", minimum: 0,
            "The most memory for the keys of one compaction, in bytes: 24 bytes a key."),
        ConfigurationKey(
            "log.cleaner.io.buffer.load.factor", .double, "0.9",
            "How full the memory for keys may get, above 0 and at most 1."),
        ConfigurationKey(
            "log.cleaner.io.max.bytes.per.second", .double, "1.7976931348623157E308",
            "The most bytes that compaction reads and writes a second."),
        ConfigurationKey(
            "log.cleaner.backoff.ms", .long, "15000", minimum: 0, "How long the cleaner rests when no log needs it."),
        ConfigurationKey(
            "log.cleaner.delete.retention.ms", .long, "86400000", minimum: 0, "Default of delete.retention.ms."),
        ConfigurationKey(
            "log.cleaner.max.compaction.lag.ms", .long, "9223372036854775807", minimum: 1,
            "Default of max.compaction.lag.ms."),
        ConfigurationKey(
            "log.cleaner.min.compaction.lag.ms", .long, "0", minimum: 0, "Default of min.compaction.lag.ms."),
        ConfigurationKey(
            "log.cleaner.min.cleanable.ratio", .double, "0.5", minimum: 0, maximum: 1,
            "Default of min.cleanable.dirty.ratio."),
    ]

    private static let quotas: [ConfigurationKey] = [
        ConfigurationKey(
            "quota.window.num", .int, "11", minimum: 1, "Windows over which the rates of clients are measured."),
        ConfigurationKey("quota.window.size.seconds", .int, "1", minimum: 1, "The length of one such window."),
        ConfigurationKey(
            "controller.quota.window.num", .int, "11", minimum: 1,
            "Windows whose worth of changes to topics a client may save up (controller_mutation_rate)."),
        ConfigurationKey(
            "controller.quota.window.size.seconds", .int, "1", minimum: 1, "The length of one such window."),
    ]

    private static let withoutEffect: [ConfigurationKey] = [
        ("advertised.host.name", ConfigurationKey.Kind.string, nil, "gone from Kafka; use advertised.listeners"),
        ("background.threads", .int, nil, "background work has threads of its own"),
        ("num.io.threads", .int, nil, "requests are handled on the event loops; see num.network.threads"),
        ("queued.max.requests", .int, nil, "requests are handled as they are read, none are queued in between"),
        ("socket.send.buffer.bytes", .int, nil, "the kernel sizes socket buffers by itself"),
        ("socket.receive.buffer.bytes", .int, nil, "the kernel sizes socket buffers by itself"),
        ("num.recovery.threads.per.data.dir", .int, nil, "recovery takes the threads of the blocking pool"),
        ("process.roles", .list, nil, "one process is broker and controller"),
        ("controller.quorum.voters", .list, nil, "one node needs no quorum"),
        ("controller.listener.names", .string, nil, "the controller has no listener of its own"),
        ("zookeeper.connect", .string, nil, "there is no ZooKeeper"),
        ("log.cleaner.threads", .int, "1", "one thread compacts, one log at a time"),
        ("log.cleaner.io.buffer.size", .int, "524288", "batches are read and written in pieces of their own size"),
        ("log.segment.delete.delay.ms", .long, "60000", "files go at once, and readers that have them open finish"),
        ("log.preallocate", .boolean, "false", "the active segment is always preallocated, in growing steps"),
    ].map { name, kind, value, reason in ConfigurationKey(name, kind, value, "No effect: \(reason).") }
}
