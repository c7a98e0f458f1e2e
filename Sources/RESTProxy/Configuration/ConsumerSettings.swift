import KafkaClient

/// What holds for consumer instances of API v2.
public struct ConsumerSettings: Sendable {
    /// The longest that a read waits for records (`consumer.request.timeout.ms`).
    public var requestTimeout: Duration
    /// The most bytes of keys and values that a read answers with (`consumer.request.max.bytes`).
    public var requestMaximumBytes: Int
    /// How long an instance that nobody asks for is kept (`consumer.instance.timeout.ms`).
    public var instanceTimeout: Duration
    /// How many bytes a read waits for; -1 for any (`fetch.min.bytes`).
    public var fetchMinimumBytes: Int
    /// The most instances that this proxy holds (`consumer.instances.max`).
    public var maximumInstances: Int
    /// How many records one read takes from the cluster at once (`max.poll.records`).
    public var maximumPollRecords: Int
    /// How the instances' consumers read, but for what each of them says itself.
    let base: ConsumerConfiguration

    /// Reads them.
    ///
    /// - Parameter memory: The bytes that all instances together may fetch ahead.
    init(_ reader: PropertyReader, memory: Int) throws {
        requestTimeout = try reader.milliseconds("consumer.request.timeout.ms", or: .seconds(1))
        requestMaximumBytes = try reader.integer("consumer.request.max.bytes", or: 64 << 20, in: 1...(1 << 30))
        instanceTimeout = try reader.milliseconds("consumer.instance.timeout.ms", or: .seconds(300))
        fetchMinimumBytes = try reader.integer("fetch.min.bytes", or: -1, in: -1...10_000_000)
        maximumInstances = try reader.integer("consumer.instances.max", or: 1000, in: 1...100_000)
        maximumPollRecords = try reader.integer("max.poll.records", or: 30, in: 1...100_000)
        // Instances fetch ahead while nobody reads: however many there are, together no more than that. A consumer may have half
        // as much again as an answer takes.
        let share = min(max(memory / maximumInstances / 3 * 2, 64 << 10), 8 << 20)
        base = try Self.consumer(reader, fetchMaximumBytes: share)
    }

    private static func consumer(
        _ reader: PropertyReader, fetchMaximumBytes: Int
    ) throws -> ConsumerConfiguration {
        let reader = reader.narrowed(to: "consumer.", then: "client.")
        var configuration = ConsumerConfiguration()
        configuration.sessionTimeout = try reader.milliseconds("session.timeout.ms", or: .seconds(45))
        configuration.heartbeatInterval = try reader.milliseconds("heartbeat.interval.ms", or: .seconds(3))
        configuration.autoCommitInterval = try reader.milliseconds("auto.commit.interval.ms", or: .seconds(5))
        configuration.fetchMaximumBytes = Int32(
            try reader.integer("fetch.max.bytes", or: fetchMaximumBytes, in: 1...(1 << 30)))
        configuration.maximumPartitionFetchBytes = Int32(
            try reader.integer(
                "max.partition.fetch.bytes", or: min(fetchMaximumBytes, 1 << 20), in: 1...(1 << 30)))
        configuration.isAutoCommitEnabled = try reader.flag("enable.auto.commit", or: true)
        // A proxy takes part in its groups at least once a second, so that nobody waits longer for one that is gone.
        configuration.maximumPollInterval = try reader.milliseconds("max.poll.interval.ms", or: .seconds(60))
        configuration.autoOffsetReset =
            switch reader.text("auto.offset.reset") {
            case nil, "latest": .latest
            case "earliest": .earliest
            case "none": .none
            case let other?:
                throw RESTProxySettingsError(
                    "consumer.auto.offset.reset is \(other); it has to be earliest, latest or none")
            }
        configuration.isolationLevel =
            switch reader.text("isolation.level") {
            case nil, "read_uncommitted": .readUncommitted
            case "read_committed": .readCommitted
            case let other?:
                throw RESTProxySettingsError(
                    "consumer.isolation.level is \(other); it has to be read_uncommitted or read_committed")
            }
        return configuration
    }
}
