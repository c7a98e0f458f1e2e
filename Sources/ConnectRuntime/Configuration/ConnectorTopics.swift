import ConnectAPI

/// What a worker does about the topics that connectors use.
public struct ConnectorTopics: Sendable, Hashable {
    /// Whether source connectors may say how topics are created; `topic.creation.enable` (KIP-158).
    public var createsTopics: Bool
    /// Whether the topics that connectors use are kept track of; `topic.tracking.enable` (KIP-558).
    public var tracksTopics: Bool
    /// Whether that can be begun anew over REST; `topic.tracking.allow.reset`.
    public var allowsReset: Bool

    /// Reads a worker's keys.
    init(_ worker: ParsedConfiguration) {
        createsTopics = worker.boolean("topic.creation.enable") ?? true
        tracksTopics = worker.boolean("topic.tracking.enable") ?? true
        allowsReset = worker.boolean("topic.tracking.allow.reset") ?? true
    }
}
