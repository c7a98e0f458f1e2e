internal import RecordFormat

/// What a leader knows of one follower, from the fetches of the leader's epoch alone.
struct FollowerProgress: Sendable {
    /// The incarnation that fetched, or `nil` before the first fetch.
    private(set) var brokerEpoch: BrokerEpoch?
    /// Below it everything is the follower's to keep; `nil` before the first fetch.
    private(set) var position: LogOffset?
    /// Where the follower's log began at its last fetch; `nil` before the first.
    private(set) var startOffset: LogOffset?
    /// The last moment at which the follower had everything, or `nil` if it never had.
    private(set) var caughtUpAt: ReplicationInstant?
    /// The last fetch, and where the leader's log ended then.
    private var last: (at: ReplicationInstant, leaderEnd: LogOffset)?

    /// A follower from the beginning of an epoch on.
    ///
    /// - Parameter caughtUpAt: That moment for one that is in sync, so that it has as long to fetch as any may lag.
    init(caughtUpAt: ReplicationInstant? = nil) { self.caughtUpAt = caughtUpAt }

    /// Whether a later incarnation than `epoch` has fetched.
    func isLater(than epoch: BrokerEpoch) -> Bool { brokerEpoch.map { epoch < $0 } ?? false }

    /// Takes over a valid fetch.
    mutating func fetched(_ fetch: ReplicaFetch, leaderEnd: LogOffset, at now: ReplicationInstant) {
        if brokerEpoch != fetch.brokerEpoch {
            // Another process: it may have less than the former one.
            if brokerEpoch != nil { caughtUpAt = nil }
            brokerEpoch = fetch.brokerEpoch
            position = fetch.offset
            last = nil
        } else if let position {
            // A fetch that was delayed says less than those which overtook it.
            self.position = max(position, fetch.offset)
        }
        startOffset = fetch.startOffset
        // Caught up as of the fetch before if it has reached what the log ended at then: under steady load a follower
        // that keeps pace is always a little behind the end of this moment.
        if fetch.offset >= leaderEnd {
            caughtUpAt = now
        } else if let last, fetch.offset >= last.leaderEnd {
            caughtUpAt = max(caughtUpAt ?? last.at, last.at)
        }
        last = (now, leaderEnd)
    }

    /// Whether the follower has had everything within the last `maxLag`.
    func isCaughtUp(within maxLag: Duration, at now: ReplicationInstant) -> Bool {
        caughtUpAt.map { now <= $0.advanced(by: maxLag) } ?? false
    }
}
