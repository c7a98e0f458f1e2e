public import RecordFormat

/// Which protocol a group's members speak.
public enum GroupType: String, Sendable, Hashable, CaseIterable {
    /// Members share the work out among themselves.
    case classic
    /// The coordinator gives each member its partitions (KIP-848).
    case consumer
    /// Members take records one by one (KIP-932).
    case share

    /// The type by the name that brokers give it, in whatever case; `nil` for one that is not known.
    public init?(name: String) { self.init(rawValue: name.lowercased()) }
}

/// A group of consumers and its members, whichever protocol they speak.
public struct ConsumerGroupDescription: Sendable, Hashable {
    /// The group's name.
    public var groupID: String
    /// Which protocol its members speak.
    public var type: GroupType
    /// `Stable`, `Empty`, `PreparingRebalance`, `CompletingRebalance`, `Assigning`, `Reconciling` or `Dead`.
    public var state: String
    /// The way of sharing partitions; empty while there is none.
    public var assignor: String
    /// Whether it has only offsets, and never had members.
    public var isSimple: Bool
    /// The broker that coordinates it.
    public var coordinator: Int32
    /// Its members, by their names.
    public var members: [Member]

    /// A member of a group of consumers.
    public struct Member: Sendable, Hashable {
        /// The name that it has in the group.
        public var memberID: String
        /// The name that it keeps across restarts, if any.
        public var groupInstanceID: String?
        /// What its client calls itself.
        public var clientID: String
        /// Where its client is.
        public var clientHost: String
        /// What it reads.
        public var partitions: [TopicPartition]
        /// Which protocol it speaks itself; `nil` where the broker does not say.
        public var type: GroupType?
    }

    /// Whether members of the classic protocol are in a group of the consumer protocol, as while clients are updated.
    public var isMixed: Bool { type == .consumer && members.contains { $0.type == .classic } }
}
