import HTTPService

extension RESTProxySettings {
    /// The names that mean something here, beside those of every HTTP API and of the clients.
    public static let names: [String] = [
        "advertised.listeners", "api.endpoints.allowlist", "api.endpoints.blocklist", "api.v2.enable", "api.v3.enable",
        "api.v3.produce.batch.maximum.entries", "api.v3.produce.rate.limit.enabled",
        "api.v3.produce.rate.limit.max.bytes.global.per.sec", "api.v3.produce.rate.limit.max.bytes.per.sec",
        "api.v3.produce.rate.limit.max.requests.global.per.sec", "api.v3.produce.rate.limit.max.requests.per.sec",
        "api.v3.produce.request.size.limit.max.bytes", "api.v3.produce.stream.max.in.flight",
        "api.v3.records.buffer.bytes", "api.v3.records.heartbeat.ms", "api.v3.records.max.bytes",
        "api.v3.records.max.readers", "api.v3.records.max.records", "api.v3.records.max.wait.ms",
        "confluent.resource.name.authority", "consumer.instance.timeout.ms", "consumer.instances.max",
        "consumer.request.max.bytes", "consumer.request.timeout.ms", "fetch.min.bytes", "host.name", "id", "listeners",
        "max.poll.records", "memory.max.bytes", "null.request.body.always.publishes.empty.record", "request.max.bytes",
        "schema.registry.url", "streaming.connection.max.duration.grace.period.ms",
        "streaming.connection.max.duration.ms",
    ]

    /// The names behind `producer.`.
    private static let producerNames: Set<String> = [
        "batch.size", "buffer.memory", "compression.type", "delivery.timeout.ms", "linger.ms", "max.block.ms",
        "max.request.size", "request.timeout.ms",
    ]
    /// The names behind `consumer.`.
    private static let consumerNames: Set<String> = [
        "auto.commit.interval.ms", "auto.offset.reset", "enable.auto.commit", "fetch.max.bytes",
        "heartbeat.interval.ms", "isolation.level", "max.partition.fetch.bytes", "max.poll.interval.ms",
        "session.timeout.ms",
    ]

    /// Whether a name means something here; what stands behind `schema.registry.` is for its client.
    public static func knows(_ name: String) -> Bool {
        if names.contains(name) || HTTPServiceKeys.knows(name) || name.hasPrefix("schema.registry.") { return true }
        let clients = [
            ("producer.", producerNames), ("consumer.", consumerNames), ("client.", producerNames.union(consumerNames)),
        ]
        return clients.contains { prefix, names in
            name.hasPrefix(prefix) && names.contains(String(name.dropFirst(prefix.count)))
        }
    }
}
