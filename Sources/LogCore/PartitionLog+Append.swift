public import RecordFormat
internal import Synchronization

/// Who made the batches that are appended.
public enum AppendOrigin: Sendable, Hashable {
    /// A producer: the log assigns offsets, stamps this leader epoch, and checks the batch's content and sequence.
    case producer(LeaderEpoch)
    /// The host itself, as leader: offsets and epoch are assigned, several batches may come at once, and control
    /// batches are fine.
    case coordinator(LeaderEpoch)
    /// The partition's leader: offsets and epochs are those in the batches.
    case leader
}

/// What an append did.
public struct AppendResult: Sendable, Hashable {
    /// Offset of the first record.
    public var firstOffset: LogOffset
    /// The offset after the last record's; the append is durable once the log is flushed up to it.
    public var nextOffset: LogOffset
    /// The append time, if the topic's timestamps are the broker's.
    public var logAppendTime: Timestamp?
    /// First offset of the log.
    public var logStartOffset: LogOffset
    /// Whether the batch was there already, and nothing was written (KIP-98).
    public var isDuplicate: Bool
}

extension PartitionLog {
    /// Appends the batches in `records`, in one write.
    ///
    /// When it returns, the bytes are in the page cache and replicas may read them. They are durable after a
    /// ``flush()`` that reaches ``AppendResult/nextOffset``. The batches' offsets and epochs are stamped into `records`
    /// in place.
    ///
    /// - Parameters:
    ///   - records: Whole batches; no one else may read these bytes during the call.
    ///   - origin: Who made them.
    ///   - now: The broker's time, for append timestamps and timestamp bounds.
    /// - Throws: ``LogError`` with code `.corruptBatch`, `.invalidRecord`, `.recordTooLarge`, `.invalidTimestamp`,
    ///   `.fencedProducer`, `.outOfOrderSequence` or `.staleLeaderEpoch` for the batch; `.storageFull` if there is no
    ///   room; `.io` if the write fails, after which the log is read-only; `.readOnly` and `.closed`. After an error
    ///   the log is as it was.
    /// - Complexity: one checksum over the bytes and one `pwrite`.
    public func append(_ records: ByteSlice, from origin: AppendOrigin, now: Timestamp) throws(LogError) -> AppendResult
    {
        try withWritableLane { lane throws(LogError) in try append(records, from: origin, now: now, in: &lane) }
    }

    private func append(
        _ records: ByteSlice, from origin: AppendOrigin, now: Timestamp, in lane: inout Lane
    ) throws(LogError) -> AppendResult {
        let marks = watermarks
        let given = try BatchValidation(configuration: lane.configuration, origin: origin, now: now).headers(
            of: records)
        var duplicate: ProducerTable.Batch?
        for header in given where origin != .leader {
            if case .duplicate(let known) = try lane.producers.judge(header) { duplicate = known }
        }
        if let duplicate {
            return AppendResult(
                firstOffset: duplicate.firstOffset, nextOffset: duplicate.lastOffset + 1,
                logAppendTime: lane.configuration.timestampType == .logAppendTime ? duplicate.timestamp : nil,
                logStartOffset: marks.logStartOffset, isDuplicate: true)
        }
        let appendTime = lane.configuration.timestampType == .logAppendTime && origin != .leader ? now : nil
        let stamping = BatchStamping(nextOffset: marks.logEndOffset, origin: origin, appendTime: appendTime)
        var headers = try stamping.stamped(given)
        let first = headers[0]
        let last = headers[headers.count - 1]
        try assignEpochs(headers, in: &lane)
        if origin == .leader { try noteGaps(headers, after: marks.logEndOffset, in: &lane) }
        if lane.writer.mustRoll(
            for: records.count, lastOffset: last.lastOffset, timestamp: last.maxTimestamp,
            duration: lane.configuration.rollDuration)
        {
            try roll(at: first.baseOffset, in: &lane)
        }
        let start = lane.writer.position
        try lane.writer.reserve(records.count, batches: headers.count)
        // As late as can be: the caller of an append that found no room will try again with the same bytes.
        stamping.write(&headers, into: records)
        do throws(LogError) { try lane.writer.append(records, headers: headers) } catch {
            stamping.restore(given, in: records)
            throw error
        }
        for header in headers { lane.producers.note(header) }
        publish(headers, from: start)
        return AppendResult(
            firstOffset: first.baseOffset, nextOffset: last.nextOffset, logAppendTime: appendTime,
            logStartOffset: marks.logStartOffset, isDuplicate: false)
    }

    /// Makes the batches that now stand behind `start` visible.
    private func publish(_ headers: [RecordBatchHeader], from start: Int) {
        state.withLock { state in
            var position = start
            for header in headers {
                state.recent.append(
                    BatchLocation(
                        position: position, size: header.totalSize, baseOffset: header.baseOffset,
                        lastOffset: header.lastOffset))
                position += header.totalSize
            }
            state.activeSize = position
            state.appendedBytes += position - start
            state.watermarks.update(logEndOffset: headers[headers.count - 1].nextOffset)
        }
    }

