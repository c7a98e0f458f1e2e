public import RecordFormat
internal import Synchronization

/// Who made the batches that are appended.
public enum AppendOrigin: Sendable, Hashable {
    /// A producer: the log assigns offsets, stamps this leader epoch, and checks the batch's content and sequence.
    case producer(LeaderEpoch)
    /// The host itself, as leader: offsets and epoch are assigned, several batches may come at once, and control
    /// batches are fine.
    case coordinator(LeaderEpoch)
    /// The partition's leader: offsets and epochs are those in the batches. The last batch may be cut, as by the limit of a
    /// fetch, and is left out then unless it is the only one.
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
    /// The epoch whose leader appended: of what it has in the log nothing is certain once another epoch has begun.
    public var leaderEpoch: LeaderEpoch
    /// Whether the batch was there already, and nothing was written (KIP-98).
    public var isDuplicate: Bool
}

extension PartitionLog {
    /// Appends the batches in `records`, in one write or one copy.
    ///
    /// When it returns, the bytes are in the page cache and replicas may read them. They are durable after a
    /// ``flush()`` that reaches ``AppendResult/nextOffset``. The batches' offsets, epochs and timestamps are stamped
    /// into `records` in place, unless the topic's compression is another than theirs: then they are written anew.
    ///
    /// - Parameters:
    ///   - records: Whole batches; no one else may read these bytes during the call.
    ///   - origin: Who made them.
    ///   - now: The broker's time, for append timestamps and timestamp bounds.
    /// - Throws: ``LogError`` with code `.corruptBatch`, `.invalidRecord`, `.recordTooLarge`, `.invalidTimestamp`,
    ///   `.fencedProducer`, `.outOfOrderSequence`, `.tooManyProducers`, `.invalidTransactionState`,
    ///   `.fencedCoordinator` or `.staleLeaderEpoch` for the batch; `.storageFull` if there is no room;
    ///   `.tooManyOpenFiles`; `.io` if the write fails, after which the log is read-only; `.readOnly` and `.closed`.
    ///   After an error the log is as it was.
    /// - Complexity: one checksum over the bytes and a walk through the records before other appends have to wait, and
    ///   one `pwrite` while they do, or a copy into the mapped tail of the file for a small batch of a log that has
    ///   taken many since its last flush. One uncompressed batch takes no memory from the heap. Compressed batches are
    ///   decompressed where the topic bounds timestamps, needs keys or has a compression of its own.
    public func append(_ records: ByteSlice, from origin: AppendOrigin, now: Timestamp) throws(LogError) -> AppendResult
    {
        let rules = settings.withLockGivingWay { $0.rules }
        var prepared = try BatchValidation(rules: rules, origin: origin, now: now).prepare(records)
        do throws(LogError) {
            return try withWritableLane { lane throws(LogError) in
                try append(&prepared, from: origin, now: now, in: &lane)
            }
        } catch {
            // Who found no room will try again with the same bytes, and a producer's must not bear an append time.
            prepared.restore(records)
            throw error
        }
    }

    private func append(
        _ prepared: inout PreparedBatches, from origin: AppendOrigin, now: Timestamp, in lane: inout Lane
    ) throws(LogError) -> AppendResult {
        try lane.checkEpoch(of: origin)
        let marks = watermarks
        try BatchStamping.assign(&prepared.headers, from: marks.logEndOffset, origin: origin)
        let events: [TransactionEvent]
        switch try lane.producers.judge(
            prepared.headers, prepared.markers, from: origin, limit: lane.configuration.producerLimit)
        {
        case .duplicate(let known):
            return AppendResult(
                firstOffset: known.firstOffset, nextOffset: known.lastOffset + 1,
                logAppendTime: prepared.appendTime == nil ? nil : known.timestamp,
                logStartOffset: marks.logStartOffset, leaderEpoch: prepared.headers[0].leaderEpoch, isDuplicate: true)
        case .new(let found): events = found
        }
        let first = prepared.headers[0]
        let last = prepared.headers.last
        try assignEpochs(prepared.headers, in: &lane)
        if origin == .leader { try noteGaps(prepared.headers, after: marks.logEndOffset, in: &lane) }
        if lane.writer.mustRoll(
            for: prepared.records.count, lastOffset: last.lastOffset, timestamp: last.maxTimestamp, now: now)
        {
            try roll(at: first.baseOffset, in: &lane)
        }
        lane.writer.note(recoveryPoint: marks.recoveryPoint)
        let start = lane.writer.position
        try holdTail(in: &lane)
        try lane.writer.reserve(prepared.records.count, batches: prepared.headers.count)
        if origin != .leader { BatchStamping.write(prepared.headers, into: prepared.records) }
        try write(prepared.records, prepared.headers, events, now: now, in: &lane)
        for index in prepared.headers.indices {
            let marker = prepared.markers.isEmpty ? nil : prepared.markers[index]
            lane.producers.note(prepared.headers[index], marker, seen: now)
        }
        publish(prepared.headers, from: start, events)
        checkInvariants(lane)
        return AppendResult(
            firstOffset: first.baseOffset, nextOffset: last.nextOffset, logAppendTime: prepared.appendTime,
            logStartOffset: marks.logStartOffset, leaderEpoch: last.leaderEpoch, isDuplicate: false)
    }

