internal import RecordFormat

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Finds the next good batch behind a damaged place in a log file.
struct BatchSearch {
    private static let chunkSize = 1 << 20

    let file: LogFile
    /// The segment's base offset.
    let baseOffset: LogOffset
    /// No batch of the segment reaches beyond it.
    let limit: LogOffset
    /// Where the stretch ends that is searched.
    let end: Int

    /// The first good batch that starts behind `position` with an offset from `lowest` on; `nil` if there is none.
    ///
    /// - Complexity: O(*n*) in the bytes behind.
    func firstBatch(
        behind position: Int, from lowest: LogOffset
    ) throws(LogError) -> (header: RecordBatchHeader, position: Int)? {
        var start = position + 1
        while end - start >= RecordBatchHeader.size {
            let chunk = try file.read(at: start, count: min(Self.chunkSize, end - start))
            guard chunk.count >= RecordBatchHeader.size else { return nil }
            var index = 0
            while let candidate = Self.candidate(in: chunk, from: index) {
                if let header = try batch(at: start + candidate, from: lowest) { return (header, start + candidate) }
                index = candidate + 1
            }
            start += chunk.count - RecordBatchHeader.size + 1
        }
        return nil
    }

    /// The first place from `index` on where a header could stand: the format version, 2, sixteen bytes in, tells most
    /// others apart.
    private static func candidate(in chunk: ByteSlice, from index: Int) -> Int? {
        unsafe chunk.withUnsafeBytes { bytes -> Int? in
            let limit = bytes.count - RecordBatchHeader.size
            var index = index
            while index <= limit {
                let start = unsafe bytes.baseAddress! + index + RecordBatchHeader.Position.magic
                guard let found = unsafe memchr(start, 2, limit - index + 1) else { return nil }
                index += unsafe start.distance(to: UnsafeRawPointer(found))
                if unsafe bytes[index + RecordBatchHeader.Position.batchLength] < 0x80 { return index }
                index += 1
            }
            return nil
        }
    }

    /// The batch at `position` if it is whole, right, from `lowest` on, and followed by what may follow a batch.
    private func batch(at position: Int, from lowest: LogOffset) throws(LogError) -> RecordBatchHeader? {
        guard let header = try header(at: position), header.totalSize <= end - position, header.baseOffset >= lowest,
            header.nextOffset <= limit, header.lastOffset - baseOffset <= Int64(Int32.max)
        else { return nil }
        // The checksum last: it is what takes time, and a length that is no length at all asks for the whole file.
        guard try canFollow(header, at: position + header.totalSize) else { return nil }
        let covered = position + RecordBatchHeader.checksumStart..<position + header.totalSize
        return try file.checksum(of: covered) == header.checksum ? header : nil
    }

    /// Whether the bytes at `position` may stand behind `header`'s batch.
    ///
    /// A record's value may itself hold a good batch, which the rest of that value follows. That must not pass for one
    /// of this log's.
    private func canFollow(_ header: RecordBatchHeader, at position: Int) throws(LogError) -> Bool {
        if end - position < RecordBatchHeader.size { return true }
        if let next = try self.header(at: position) { return next.baseOffset >= header.nextOffset }
        let bytes = try file.read(at: position, count: RecordBatchHeader.size)
        return bytes.array.allSatisfy { $0 == 0 }
    }

    private func header(at position: Int) throws(LogError) -> RecordBatchHeader? {
        guard end - position >= RecordBatchHeader.size else { return nil }
        let bytes = try file.read(at: position, count: RecordBatchHeader.size)
        return try? RecordBatchHeader(parsing: bytes.bytes)
    }
}
