internal import RecordFormat

/// What a replica has while it follows one leader in one epoch.
struct Following: Sendable {
    /// What the follower is at: one fetch at a time, and none before what the last one brought is the follower's to
    /// keep.
    enum Phase: Hashable, Sendable {
        /// Nothing is under way.
        case idle
        /// A fetch is.
        case fetching(FetchToken)
        /// Nothing before this moment.
        case backingOff(until: ReplicationInstant)
    }

    let leader: BrokerID
    let epoch: LeaderEpoch
    var phase = Phase.idle
    /// The leader's high watermark, as the last answer said, which holds for what was fetched then.
    var leaderWatermark = LogOffset.zero
}
