/// What group commit has done since the store was opened.
public struct CommitStatistics: Sendable, Hashable {
    /// Rounds of the commit thread.
    public var rounds = 0
    /// Logs synced, with one `fdatasync` each as a rule; those that failed, or had nothing new, are not among them.
    public var syncs = 0
    /// Syncs of the whole file system, each of which took the place of many logs' own.
    public var sharedSyncs = 0
    /// Syncs of the journal, each of which took the place of many logs' own.
    public var journalSyncs = 0
    /// Syncs that failed.
    public var failures = 0
    /// Records made durable.
    public var records = 0
    /// Bytes made durable.
    public var bytes = 0
    /// Appends that waited for a sync and were answered by it.
    public var waiters = 0
    /// How long syncs took; one of the file system, or the journal, counts once for each log.
    public var syncTimes = SyncTimes()

    /// Creates the statistics of a store that has done nothing yet.
    public init() {}

    /// Records that one sync made durable, on average; 0 before the first.
    public var recordsPerSync: Double { syncs == 0 ? 0 : Double(records) / Double(syncs) }

    /// Appends that one round answered, on average; 0 before the first.
    public var waitersPerRound: Double { rounds == 0 ? 0 : Double(waiters) / Double(rounds) }
}

/// How long syncs took, in buckets that double: enough to tell a cache from a flash cell from a platter.
public struct SyncTimes: Sendable, Hashable {
    /// The number of syncs in each bucket: bucket *i* has those of 2^*i* up to 2^(*i*+1) microseconds, exclusive; the
    /// first also those below 1, the last also those above.
    public private(set) var counts: [Int]

    /// 2^26 microseconds are more than a minute.
    static let bucketCount = 27

    init() { counts = Array(repeating: 0, count: Self.bucketCount) }

    /// Counts a sync.
    mutating func note(_ time: Duration) {
        let microseconds = max(1, Int(time / .microseconds(1)))
        counts[min(Int.bitWidth - 1 - microseconds.leadingZeroBitCount, Self.bucketCount - 1)] += 1
    }

    /// The upper bound of the bucket in which the given share of the syncs has ended; `nil` before the first sync.
    ///
    /// - Parameter share: From 0 to 1; 0.99 asks for the 99th percentile.
    public func bound(ofShare share: Double) -> Duration? {
        let total = counts.reduce(0, +)
        guard total > 0 else { return nil }
        var left = max(1, Int((Double(total) * share).rounded(.up)))
        for (index, count) in counts.enumerated() {
            left -= count
            if left <= 0 { return .microseconds(1 << (index + 1)) }
        }
        return .microseconds(1 << counts.count)
    }
}
