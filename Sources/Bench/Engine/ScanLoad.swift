import LogCore
import RecordFormat

/// A log that is in the page cache, walked from start to end.
struct ScanLoad {
    /// Bytes of a record's value; records have no key.
    var size: Int
    /// Records in a batch.
    var batch: Int
    /// Batches in the log.
    var count: Int
    /// Where the log goes; removed by the caller.
    var directory: String

    /// The records of one walk.
    var records: Int { batch * count }

    /// One walk over all records.
    struct Walk {
        var seconds: Double
        /// When records were seen.
        var timeline: Timeline
    }

    /// What a walk has seen by now.
    private struct Progress {
        /// After how many records the clock is read, which takes some 50 ns where they take 30 µs or more.
        private static let recordsBetweenLooks = 1000

        private var timeline = Timeline(from: MonotonicClock.nanoseconds)
        private var counted = 0

        /// Counts the records up to the one that was found last, if they are enough to look at the clock.
        mutating func look(_ found: Int) {
            guard found - counted >= Self.recordsBetweenLooks else { return }
            timeline.add(found - counted, at: MonotonicClock.nanoseconds)
            counted = found
        }

        /// Ends the walk.
        mutating func walk(of found: Int, seconds: Double) -> Walk {
            timeline.add(found - counted, at: MonotonicClock.nanoseconds)
            counted = found
            return Walk(seconds: seconds, timeline: timeline)
        }
    }

    /// Writes the log.
    func filledLog() throws -> PartitionLog {
        let log = try PartitionLog.open(directory + "/scan-0")
        let bytes = try AppendLoad(size: size, batch: batch, count: count, directory: directory).encoded()
        for _ in 0..<count {
            _ = try log.append(bytes, from: .producer(LeaderEpoch(0)), now: Timestamp(milliseconds: 1))
        }
        try log.flush()
        return log
    }

    /// Writes the same bytes without an engine.
    func filledFile() throws -> BareFile {
        let bytes = try AppendLoad(size: size, batch: batch, count: count, directory: directory).encoded().array
        let file = try BareFile(directory + "/scan-bare", size: bytes.count * count)
        _ = try file.write(bytes, count: count)
        return file
    }

    /// Walks all records of `log` as views, with every checksum and every value's length.
    func scan(_ log: PartitionLog) throws -> Walk {
        var found = 0
        var bytes = 0
        var progress = Progress()
        let seconds = try MonotonicClock.seconds {
            var scan = log.scan(from: .zero, upTo: .logEnd)
            while let batch = try scan.next() {
                var records = batch.records()
                while let record = try records.next() {
                    found += 1
                    bytes += record.value?.byteCount ?? 0
                }
                progress.look(found)
            }
        }
        guard found == records, bytes == records * size else {
            throw BenchFailure(description: "the scan found \(found) records of \(records)")
        }
        return progress.walk(of: found, seconds: seconds)
    }

    /// Reads the same records through slices, whose bytes are copied once.
    func read(_ log: PartitionLog) throws -> Walk {
        var found = 0
        var progress = Progress()
        let seconds = try MonotonicClock.seconds {
            var next = LogOffset.zero
            while let slice = try log.read(from: next, upTo: .logEnd, limit: 1 << 20, mustProgress: true).slice {
                var batches = RecordBatchSequence(try slice.readBytes())
                while let batch = try batches.next() {
                    let section = try batch.recordSection()
                    var cursor = RecordCursor(range: 0..<section.count, count: batch.header.recordCount)
                    while try cursor.next(in: section.bytes) != nil { found += 1 }
                    next = batch.header.nextOffset
                    progress.look(found)
                }
            }
        }
        guard found == records else { throw BenchFailure(description: "\(found) records of \(records)") }
        return progress.walk(of: found, seconds: seconds)
    }

    /// Reads the same bytes without an engine, with a checksum over each piece.
    ///
    /// - Parameter size: The bytes of all batches.
    func readBare(_ file: borrowing BareFile, size: Int) throws -> Walk {
        let recordsPerByte = Double(records) / Double(size)
        var progress = Progress()
        let seconds = try file.readAndCheck(size: size) { progress.look(Int(Double($0) * recordsPerByte)) }
        return progress.walk(of: records, seconds: seconds)
    }
}
