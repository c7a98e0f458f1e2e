public import RecordFormat

/// A group in a list.
public struct GroupListing: Sendable, Hashable {
    /// The group's name.
    public var groupID: String
    /// What kind of group it is; empty for one that only has offsets.
    public var protocolType: String
    /// `Stable`, `Empty`, …; empty from brokers that do not say.
    public var state: String
    /// Which protocol its members speak; `nil` from brokers that do not say.
    public var type: GroupType?
}

/// A group and its members.
public struct GroupDescription: Sendable, Hashable {
    /// The group's name.
    public var groupID: String
    /// `Stable`, `PreparingRebalance`, `CompletingRebalance`, `Empty` or `Dead`.
    public var state: String
    /// What kind of group it is.
    public var protocolType: String
    /// The way of sharing work that it chose.
    public var protocolName: String
    /// The broker that coordinates it.
    public var coordinator: Int32
    /// Its members.
    public var members: [GroupMemberDescription]
}

/// A member of a group.
public struct GroupMemberDescription: Sendable, Hashable {
    /// The name that the group gave it.
    public var memberID: String
    /// The name that it brought itself, if any.
    public var groupInstanceID: String?
    /// What its client calls itself.
    public var clientID: String
    /// Where its client is.
    public var clientHost: String
    /// What it told the leader.
    public var metadata: ByteSlice
    /// What the leader assigned to it.
    public var assignment: ByteSlice
    /// The partitions in its assignment; empty in groups that are not of consumers.
    public var partitions: [TopicPartition]
}
