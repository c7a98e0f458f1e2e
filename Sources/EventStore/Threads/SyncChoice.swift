/// Whether a round syncs its logs one by one or their file system as a whole, going by how long each took lately.
///
/// A sync of the file system takes care of any number of logs, and of all else that was written there: where other
/// programs write much, it takes as long as that does.
///
/// For one thread.
///
/// - SeeAlso: docs/decisions/0065-a-round-over-many-logs-syncs-their-file-system.md
struct SyncChoice {
    /// Logs for which it is worth asking.
    static let leastLogs = 8
    /// The most rounds that are left to the logs' own syncs after one in which those would have been faster.
    private static let longestRestraint = 256
    /// How much slower a sync of the file system may be than the logs' own would be by that account: both vary by as much, and own syncs
    /// in its place leave more logs to the next round.
    private static let tolerance = 4
    /// What a new time counts for beside those before it.
    private static let newsShare = 8

    /// How long a log's own sync takes, in rounds of several side by side; `nil` before the first.
    private var timePerLog: Duration?
    private var skips = 0
    private var restraint = 1
    private var isRefused = false

    /// Whether a round over `count` logs syncs their file system.
    mutating func sharesSync(of count: Int) -> Bool {
        guard !isRefused, count >= Self.leastLogs else { return false }
        guard skips == 0 else {
            skips -= 1
            return false
        }
        return true
    }

    /// Notes how long the own syncs of `count` logs took.
    mutating func noteOwnSyncs(of count: Int, took time: Duration) {
        let time = time / count
        timePerLog = timePerLog.map { $0 + (time - $0) / Self.newsShare } ?? time
    }

    /// Notes how long a sync of the file system took that stood for those of `count` logs.
    mutating func noteSharedSync(of count: Int, took time: Duration) {
        guard let timePerLog, time > timePerLog * count * Self.tolerance else { return restraint = 1 }
        skips = restraint
        restraint = min(restraint * 2, Self.longestRestraint)
    }

    /// Notes that the file system cannot be synced as a whole, or that its word counts for nothing any more.
    mutating func refuse() { isRefused = true }
}
