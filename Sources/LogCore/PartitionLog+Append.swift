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
    /// ``flush()`` that reaches ``AppendResult/nextOffset``. The batches' offsets, epochs and timestamps are stamped
    /// into `records` in place, unless the topic's compression is another than theirs: then they are written anew.
    ///
    /// - Parameters:
    ///   - records: Whole batches; no one else may read these bytes during the call.
    ///   - origin: Who made them.
    ///   - now: The broker's time, for append timestamps and timestamp bounds.
    /// - Throws: ``LogError`` with code `.corruptBatch`, `.invalidRecord`, `.recordTooLarge`, `.invalidTimestamp`,
    ///   `.fencedProducer`, `.outOfOrderSequence`, `.tooManyProducers`, `.invalidTransactionState`,
    ///   `.fencedCoordinator` or `.staleLeaderEpoch` for the batch; `.storageFull` if there is no room; `.io` if the
    ///   write fails, after which the log is read-only; `.readOnly` and `.closed`. After an error the log is as it was.
    /// - Complexity: one checksum over the bytes and a walk through the records before other appends have to wait, and
    ///   one `pwrite` while they do. Compressed batches are decompressed where the topic bounds timestamps, needs keys
    ///   or has a compression of its own.
    public func append(_ records: ByteSlice, from origin: AppendOrigin, now: Timestamp) throws(LogError) -> AppendResult
    {
        let prepared = try BatchValidation(configuration: configuration, origin: origin, now: now).prepare(records)
        var rolled: LogOffset?
        defer { if let rolled { observer.logDidRoll(directory, baseOffset: rolled) } }
        do throws(LogError) {
            return try lane.withLock { lane throws(LogError) in
                do throws(LogError) {
                    return try append(prepared, from: origin, now: now, in: &lane, rolled: &rolled)
                } catch {
                    // Before the lane is free again: the next appender must find the log read-only.
                    if error.code == .io { lane.failure = error }
                    throw error
                }
            }
        } catch {
            // Who found no room will try again with the same bytes, and a producer's must not bear an append time.
            BatchStamping.restore(prepared.given, in: records)
            if error.code == .io { observer.logDidFail(directory, error: error) }
            throw error
        }
    }

    private func append(
        _ prepared: PreparedBatches, from origin: AppendOrigin, now: Timestamp, in lane: inout Lane,
        rolled: inout LogOffset?
    ) throws(LogError) -> AppendResult {
        try Self.checkWritable(lane, directory)
        let marks = watermarks
        var headers = prepared.headers
        try BatchStamping.assign(&headers, from: marks.logEndOffset, origin: origin)
        let events: [TransactionEvent]
        switch try lane.producers.judge(
            headers, prepared.markers, from: origin, limit: lane.configuration.producerLimit)
        {
        case .duplicate(let known):
            return AppendResult(
                firstOffset: known.firstOffset, nextOffset: known.lastOffset + 1,
                logAppendTime: prepared.appendTime == nil ? nil : known.timestamp,
                logStartOffset: marks.logStartOffset, isDuplicate: true)
        case .new(let found): events = found
        }
        if origin != .leader { BatchStamping.write(headers, into: prepared.records) }
        let first = headers[0]
        let last = headers[headers.count - 1]
        try assignEpochs(headers, in: &lane)
        if lane.writer.mustRoll(
            for: prepared.records.count, lastOffset: last.lastOffset, timestamp: last.maxTimestamp, now: now,
            duration: lane.configuration.segmentDuration)
        {
            try roll(at: first.baseOffset, in: &lane)
            rolled = first.baseOffset
        }
        let start = lane.writer.position
        let createdIndex = try write(prepared.records, headers, events, now: now, in: &lane)
        for (index, header) in headers.enumerated() {
            lane.producers.note(header, prepared.markers.isEmpty ? nil : prepared.markers[index], seen: now)
        }
        publish(headers, from: start, events, createdIndex: createdIndex)
        checkInvariants(lane)
        return AppendResult(
            firstOffset: first.baseOffset, nextOffset: last.nextOffset, logAppendTime: prepared.appendTime,
            logStartOffset: marks.logStartOffset, isDuplicate: false)
    }

    /// Writes index entries for the transactions that the batches abort, then the batches; returns whether that began a
    /// transaction index.
    ///
    /// In this order a reader who sees the marker finds the entry. An entry without its marker, as a crash in between
    /// leaves it, names offsets that do not exist yet, and is dropped when the log is opened.
    private func write(
        _ records: ByteSlice, _ headers: [RecordBatchHeader], _ events: [TransactionEvent], now: Timestamp,
        in lane: inout Lane
    ) throws(LogError) -> Bool {
        guard !events.isEmpty else {
            try lane.writer.append(records, headers: headers, now: now)
            return false
        }
        let index = lane.writer.segment.transactionIndex
        let known = index.count
        let created = try index.append(aborted(by: events))
        do throws(LogError) {
            try lane.writer.append(records, headers: headers, now: now)
        } catch {
            // Should this fail too, the next entries take the place of these, and opening drops them.
            try? index.keep(known)
            throw error
        }
        return created
    }

    /// The index entries of the transactions that `events` abort.
    private func aborted(by events: [TransactionEvent]) -> [AbortedTransaction] {
        var transactions = state.withLock { $0.transactions }
        return transactions.aborted(by: events)
    }

    static func checkWritable(_ lane: borrowing Lane, _ directory: String) throws(LogError) {
        if lane.isClosed { throw LogError(.closed, "\(directory) is closed") }
        if let failure = lane.failure {
            throw LogError(
                .readOnly, "\(directory) is offline since a write or sync failed: mend the disk and restart",
                cause: failure.description)
        }
    }

    /// Makes the batches that now stand behind `start` visible.
    private func publish(
        _ headers: [RecordBatchHeader], from start: Int, _ events: [TransactionEvent], createdIndex: Bool
    ) {
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
            let end = headers[headers.count - 1].nextOffset
            if createdIndex { state.directoryNeedsSync = true }
            guard !events.isEmpty else { return state.watermarks.update(logEndOffset: end) }
            for event in events { state.transactions.apply(event) }
            state.watermarks.update(
                logEndOffset: end, firstUnstableOffset: state.transactions.firstUnstableOffset)
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
        try Directory.replaceFile(directory + "/" + FileNames.leaderEpochCheckpoint, with: epochs.checkpointText)
    }

    /// Starts a segment at `offset` and seals the one before.
    ///
    /// All that can fail for want of room comes first, so that a full disk leaves the log as it was.
    func roll(at offset: LogOffset, in lane: inout Lane) throws(LogError) {
        let segment = try Self.createSegment(in: directory, baseOffset: offset, configuration: lane.configuration)
        do throws(LogError) {
            try snapshotProducers(at: offset, in: &lane)
            try lane.writer.seal()
        } catch {
            // An empty segment that stayed behind would hide what the one before it takes from now on.
            try? segment.removeFiles()
            throw error
        }
        lane.writer.segment.close(at: offset)
        lane.writer = SegmentWriter(segment, configuration: lane.configuration)
        state.withLock { state in
            state.segments.append(segment)
            state.activeSize = 0
            state.recent.removeAll()
            state.directoryNeedsSync = true
        }
    }

    /// Creates the empty segment that starts at `baseOffset`; what an interrupted attempt left under its names goes.
    static func createSegment(
        in directory: String, baseOffset: LogOffset, configuration: LogConfiguration
    ) throws(LogError) -> LogSegment {
        for suffix in FileNames.Suffix.segmentFiles {
            try Directory.removeFile(directory + "/" + FileNames.segment(baseOffset, suffix))
        }
        let log = try LogFile.open(directory + "/" + FileNames.segment(baseOffset, FileNames.Suffix.log), .create)
        return try LogSegment(
            directory: directory, baseOffset: baseOffset, log: log, size: 0, verified: 0,
            indexMaxBytes: configuration.indexMaxBytes)
    }

    /// Writes the producer table beside the segments and drops the snapshot before unless a segment begins there.
    ///
    /// One is kept for each segment's base: what a transaction index needs to be built anew begins in segments before.
    /// Written for an empty table too: without a snapshot the next start would look for producers in the whole log. It
    /// is not synced: its checksum tells when the device has none of it, and the one before it takes its place.
    func snapshotProducers(at offset: LogOffset, in lane: inout Lane) throws(LogError) {
        let path = directory + "/" + FileNames.segment(offset, FileNames.Suffix.producerSnapshot)
        try Directory.replaceFile(path, with: ProducerSnapshot.encode(lane.producers).bytes, isDurable: false)
        let before = lane.snapshotOffset
        lane.snapshotOffset = offset
        // The newest could turn out unreadable, so the last two segments' stay in any case.
        guard before != offset, !state.withLock({ $0.segments.contains { $0.baseOffset == before } }) else { return }
        try Directory.removeFile(directory + "/" + FileNames.segment(before, FileNames.Suffix.producerSnapshot))
    }
}
