/// Settings of groups and transactions.
extension BrokerKeys {
    static let groups: [ConfigurationKey] = [
        ConfigurationKey("offsets.topic.num.partitions", .int, "50", minimum: 1, "Partitions of __consumer_offsets."),
        ConfigurationKey(
            "offsets.topic.segment.bytes", .int, "104857600", minimum: 1, "segment.bytes of __consumer_offsets."),
        ConfigurationKey(
            "offsets.topic.replication.factor", .short, "3", minimum: 1,
            "Replicas of __consumer_offsets in a cluster; a server without one has one."),
        ConfigurationKey(
            "transaction.state.log.replication.factor", .short, "3", minimum: 1,
            "Replicas of __transaction_state in a cluster; a server without one has one."),
        ConfigurationKey(
            "transaction.state.log.min.isr", .int, "2", minimum: 1,
            "min.insync.replicas of __transaction_state in a cluster."),
        ConfigurationKey(
            "offsets.commit.timeout.ms", .int, "5000", minimum: 1,
            "How long members and offset commits wait for replicas to get a group's records before they hear COORDINATOR_NOT_AVAILABLE."
        ),
        ConfigurationKey(
            "offsets.retention.minutes", .int, "10080", minimum: 1, "How long an empty group's offsets are kept."),
        ConfigurationKey(
            "offsets.retention.check.interval.ms", .long, "600000", minimum: 1,
            "How often expired offsets are looked for."),
        ConfigurationKey("offset.metadata.max.bytes", .int, "4096", "The longest metadata of an offset commit."),
        ConfigurationKey(
            "group.initial.rebalance.delay.ms", .int, "0", minimum: 0, "How long a new group waits for more members."),
        ConfigurationKey(
            "group.min.session.timeout.ms", .int, "6000", "The shortest session timeout that a member may ask for."),
        ConfigurationKey(
            "group.max.session.timeout.ms", .int, "1800000", "The longest session timeout that a member may ask for."),
        ConfigurationKey("group.max.size", .int, "2147483647", minimum: 1, "Members above this number are refused."),
    ]

    static let consumerGroups: [ConfigurationKey] = [
        ConfigurationKey(
            "group.consumer.session.timeout.ms", .int, "45000", minimum: 1,
            "How long a member of the consumer protocol (KIP-848) may stay silent."),
        ConfigurationKey(
            "group.consumer.min.session.timeout.ms", .int, "45000", minimum: 1,
            "The shortest consumer.session.timeout.ms that a group may have."),
        ConfigurationKey(
            "group.consumer.max.session.timeout.ms", .int, "60000", minimum: 1,
            "The longest consumer.session.timeout.ms that a group may have."),
        ConfigurationKey(
            "group.consumer.heartbeat.interval.ms", .int, "5000", minimum: 1,
            "How often members of the consumer protocol are told to send heartbeats."),
        ConfigurationKey(
            "group.consumer.min.heartbeat.interval.ms", .int, "5000", minimum: 1,
            "The shortest consumer.heartbeat.interval.ms that a group may have."),
        ConfigurationKey(
            "group.consumer.max.heartbeat.interval.ms", .int, "15000", minimum: 1,
            "The longest consumer.heartbeat.interval.ms that a group may have."),
        ConfigurationKey(
            "group.consumer.max.size", .int, "2147483647", minimum: 1,
            "Members of a group of the consumer protocol above this number are refused."),
        ConfigurationKey(
            "group.consumer.assignors", .list, "uniform,range",
            allowed: [
                "uniform", "range", "org.apache.kafka.coordinator.group.assignor.UniformAssignor",
                "org.apache.kafka.coordinator.group.assignor.RangeAssignor",
            ],
            "How the broker may divide partitions; the first one where the members of a group do not choose."),
        ConfigurationKey(
            "group.consumer.migration.policy", .string, "bidirectional",
            allowed: ["bidirectional", "upgrade", "downgrade", "disabled"],
            "Which groups with members may go over from the classic to the consumer protocol (upgrade) and back."),
    ]

    static let transactions: [ConfigurationKey] = [
        ConfigurationKey(
            "transaction.state.log.num.partitions", .int, "50", minimum: 1, "Partitions of __transaction_state."),
        ConfigurationKey(
            "transaction.state.log.segment.bytes", .int, "104857600", minimum: 1,
            "segment.bytes of __transaction_state."),
        ConfigurationKey(
            "transaction.max.timeout.ms", .int, "900000", minimum: 1,
            "The longest timeout that a producer may ask for its transactions."),
        ConfigurationKey(
            "transactional.id.expiration.ms", .int, "604800000", minimum: 1,
            "How long a transactional id is kept that no one uses."),
    ]