    /// Notes epochs that begin with these batches; the checkpoint is durable before the first batch of an epoch is
    /// written.
    private func assignEpochs(_ headers: [RecordBatchHeader], in lane: inout Lane) throws(LogError) {
        var latest = lane.epochs.latest ?? .none
        guard headers.contains(where: { $0.leaderEpoch != latest && $0.leaderEpoch.rawValue >= 0 }) else { return }
        var epochs = lane.epochs
        for header in headers where header.leaderEpoch.rawValue >= 0 {
            guard header.leaderEpoch >= latest else {
                throw LogError(
                    .staleLeaderEpoch, "a batch of leader epoch \(header.leaderEpoch), the log has \(latest) already")
            }
            if epochs.assign(header.leaderEpoch, startOffset: header.baseOffset) { latest = header.leaderEpoch }
        }
        try writeEpochs(epochs)
        lane.epochs = epochs
    }

    func writeEpochs(_ epochs: LeaderEpochHistory) throws(LogError) {
        try files.replaceFile(FileNames.leaderEpochCheckpoint, with: epochs.checkpointText)
    }

    /// Notes in the directory that the leader's batches leave offsets out, before the first that do are written.
    ///
    /// Where none are left out, recovery takes a gap before the last batch for a damaged offset: no checksum covers it.
    private func noteGaps(
        _ headers: [RecordBatchHeader], after end: LogOffset, in lane: inout Lane
    ) throws(LogError) {
        guard !lane.hasOffsetGaps else { return }
        var expected = end
        for header in headers {
            guard header.baseOffset == expected else { return try noteGaps(in: &lane) }
            expected = header.nextOffset
        }
    }

    /// Notes, durably, that batches of this log may leave offsets out.
    func noteGaps(in lane: inout Lane) throws(LogError) {
        guard !lane.hasOffsetGaps else { return }
        try files.replaceFile(FileNames.offsetGaps, with: "")
        lane.hasOffsetGaps = true
    }

    /// Starts a segment at `offset` and seals the one before.
    ///
    /// All that can fail for want of room comes first, so that a full disk leaves the log as it was.
    func roll(at offset: LogOffset, in lane: inout Lane) throws(LogError) {
        let segment: LogSegment
        do throws(LogError) {
            segment = try Self.createSegment(in: files, baseOffset: offset, configuration: lane.configuration)
            try snapshotProducers(at: offset, in: &lane)
            try lane.writer.seal()
        } catch {
            // An empty segment that stayed behind would hide what the one before it takes from now on.
            do throws(LogError) { try Self.removeSegment(in: files, baseOffset: offset) } catch let second {
                throw LogError(.io, second.message, cause: "\(second), after \(error)")
            }
            // The next flush vouches for what is appended instead, so it has to make the removal durable too.
            state.withLock { $0.directoryNeedsSync = true }
            throw error
        }
        let sealed = lane.writer.segment
        sealed.close(at: offset)
        lane.writer = SegmentWriter(segment, configuration: lane.configuration)
        lane.rolled = offset
        state.withLock { state in
            state.sealed.append(sealed)
            state.segments.append(segment)
            state.activeSize = 0
            state.recent.removeAll()
            state.directoryNeedsSync = true
        }
    }

    /// Creates the empty segment that starts at `baseOffset`; what an interrupted attempt left under its names goes.
    static func createSegment(
        in directory: LogDirectory, baseOffset: LogOffset, configuration: LogConfiguration
    ) throws(LogError) -> LogSegment {
        try removeSegment(in: directory, baseOffset: baseOffset)
        let log = try directory.open(FileNames.segment(baseOffset, FileNames.Suffix.log), .create)
        return try LogSegment(
            directory: directory, baseOffset: baseOffset, log: log, size: 0, verified: 0,
            indexMaxBytes: configuration.indexMaxBytes)
    }

    /// Removes what there is of an empty segment that starts at `baseOffset`.
    private static func removeSegment(in directory: LogDirectory, baseOffset: LogOffset) throws(LogError) {
        for suffix in [FileNames.Suffix.log, FileNames.Suffix.offsetIndex, FileNames.Suffix.timeIndex] {
            try directory.removeFile(FileNames.segment(baseOffset, suffix))
        }
    }

    /// Writes the producer table beside the segments and drops snapshots that no recovery can need.
    ///
    /// Written for an empty table too: without a snapshot the next start would look for producers in the whole log. It
    /// is not synced: its checksum tells when the device has none of it, and the one before it takes its place.
    func snapshotProducers(at offset: LogOffset, in lane: inout Lane) throws(LogError) {
        let name = FileNames.segment(offset, FileNames.Suffix.producerSnapshot)
        try files.replaceFile(name, with: ProducerSnapshot.encode(lane.producers).bytes, isDurable: false)
        lane.snapshotOffset = offset
        let snapshots = try files.names()
            .compactMap { FileNames.offset(of: $0, suffix: FileNames.Suffix.producerSnapshot) }
            .sorted()
        // Two are kept: the newest could turn out unreadable.
        for old in snapshots.dropLast(2) {
            try files.removeFile(FileNames.segment(old, FileNames.Suffix.producerSnapshot))
        }
    }
}
