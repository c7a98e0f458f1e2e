public import RecordFormat
internal import Synchronization

/// How far a follower's log went back for an answer of its leader.
public struct EpochTruncation: Sendable, Hashable {
    /// Where the log ends now.
    public var logEndOffset: LogOffset
    /// Whether the log is a prefix of the leader's. If not, the leader had an epoch that the log does not know: ask it
    /// about ``LeaderEpochHistory/latest`` again.
    public var isComplete: Bool

    /// Creates a result.
    public init(logEndOffset: LogOffset, isComplete: Bool) {
        self.logEndOffset = logEndOffset
        self.isComplete = isComplete
    }
}

extension LeaderEpochHistory {
    /// Where a follower with this history has to cut its log, given what its leader answered about the follower's latest
    /// epoch (KIP-101, KIP-279).
    ///
    /// An example of the second round: the follower has epochs 1 (from 0) and 3 (from 5), the leader 1 (from 0) and 2
    /// (from 4). Asked about 3, the leader answers with 2, its largest epoch not above. The follower has nothing of 2,
    /// so all it has from its epoch 3 on goes, and it asks about 1: the leader ends that at 4, and so does the follower
    /// then.
    ///
    /// - Parameters:
    ///   - answer: The leader's largest epoch not above the one asked for, and the offset at which it ended there;
    ///     ``LeaderEpoch/none`` where the leader knows no epochs, `nil` where it knows nothing.
    ///   - logEndOffset: The follower's log end.
    ///   - highWatermark: The follower's high watermark, to which it goes back when the leader knows nothing.
    /// - Returns: The offset, at most the log end, and whether it is the last cut.
    public func truncation(
        after answer: Entry?, logEndOffset: LogOffset, highWatermark: LogOffset
    ) -> (offset: LogOffset, isComplete: Bool) {
        guard let answer else { return (min(highWatermark, logEndOffset), true) }
        // An end offset stands in the entry: the leader's, and the follower's own below.
        let leaderEnd = min(answer.startOffset, logEndOffset)
        guard answer.epoch != .none, let own = endOffset(of: answer.epoch, logEndOffset: logEndOffset) else {
            return (leaderEnd, true)
        }
        guard own.epoch == answer.epoch else { return (min(own.startOffset, logEndOffset), false) }
        return (min(own.startOffset, leaderEnd), true)
    }
}

extension PartitionLog {
    /// Drops what the leader does not have, going by what it answered about this log's latest epoch.
    ///
    /// - Parameter answer: As for ``LeaderEpochHistory/truncation(after:logEndOffset:highWatermark:)``.
    /// - Throws: ``LogError`` as ``truncate(to:)`` and ``truncateFully(startingAt:)``.
    public func truncate(toEndOf answer: LeaderEpochHistory.Entry?) throws(LogError) -> EpochTruncation {
        let marks = watermarks
        let (offset, isComplete) = leaderEpochs.truncation(
            after: answer, logEndOffset: marks.logEndOffset, highWatermark: marks.highWatermark)
        if offset < marks.logStartOffset {
            try truncateFully(startingAt: offset)
        } else {
            try truncate(to: offset)
        }
        return EpochTruncation(logEndOffset: watermarks.logEndOffset, isComplete: isComplete)
    }

    /// Drops everything and starts anew at `offset`, as a follower does whose log ends below its leader's start.
    ///
    /// Checkpoints that name offsets above have to be lowered by whoever keeps them before the next start; a crash
    /// halfway leaves some of the old segments, from which the follower goes on as from any older state.
    ///
    /// - Throws: ``LogError`` with code `.io` or `.storageFull` if files cannot be removed or made, after which the log
    ///   is read-only; `.readOnly` and `.closed`.
    public func truncateFully(startingAt offset: LogOffset) throws(LogError) {
        try lane.withLock { lane throws(LogError) in
            try Self.checkWritable(lane, directory)
            do throws(LogError) {
                try truncateFully(startingAt: offset, in: &lane)
                checkInvariants(lane)
            } catch {
                // Half a truncation is no state to go on from.
                lane.failure = error
                throw error
            }
        }
    }

    private func truncateFully(startingAt offset: LogOffset, in lane: inout Lane) throws(LogError) {
        let old = state.withLock { $0.segments }
        // From the last on, so that what a crash leaves is a log without gaps.
        for segment in old.reversed() { try segment.removeFiles() }
        for name in try Directory.names(in: directory) where name.hasSuffix(FileNames.Suffix.producerSnapshot) {
            try Directory.removeFile(directory + "/" + name)
        }
        try writeEpochs(LeaderEpochHistory())
        let segment = try Self.createSegment(in: directory, baseOffset: offset, configuration: lane.configuration)
        lane.writer = SegmentWriter(segment, configuration: lane.configuration)
        lane.producers = ProducerTable()
        lane.epochs = LeaderEpochHistory()
        lane.snapshotOffset = offset
        state.withLock { state in
            state.segments = [segment]
            state.activeSize = 0
            state.recent.removeAll()
            state.transactions = UnstableTransactions()
            state.directoryNeedsSync = true
            state.watermarks = LogWatermarks(
                logStartOffset: offset, highWatermark: offset, logEndOffset: offset, recoveryPoint: offset)
        }
    }
}
