/// What Kafka's brokers take for other nodes: a quorum of controllers, replicas elsewhere, ZooKeeper.
extension BrokerKeys {
    static let cluster: [ConfigurationKey] = quorum + ignoredReplication + zooKeeper + metrics

    private static let quorum: [ConfigurationKey] =
        ignored(
            "one node needs no quorum",
            [
                ("controller.quorum.bootstrap.servers", .list, "", nil),
                ("controller.quorum.election.timeout.ms", .int, "1000", nil),
                ("controller.quorum.fetch.timeout.ms", .int, "2000", nil),
                ("controller.quorum.election.backoff.max.ms", .int, "1000", nil),
                ("controller.quorum.append.linger.ms", .int, "25", nil),
                ("controller.quorum.request.timeout.ms", .int, "2000", nil),
                ("controller.quorum.retry.backoff.ms", .int, "20", nil),
                ("controller.socket.timeout.ms", .int, "30000", nil),
                ("initial.broker.registration.timeout.ms", .int, "60000", nil),
            ])
        + ignored(
            "a third of the session's time lies between two signs of life",
            [("broker.heartbeat.interval.ms", .int, "2000", nil)])
        + ignored(
            "the metadata log is small and compacted by the start",
            [
                ("metadata.log.max.record.bytes.between.snapshots", .long, "20971520", 1...Int64.max),
                ("metadata.log.max.snapshot.interval.ms", .long, "3600000", 0...Int64.max),
                ("metadata.log.segment.bytes", .int, "1073741824", 12...Int64.max),
                ("metadata.log.segment.ms", .long, "604800000", nil),
                ("metadata.max.retention.bytes", .long, "104857600", nil),
                ("metadata.max.retention.ms", .long, "604800000", nil),
                ("metadata.max.idle.interval.ms", .int, "500", 0...Int64.max),
            ])
        + ignored(
            "the metadata log lies in the data directory", [("metadata.log.dir", .string, nil, nil)])
        + ignored(
            "the node's number is given",
            [
                ("broker.id.generation.enable", .boolean, "true", nil),
                ("reserved.broker.max.id", .int, "1000", 0...Int64.max),
            ])

    private static let ignoredReplication: [ConfigurationKey] =
        ignored(
            "eligible leaders are always kept", [("eligible.leader.replicas.enable", .boolean, "false", nil)])
        + ignored(
            "the kernel sizes socket buffers by itself",
            [("replica.socket.receive.buffer.bytes", .int, "65536", nil)])
        + ignored(
            "high watermarks are written down with the recovery points",
            [("replica.high.watermark.checkpoint.interval.ms", .long, "5000", nil)])
        + ignored(
            "nodes reach one another as clients do",
            [
                ("inter.broker.protocol.version", .string, nil, nil), ("request.timeout.ms", .int, "30000", nil),
                ("socket.connection.setup.timeout.ms", .long, "10000", nil),
                ("socket.connection.setup.timeout.max.ms", .long, "30000", nil),
                ("control.plane.listener.name", .string, nil, nil), ("early.start.listeners", .string, nil, nil),
            ])
        + ignored(
            "requests that wait leave no garbage to purge",
            [
                ("fetch.purgatory.purge.interval.requests", .int, "1000", nil),
                ("producer.purgatory.purge.interval.requests", .int, "1000", nil),
                ("delete.records.purgatory.purge.interval.requests", .int, "1", nil),
                ("share.fetch.purgatory.purge.interval.requests", .int, "1000", nil),
            ])

    private static let zooKeeper: [ConfigurationKey] = ignored(
        "there is no ZooKeeper",
        [
            ("zookeeper.session.timeout.ms", .int, "18000", nil), ("zookeeper.connection.timeout.ms", .int, nil, nil),
            ("zookeeper.set.acl", .boolean, "false", nil),
            ("zookeeper.max.in.flight.requests", .int, "10", 1...Int64.max),
            ("zookeeper.metadata.migration.enable", .boolean, "false", nil),
            ("zookeeper.ssl.client.enable", .boolean, "false", nil), ("zookeeper.clientCnxnSocket", .string, nil, nil),
            ("zookeeper.ssl.keystore.location", .string, nil, nil),
            ("zookeeper.ssl.keystore.password", .password, nil, nil),
            ("zookeeper.ssl.keystore.type", .string, nil, nil),
            ("zookeeper.ssl.truststore.location", .string, nil, nil),
            ("zookeeper.ssl.truststore.password", .password, nil, nil),
            ("zookeeper.ssl.truststore.type", .string, nil, nil), ("zookeeper.ssl.protocol", .string, "TLSv1.2", nil),
            ("zookeeper.ssl.enabled.protocols", .list, nil, nil), ("zookeeper.ssl.cipher.suites", .list, nil, nil),
            ("zookeeper.ssl.endpoint.identification.algorithm", .string, "HTTPS", nil),
            ("zookeeper.ssl.crl.enable", .boolean, "false", nil), ("zookeeper.ssl.ocsp.enable", .boolean, "false", nil),
        ])

    private static let metrics: [ConfigurationKey] = ignored(
        "the broker samples no metrics",
        [
            ("metrics.num.samples", .int, "2", 1...Int64.max),
            ("metrics.sample.window.ms", .long, "30000", 1...Int64.max),
            ("metrics.recording.level", .string, "INFO", nil),
        ])
}
