internal import RecordFormat

/// Writes the segment that takes the place of a run of others, under names that end with `.cleaned`.
///
/// Until it is swapped in nothing refers to it: a crash or a failure leaves files that the next start removes.
struct CleanedSegment: ~Copyable {
    /// As much is gathered before it is written: a write of 64 KiB takes most of its time for the copy.
    private static let chunkSize = 1 << 20

    let baseOffset: LogOffset
    private let directory: LogDirectory
    private var writer: SegmentWriter
    private var pending = ByteAccumulator(capacity: 64 << 10)
    private var headers: [RecordBatchHeader] = []

    /// Creates the empty files; what an interrupted attempt left under their names goes.
    init(directory: LogDirectory, baseOffset: LogOffset, configuration: LogConfiguration) throws(LogError) {
        self.directory = directory
        self.baseOffset = baseOffset
        try Self.remove(from: directory, baseOffset: baseOffset)
        let name = FileNames.segment(baseOffset, FileNames.Suffix.log) + FileNames.Suffix.cleaned
        let log = try directory.open(name, .create)
        let segment = try LogSegment(
            directory: directory, baseOffset: baseOffset, log: log, size: 0, verified: 0,
            indexMaxBytes: configuration.indexMaxBytes, fileSuffix: FileNames.Suffix.cleaned)
        writer = try SegmentWriter(segment, configuration: configuration)
    }

    /// Bytes of the batches so far.
    var size: Int { writer.position + pending.count }

    /// Appends one batch.
    ///
    /// - Throws: ``LogError`` with code `.segmentFull` if positions would leave their 32 bits, `.storageFull` or `.io`.
    mutating func append(_ batch: ByteSlice, _ header: RecordBatchHeader) throws(LogError) {
        guard size + batch.count <= Int(Int32.max) else {
            throw LogError(
                .segmentFull,
                "the segment of \(directory.path) at offset \(baseOffset) grows beyond 2 GiB when compacted")
        }
        pending.append(batch.bytes)
        headers.append(header)
        if pending.count >= Self.chunkSize { try flush() }
    }

    /// Appends entries of the transaction index, for markers that were appended or are yet to be.
    func append(_ aborted: [AbortedTransaction]) throws(LogError) {
        _ = try writer.segment.transactionIndex.append(aborted)
    }

    private mutating func flush() throws(LogError) {
        guard !headers.isEmpty else { return }
        var full = ByteAccumulator(capacity: Self.chunkSize)
        swap(&full, &pending)
        try writer.reserve(full.count, batches: headers.count)
        try writer.append(full.finish(), headers: BatchHeaders(headers), now: nil)
        headers.removeAll(keepingCapacity: true)
    }

    /// Makes the files complete and durable, their names included; returns the bytes of the log file.
    mutating func finish() throws(LogError) -> Int {
        try flush()
        try writer.seal()
        try writer.segment.checkIndexesIntact()
        try writer.segment.sync()
        try writer.segment.syncIndexes()
        try directory.sync()
        return writer.position
    }

    /// Removes the files of an attempt that came to nothing.
    static func remove(from directory: LogDirectory, baseOffset: LogOffset) throws(LogError) {
        for kind in SegmentSwap.kinds {
            try directory.removeFile(FileNames.segment(baseOffset, kind) + FileNames.Suffix.cleaned)
        }
    }
}
