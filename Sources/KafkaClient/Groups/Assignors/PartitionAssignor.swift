public import RecordFormat

/// How partitions change hands when a group rebalances.
public enum RebalanceProtocol: Sendable, Hashable {
    /// Every member gives up everything first.
    case eager
    /// Members give up only what another one is to have (KIP-429).
    case cooperative
}

/// What a member of a consumer group tells the leader.
public struct MemberSubscription: Sendable, Hashable {
    /// The topics it wants.
    public var topics: Set<String>
    /// The partitions it has.
    public var ownedPartitions: [TopicPartition]
    /// The generation in which it got them; -1 if it does not say.
    public var generation: Int32
    /// Its name that outlives restarts, if it has one.
    public var groupInstanceID: String?
    /// The assignor's own bytes, if any.
    public var userData: ByteSlice?

    /// Creates a subscription.
    public init(
        topics: Set<String>, ownedPartitions: [TopicPartition] = [], generation: Int32 = -1,
        groupInstanceID: String? = nil, userData: ByteSlice? = nil
    ) {
        self.topics = topics
        self.ownedPartitions = ownedPartitions
        self.generation = generation
        self.groupInstanceID = groupInstanceID
        self.userData = userData
    }
}

/// Shares the partitions of topics among the members of a consumer group.
public protocol PartitionAssignor: Sendable {
    /// The name under which members agree on it.
    var name: String { get }
    /// How partitions change hands.
    var rebalanceProtocol: RebalanceProtocol { get }

    /// Gives every partition of every subscribed topic to one member that subscribed to it.
    ///
    /// - Parameters:
    ///   - subscriptions: What each member wants, by member id.
    ///   - partitionCounts: How many partitions each topic has; topics that do not exist are missing.
    /// - Returns: The partitions of each member, for every key of `subscriptions`.
    func assign(
        _ subscriptions: [String: MemberSubscription], partitionCounts: [String: Int32]
    ) -> [String: [TopicPartition]]
}

extension PartitionAssignor {
    /// Members in the order in which partitions are dealt: static ones by their own names first, so that a restart
    /// deals as before (KIP-345).
    func dealingOrder(_ subscriptions: [String: MemberSubscription]) -> [String] {
        subscriptions.sorted { left, right in
            switch (left.value.groupInstanceID, right.value.groupInstanceID) {
            case (let a?, let b?): a < b
            case (_?, nil): true
            case (nil, _?): false
            case (nil, nil): left.key < right.key
            }
        }.map(\.key)
    }
}
