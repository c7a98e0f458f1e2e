internal import RecordFormat

/// What a replica has while it leads: one epoch's worth, given up with it.
struct Leadership: Sendable {
    /// A proposal that may or may not have been accepted.
    struct Pending: Sendable {
        let proposal: InSyncProposal
        /// When to send it again, if its outcome is unknown.
        var resendAt: ReplicationInstant?
    }

    let epoch: LeaderEpoch
    /// Where the epoch begins in the leader's log.
    let startOffset: LogOffset
    /// The followers, with what they fetched in this epoch.
    var followers: [BrokerID: FollowerProgress] = [:]
    /// The proposal whose failure is not certain.
    var pending: Pending?
    /// No proposal before this moment, after one that was refused.
    var proposesFrom: ReplicationInstant

    init(epoch: LeaderEpoch, startOffset: LogOffset, inSync: [BrokerID], at now: ReplicationInstant) {
        self.epoch = epoch
        self.startOffset = startOffset
        proposesFrom = now
        for follower in inSync { followers[follower] = FollowerProgress(caughtUpAt: now) }
    }
}
