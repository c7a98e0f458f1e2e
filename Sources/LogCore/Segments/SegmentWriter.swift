internal import RecordFormat

/// The writing end of the active segment: position, preallocated room and what the next index entry depends on.
///
/// Lives inside of the append lane.
struct SegmentWriter {
    let segment: LogSegment
    private let indexIntervalBytes: Int
    private let segmentBytes: Int
    private(set) var position: Int
    private var allocated: Int
    private var bytesSinceIndexEntry = 0
    private var maxTimestamp: Timestamp
    private var offsetOfMaxTimestamp: LogOffset
    /// The timestamp that the segment's age counts from: that of its first batch.
    private(set) var firstTimestamp: Timestamp?

    /// The first piece that is preallocated; later ones are four times the one before.
    ///
    /// A file that grows with each write costs its sync a second journal commit for the new size; a gigabyte ahead for each of
    /// hundreds of idle partitions costs the disk.
    private static let firstAllocation = 1 << 20
    private static let largestAllocation = 64 << 20

    init(_ segment: LogSegment, configuration: LogConfiguration) {
        self.segment = segment
        indexIntervalBytes = configuration.indexIntervalBytes
        segmentBytes = configuration.segmentBytes
        position = segment.size
        allocated = segment.size
        let last = segment.timeIndex.last
        maxTimestamp = last?.timestamp ?? .none
        offsetOfMaxTimestamp = last?.offset ?? segment.baseOffset
    }

    /// Writes `bytes`, which hold the batches that `headers` describe, and indexes them.
    ///
    /// Nothing is visible to readers before all is written; after an error the next append starts at the same position.
    mutating func append(_ bytes: ByteSlice, headers: [RecordBatchHeader]) throws(LogError) {
        try reserve(bytes.count)
        unsafe try bytes.withUnsafeBytes { content throws(LogError) in unsafe try segment.log.write(content, at: position) }
        for header in headers { note(header, at: position) }
        segment.grow(to: position, largestTimestamp: maxTimestamp)
    }

    /// Takes the batch that stands at `start` into account: for the indexes, and for the segment's age.
    mutating func note(_ header: RecordBatchHeader, at start: Int) {
        position = start
        if firstTimestamp == nil { firstTimestamp = header.maxTimestamp }
        if header.maxTimestamp > maxTimestamp {
            maxTimestamp = header.maxTimestamp
            offsetOfMaxTimestamp = header.lastOffset
        }
        if bytesSinceIndexEntry > indexIntervalBytes {
            segment.offsetIndex.append(header.lastOffset, position: position)
            segment.timeIndex.append(maxTimestamp, offset: offsetOfMaxTimestamp)
            bytesSinceIndexEntry = 0
        }
        position += header.totalSize
        bytesSinceIndexEntry += header.totalSize
    }

    private mutating func reserve(_ count: Int) throws(LogError) {
        guard position + count > allocated else { return }
        let step = min(max(allocated * 3, Self.firstAllocation), Self.largestAllocation)
        let target = max(position + count, min(allocated + step, segmentBytes))
        try segment.log.allocate(at: allocated, length: target - allocated)
        allocated = target
    }

    /// Whether `count` more bytes up to `lastOffset` belong into a new segment.
    func mustRoll(for count: Int, lastOffset: LogOffset, timestamp: Timestamp, duration: Duration) -> Bool {
        guard position > 0 else { return false }
        if position + count > segmentBytes { return true }
        if segment.offsetIndex.isFull || segment.timeIndex.isFull || !segment.offsetIndex.canHold(lastOffset) { return true }
        guard let first = firstTimestamp, first > .none, timestamp > .none else { return false }
        return Duration.milliseconds(timestamp.milliseconds - first.milliseconds) > duration
    }

    /// The latest timestamp written so far.
    var largestTimestamp: Timestamp { maxTimestamp }

    /// Writes the closing time index entry and cuts log and indexes to what they hold.
    ///
    /// - Parameter keepingSize: Leaves the log file as long as it is, as a damaged one has to stay.
    mutating func seal(keepingSize: Bool = false) throws(LogError) {
        segment.timeIndex.append(maxTimestamp, offset: offsetOfMaxTimestamp)
        try segment.offsetIndex.trimFile()
        try segment.timeIndex.trimFile()
        if keepingSize { return }
        try segment.log.truncate(to: position)
        allocated = position
    }
}
