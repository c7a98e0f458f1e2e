import EventStore
import LogCore
import RecordFormat
import Replication

/// The settings of one broker, from the key-value pairs that Kafka users know.
public struct BrokerConfiguration: Sendable {
    /// A place to listen.
    public struct Listener: Sendable, Hashable {
        /// The listener's name, `PLAINTEXT` unless given another.
        public var name: String
        /// The host name or address to bind.
        public var host: String
        /// The port; 0 takes a free one.
        public var port: Int

        /// Reads `NAME://host:port`; the host may be an IPv6 address in brackets.
        ///
        /// - Throws: ``ConfigurationError``, naming the key.
        init(_ text: String, key: String) throws(ConfigurationError) {
            let parts = text.firstRange(of: "://").map { (text[..<$0.lowerBound], text[$0.upperBound...]) }
            guard let (name, address) = parts, let colon = address.lastIndex(of: ":"),
                let port = Int(address[address.index(after: colon)...]), (0...65535).contains(port)
            else { throw ConfigurationError("\(key): '\(text)' is not NAME://host:port") }
            self.name = String(name)
            self.port = port
            host = address[..<colon].filter { $0 != "[" && $0 != "]" }
        }
    }

    /// The values in force, by Kafka's names; what is not in it has its default.
    public let values: [String: String]
    /// The values that the broker was started with.
    let started: [String: String]
    /// What was set since, in Kafka's order of precedence: for this broker, then for all of them (KIP-226).
    let dynamic: (node: [String: String], cluster: [String: String])
    /// `listeners`.
    public let listeners: [Listener]
    /// `advertised.listeners`; empty means those bound.
    public let advertisedListeners: [Listener]
    /// `node.id`.
    public let nodeID: Int32

    /// Reads the settings.
    ///
    /// - Parameter values: Kafka's keys; those of other components (`connect.…`, `rest.…`, `schema.registry.…`) are
    ///   the caller's business.
    /// - Throws: ``ConfigurationError`` for a value out of its range, naming the key and what would do.
    public init(_ values: [String: String]) throws(ConfigurationError) {
        try self.init(started: values, node: [:], cluster: [:])
    }

    /// The settings with what was set while the broker runs on top of what it was started with.
    ///
    /// - Throws: ``ConfigurationError`` as for a broker that is started with them.
    func changed(node: [String: String], cluster: [String: String]) throws(ConfigurationError) -> BrokerConfiguration {
        try BrokerConfiguration(started: started, node: node, cluster: cluster)
    }

    private init(
        started: [String: String], node: [String: String], cluster: [String: String]
    ) throws(ConfigurationError) {
        let values = started.merging(cluster) { $1 }.merging(node) { $1 }
        self.started = started
        dynamic = (node, cluster)
        for (name, value) in values.sorted(by: { $0.key < $1.key }) { try BrokerKeys.key(name)?.validate(value) }
        self.values = values
        listeners = try Self.listeners(
            values["listeners"] ?? BrokerKeys.byName["listeners"]!.defaultValue!, key: "listeners")
        guard !listeners.isEmpty else {
            throw ConfigurationError("listeners: at least one is needed, such as PLAINTEXT://127.0.0.1:9092")
        }
        advertisedListeners = try Self.listeners(values["advertised.listeners"] ?? "", key: "advertised.listeners")
        nodeID = try Self.nodeID(values)
        try validate()
    }

    /// Checks a log's settings against each other, as no single key can.
    static func require(_ configuration: LogConfiguration) throws(ConfigurationError) {
        do throws(LogError) { try configuration.validate() } catch { throw ConfigurationError(error.message) }
    }

    private static func listeners(_ text: String, key: String) throws(ConfigurationError) -> [Listener] {
        var result: [Listener] = []
        for part in text.split(separator: ",") { result.append(try Listener(part.trimmed, key: key)) }
        return result
    }

    /// Whether `name` is a setting of the broker.
    public static func knows(_ name: String) -> Bool { BrokerKeys.key(name) != nil }