    /// Writes index entries for the transactions that the batches abort, then the batches.
    ///
    /// In this order a reader who sees the marker finds the entry. An entry without its marker, as a crash in between
    /// leaves it, names offsets that do not exist yet, and is dropped when the log is opened.
    private func write(
        _ records: ByteSlice, _ headers: borrowing BatchHeaders, _ events: [TransactionEvent], now: Timestamp,
        in lane: inout Lane
    ) throws(LogError) {
        guard !events.isEmpty else { return try lane.writer.append(records, headers: headers, now: now) }
        let index = lane.writer.segment.transactionIndex
        let known = index.count
        // The first entry makes the file: also if no batch comes behind it, a later one finds it there.
        if try index.append(aborted(by: events)) { state.withLock { $0.directoryNeedsSync = true } }
        do throws(LogError) {
            try lane.writer.append(records, headers: headers, now: now)
        } catch {
            // Should this fail too, the next entries take the place of these, and opening drops them.
            try? index.keep(known)
            throw error
        }
    }

    /// The index entries of the transactions that `events` abort.
    private func aborted(by events: [TransactionEvent]) -> [AbortedTransaction] {
        var transactions = state.withLock { $0.transactions }
        return transactions.aborted(by: events)
    }

    /// Makes the batches that now stand behind `start` visible.
    private func publish(
        _ headers: borrowing BatchHeaders, from start: Int, _ events: [TransactionEvent]
    ) {
        state.withLockGivingWay { state in
            var position = start
            for index in headers.indices {
                let header = headers[index]
                state.recent.append(
                    BatchLocation(
                        position: position, size: header.totalSize, baseOffset: header.baseOffset,
                        lastOffset: header.lastOffset), checksum: header.checksum)
                position += header.totalSize
            }
            state.activeSize = position
            state.appendedBytes += position - start
            let end = headers.last.nextOffset
            guard !events.isEmpty else { return state.watermarks.update(logEndOffset: end) }
            for event in events { state.transactions.apply(event) }
            state.watermarks.update(
                logEndOffset: end, firstUnstableOffset: state.transactions.firstUnstableOffset)
        }
    }

    /// Notes epochs that begin with these batches; the checkpoint is durable before the first batch of an epoch is
    /// written.
    private func assignEpochs(_ headers: borrowing BatchHeaders, in lane: inout Lane) throws(LogError) {
        var latest = lane.epochs.latest ?? .none
        // One batch, and the epoch that the log has: all but the first append of a leader.
        guard headers.count > 1 || headers[0].leaderEpoch != latest else { return }
        var epochs = lane.epochs
        var isChanged = false
        for index in headers.indices where headers[index].leaderEpoch.rawValue >= 0 {
            let header = headers[index]
            guard header.leaderEpoch >= latest else {
                throw LogError(
                    .staleLeaderEpoch, "a batch of leader epoch \(header.leaderEpoch), the log has \(latest) already")
            }
            if epochs.assign(header.leaderEpoch, startOffset: header.baseOffset) {
                latest = header.leaderEpoch
                isChanged = true
            }
        }
        guard isChanged else { return }
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
        _ headers: borrowing BatchHeaders, after end: LogOffset, in lane: inout Lane
    ) throws(LogError) {
        guard !lane.hasOffsetGaps else { return }
        var expected = end
        for index in headers.indices {
            let header = headers[index]
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
        lane.damage = sealed.faultOfIndexes()
        lane.writer = try SegmentWriter(segment, configuration: lane.configuration)
        lane.rolled = offset
        state.withLock { state in
            state.sealed.append(sealed)
            state.segments.append(segment)
            state.activeSize = 0
            state.tail = nil
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
        for suffix in FileNames.Suffix.segmentFiles {
            try directory.removeFile(FileNames.segment(baseOffset, suffix))
        }
    }

    /// Writes the producer table beside the segments and drops the snapshot before unless a segment begins there.
    ///
    /// One is kept for each segment's base: what a transaction index needs to be built anew begins in segments before.
    /// Written for an empty table too: without a snapshot the next start would look for producers in the whole log. It
    /// is not synced: its checksum tells when the device has none of it, and the one before it takes its place.
    func snapshotProducers(at offset: LogOffset, in lane: inout Lane) throws(LogError) {
        let name = FileNames.segment(offset, FileNames.Suffix.producerSnapshot)
        try files.replaceFile(name, with: ProducerSnapshot.encode(lane.producers).bytes, isDurable: false)
        let before = lane.snapshotOffset
        lane.snapshotOffset = offset
        // The newest could turn out unreadable, so the last two segments' stay in any case.
        guard before != offset, !state.withLock({ $0.segments.contains { $0.baseOffset == before } }) else { return }
        try files.removeFile(FileNames.segment(before, FileNames.Suffix.producerSnapshot))
    }
}
