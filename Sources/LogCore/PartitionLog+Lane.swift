internal import RecordFormat
internal import Synchronization

/// The first failure of a log, which it keeps until it is opened again.
///
/// Beside the append lane, not in it: a flush must be able to ask without waiting for a write.
struct FailureLatch: ~Copyable, Sendable {
    private let isSet = Atomic(false)
    private let first = Mutex<LogError?>(nil)

    /// The failure, if there was one.
    var error: LogError? { isSet.load(ordering: .acquiring) ? first.withLock { $0 } : nil }

    /// Notes `error` unless there is an earlier one; returns whether it was the first.
    func set(_ error: LogError) -> Bool {
        first.withLock { first in
            guard first == nil else { return false }
            first = error
            isSet.store(true, ordering: .releasing)
            return true
        }
    }
}

extension PartitionLog {
    /// What appends change. Held across the write itself: one writer at a time is the point.
    struct Lane {
        var writer: SegmentWriter
        var producers: ProducerTable
        var epochs: LeaderEpochHistory
        /// The first epoch whose leader may append.
        var leastEpoch = LeaderEpoch.none
        var configuration: LogConfiguration
        /// Where the newest producer snapshot was taken.
        var snapshotOffset: LogOffset
        /// Whether the directory says that batches of this log may leave offsets out.
        var hasOffsetGaps: Bool
        var isClosed = false
        /// Whether the files are between two states, so that an error of any kind leaves nothing to go on from.
        var isHalfway = false
        /// Where a segment was begun that the observer has not heard of.
        var rolled: LogOffset?
        /// Damage that was met and that the observer has not heard of.
        var damage: LogError?
    }

    /// The failure that made the log read-only, if there was one.
    public var failure: LogError? { latch.error }

    /// Runs `body` as the one writer of the log, and keeps the log's promise about failures.
    ///
    /// After a failed write or sync, or an error halfway through a change of the files, the log takes no more of these
    /// until it is opened again. The observer is told once the lane is free.
    ///
    /// - Parameter excludingFlushes: Keeps flushes out too, for a body that moves the log end back: a sync that began
    ///   before must not vouch for what is appended in the place of what it saw.
    /// - Throws: ``LogError`` with code `.closed` or `.readOnly` without running `body`, `.io` for what failed halfway,
    ///   or what `body` throws.
    func withWritableLane<Result: Sendable>(
        excludingFlushes: Bool = false, _ body: (inout Lane) throws(LogError) -> Result
    ) throws(LogError) -> Result {
        // No closure but those that run at once holds it, so that it needs no memory of its own.
        var news = News()
        defer { if !news.isEmpty { tell(news) } }
        guard excludingFlushes else { return try withWritableLane(&news, body) }
        return try flushing.withLock { _ throws(LogError) in try withWritableLane(&news, body) }
    }

    /// What the observer has to hear of once the lane is free.
    private struct News {
        var failed: LogError?
        var rolled: LogOffset?
        var damage: LogError?

        var isEmpty: Bool { failed == nil && rolled == nil && damage == nil }
    }

    private func tell(_ news: News) {
        if let damage = news.damage { observer.logDidFindDamage(directory, error: damage) }
        if let rolled = news.rolled { observer.logDidRoll(directory, baseOffset: rolled) }
        if let failed = news.failed { observer.logDidFail(directory, error: failed) }
    }

    private func withWritableLane<Result: Sendable>(
        _ news: inout News, _ body: (inout Lane) throws(LogError) -> Result
    ) throws(LogError) -> Result {
        try lane.withLockGivingWay { lane throws(LogError) in
            try checkWritable(isClosed: lane.isClosed)
            defer {
                if lane.rolled != nil || lane.damage != nil {
                    (news.rolled, news.damage) = (lane.rolled.take(), lane.damage.take())
                }
            }
            do throws(LogError) { return try body(&lane) } catch {
                let isFatal = error.code == .io || lane.isHalfway
                guard isFatal else { throw error }
                let fault =
                    error.code == .io
                    ? error : LogError(.io, "\(directory) was left halfway", cause: error.description)
                // Before the lane is free again: the next writer must find the log read-only.
                if latch.set(fault) { news.failed = fault }
                throw fault
            }
        }
    }

    /// Notes a failure outside of the lane.
    func fail(_ error: LogError) {
        if latch.set(error) { observer.logDidFail(directory, error: error) }
    }

    /// - Throws: ``LogError`` with code `.closed` or `.readOnly`.
    func checkWritable(isClosed: Bool) throws(LogError) {
        if isClosed { throw closedError }
        try checkFailure()
    }

    /// What callers get once the log is closed.
    var closedError: LogError { LogError(.closed, "\(directory) is closed") }

    /// - Throws: ``LogError`` with code `.readOnly` once a write or sync has failed.
    func checkFailure() throws(LogError) {
        guard let failure else { return }
        throw LogError(
            .readOnly, "\(directory) is offline since a write or sync failed: mend the disk and restart",
            cause: failure.description)
    }
}
