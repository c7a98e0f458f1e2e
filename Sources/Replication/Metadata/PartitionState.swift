public import RecordFormat

/// The number of a partition's state, which grows with every change of it (Kafka's partition epoch).
public struct PartitionVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The version as the protocol carries it.
    public var rawValue: Int32

    /// Creates a version from its wire value.
    @inlinable public init(_ rawValue: Int32) { self.rawValue = rawValue }

    /// Whether `left` comes before `right`.
    @inlinable public static func < (left: PartitionVersion, right: PartitionVersion) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The value as text, for logs and messages.
    public var description: String { String(rawValue) }
}

/// What the cluster knows of a partition: who has a copy, whose copy is complete, and who leads.
///
/// One value in the metadata store, replaced as a whole by a compare-and-set on ``version``. A change is made on a
/// copy, which ``succeeding(_:)`` then numbers: whatever changed at once gets one version.
///
/// - Invariant: In-sync and eligible replicas are replicas, no node is in both sets, and the leader is in sync.
/// - SeeAlso: docs/replication.md, KIP-841, KIP-966
public struct PartitionState: Hashable, Sendable {
    /// The nodes that hold a copy, preferred leader first.
    public internal(set) var replicas: [BrokerID]
    /// Those of ``replicas`` that a reassignment brings in (KIP-455).
    public internal(set) var addingReplicas: [BrokerID] = []
    /// Those of ``replicas`` that it takes out when it is done.
    public internal(set) var removingReplicas: [BrokerID] = []
    /// Those that have everything below the high watermark, whatever happens next, in the order of ``replicas``.
    public internal(set) var inSyncReplicas: [BrokerID]
    /// Those that left ``inSyncReplicas`` while it was too small, and still have everything below the high watermark
    /// (KIP-966), in the order of ``replicas``.
    public internal(set) var eligibleLeaderReplicas: [BrokerID] = []
    /// Who takes appends, if anyone.
    public internal(set) var leader: BrokerID?
    /// The generation of that; it grows with every change of the leader.
    public internal(set) var leaderEpoch: LeaderEpoch
    /// The number of this state.
    public internal(set) var version: PartitionVersion

    /// Creates the first state of a partition, which its first in-sync replica leads.
    ///
    /// - Parameters:
    ///   - replicas: The nodes that are to hold a copy, preferred leader first; none twice.
    ///   - inSyncReplicas: Those that start at once, with an empty log; the others catch up when they come.
    public init(replicas: [BrokerID], inSyncReplicas: [BrokerID]) {
        self.replicas = replicas
        self.inSyncReplicas = replicas.filter(inSyncReplicas.contains)
        leader = self.inSyncReplicas.first
        leaderEpoch = LeaderEpoch(0)
        version = PartitionVersion(0)
        precondition(isWellFormed, "replicas that are none, or twice the same")
    }

    /// Creates a state as the metadata store holds it, or nothing if the parts contradict one another.
    public init?(
        replicas: [BrokerID], addingReplicas: [BrokerID], removingReplicas: [BrokerID], inSyncReplicas: [BrokerID],
        eligibleLeaderReplicas: [BrokerID], leader: BrokerID?, leaderEpoch: LeaderEpoch, version: PartitionVersion
    ) {
        self.replicas = replicas
        self.addingReplicas = addingReplicas
        self.removingReplicas = removingReplicas
        self.inSyncReplicas = inSyncReplicas
        self.eligibleLeaderReplicas = eligibleLeaderReplicas
        self.leader = leader
        self.leaderEpoch = leaderEpoch
        self.version = version
        if !isWellFormed { return nil }
    }

    /// Whether the parts agree with one another.
    public var isWellFormed: Bool {
        let named = [addingReplicas, removingReplicas, inSyncReplicas, eligibleLeaderReplicas]
        return !replicas.isEmpty && Set(replicas).count == replicas.count
            && named.allSatisfy { list in list.allSatisfy(replicas.contains) && Set(list).count == list.count }
            && !inSyncReplicas.contains(where: eligibleLeaderReplicas.contains)
            && !addingReplicas.contains(where: removingReplicas.contains)
            && leader.map(inSyncReplicas.contains) ?? true && leaderEpoch.rawValue >= 0 && version.rawValue >= 0
    }

    /// Whether a reassignment is under way.
    public var isReassigning: Bool { !addingReplicas.isEmpty || !removingReplicas.isEmpty }

    /// The number of in-sync replicas without which nothing is acknowledged to acks=all.
    ///
    /// No more than the partition has replicas, or it would never take anything (KIP-966). A reassignment changes that
    /// number when it is done, so that a replica which is only on its way holds nothing up.
    public func effectiveMinInSync(_ minInSyncReplicas: Int) -> Int {
        max(1, min(minInSyncReplicas, replicas.count - addingReplicas.count))
    }

    /// Whether enough replicas are in sync that records can become replicated.
    ///
    /// Not while there are eligible leader replicas either, whatever the setting: a record that is acknowledged without
    /// them would be lost if one of them was elected. It takes more than a count because the one who wrote this state
    /// may have had another `min.insync.replicas` before its eyes than the one who asks.
    public func hasEnoughInSync(_ minInSyncReplicas: Int) -> Bool {
        inSyncReplicas.count >= effectiveMinInSync(minInSyncReplicas) && eligibleLeaderReplicas.isEmpty
    }
}
