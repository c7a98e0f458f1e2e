/// What a topic asks of its replicas.
public struct TopicReplication: Hashable, Sendable {
    /// `min.insync.replicas`: with fewer in sync nothing is acknowledged to acks=all; at least 1.
    public var minInSyncReplicas: Int
    /// `unclean.leader.election.enable`: whether a replica that may lack acknowledged records leads before no one does.
    public var allowsUncleanElection: Bool
    /// `flush.messages=1`: whether a record counts once it is on the device, and not when it is in the page cache.
    public var flushesEveryAppend: Bool

    /// Creates a topic's settings.
    ///
    /// - Precondition: `minInSyncReplicas` is at least 1.
    public init(minInSyncReplicas: Int, allowsUncleanElection: Bool, flushesEveryAppend: Bool) {
        precondition(minInSyncReplicas >= 1, "min.insync.replicas is at least 1")
        self.minInSyncReplicas = minInSyncReplicas
        self.allowsUncleanElection = allowsUncleanElection
        self.flushesEveryAppend = flushesEveryAppend
    }
}
