internal import RecordFormat
internal import Synchronization

/// One log file and its indexes.
///
/// The append lane of its log is the only writer; any thread may read what lies below ``size``. Files are closed and unmapped with the
/// last reference, so a reader that holds a segment can finish even when retention has removed its names.
final class LogSegment: Sendable {
    let baseOffset: LogOffset
    let directory: String
    let log: LogFile
    let offsetIndex: OffsetIndex
    let timeIndex: TimeIndex

    private let validBytes: Atomic<Int>
    private let checkedBytes: Atomic<Int>
    private let latestTimestamp: Atomic<Int64>

    /// Opens the files of a segment whose first `size` bytes are valid.
    ///
    /// - Parameters:
    ///   - indexMaxBytes: Room for index entries when the segment will be appended to; `nil` for a sealed one.
    ///   - checkedBytes: How far this process itself has seen the checksums to be right.
    init(
        directory: String, baseOffset: LogOffset, log: LogFile, size: Int, checkedBytes: Int, indexMaxBytes: Int?
    ) throws(LogError) {
        self.directory = directory
        self.baseOffset = baseOffset
        self.log = log
        validBytes = Atomic(size)
        self.checkedBytes = Atomic(checkedBytes)
        offsetIndex = try OffsetIndex(
            path: directory + "/" + FileNames.segment(baseOffset, FileNames.Suffix.offsetIndex), baseOffset: baseOffset,
            maxBytes: indexMaxBytes)
        timeIndex = try TimeIndex(
            path: directory + "/" + FileNames.segment(baseOffset, FileNames.Suffix.timeIndex), baseOffset: baseOffset,
            maxBytes: indexMaxBytes)
        latestTimestamp = Atomic(timeIndex.last?.timestamp.milliseconds ?? -1)
    }

    /// Bytes of whole batches; what the file holds beyond is preallocated room.
    var size: Int { validBytes.load(ordering: .acquiring) }

    /// Bytes from the start whose checksums were right when this process appended or first read them.
    var verifiedSize: Int { checkedBytes.load(ordering: .acquiring) }

    /// The latest timestamp of any record in the segment.
    var largestTimestamp: Timestamp { Timestamp(milliseconds: latestTimestamp.load(ordering: .relaxed)) }

    /// Makes `size` bytes visible; the append lane calls it after its write.
    func grow(to size: Int, largestTimestamp: Timestamp) {
        latestTimestamp.store(largestTimestamp.milliseconds, ordering: .relaxed)
        if verifiedSize == self.size { checkedBytes.store(size, ordering: .releasing) }
        validBytes.store(size, ordering: .releasing)
    }

    /// Notes that the bytes in `range` were read and found right.
    ///
    /// Only a range that touches the checked part extends it, so that one number says it all.
    func markVerified(_ range: Range<Int>) {
        let known = verifiedSize
        guard range.lowerBound <= known, range.upperBound > known else { return }
        _ = checkedBytes.compareExchange(expected: known, desired: range.upperBound, ordering: .acquiringAndReleasing)
    }

    /// Moves the end of the valid bytes back.
    func shrink(to size: Int) {
        validBytes.store(size, ordering: .releasing)
        checkedBytes.store(min(verifiedSize, size), ordering: .releasing)
        latestTimestamp.store(timeIndex.last?.timestamp.milliseconds ?? -1, ordering: .relaxed)
    }

    /// The path of the segment's file with `suffix`.
    func path(_ suffix: String) -> String { directory + "/" + FileNames.segment(baseOffset, suffix) }

    /// Removes the segment's names; readers that hold it go on reading.
    func removeFiles() throws(LogError) {
        // The log goes first: indexes without a log are swept up at the next start, a log without indexes is a segment.
        try Directory.removeFile(path(FileNames.Suffix.log))
        try Directory.removeFile(path(FileNames.Suffix.offsetIndex))
        try Directory.removeFile(path(FileNames.Suffix.timeIndex))
        try Directory.removeFile(path(FileNames.Suffix.transactionIndex))
        try Directory.removeFile(path(FileNames.Suffix.producerSnapshot))
    }

    /// The error for bytes at `position` that are no batch, or a damaged one.
    func damage(at position: Int, _ what: String) -> LogError {
        LogError(
            .corruptBatch,
            "\(path(FileNames.Suffix.log)) is damaged at position \(position): \(what). Restore the file from a replica or a copy")
    }
}
