import LogCore
import RecordFormat
import StorageHarness
import Testing

/// What a host knows of the log it uses: what it appended, what it was promised, and what it has written down itself.
///
/// The host's own checkpoints are taken to be durable at once: they are another module's business.
struct LogHistory {
    struct Batch: Equatable {
        var offset: Int64
        var values: [String]
        var next: Int64 { offset + Int64(values.count) }
    }

    /// Everything appended that should be there, those below the log start too: a power cut may bring them back.
    private(set) var batches: [Batch] = []
    /// What may be there or not, until the next flush, because the call that wrote or dropped it failed.
    private var doubtful: [Batch] = []
    private(set) var end: Int64 = 0
    private(set) var start: Int64 = 0
    /// Below it everything was promised to be durable.
    private(set) var flushed: Int64 = 0
    /// What the host's checkpoints say.
    private(set) var checkpoint = PartitionLog.OpenState()
    private var serial = 0

    // MARK: - Operations

    /// Appends a batch of `count` records; after an error of the disk it may be there or not.
    mutating func append(_ count: Int, length: Int, to log: PartitionLog) throws {
        serial += 1
        let values = (0..<count).map { "\(serial).\($0) " + String(repeating: "x", count: length) }
        let batch = Batch(offset: end, values: values)
        do {
            let result = try log.append(
                Batches.make(values, timestamp: 1_000 + Int64(serial)), from: .producer(LeaderEpoch(Int32(serial / 9))),
                now: PartitionLog.now)
            try #require(result.firstOffset.rawValue == end)
            batches.append(batch)
            end = batch.next
        } catch let error as LogError {
            if error.code == .io { doubtful.append(batch) }
            throw error
        }
    }

    mutating func flush(_ log: PartitionLog) throws {
        flushed = max(flushed, try log.flush().rawValue)
        doubtful = []
    }

    /// Ends a flush that was synced together with others.
    mutating func endSharedFlush(_ flush: SharedFlush, of log: PartitionLog) {
        guard log.endSharedFlush(flush) != nil else { return }
        flushed = max(flushed, log.watermarks.recoveryPoint.rawValue)
    }

    /// Truncates to the start of a batch, or within one.
    mutating func truncate(_ log: PartitionLog, to offset: Int64) throws {
        let newEnd = max(start, batches.first { $0.next > offset }?.offset ?? offset)
        do {
            try log.truncate(to: LogOffset(offset)) { point throws(LogError) in
                checkpoint.recoveryPoint = min(checkpoint.recoveryPoint, point)
            }
        } catch {
            guard log.failure != nil else { throw error }
            doubtful += batches.filter { $0.next > newEnd }
            flushed = min(flushed, newEnd)
            throw error
        }
        guard offset < end else { return }
        batches.removeAll { $0.next > newEnd }
        end = newEnd
        flushed = min(flushed, newEnd)
    }

    /// Deletes what the settings no longer keep, of what is flushed.
    mutating func deleteOldSegments(_ log: PartitionLog) throws {
        log.advanceHighWatermark(to: LogOffset(flushed))
        defer { start = log.watermarks.logStartOffset.rawValue }
        try log.deleteOldSegments(now: PartitionLog.now)
    }

    /// Writes down what a host's checkpoints say.
    mutating func note(_ log: PartitionLog) {
        checkpoint = PartitionLog.OpenState(
            recoveryPoint: log.watermarks.recoveryPoint, logStartOffset: log.watermarks.logStartOffset,
            highWatermark: log.watermarks.highWatermark)
    }

    // MARK: - What has to hold

    /// Holds a log that was just opened against what was promised, and takes over what is there now.
    ///
    /// - Parameter isWhole: Whether all that is there has to follow each other without a hole.
    mutating func check(_ log: PartitionLog, _ report: RecoveryReport, isWhole: Bool = true) throws {
        let marks = log.watermarks
        let found = try Self.batches(of: log)
        let note = "\(marks), flushed \(flushed), \(report.findings)"
        try #require(marks.logStartOffset.rawValue <= start, "\(note)")
        try #require(marks.logEndOffset.rawValue >= flushed, "acknowledged records are lost: \(note)")
        for batch in found {
            try #require(
                batches.contains(batch) || doubtful.contains(batch), "never appended: \(batch), \(note)")
        }
        for batch in batches where batch.offset >= start && batch.next <= flushed {
            try #require(found.contains(batch), "acknowledged records are lost: \(batch), \(note)")
        }
        guard isWhole else { return }
        if let first = found.first { try #require(first.offset <= marks.logStartOffset.rawValue, "\(note)") }
        for (batch, next) in zip(found, found.dropFirst()) {
            try #require(batch.next == next.offset, "a hole behind \(batch): \(note)")
        }
        if let last = found.last { try #require(last.next == marks.logEndOffset.rawValue, "\(note)") }
        try checkIndexes(of: log, found, note)
        batches = found
        start = marks.logStartOffset.rawValue
        end = marks.logEndOffset.rawValue
        // Opening makes durable what it found, where records count only then.
        flushed = marks.recoveryPoint.rawValue
        try #require(flushed == end || !log.configuration.flushesEveryAppend, "\(note)")
        self.note(log)
    }

    /// Every batch that a reader finds, going from one to the next.
    private static func batches(of log: PartitionLog) throws -> [Batch] {
        var found: [Batch] = []
        var next = log.watermarks.logStartOffset
        while next < log.watermarks.logEndOffset {
            guard let slice = try? log.read(from: next, upTo: .logEnd, limit: 1, mustProgress: true).slice,
                let bytes = try? slice.readBytes()
            else {
                next = next + 1
                continue
            }
            var sequence = RecordBatchSequence(bytes)
            let batch = try #require(try sequence.next())
            found.append(
                Batch(
                    offset: batch.header.baseOffset.rawValue,
                    values: try batch.records().map { $0.value?.string ?? "" }))
            next = batch.header.nextOffset
        }
        return found
    }

    /// Every look-up by offset and by time gives what a scan gives.
    private func checkIndexes(of log: PartitionLog, _ found: [Batch], _ note: String) throws {
        for batch in found where batch.offset >= log.watermarks.logStartOffset.rawValue {
            for offset in batch.offset..<batch.next {
                let slice = try log.read(from: LogOffset(offset), upTo: .logEnd, limit: 1, mustProgress: true).slice
                var sequence = RecordBatchSequence(try #require(slice).readBytes())
                let header = try #require(try sequence.next()).header
                try #require(header.baseOffset.rawValue == batch.offset, "look-up of \(offset): \(note)")
            }
            let number = try #require(Int64(batch.values[0].prefix { $0 != "." }))
            let time = try log.offset(for: Timestamp(milliseconds: 1_000 + number), upTo: .logEnd)
            try #require(time?.offset.rawValue == batch.offset, "look-up of time \(1_000 + number): \(note)")
        }
    }
}
