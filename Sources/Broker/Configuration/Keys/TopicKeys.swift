/// The settings of a topic, all that Kafka 4.x documents.
enum TopicKeys {
    static let all: [ConfigurationKey] = [
        ConfigurationKey(
            "cleanup.policy", .list, "delete", broker: "log.cleanup.policy", allowed: ["delete", "compact"],
            "What becomes of old records: `delete` by time and size; `compact` keeps the last one of each key; both at once."
        ),
        ConfigurationKey(
            "compression.type", .string, "producer", broker: "compression.type", allowed: CompressionSettings.types,
            "Compression on disk: one codec for all batches, uncompressed, or producer, which keeps what each producer chose."
        ),
        ConfigurationKey(
            "compression.gzip.level", .int, "-1", broker: "compression.gzip.level",
            allowed: CompressionSettings.gzipLevels,
            "The level of gzip where compression.type is gzip: 1 to 9, or -1 for the default."),
        ConfigurationKey(
            "compression.lz4.level", .int, "9", broker: "compression.lz4.level", minimum: 1, maximum: 17,
            "The level of lz4 where compression.type is lz4: 1 to 17; 9 is the fast default."),
        ConfigurationKey(
            "compression.zstd.level", .int, "3", broker: "compression.zstd.level", minimum: -131_072, maximum: 22,
            "The level of zstd where compression.type is zstd: -131072 to 22."),
        ConfigurationKey(
            "delete.retention.ms", .long, "86400000", broker: "log.cleaner.delete.retention.ms", minimum: 0,
            "How long a tombstone stays in a compacted topic from the first compaction on that meets it."),
        ConfigurationKey(
            "file.delete.delay.ms", .long, "60000", broker: "log.segment.delete.delay.ms", minimum: 0,
            "No effect: files go at once, and readers that have them open finish."),
        ConfigurationKey(
            "flush.messages", .long, "1", broker: "log.flush.interval.messages", minimum: 1,
            "1: acknowledged records are on the device of every in-sync replica, and consumers see no others. Any larger number: Kafka's own "
                + "contract, the page cache of every in-sync replica."),
        ConfigurationKey(
            "flush.ms", .long, "9223372036854775807", broker: "log.flush.interval.ms", minimum: 0,
            "The longest time that a record stays unsynced where flush.messages is not 1."),
        ConfigurationKey(
            "follower.replication.throttled.replicas", .list, "",
            "Followers held to follower.replication.throttled.rate: partition:broker separated by commas, or *."),
        ConfigurationKey(
            "index.interval.bytes", .int, "4096", broker: "log.index.interval.bytes", minimum: 0,
            "Bytes of log between two index entries."),
        ConfigurationKey(
            "leader.replication.throttled.replicas", .list, "",
            "Leaders held to leader.replication.throttled.rate: partition:broker separated by commas, or *."),
        ConfigurationKey(
            "local.retention.bytes", .long, "-2", broker: "log.local.retention.bytes", minimum: -2,
            "No effect: there is no tiered storage."),
        ConfigurationKey(
            "local.retention.ms", .long, "-2", broker: "log.local.retention.ms", minimum: -2,
            "No effect: there is no tiered storage."),
        ConfigurationKey(
            "max.compaction.lag.ms", .long, "9223372036854775807", broker: "log.cleaner.max.compaction.lag.ms",
            minimum: 1,
            "How long a record may wait for compaction, however little there is to gain; segments roll in time for it."),
        ConfigurationKey(
            "max.message.bytes", .int, "1048588", broker: "message.max.bytes", minimum: 0,
            "The largest batch that a producer may send, in bytes."),
        ConfigurationKey(
            "message.downconversion.enable", .boolean, "true", broker: "log.message.downconversion.enable",
            "No effect: record batches have format 2 only, whoever asks."),
        ConfigurationKey(
            "message.format.version", .string, "3.0-IV1", broker: "log.message.format.version",
            "No effect: record batches have format 2 only, whoever asks."),
        ConfigurationKey(
            "message.timestamp.after.max.ms", .long, "3600000", broker: "log.message.timestamp.after.max.ms",
            minimum: 0,
            "How far in the future a producer's timestamp may lie."),
        ConfigurationKey(
            "message.timestamp.before.max.ms", .long, "9223372036854775807",
            broker: "log.message.timestamp.before.max.ms", minimum: 0,
            "How far in the past a producer's timestamp may lie."),
        ConfigurationKey(
            "message.timestamp.difference.max.ms", .long, "9223372036854775807",
            broker: "log.message.timestamp.difference.max.ms", minimum: 0,
            "No effect: gone from Kafka; see message.timestamp.before.max.ms and message.timestamp.after.max.ms."),
        ConfigurationKey(
            "message.timestamp.type", .string, "CreateTime", broker: "log.message.timestamp.type",
            allowed: ["CreateTime", "LogAppendTime"], "Whose clock stamps the records: the producer's or the broker's."),
        ConfigurationKey(
            "min.cleanable.dirty.ratio", .double, "0.5", broker: "log.cleaner.min.cleanable.ratio", minimum: 0,
            maximum: 1,
            "The share of bytes not compacted before, 0 to 1, above which a log is compacted."),
        ConfigurationKey(
            "min.compaction.lag.ms", .long, "0", broker: "log.cleaner.min.compaction.lag.ms", minimum: 0,
            "How long a record stays out of compaction."),
        ConfigurationKey(
            "min.insync.replicas", .int, "1", broker: "min.insync.replicas", minimum: 1,
            "In-sync replicas below which acks=all is refused: no more of them than the partition has replicas. A server without a cluster has one, and with 2 it refuses all."
        ),
        ConfigurationKey(
            "preallocate", .boolean, "false", broker: "log.preallocate",
            "No effect: the active segment is always preallocated, in growing steps."),
        ConfigurationKey("remote.log.copy.disable", .boolean, "false", "No effect: there is no tiered storage."),
        ConfigurationKey("remote.log.delete.on.disable", .boolean, "false", "No effect: there is no tiered storage."),
        ConfigurationKey("remote.storage.enable", .boolean, "false", "No effect: there is no tiered storage."),
        ConfigurationKey(
            "retention.bytes", .long, "-1", broker: "log.retention.bytes", minimum: -1,
            "The size above which the oldest segments are deleted; -1 is no limit."),
        ConfigurationKey(
            "retention.ms", .long, "604800000", broker: "log.retention.ms", minimum: -1,
            "The age above which segments are deleted; -1 is no limit."),
        ConfigurationKey(
            "segment.bytes", .int, "1073741824", broker: "log.segment.bytes", minimum: 14,
            "The size at which a segment rolls."),
        ConfigurationKey(
            "segment.index.bytes", .int, "10485760", broker: "log.index.size.max.bytes", minimum: 4,
            "The size of an index file."),
        ConfigurationKey(
            "segment.jitter.ms", .long, "0", broker: "log.roll.jitter.ms", minimum: 0,
            "No effect: segments of different partitions roll when they are due."),
        ConfigurationKey(
            "segment.ms", .long, "604800000", broker: "log.roll.ms", minimum: 1, "The age at which a segment rolls."),
        ConfigurationKey(
            "unclean.leader.election.enable", .boolean, "false", broker: "unclean.leader.election.enable",
            "Whether a replica that is not in sync leads when no other is left, at the price of what it lacks."),
    ]

    /// Broker's keys that stand for a topic's key beside ``ConfigurationKey/brokerKey``, in falling precedence, with the
    /// milliseconds in their unit.
    static let olderBrokerKeys: [String: [(name: String, milliseconds: Int64)]] = [
        "retention.ms": [("log.retention.minutes", 60_000), ("log.retention.hours", 3_600_000)],
        "segment.ms": [("log.roll.hours", 3_600_000)], "segment.jitter.ms": [("log.roll.jitter.hours", 3_600_000)],
        "flush.ms": [("log.flush.scheduler.interval.ms", 1)],
    ]

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
