/// The settings of a subscription to metrics of clients (KIP-714).
enum ClientMetricsKeys {
    static let all: [ConfigurationKey] = [
        ConfigurationKey(
            "interval.ms", .int, "300000", minimum: 100, maximum: 3_600_000, "How often clients are to push."),
        ConfigurationKey(
            "match", .list, "",
            "Which clients: name=pattern separated by commas, all of which must match; none for all clients."),
        ConfigurationKey(
            "metrics", .list, "", "Which metrics: what their names start with; * for all, none for no metrics."),
    ]

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
