/// Which settings of a broker can be changed while it runs (KIP-226).
extension BrokerKeys {
    /// Where a change can be made.
    enum Update: Sendable {
        /// For one broker, or for all at once.
        case clusterWide
        /// For one broker only.
        case perBroker
    }

    /// How the setting `name` can be changed without a restart; `nil` if it cannot.
    ///
    /// Of those that Kafka can change and that mean something here, `listeners`, `listener.security.protocol.map` and
    /// `num.network.threads` need a restart: they are what the broker was started with. So do the keys of TLS, also those
    /// of one listener, whose secrets would else be kept with the metadata, and by whom a listener could be lost that
    /// nobody can reach any more to mend it. The other keys of SASL are taken and
    /// described as Kafka's brokers do, for tools that set them on every broker they find.
    static func update(_ name: String) -> Update? {
        if perBroker.contains(name) || isLimitOfListener(name) { return .perBroker }
        return clusterWide.contains(name) ? .clusterWide : nil
    }

    private static let perBroker: Set<String> = [
        "advertised.listeners", "principal.builder.class", "sasl.enabled.mechanisms",
        "sasl.mechanism.inter.broker.protocol", "sasl.kerberos.service.name", "sasl.kerberos.kinit.cmd",
        "sasl.kerberos.ticket.renew.window.factor", "sasl.kerberos.ticket.renew.jitter",
        "sasl.kerberos.min.time.before.relogin", "sasl.kerberos.principal.to.local.rules",
        "sasl.login.refresh.window.factor", "sasl.login.refresh.window.jitter",
        "sasl.login.refresh.min.period.seconds", "sasl.login.refresh.buffer.seconds",
    ]

    private static let clusterWide: Set<String> = {
        // Only the first of the keys that stand for one setting: the others are its older forms.
        let defaults = TopicKeys.all.compactMap(\.brokerKey).filter { $0 != "log.message.format.version" }
        return Set(defaults).union([
            "log.cleaner.threads", "log.cleaner.dedupe.buffer.size", "log.cleaner.io.buffer.load.factor",
            "log.cleaner.io.buffer.size", "log.cleaner.io.max.bytes.per.second", "log.cleaner.backoff.ms",
            "num.io.threads", "num.replica.fetchers", "num.recovery.threads.per.data.dir", "background.threads",
            "metric.reporters", "max.connections", "max.connections.per.ip", "max.connections.per.ip.overrides",
            "max.connection.creation.rate", "producer.id.expiration.ms", "transaction.partition.verification.enable",
            "remote.log.index.file.cache.total.size.bytes", "remote.log.manager.copy.max.bytes.per.second",
            "remote.log.manager.fetch.max.bytes.per.second", "remote.fetch.max.wait.ms",
            "remote.list.offsets.request.timeout.ms", "log.local.retention.ms", "log.local.retention.bytes",
            "leader.replication.throttled.rate", "follower.replication.throttled.rate",
            "replica.alter.log.dirs.io.max.bytes.per.second",
        ])
    }()
}

extension BrokerKeys {
    /// The keys that set the same thing as `name` in a coarser unit, in falling precedence.
    static func older(than name: String) -> [String] { olderNames[name] ?? [] }

    private static let olderNames: [String: [String]] = Dictionary(
        uniqueKeysWithValues: TopicKeys.olderBrokerKeys.compactMap { name, older in
            TopicKeys.byName[name]?.brokerKey.map { ($0, older.map(\.name)) }
        })
}
