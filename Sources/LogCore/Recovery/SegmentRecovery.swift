internal import RecordFormat

/// Reads one log file batch by batch after a crash, and says how far it can be trusted.
///
/// What an incomplete write leaves at the very end is a torn tail. A bad batch with a good one behind it is damage: bytes that were
/// right once are not now. The first is cut off, the second is reported and left as it is.
struct SegmentRecovery {
    /// What the scan found.
    struct Outcome {
        /// Headers of the good batches, for rebuilding the indexes and the producer table.
        var batches: [(header: RecordBatchHeader, position: Int)] = []
        /// Where the last good batch ends.
        var validSize = 0
        /// Places where a damaged batch lies between good ones.
        var damage: [LogError] = []
        /// Bytes behind ``validSize`` that are neither zero nor a batch.
        var tornBytes = 0
    }

    private static let chunkSize = 4 << 20

    let path: String
    let baseOffset: LogOffset
    let file: LogFile
    let fileSize: Int

    /// Scans from `start`, which is where a batch begins, verifying every checksum.
    func scan(from start: Int) throws(LogError) -> Outcome {
        var outcome = Outcome()
        outcome.validSize = start
        var position = start
        var lastOffset: LogOffset?
        while position < fileSize {
            if let batch = try batch(at: position, after: lastOffset) {
                outcome.batches.append((batch, position))
                position += batch.totalSize
                outcome.validSize = position
                lastOffset = batch.lastOffset
                continue
            }
            guard let next = try nextBatch(after: position, lastOffset: lastOffset) else { break }
            outcome.damage.append(
                LogError(.corruptBatch, "\(path) is damaged from position \(position) to \(next): the batches there cannot be served"))
            position = next
        }
        outcome.tornBytes = try nonZeroBytes(from: outcome.validSize)
        return outcome
    }

    /// The batch at `position` if it is whole, right, and above `lastOffset`.
    private func batch(at position: Int, after lastOffset: LogOffset?) throws(LogError) -> RecordBatchHeader? {
        guard fileSize - position >= RecordBatchHeader.size else { return nil }
        let bytes = try file.read(at: position, count: RecordBatchHeader.size)
        guard let header = try? RecordBatchHeader(parsing: bytes.bytes), header.totalSize <= fileSize - position,
            header.baseOffset >= baseOffset, lastOffset.map({ header.baseOffset > $0 }) ?? true
        else { return nil }
        let whole = try file.read(at: position, count: header.totalSize)
        guard whole.count == header.totalSize,
            (try? RecordBatch.verifyChecksum(of: header, in: whole.bytes, at: 0)) != nil
        else { return nil }
        return header
    }

    /// The start of the next good batch behind `position`, or `nil` if nothing but a torn tail or zeros follows.
    ///
    /// - Complexity: O(*n*) in the bytes behind; only a damaged file pays for it.
    private func nextBatch(after position: Int, lastOffset: LogOffset?) throws(LogError) -> Int? {
        var chunkStart = position + 1
        while fileSize - chunkStart >= RecordBatchHeader.size {
            let chunk = try file.read(at: chunkStart, count: Self.chunkSize)
            for index in 0..<max(0, chunk.count - RecordBatchHeader.size + 1) {
                // Format version 2 sixteen bytes in: tells most places apart before any header is parsed.
                guard chunk[index + RecordBatchHeader.Position.magic] == 2,
                    chunk[index + RecordBatchHeader.Position.batchLength] < 0x80
                else { continue }
                if try batch(at: chunkStart + index, after: lastOffset) != nil { return chunkStart + index }
            }
            chunkStart += max(1, chunk.count - RecordBatchHeader.size + 1)
        }
        return nil
    }

    /// How many bytes from `position` on, up to the last one that is not zero.
    private func nonZeroBytes(from position: Int) throws(LogError) -> Int {
        var last = 0
        var start = position
        while start < fileSize {
            let chunk = try file.read(at: start, count: Self.chunkSize)
            guard !chunk.isEmpty else { break }
            unsafe chunk.withUnsafeBytes { bytes in
                if let index = unsafe bytes.lastIndex(where: { $0 != 0 }) { last = start + index + 1 - position }
            }
            start += chunk.count
        }
        return last
    }
}
