/// Settings of Kafka's coordinators that this broker has no use for, or whose part is not served.
extension BrokerKeys {
    static let ignoredCoordination: [ConfigurationKey] =
        ignored(
            "groups are kept by the event loop of their coordinator, and an offset commit is one append",
            [
                ("group.coordinator.threads", .int, "1", 1...Int64.max),
                ("group.coordinator.append.linger.ms", .int, "10", 0...Int64.max),
                ("offsets.load.buffer.size", .int, "5242880", 1...Int64.max),
                ("offsets.commit.timeout.ms", .int, "5000", 1...Int64.max),
                ("offsets.topic.compression.codec", .int, "0", nil),
            ])
        + ignored("the classic group protocol is served", consumerGroups)
        + ignored("share groups are not served", shareGroups)
        + ignored(
            "transactions are not served yet",
            [
                ("transaction.state.log.load.buffer.size", .int, "5242880", 1...Int64.max),
                ("transaction.state.log.num.partitions", .int, "50", 1...Int64.max),
                ("transaction.state.log.segment.bytes", .int, "104857600", 1...Int64.max),
                ("transaction.partition.verification.enable", .boolean, "true", nil),
                ("transactional.id.expiration.ms", .int, "604800000", 1...Int64.max),
                ("transaction.max.timeout.ms", .int, "900000", 1...Int64.max),
                ("transaction.abort.timed.out.transaction.cleanup.interval.ms", .int, "10000", 1...Int64.max),
                ("transaction.remove.expired.transaction.cleanup.interval.ms", .int, "3600000", 1...Int64.max),
            ])

    private static let consumerGroups: [Ignored] = [
        ("group.coordinator.rebalance.protocols", .list, "classic", nil),
        ("group.consumer.session.timeout.ms", .int, "45000", 1...Int64.max),
        ("group.consumer.min.session.timeout.ms", .int, "45000", 1...Int64.max),
        ("group.consumer.max.session.timeout.ms", .int, "60000", 1...Int64.max),
        ("group.consumer.heartbeat.interval.ms", .int, "5000", 1...Int64.max),
        ("group.consumer.min.heartbeat.interval.ms", .int, "5000", 1...Int64.max),
        ("group.consumer.max.heartbeat.interval.ms", .int, "15000", 1...Int64.max),
        ("group.consumer.max.size", .int, "2147483647", 1...Int64.max),
        ("group.consumer.assignors", .list, "uniform,range", nil),
        ("group.consumer.migration.policy", .string, "bidirectional", nil),
    ]

    private static let shareGroups: [Ignored] = [
        ("group.share.session.timeout.ms", .int, "45000", 1...Int64.max),
        ("group.share.min.session.timeout.ms", .int, "45000", 1...Int64.max),
        ("group.share.max.session.timeout.ms", .int, "60000", 1...Int64.max),
        ("group.share.heartbeat.interval.ms", .int, "5000", 1...Int64.max),
        ("group.share.min.heartbeat.interval.ms", .int, "5000", 1...Int64.max),
        ("group.share.max.heartbeat.interval.ms", .int, "15000", 1...Int64.max),
        ("group.share.max.size", .int, "200", 10...1000), ("group.share.delivery.count.limit", .int, "5", 2...10),
        ("group.share.record.lock.duration.ms", .int, "30000", 1000...3_600_000),
        ("group.share.min.record.lock.duration.ms", .int, "15000", 1000...30_000),
        ("group.share.max.record.lock.duration.ms", .int, "60000", 30_000...3_600_000),
        ("group.share.max.groups", .short, "10", 1...100),
        ("group.share.partition.max.record.locks", .int, "200", 100...10_000),
        ("share.coordinator.state.topic.num.partitions", .int, "50", 1...Int64.max),
        ("share.coordinator.state.topic.replication.factor", .short, "3", 1...Int64.max),
        ("share.coordinator.state.topic.min.isr", .short, "2", 1...Int64.max),
        ("share.coordinator.state.topic.segment.bytes", .int, "104857600", 1...Int64.max),
        ("share.coordinator.state.topic.compression.codec", .int, "0", nil),
        ("share.coordinator.threads", .int, "1", 1...Int64.max),
        ("share.coordinator.snapshot.update.records.per.snapshot", .int, "500", 0...Int64.max),
        ("share.coordinator.load.buffer.size", .int, "5242880", 1...Int64.max),
        ("share.coordinator.append.linger.ms", .int, "10", 0...Int64.max),
        ("share.coordinator.write.timeout.ms", .int, "5000", 1...Int64.max),
    ]
}
