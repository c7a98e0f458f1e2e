import LogCore
import Logging
import RecordFormat

extension PartitionLog {
    /// Bytes that are read at a time: each of the logs that are read at once takes as much memory.
    private static var replayPiece: Int { 256 << 10 }

    /// Calls `body` with each batch from the log's start up to its end, durable or not: for those who keep in a log what
    /// they have to know again after a restart. The first batch may begin below the log's start.
    func forEachBatch(_ body: (RecordBatch) throws -> Void) throws {
        var offset = watermarks.logStartOffset
        while let slice = try read(from: offset, upTo: .logEnd, limit: Self.replayPiece, mustProgress: true).slice {
            var batches = RecordBatchSequence(try slice.readBytes())
            while let batch = try batches.next() {
                offset = batch.header.nextOffset
                try body(batch)
            }
        }
    }
}

extension Partition {
    /// Calls `body` with each record of a batch that has a key. One that it cannot make sense of is passed over, and a
    /// line says so.
    ///
    /// - Parameters:
    ///   - owner: Whose records are looked for, for the log.
    ///   - start: The offset from which on records count.
    func forEachRecord(
        of batch: RecordBatch, from start: LogOffset = .zero, ofA owner: String, _ logger: Logger,
        _ body: (_ key: ByteSlice, _ record: Record) throws -> Void
    ) throws {
        for record in try batch.records() where record.offset >= start {
            guard let key = record.key else { continue }
            do { try body(key, record) } catch {
                logger.error(
                    "\(id), offset \(record.offset): passed over a record that is none of a \(owner)'s: \(error)")
            }
        }
    }
}
