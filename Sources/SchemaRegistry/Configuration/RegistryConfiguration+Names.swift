import HTTPService

extension RegistryConfiguration {
    /// The names that mean something here, beside those of every HTTP API.
    public static let names: [String] = [
        "authentication.skip.paths", "avro.compatibility.level", "host.name", "host.port",
        "inter.instance.headers.whitelist", "inter.instance.protocol", "kafkagroup.heartbeat.interval.ms",
        "kafkagroup.rebalance.timeout.ms", "kafkagroup.session.timeout.ms", "kafkastore.init.timeout.ms",
        "kafkastore.max.request.size", "kafkastore.timeout.ms", "kafkastore.topic",
        "kafkastore.topic.replication.factor", "kafkastore.topic.skip.validation", "leader.connect.timeout.ms",
        "leader.election.sticky", "leader.eligibility", "leader.read.timeout.ms", "listeners", "master.eligibility",
        "mode.mutability", "schema.cache.size", "schema.compatibility.level",
        "schema.providers.reference.versions.strict", "schema.registry.group.id",
        "schema.registry.inter.instance.protocol", "schema.reject.empty.subject", "schema.validate.fields",
        "schema.validate.new.schemas", "size.limit.filter.enabled", "size.limit.filter.max.request.body.size",
    ]

    /// Whether a name means something here.
    public static func knows(_ name: String) -> Bool {
        names.contains(name) || name.hasPrefix("kafkastore.topic.config.") || HTTPServiceKeys.knows(name)
    }
}
