import Coordination

/// The settings that a single group may have (KIP-848: config resource GROUP), each in place of the broker's own.
enum GroupKeys {
    static let all: [ConfigurationKey] = [
        ConfigurationKey(
            "consumer.session.timeout.ms", .int, "45000", broker: "group.consumer.session.timeout.ms", minimum: 1,
            "How long a member of the consumer protocol may stay silent."),
        ConfigurationKey(
            "consumer.heartbeat.interval.ms", .int, "5000", broker: "group.consumer.heartbeat.interval.ms", minimum: 1,
            "How often members of the consumer protocol are told to send heartbeats."),
    ]

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

extension BrokerConfiguration {
    /// Checks what is to be set for a group.
    ///
    /// - Throws: ``ConfigurationError`` for a key that groups do not have, and for a value that cannot be its own or is
    ///   outside of the bounds that the broker's settings have for groups.
    func validateGroup(_ values: [String: String]) throws(ConfigurationError) {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let key = GroupKeys.byName[name] else {
                throw ConfigurationError("Unknown group config name: \(name)")
            }
            try key.validate(value)
            let setting = name.dropFirst("consumer.".count)
            let (least, most) = ("group.consumer.min.\(setting)", "group.consumer.max.\(setting)")
            guard let number = Int(value), (integer(least)...integer(most)).contains(number) else {
                throw ConfigurationError(
                    "\(name) is \(value), must be from \(integer(least)) to \(integer(most)), as \(least) and \(most) have it"
                )
            }
        }
    }
}

extension ConsumerGroupOverrides {
    /// What is set for a group, by the keys of ``GroupKeys``; `nil` for nothing.
    init?(_ values: [String: String]) {
        func milliseconds(_ name: String) -> Duration? { values[name].flatMap { Int($0) }.map { .milliseconds($0) } }
        self.init(
            sessionTimeout: milliseconds("consumer.session.timeout.ms"),
            heartbeatInterval: milliseconds("consumer.heartbeat.interval.ms"))
        if sessionTimeout == nil && heartbeatInterval == nil { return nil }
    }
}

extension GroupCoordinatorConfiguration {
    /// What the broker's settings say about groups.
    init(_ configuration: BrokerConfiguration) {
        self.init()
        minSessionTimeout = configuration.milliseconds("group.min.session.timeout.ms")
        maxSessionTimeout = configuration.milliseconds("group.max.session.timeout.ms")
        initialRebalanceDelay = configuration.milliseconds("group.initial.rebalance.delay.ms")
        groupMaxSize = configuration.integer("group.max.size")
        offsetMetadataMaxSize = configuration.integer("offset.metadata.max.bytes")
        offsetsRetention = .seconds(configuration.integer("offsets.retention.minutes") * 60)
        offsetsRetentionCheckInterval = configuration.milliseconds("offsets.retention.check.interval.ms")
        func bounds(_ setting: String) -> ClosedRange<Duration> {
            configuration.milliseconds(
                "group.consumer.min.\(setting)")...configuration.milliseconds("group.consumer.max.\(setting)")
        }
        consumerSessionTimeout = configuration.milliseconds("group.consumer.session.timeout.ms")
        consumerSessionTimeoutBounds = bounds("session.timeout.ms")
        consumerHeartbeatInterval = configuration.milliseconds("group.consumer.heartbeat.interval.ms")
        consumerHeartbeatIntervalBounds = bounds("heartbeat.interval.ms")
        consumerGroupMaxSize = configuration.integer("group.consumer.max.size")
        consumerAssignors = configuration.string("group.consumer.assignors").split(separator: ",").compactMap {
            ConsumerGroupAssignor(name: String($0).trimmed)
        }
        let policy = configuration.string("group.consumer.migration.policy").lowercased()
        consumerMigrationPolicy = ConsumerMigrationPolicy(rawValue: policy) ?? .bidirectional
    }
}