    /// The names of all settings of the broker.
    public static var knownNames: [String] { BrokerKeys.all.map(\.name) }

    /// The data directory.
    public var dataDirectory: String { values["log.dirs"] ?? values["log.dir"] ?? string("log.dirs") }

    /// The value of a setting as text: the one given, or the default.
    func string(_ name: String) -> String { values[name] ?? BrokerKeys.byName[name]?.defaultValue ?? "" }

    /// The value of a numeric setting.
    func integer(_ name: String) -> Int { Int(string(name)) ?? 0 }

    /// The value of a setting that is no whole number.
    func number(_ name: String) -> Double { Double(string(name)) ?? 0 }

    func boolean(_ name: String) -> Bool { string(name).lowercased() == "true" }

    func milliseconds(_ name: String) -> Duration { .milliseconds(integer(name)) }

    /// The value that a topic's key has when the topic does not set it, and the broker's key that it comes from if one
    /// was given.
    func topicDefault(_ key: ConfigurationKey) -> (value: String?, source: String?) {
        if let brokerKey = key.brokerKey, let value = values[brokerKey] { return (value, brokerKey) }
        for older in TopicKeys.olderBrokerKeys[key.name] ?? [] {
            guard let number = values[older.name].flatMap(Int64.init) else { continue }
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: older.milliseconds)
            return (number < 0 ? "-1" : String(isTooLarge ? Int64.max : product), older.name)
        }
        return (key.defaultValue, nil)
    }

    /// The settings of a topic's logs: what the topic sets, else the broker's defaults.
    func logConfiguration(_ overrides: [String: String]) -> LogConfiguration {
        func text(_ name: String) -> String { overrides[name] ?? topicDefault(TopicKeys.byName[name]!).value ?? "" }
        func number(_ name: String) -> Int { Int(text(name)) ?? 0 }
        func limited(_ name: String) -> Duration? {
            let value = Int64(text(name)) ?? -1
            return value < 0 || value == Int64.max ? nil : .milliseconds(value)
        }
        var configuration = LogConfiguration()
        configuration.segmentBytes = number("segment.bytes")
        configuration.segmentDuration = .milliseconds(number("segment.ms"))
        configuration.indexIntervalBytes = number("index.interval.bytes")
        configuration.indexMaxBytes = number("segment.index.bytes")
        configuration.retention = limited("retention.ms")
        configuration.retentionBytes = number("retention.bytes") < 0 ? nil : number("retention.bytes")
        configuration.maxMessageBytes = number("max.message.bytes")
        configuration.compression = CompressionSettings.policy(text)
        configuration.timestampType = text("message.timestamp.type") == "LogAppendTime" ? .logAppendTime : .createTime
        configuration.timestampBeforeMax = limited("message.timestamp.before.max.ms")
        configuration.timestampAfterMax = limited("message.timestamp.after.max.ms")
        configuration.flushesEveryAppend = number("flush.messages") == 1
        configuration.flushInterval = limited("flush.ms")
        configuration.producerExpiration = milliseconds("producer.id.expiration.ms")
        var policy: LogConfiguration.CleanupPolicy = []
        for part in text("cleanup.policy").split(separator: ",") {
            policy.insert(part.trimmed == "compact" ? .compact : .delete)
        }
        configuration.cleanupPolicy = policy
        configuration.deleteRetention = .milliseconds(number("delete.retention.ms"))
        configuration.minCompactionLag = .milliseconds(number("min.compaction.lag.ms"))
        configuration.maxCompactionLag = limited("max.compaction.lag.ms")
        configuration.minCleanableRatio = Double(text("min.cleanable.dirty.ratio")) ?? 0.5
        return configuration
    }

    /// How the store compacts.
    var cleanerOptions: CleanerOptions {
        var options = CleanerOptions()
        options.isEnabled = boolean("log.cleaner.enable")
        options.dedupeBufferBytes = integer("log.cleaner.dedupe.buffer.size")
        options.dedupeLoadFactor = number("log.cleaner.io.buffer.load.factor")
        let rate = number("log.cleaner.io.max.bytes.per.second")
        options.bytesPerSecond = rate.isFinite && rate < Double.greatestFiniteMagnitude ? rate : nil
        options.backoff = milliseconds("log.cleaner.backoff.ms")
        return options
    }

    /// Whether consumers are sent to replicas in their own rack (KIP-392).
    var namesNearerReplicas: Bool { values["replica.selector.class"] != nil }

    /// The topic's `min.insync.replicas`, or the broker's.
    func minInSyncReplicas(_ overrides: [String: String]) -> Int {
        let key = TopicKeys.byName["min.insync.replicas"]!
        return Int(overrides[key.name] ?? topicDefault(key).value ?? "") ?? 1
    }

    /// How a topic's replicas behave.
    func replicaConfiguration(_ overrides: [String: String]) -> ReplicaConfiguration {
        let key = TopicKeys.byName["unclean.leader.election.enable"]!
        return ReplicaConfiguration(
            topic: TopicReplication(
                minInSyncReplicas: minInSyncReplicas(overrides),
                allowsUncleanElection: (overrides[key.name] ?? topicDefault(key).value) == "true",
                flushesEveryAppend: logConfiguration(overrides).flushesEveryAppend),
            maxLag: milliseconds("replica.lag.time.max.ms"), backoff: milliseconds("replica.fetch.backoff.ms"))
    }

    /// What the cluster's own topics have set for them, whoever creates them.
    ///
    /// - Parameter isReplicated: Whether there are other nodes to have copies.
    func internalDefaults(ofTopic name: String, isReplicated: Bool) -> [String: String] {
        let segmentBytes: String
        var defaults: [String: String] = [:]
        switch name {
        case InternalTopics.consumerOffsets: segmentBytes = "offsets.topic.segment.bytes"
        case InternalTopics.transactionState:
            segmentBytes = "transaction.state.log.segment.bytes"
            if isReplicated { defaults["min.insync.replicas"] = string("transaction.state.log.min.isr") }
        case InternalTopics.shareGroupState:
            // An update has the key of those before it and does not take their place: nothing may be compacted. What
            // is not needed any more goes by the log's start.
            defaults = [
                "cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1",
                "compression.type": "producer",
                "segment.bytes": String(integer("share.coordinator.state.topic.segment.bytes")),
            ]
            if isReplicated {
                defaults["min.insync.replicas"] = string("share.coordinator.state.topic.min.isr")
            }
            return defaults
        default: return [:]
        }
        defaults["cleanup.policy"] = "compact"
        defaults["compression.type"] = "producer"
        defaults["segment.bytes"] = String(integer(segmentBytes))
        return defaults
    }

    /// Checks what is set for a topic.
    ///
    /// - Throws: ``ConfigurationError`` for an unknown name or a value out of its range.
    func validateTopic(_ overrides: [String: String]) throws(ConfigurationError) {
        for (name, value) in overrides.sorted(by: { $0.key < $1.key }) {
            guard let key = TopicKeys.byName[name] else {
                throw ConfigurationError("Unknown topic config name: \(name)")
            }
            try key.validate(value)
            if Self.replicaLists.contains(name) { try Self.validateReplicas(value, of: name) }
        }
        try Self.require(logConfiguration(overrides))
    }

    private static let replicaLists: Set<String> = [
        "leader.replication.throttled.replicas", "follower.replication.throttled.replicas",
    ]

    /// Checks that `value` names all replicas, or each by its partition and broker.
    private static func validateReplicas(_ value: String, of name: String) throws(ConfigurationError) {
        let parts = value.split(separator: ",").map(\.trimmed)
        guard parts != ["*"] else { return }
        for part in parts {
            let numbers = part.split(separator: ":", omittingEmptySubsequences: false)
            guard numbers.count == 2, numbers.allSatisfy({ Int32($0).map { $0 >= 0 } ?? false }) else {
                throw ConfigurationError(
                    "Invalid value \(value) for configuration \(name): must be * or partition:broker separated by commas"
                )
            }
        }
    }
}
