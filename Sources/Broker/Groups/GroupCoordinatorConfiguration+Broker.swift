import Coordination

extension ConsumerGroupOverrides {
    /// What is set for a group, by the keys of ``GroupKeys``; `nil` for nothing.
    init?(_ values: [String: String]) {
        func milliseconds(_ name: String) -> Duration? { values[name].flatMap { Int($0) }.map { .milliseconds($0) } }
        self.init(
            sessionTimeout: milliseconds("consumer.session.timeout.ms"),
            heartbeatInterval: milliseconds("consumer.heartbeat.interval.ms"),
            shareSessionTimeout: milliseconds("share.session.timeout.ms"),
            shareHeartbeatInterval: milliseconds("share.heartbeat.interval.ms"))
        if self == ConsumerGroupOverrides() { return nil }
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
        appendTimeout = configuration.milliseconds("offsets.commit.timeout.ms")
        offsetsRetentionCheckInterval = configuration.milliseconds("offsets.retention.check.interval.ms")
        func bounds(_ setting: String, of kind: String = "consumer") -> ClosedRange<Duration> {
            configuration.milliseconds(
                "group.\(kind).min.\(setting)")...configuration.milliseconds("group.\(kind).max.\(setting)")
        }
        consumerSessionTimeout = configuration.milliseconds("group.consumer.session.timeout.ms")
        consumerSessionTimeoutBounds = bounds("session.timeout.ms")
        consumerHeartbeatInterval = configuration.milliseconds("group.consumer.heartbeat.interval.ms")
        consumerHeartbeatIntervalBounds = bounds("heartbeat.interval.ms")
        consumerGroupMaxSize = configuration.integer("group.consumer.max.size")
        consumerAssignors = configuration.string("group.consumer.assignors").split(separator: ",").compactMap {
            ConsumerGroupAssignor(name: String($0).trimmed)
        }
        shareSessionTimeout = configuration.milliseconds("group.share.session.timeout.ms")
        shareSessionTimeoutBounds = bounds("session.timeout.ms", of: "share")
        shareHeartbeatInterval = configuration.milliseconds("group.share.heartbeat.interval.ms")
        shareHeartbeatIntervalBounds = bounds("heartbeat.interval.ms", of: "share")
        shareGroupMaxSize = configuration.integer("group.share.max.size")
        let policy = configuration.string("group.consumer.migration.policy").lowercased()
        consumerMigrationPolicy = ConsumerMigrationPolicy(rawValue: policy) ?? .bidirectional
    }
}