    /// Settings of Kafka's coordinators that this broker has no use for, or whose part is not served.
    static let ignoredCoordination: [ConfigurationKey] =
        ignored(
            "groups are kept by the event loop of their coordinator, and an offset commit is one append",
            [
                ("group.coordinator.threads", .int, "1", 1...Int64.max),
                ("group.coordinator.append.linger.ms", .int, "10", 0...Int64.max),
                ("offsets.load.buffer.size", .int, "5242880", 1...Int64.max),
                ("offsets.topic.compression.codec", .int, "0", nil),
            ])
        + ignoredShareGroups
        + ignored(
            "both protocols of groups are served; group.version turns the consumer protocol off",
            [("group.coordinator.rebalance.protocols", .list, "classic,consumer", nil)])
        + ignored(
            "records are replayed in pieces of 4 MiB",
            [("transaction.state.log.load.buffer.size", .int, "5242880", 1...Int64.max)])
        + ignored(
            "a transaction is aborted when its time is over, a transactional id removed when it expires",
            [
                ("transaction.abort.timed.out.transaction.cleanup.interval.ms", .int, "10000", 1...Int64.max),
                ("transaction.remove.expired.transaction.cleanup.interval.ms", .int, "3600000", 1...Int64.max),
            ])
        + ignored(
            "records of a transaction are always held against its coordinator",
            [("transaction.partition.verification.enable", .boolean, "true", nil)])
        + ignored(
            "two-phase commit (KIP-939) is refused", [("transaction.two.phase.commit.enable", .boolean, "false", nil)])

    static let shareGroups: [ConfigurationKey] = [
        ConfigurationKey(
            "group.share.session.timeout.ms", .int, "45000", minimum: 1,
            "How long a member of a share group (KIP-932) may stay silent."),
        ConfigurationKey(
            "group.share.min.session.timeout.ms", .int, "45000", minimum: 1,
            "The shortest share.session.timeout.ms that a group may have."),
        ConfigurationKey(
            "group.share.max.session.timeout.ms", .int, "60000", minimum: 1,
            "The longest share.session.timeout.ms that a group may have."),
        ConfigurationKey(
            "group.share.heartbeat.interval.ms", .int, "5000", minimum: 1,
            "How often members of share groups are told to send heartbeats."),
        ConfigurationKey(
            "group.share.min.heartbeat.interval.ms", .int, "5000", minimum: 1,
            "The shortest share.heartbeat.interval.ms that a group may have."),
        ConfigurationKey(
            "group.share.max.heartbeat.interval.ms", .int, "15000", minimum: 1,
            "The longest share.heartbeat.interval.ms that a group may have."),
        ConfigurationKey(
            "group.share.max.size", .int, "200", minimum: 1, maximum: 1000,
            "Members of a share group above this number are refused."),
        ConfigurationKey(
            "group.share.max.share.sessions", .int, "2000", minimum: 1, "Share sessions kept at a time."),
        ConfigurationKey(
            "group.share.delivery.count.limit", .int, "5", minimum: 2, maximum: 10,
            "How often a record is delivered to a share group before it is given up."),
        ConfigurationKey(
            "group.share.record.lock.duration.ms", .int, "30000", minimum: 1000, maximum: 3_600_000,
            "How long a record stays with the member of a share group that was handed it."),
        ConfigurationKey(
            "group.share.min.record.lock.duration.ms", .int, "15000", minimum: 1000, maximum: 30_000,
            "The shortest share.record.lock.duration.ms that a group may have."),
        ConfigurationKey(
            "group.share.max.record.lock.duration.ms", .int, "60000", minimum: 30_000, maximum: 3_600_000,
            "The longest share.record.lock.duration.ms that a group may have."),
        ConfigurationKey(
            "group.share.partition.max.record.locks", .int, "2000", minimum: 100, maximum: 10_000,
            "How many records of one partition a share group may have in flight."),
        ConfigurationKey(
            "share.coordinator.state.topic.num.partitions", .int, "50", minimum: 1,
            "Partitions of __share_group_state."),
        ConfigurationKey(
            "share.coordinator.state.topic.segment.bytes", .int, "104857600", minimum: 1,
            "segment.bytes of __share_group_state."),
        ConfigurationKey(
            "share.coordinator.snapshot.update.records.per.snapshot", .int, "500", minimum: 0,
            "After how many updates the whole state of a share group in a partition is written again."),
        ConfigurationKey(
            "share.coordinator.state.topic.replication.factor", .short, "3", minimum: 1,
            "Replicas of __share_group_state in a cluster; a server without one has one."),
        ConfigurationKey(
            "share.coordinator.state.topic.min.isr", .short, "2", minimum: 1,
            "min.insync.replicas of __share_group_state in a cluster."),
    ]

    private static let ignoredShareGroups =
        ignored(
            "there may be as many share groups as there is room for",
            [("group.share.max.groups", .short, "10", 1...100)])
        + ignored(
            "the state of share groups is written by who changes it, one append for each change",
            [
                ("share.coordinator.state.topic.compression.codec", .int, "0", nil),
                ("share.coordinator.threads", .int, "1", 1...Int64.max),
                ("share.coordinator.load.buffer.size", .int, "5242880", 1...Int64.max),
                ("share.coordinator.append.linger.ms", .int, "10", 0...Int64.max),
                ("share.coordinator.write.timeout.ms", .int, "5000", 1...Int64.max),
            ])
}
