/// Settings of storage that Kafka has and that mean nothing to a log of this kind.
extension BrokerKeys {
    static let ignoredStorage: [ConfigurationKey] =
        ignored(
            "segments of different partitions roll when they are due",
            [("log.roll.jitter.hours", .int, "0", 0...Int64.max)])
        + ignored(
            "log starts are written down with the recovery points",
            [("log.flush.start.offset.checkpoint.interval.ms", .int, "60000", 0...Int64.max)])
        + ignored(
            "one data directory is served, and a log that fails goes offline by itself",
            [("log.dir.failure.timeout.ms", .long, "30000", 1...Int64.max)])
        + ignored(
            "one data directory leaves nowhere to move a replica to",
            [
                ("num.replica.alter.log.dirs.threads", .int, nil, nil),
                ("alter.log.dirs.replication.quota.window.num", .int, "11", 1...Int64.max),
                ("alter.log.dirs.replication.quota.window.size.seconds", .int, "1", 1...Int64.max),
                ("replica.alter.log.dirs.io.max.bytes.per.second", .long, "9223372036854775807", 0...Int64.max),
            ])
        + ignored(
            "record batches have format 2 only, whoever asks",
            [
                ("log.message.format.version", .string, "3.0-IV1", nil),
                ("log.message.downconversion.enable", .boolean, "true", nil),
            ])
        + ignored(
            "gone from Kafka; see log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms",
            [("log.message.timestamp.difference.max.ms", .long, "9223372036854775807", 0...Int64.max)])
        + ignored("there is no tiered storage", tieredStorage)

    private static let tieredStorage: [Ignored] = [
        ("log.local.retention.ms", .long, "-2", -2...Int64.max),
        ("log.local.retention.bytes", .long, "-2", -2...Int64.max),
        ("remote.log.storage.system.enable", .boolean, "false", nil),
        ("remote.log.storage.manager.impl.prefix", .string, "rsm.config.", nil),
        ("remote.log.metadata.manager.impl.prefix", .string, "rlmm.config.", nil),
        ("remote.log.storage.manager.class.name", .string, nil, nil),
        ("remote.log.storage.manager.class.path", .string, nil, nil),
        ("remote.log.metadata.manager.class.name", .string, nil, nil),
        ("remote.log.metadata.manager.class.path", .string, nil, nil),
        ("remote.log.metadata.manager.listener.name", .string, nil, nil),
        ("remote.log.metadata.custom.metadata.max.bytes", .int, "128", 0...Int64.max),
        ("remote.log.index.file.cache.total.size.bytes", .long, "1073741824", 1...Int64.max),
        ("remote.log.manager.thread.pool.size", .int, "10", 1...Int64.max),
        ("remote.log.manager.copier.thread.pool.size", .int, "-1", -1...Int64.max),
        ("remote.log.manager.expiration.thread.pool.size", .int, "-1", -1...Int64.max),
        ("remote.log.manager.task.interval.ms", .long, "30000", 1...Int64.max),
        ("remote.log.reader.threads", .int, "10", 1...Int64.max),
        ("remote.log.reader.max.pending.tasks", .int, "100", 1...Int64.max),
        ("remote.log.manager.copy.max.bytes.per.second", .long, "9223372036854775807", 1...Int64.max),
        ("remote.log.manager.copy.quota.window.num", .int, "11", 1...Int64.max),
        ("remote.log.manager.copy.quota.window.size.seconds", .int, "1", 1...Int64.max),
        ("remote.log.manager.fetch.max.bytes.per.second", .long, "9223372036854775807", 1...Int64.max),
        ("remote.log.manager.fetch.quota.window.num", .int, "11", 1...Int64.max),
        ("remote.log.manager.fetch.quota.window.size.seconds", .int, "1", 1...Int64.max),
        ("remote.fetch.max.wait.ms", .int, "500", 1...Int64.max),
        ("remote.list.offsets.request.timeout.ms", .long, "30000", 1...Int64.max),
    ]
}
