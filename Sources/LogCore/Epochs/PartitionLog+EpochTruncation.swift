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
    /// - Parameters:
    ///   - answer: As for ``LeaderEpochHistory/truncation(after:logEndOffset:highWatermark:)``.
    ///   - persistRecoveryPoint: As for ``truncate(to:persistRecoveryPoint:)``.
    /// - Throws: ``LogError`` as ``truncate(to:persistRecoveryPoint:)`` and
    ///   ``truncateFully(startingAt:persistRecoveryPoint:)``.
    public func truncate(
        toEndOf answer: LeaderEpochHistory.Entry?,
        persistRecoveryPoint: (LogOffset) throws(LogError) -> Void = { _ in }
    ) throws(LogError) -> EpochTruncation {
        let marks = watermarks
        let (offset, isComplete) = leaderEpochs.truncation(
            after: answer, logEndOffset: marks.logEndOffset, highWatermark: marks.highWatermark)
        if offset < marks.logStartOffset {
            try truncateFully(startingAt: offset, persistRecoveryPoint: persistRecoveryPoint)
        } else {
            try truncate(to: offset, persistRecoveryPoint: persistRecoveryPoint)
        }
        return EpochTruncation(logEndOffset: watermarks.logEndOffset, isComplete: isComplete)
    }

    /// Drops everything and starts anew at `offset`, as a follower does whose log ends below its leader's start.
    ///
    /// A crash halfway leaves some of the old segments, from which the follower goes on as from any older state.
    ///
    /// - Parameters:
    ///   - offset: Where the log is to begin and to end.
    ///   - persistRecoveryPoint: As for ``truncate(to:persistRecoveryPoint:)``; called when the recovery point was above
    ///     `offset`.
    /// - Throws: ``LogError`` with code `.io` if files cannot be removed or made, after which the log is read-only;
    ///   `.readOnly` and `.closed`; or what `persistRecoveryPoint` throws.
    public func truncateFully(
        startingAt offset: LogOffset, persistRecoveryPoint: (LogOffset) throws(LogError) -> Void = { _ in }
    ) throws(LogError) {
        try maintenance.withLock { _ throws(LogError) in
            // A checkpoint that cannot be written leaves the log as it was, and is thrown outside of the lane.
            let refusal = try withWritableLane(excludingFlushes: true) { lane throws(LogError) -> LogError? in
                let marks = watermarks
                let kept = min(max(offset, marks.logStartOffset), marks.logEndOffset)
                if marks.recoveryPoint > kept {
                    // In memory first: a checkpoint that is written from now on must not raise it again.
                    lowerRecoveryPoint(to: kept)
                    do throws(LogError) { try persistRecoveryPoint(kept) } catch { return error }
                }
                do throws(LogError) { try beginTruncation() } catch { return error }
                lane.isHalfway = true
                try truncateFully(startingAt: offset, in: &lane)
                try endTruncation()
                lane.isHalfway = false
                checkInvariants(lane)
                return nil
            }
            if let refusal { throw refusal }
        }
    }

    private func truncateFully(startingAt offset: LogOffset, in lane: inout Lane) throws(LogError) {
        interruptions.add(1, ordering: .acquiringAndReleasing)
        let old = state.withLock { $0.doomed + $0.segments }
        // From the last on, so that what a crash leaves is a log without gaps.
        for segment in old.reversed() { try segment.removeFiles() }
        for name in try files.names() where name.hasSuffix(FileNames.Suffix.producerSnapshot) {
            try files.removeFile(name)
        }
        try writeEpochs(LeaderEpochHistory())
        let segment = try Self.createSegment(in: files, baseOffset: offset, configuration: lane.configuration)
        // No power cut brings an old segment back beside the new one.
        try files.sync()
        lane.writer = try SegmentWriter(segment, configuration: lane.configuration)
        lane.producers = ProducerTable()
        lane.epochs = LeaderEpochHistory()
        lane.snapshotOffset = offset
        state.withLock { state in
            state.segments = [segment]
            state.sealed.removeAll()
            state.doomed.removeAll()
            state.unpromised.removeAll()
            state.flushMark = nil
            state.flushedSize = nil
            state.activeSize = 0
            state.tail = nil
            state.cleanedOffset = min(state.cleanedOffset, offset)
            state.recent.removeAll()
            state.transactions = UnstableTransactions()
            state.watermarks = LogWatermarks(
                logStartOffset: offset, highWatermark: offset, logEndOffset: offset, recoveryPoint: offset)
        }
    }
}
