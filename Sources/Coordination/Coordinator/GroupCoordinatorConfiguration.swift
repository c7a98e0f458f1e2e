/// The limits a coordinator works by, under the names and with the defaults that Kafka 4.0 has.
public struct GroupCoordinatorConfiguration: Hashable, Sendable {
    /// `group.min.session.timeout.ms`: the shortest session a member may ask for.
    public var minSessionTimeout: Duration = .seconds(6)
    /// `group.max.session.timeout.ms`: the longest session a member may ask for.
    public var maxSessionTimeout: Duration = .seconds(1800)
    /// `group.initial.rebalance.delay.ms`: how long the first members of an empty group wait for others (KIP-134).
    public var initialRebalanceDelay: Duration = .seconds(3)
    /// `group.max.size`: how many members a group may have (KIP-389).
    public var groupMaxSize = Int(Int32.max)
    /// `offset.metadata.max.bytes`: how long the metadata stored with an offset may be.
    public var offsetMetadataMaxSize = 4096
    /// `offsets.retention.minutes`: how long offsets outlive their use (KIP-211).
    public var offsetsRetention: Duration = .seconds(7 * 24 * 3600)
    /// `offsets.retention.check.interval.ms`: how often expired offsets are looked for.
    public var offsetsRetentionCheckInterval: Duration = .seconds(600)
    /// `offsets.commit.timeout.ms`: how long anyone waits for an append; the append itself has no limit.
    public var appendTimeout: Duration = .seconds(5)
    /// How long a new member's first join may wait before the member is given up: five minutes, as in Kafka. The
    /// member cannot send heartbeats meanwhile, so its session timeout would be the wrong measure.
    public var newMemberJoinTimeout: Duration = .seconds(300)
    /// `group.consumer.session.timeout.ms`: how long a member of the consumer protocol may stay silent (KIP-848).
    public var consumerSessionTimeout: Duration = .seconds(45)
    /// `group.consumer.min.session.timeout.ms` and `group.consumer.max.session.timeout.ms`: what a group may set.
    public var consumerSessionTimeoutBounds: ClosedRange<Duration> = .seconds(45) ... .seconds(60)
    /// `group.consumer.heartbeat.interval.ms`: how often a member of the consumer protocol is told to send heartbeats.
    public var consumerHeartbeatInterval: Duration = .seconds(5)
    /// `group.consumer.min.heartbeat.interval.ms` and `group.consumer.max.heartbeat.interval.ms`: what a group may set.
    public var consumerHeartbeatIntervalBounds: ClosedRange<Duration> = .seconds(5) ... .seconds(15)
    /// `group.consumer.max.size`: how many members a consumer group may have.
    public var consumerGroupMaxSize = Int(Int32.max)
    /// `group.consumer.assignors`: how partitions may be divided; the first one where the members do not choose.
    public var consumerAssignors: [ConsumerGroupAssignor] = [.uniform, .range]
    /// `group.consumer.migration.policy`: which groups with members may go over to the other protocol.
    public var consumerMigrationPolicy = ConsumerMigrationPolicy.bidirectional
    /// `group.share.session.timeout.ms`: how long a member of a share group may stay silent (KIP-932).
    public var shareSessionTimeout: Duration = .seconds(45)
    /// `group.share.min.session.timeout.ms` and `group.share.max.session.timeout.ms`: what a group may set.
    public var shareSessionTimeoutBounds: ClosedRange<Duration> = .seconds(45) ... .seconds(60)
    /// `group.share.heartbeat.interval.ms`: how often a member of a share group is told to send heartbeats.
    public var shareHeartbeatInterval: Duration = .seconds(5)
    /// `group.share.min.heartbeat.interval.ms` and `group.share.max.heartbeat.interval.ms`: what a group may set.
    public var shareHeartbeatIntervalBounds: ClosedRange<Duration> = .seconds(5) ... .seconds(15)
    /// `group.share.max.size`: how many members a share group may have.
    public var shareGroupMaxSize = 200

    /// Creates a configuration with Kafka's defaults.
    public init() {}
}
