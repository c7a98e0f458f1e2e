import ConnectAPI

/// The keys of source connectors that write exactly once (KIP-618).
extension ConnectorConfiguration {
    /// The key that says how sure the connector has to be.
    static let exactlyOnceSupport = "exactly.once.support"
    /// The key that says where transactions end.
    static let transactionBoundary = "transaction.boundary"
    /// The key of the time between two commits.
    static let transactionBoundaryInterval = "transaction.boundary.interval.ms"
    /// The key of the connector's own topic for offsets.
    static let offsetsTopic = "offsets.storage.topic"

    static let exactlyOnce: [ConfigKey] = [
        ConfigKey(
            exactlyOnceSupport, .string, default: .value("requested"), importance: .medium,
            documentation: "Whether the connector may only run if each record is written exactly once (required).",
            validator: .oneOf(["requested", "required"], ignoringCase: true), group: "Exactly Once Support", order: 1,
            width: .short, displayName: "Exactly once support"),
        ConfigKey(
            transactionBoundary, .string, default: .value("poll"), importance: .medium,
            documentation: "Where a transaction ends: after each batch (poll), when some time has passed (interval), or"
                + " where the connector says (connector).",
            validator: .oneOf(["poll", "interval", "connector"], ignoringCase: true), group: "Exactly Once Support",
            order: 2, width: .short, displayName: "Transaction Boundary"),
        ConfigKey(
            transactionBoundaryInterval, .long, default: .none, importance: .low,
            documentation: "The milliseconds between two commits with transaction.boundary=interval; the worker's"
                + " offset.flush.interval.ms when it is not given.",
            validator: .atLeast(0), group: "Exactly Once Support", order: 3, width: .short,
            displayName: "Transaction boundary interval"),
        ConfigKey(
            offsetsTopic, .string, default: .none, importance: .low,
            documentation:
                "The connector's own topic for its offsets, made if there is none; the worker's when it is not"
                + " given.",
            validator: .nonEmpty, group: "offsets.topic", order: 1, width: .long, displayName: "Offsets topic"),
    ]
}
