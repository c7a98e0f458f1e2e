public import RecordFormat

/// How far a share group has come in a partition, as an administrator is shown it.
public struct SharePartitionProgress: Hashable, Sendable {
    /// The first offset that the group has not done with.
    public var startOffset: LogOffset
    /// The offsets from there on that the group has done with all the same.
    public var doneCount: Int64

    /// Creates a progress that another node has told.
    public init(startOffset: LogOffset, doneCount: Int64) {
        self.startOffset = startOffset
        self.doneCount = doneCount
    }

    /// How many offsets below `endOffset` the group has not done with (KIP-1226).
    ///
    /// What no member has been given yet counts as well, markers of transactions included: what it is nobody has looked
    /// at.
    public func lag(behind endOffset: LogOffset) -> Int64 { max(0, endOffset - startOffset - doneCount) }
}

extension SharePartition {
    /// A start that is on its way to the log, and what there was before, should it not get there.
    struct Alteration {
        /// The write that makes it durable.
        var write: UInt64
        var startOffset: LogOffset
        var endOffset: LogOffset
        var runs: ShareRuns
    }

    /// How far the group has come, by what the log has; `nil` where that has nothing.
    ///
    /// - Complexity: O(*n*) in the number of runs.
    public var progress: SharePartitionProgress? {
        guard isEstablished else { return nil }
        let shown = alteration?.runs ?? runs
        return SharePartitionProgress(
            startOffset: alteration?.startOffset ?? startOffset,
            doneCount: shown.elements.lazy.filter(\.isDone).map(\.count).reduce(0, +))
    }

    /// An administrator has the group read on from `offset`: all that was known of records is forgotten, and who has any
    /// has them no more.
    ///
    /// Nobody is given anything until the write has ended. Should it fail, the group goes on where it was, with what its
    /// members had given back.
    ///
    /// - Parameter epoch: What ``stateEpoch`` becomes; one higher than it is if that is more, or nothing is said.
    /// - Returns: What is to be written, which the administrator waits for; `nil` while another start is on its way.
    public mutating func alterStart(
        to offset: LogOffset, stateEpoch epoch: Int32 = 0, leaderEpoch: Int32, at now: Timestamp
    ) -> ShareWrite? {
        guard alteration == nil else { return nil }
        var former = runs
        former.updateAll { run in
            // Who waits for a write that fails is told so, and may not be taken at the word. As after a restart, records
            // that were under way have not been delivered this time.
            guard run.state == .acquired || run.write != ShareRun.noWrite else { return }
            run.state = .available
            run.deliveryCount = max(0, run.deliveryCount - 1)
            run.holder = ShareRun.nobody
            run.write = ShareRun.noWrite
        }
        alteration = Alteration(write: nextWrite, startOffset: startOffset, endOffset: endOffset, runs: former)
        // The runs that the writes under way were to bring back are gone, whatever becomes of those.
        for id in writes.keys { writes[id] = [] }
        runs = ShareRuns()
        startOffset = offset
        endOffset = offset
        stateEpoch = stateEpoch == .max ? 0 : max(epoch, stateEpoch + 1)
        // Only a snapshot takes back what the log has said of records above the new start.
        doubtLog()
        return makeWrite(
            [], formerly: [], awaited: true, .init(leaderEpoch: leaderEpoch, updatesPerSnapshot: 0, now: now))
    }

    /// A write has ended, which may be that of a new start.
    mutating func alterationEnded(by write: UInt64, isDurable: Bool) {
        guard let alteration, alteration.write == write else { return }
        self.alteration = nil
        guard !isDurable else { return }
        startOffset = alteration.startOffset
        endOffset = alteration.endOffset
        runs = alteration.runs
    }
}
