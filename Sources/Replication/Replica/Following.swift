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
    /// The fetches that failed since the last one that brought something to go by.
    var failures = 0
    /// The leader's high watermark, as the last answer said, which holds for what was fetched then.
    var leaderWatermark = LogOffset.zero

    /// The shortest pause after a fetch that failed. A leader that was just elected may hear of it later than its
    /// followers, and refuses them for that moment.
    private static let shortestPause = Duration.milliseconds(10)

    /// Waits after a fetch that failed: each time twice as long, up to `longest`.
    mutating func backOff(from now: ReplicationInstant, longest: Duration) {
        let pause = min(longest, Self.shortestPause * (1 << min(failures, 20)))
        failures += 1
        phase = .backingOff(until: now.advanced(by: pause))
    }
}
