import LogCore
import RecordFormat

extension PartitionLog {
    /// Bytes that are read at a time.
    private static var replayPiece: Int { 4 << 20 }

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
