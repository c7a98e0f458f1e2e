internal import RecordFormat

/// Where a batch lies in a segment.
struct BatchLocation: Sendable, Equatable {
    var position: Int
    var size: Int
    var baseOffset: LogOffset
    var lastOffset: LogOffset
}

/// Steps from batch header to batch header through a stretch of a segment, reading no records.
struct BatchScanner {
    /// One read covers the headers of many small batches, and no more than a page of a large one.
    private static let chunkSize = 4096

    private let segment: LogSegment
    private let end: Int
    private(set) var position: Int
    private var chunk = ByteSlice.empty
    private var chunkStart = 0

    /// Creates a scanner from `position`, which is the start of a batch, up to `end`, exclusive.
    init(_ segment: LogSegment, from position: Int, to end: Int) {
        self.segment = segment
        self.position = position
        self.end = end
    }

    /// The next batch's header and place, or `nil` at the end.
    ///
    /// - Throws: ``LogError`` with code `.corruptBatch`, naming file and position, if no header stands where one has to.
    mutating func next() throws(LogError) -> (header: RecordBatchHeader, location: BatchLocation)? {
        guard position < end else { return nil }
        guard end - position >= RecordBatchHeader.size else {
            throw segment.damage(at: position, "\(end - position) bytes are no batch")
        }
        if position < chunkStart || position + RecordBatchHeader.size > chunkStart + chunk.count {
            chunk = try segment.log.read(at: position, count: min(Self.chunkSize, end - position))
            chunkStart = position
        }
        let header: RecordBatchHeader
        do { header = try RecordBatchHeader(parsing: chunk.bytes, at: position - chunkStart) } catch {
            throw segment.damage(at: position, error.description)
        }
        guard header.totalSize <= end - position, header.baseOffset >= segment.baseOffset else {
            throw segment.damage(
                at: position, "a batch of \(header.totalSize) bytes at offset \(header.baseOffset) cannot stand here")
        }
        let location = BatchLocation(
            position: position, size: header.totalSize, baseOffset: header.baseOffset, lastOffset: header.lastOffset)
        position += header.totalSize
        return (header, location)
    }
}

extension LogSegment {
    /// Finds the first batch that ends at or above `offset`.
    ///
    /// - Returns: Its place, or `nil` if every batch of the segment's first `size` bytes ends below.
    /// - Throws: ``LogError`` with code `.corruptBatch` if the way there is damaged.
    /// - Complexity: one index lookup and, as a rule, one `pread`.
    func locate(_ offset: LogOffset, within size: Int) throws(LogError) -> BatchLocation? {
        let entry = offsetIndex.lookup(offset)
        // An index that was cut back or damaged can point past the bytes; the start is always right.
        var scanner = BatchScanner(self, from: entry.position < size ? entry.position : 0, to: size)
        while let batch = try scanner.next() {
            if batch.location.lastOffset >= offset { return batch.location }
        }
        return nil
    }
}
