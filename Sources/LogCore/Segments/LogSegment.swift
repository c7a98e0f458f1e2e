internal import RecordFormat
internal import Synchronization

/// One log file and its indexes.
///
/// The append lane of its log is the only writer; any thread may read what lies below ``size``. Files are opened and
/// mapped when they are used, and given back when others need the room; whoever holds one can finish, even when
/// retention has removed its name.
final class LogSegment: Sendable {
    let baseOffset: LogOffset
    let directory: LogDirectory
    /// What its files' names end with beyond the usual: `.cleaned` while compaction writes it.
    let fileSuffix: String
    private let log: Resident<LogFile>
    let offsetIndex: OffsetIndex
    let timeIndex: TimeIndex
    let transactionIndex: TransactionIndex

    private let validBytes: Atomic<Int>
    private let checkedPrefix: Atomic<Int>
    private let checkedSuffix: Atomic<Int>
    private let latestTimestamp: Atomic<Int64>
    private let lowestForeignOffset: Atomic<Int64>
    private let lastAppend = Atomic<Int64>(-1)
    private let hasReportedIndex = Atomic(false)
    private let damageBehind = Mutex<DamagedEnd?>(nil)

    /// Opens the files of a segment whose first `size` bytes are valid.
    ///
    /// - Parameters:
    ///   - indexMaxBytes: Room for index entries when the segment will be appended to; `nil` for a sealed one.
    ///   - offsetLimit: The base offset of the segment behind, `nil` for the last.
    ///   - verified: From where on to the end this process itself has seen the checksums to be right; `size` for
    ///     nowhere.
    init(
        directory: LogDirectory, baseOffset: LogOffset, log: LogFile, size: Int, verified: Int, indexMaxBytes: Int?,
        offsetLimit: LogOffset? = nil, fileSuffix: String = ""
    ) throws(LogError) {
        self.directory = directory
        self.fileSuffix = fileSuffix
        self.baseOffset = baseOffset
        let name = FileNames.segment(baseOffset, FileNames.Suffix.log) + fileSuffix
        self.log = Resident(in: directory.residency.descriptors) { () throws(LogError) in
            try directory.open(name, .readWrite)
        }
        self.log.adopt(log)
        validBytes = Atomic(size)
        checkedPrefix = Atomic(0)
        checkedSuffix = Atomic(verified)
        lowestForeignOffset = Atomic(offsetLimit?.rawValue ?? Int64.max)
        offsetIndex = try OffsetIndex(
            in: directory, baseOffset: baseOffset, maxBytes: indexMaxBytes, fileSuffix: fileSuffix)
        timeIndex = try TimeIndex(
            in: directory, baseOffset: baseOffset, maxBytes: indexMaxBytes, fileSuffix: fileSuffix)
        transactionIndex = try TransactionIndex(
            FileNames.segment(baseOffset, FileNames.Suffix.transactionIndex) + fileSuffix, in: directory,
            baseOffset: baseOffset)
        latestTimestamp = Atomic(try timeIndex.last()?.timestamp.milliseconds ?? -1)
        try checkIndexesIntact()
    }

    deinit { log.close() }

    // MARK: - Its files

    /// The log file, opened if it was given back; stays open as long as the caller holds it.
    ///
    /// - Throws: ``LogError`` with code `.tooManyOpenFiles` or `.io`, `.cancelled` if the segment is no longer the log's.
    func file() throws(LogError) -> LogFile { try log.use() }

    /// Names who keeps a reference to the log file: the log whose active segment this is.
    func setHolder(_ holder: any ResidentHolder) { log.setHolder(holder) }

    /// Makes the batches durable that were appended so far.
    ///
    /// A file that is not open has nothing to sync: that was done before it was given back.
    func sync() throws(LogError) {
        try log.current?.sync()
        // Entries below the recovery point are believed; those above are made again from the log.
        try transactionIndex.sync()
    }

    /// Makes the batches durable by a sync of the log file itself, if another sync was to reach them so far.
    func syncStores() throws(LogError) {
        // One that is not open was synced before it was given back.
        guard let log = log.current, log.isDirty else { return }
        try log.sync()
    }

    /// Whether a sync of the file system that `file` lies in does what ``sync()`` would.
    func isSynced(with file: LogFile) -> Bool {
        guard let log = log.current else { return false }
        return log.sharesFileSystem(with: file) && !log.isUnreliable && !transactionIndex.needsSync
    }

    /// Whether a sync of the log file has failed, as far as that is known.
    var hasFailedToSync: Bool { log.current?.isUnreliable ?? false }

    /// Says that the segment's names are about to go, or to become another's: what is open stays open for readers, and
    /// those who come later are told to look at the log again.
    func retire() {
        log.retire()
        offsetIndex.retire()
        timeIndex.retire()
        transactionIndex.retire()
    }

    /// As ``retire()``, and lets go of what no reader holds.
    func close() {
        log.close()
        offsetIndex.close()
        timeIndex.close()
        transactionIndex.close()
    }

    /// All files of a segment, for readers to go on with when its names are another's.
    struct OpenFiles {
        fileprivate var log: LogFile
        fileprivate var offsets: IndexMapping?
        fileprivate var times: IndexMapping?
        fileprivate var transactions: LogFile?
    }

    /// Opens all files.
    ///
    /// - Throws: ``LogError`` with code `.tooManyOpenFiles` or `.io`.
    func openFiles() throws(LogError) -> OpenFiles {
        OpenFiles(
            log: try log.use(), offsets: try offsetIndex.mapped(), times: try timeIndex.mapped(),
            transactions: try transactionIndex.openFile())
    }

    /// As ``retire()``, for a segment that readers will go on finding for a while.
    func retire(keeping files: OpenFiles) {
        log.retire(keeping: files.log)
        offsetIndex.retire(keeping: files.offsets)
        timeIndex.retire(keeping: files.times)
        transactionIndex.retire(keeping: files.transactions)
    }

    /// Bytes of whole batches; what the file holds beyond is preallocated room, or damage (``damagedEnd``).
    var size: Int { validBytes.load(ordering: .acquiring) }

    /// Where the next segment's offsets begin: a batch that reaches beyond is damaged.
    var offsetLimit: LogOffset { LogOffset(lowestForeignOffset.load(ordering: .relaxed)) }

    /// Notes that the next segment begins at `offset`.
    func close(at offset: LogOffset) { lowestForeignOffset.store(offset.rawValue, ordering: .relaxed) }

    /// Forgets the next segment, which is no more.
    func reopenEnd() { lowestForeignOffset.store(Int64.max, ordering: .relaxed) }

    /// The latest timestamp of any record in the segment.
    var largestTimestamp: Timestamp { Timestamp(milliseconds: latestTimestamp.load(ordering: .relaxed)) }

    /// How old the segment's records are, for retention: the latest timestamp, or where no record has one, when the host
    /// last appended, or the file was last written.
    ///
    /// - Complexity: a system call where no record has a timestamp and nothing was appended since the log was opened.
    func retentionTimestamp() throws(LogError) -> Timestamp {
        if largestTimestamp > .none { return largestTimestamp }
        let appended = lastAppend.load(ordering: .relaxed)
        return appended >= 0 ? Timestamp(milliseconds: appended) : try file().modificationTime()
    }

    /// Notes that the host appended at `now`.
    func noteAppend(at now: Timestamp) { lastAppend.store(now.milliseconds, ordering: .relaxed) }

    /// Makes `size` bytes visible; the append lane calls it after its write.
    func grow(to size: Int, largestTimestamp: Timestamp) {
        latestTimestamp.store(largestTimestamp.milliseconds, ordering: .relaxed)
        validBytes.store(size, ordering: .releasing)
    }

    /// Whether this process has seen the checksums of these bytes to be right, when it appended them or read them
    /// before.
    func isVerified(_ range: Range<Int>) -> Bool {
        range.lowerBound >= checkedSuffix.load(ordering: .acquiring)
            || range.upperBound <= checkedPrefix.load(ordering: .acquiring)
    }

    /// Notes that the bytes in `range` were read and found right.
    ///
    /// What was appended grows at the end, what readers check mostly from the start: a prefix and a suffix say nearly
    /// all with two numbers.
    func markVerified(_ range: Range<Int>) {
        let prefix = checkedPrefix.load(ordering: .acquiring)
        if range.lowerBound <= prefix, range.upperBound > prefix {
            _ = checkedPrefix.compareExchange(
                expected: prefix, desired: range.upperBound, ordering: .acquiringAndReleasing)
        }
        let suffix = checkedSuffix.load(ordering: .acquiring)
        if range.upperBound >= suffix, range.lowerBound < suffix {
            _ = checkedSuffix.compareExchange(
                expected: suffix, desired: range.lowerBound, ordering: .acquiringAndReleasing)
        }
    }

    /// Notes that all from `position` on was seen to be right, and what is appended will be.
    func trust(from position: Int) { checkedSuffix.store(position, ordering: .releasing) }

    /// Where the part begins that was verified up to the end.
    var verifiedSuffix: Int { checkedSuffix.load(ordering: .acquiring) }

    /// Moves the end of the valid bytes back, for readers that still hold this object after a truncation; what was
    /// known of damage behind them is forgotten.
    func shrink(to size: Int) {
        validBytes.store(size, ordering: .releasing)
        damageBehind.withLock { $0 = nil }
    }

    /// What damage took from the segment's end; `nil` for nearly all.
    var damagedEnd: DamagedEnd? { damageBehind.withLock { $0 } }

    /// Notes that what lies behind the valid bytes is damage.
    func noteDamagedEnd(_ end: DamagedEnd) { damageBehind.withLock { $0 = end } }

    /// The path of the segment's file with `suffix`.
    func path(_ suffix: String) -> String { directory.path(of: name(suffix)) }

    private func name(_ suffix: String) -> String { FileNames.segment(baseOffset, suffix) + fileSuffix }

    /// Removes the segment's names; readers that hold it go on reading.
    func removeFiles() throws(LogError) {
        retire()
        // The log goes first: indexes without a log are swept up at the next start, a log without indexes is a segment.
        try directory.removeFile(name(FileNames.Suffix.log))
        try removeIndexes()
        try directory.removeFile(name(FileNames.Suffix.transactionIndex))
        try directory.removeFile(name(FileNames.Suffix.producerSnapshot))
    }

    /// Makes the entries of all indexes durable, as those of a sealed segment have to be before the recovery point
    /// passes it: the next start does not look at them again.
    func syncIndexes() throws(LogError) {
        try offsetIndex.sync()
        try timeIndex.sync()
        try transactionIndex.sync()
    }

    /// Whether an index was seen to have lost entries while it was mapped: what is added to it since may be gone too.
    var hasFaultedIndex: Bool { offsetIndex.hasFaulted || timeIndex.hasFaulted }

    /// Vouches for what was read of the indexes so far.
    ///
    /// - Throws: ``LogError`` with code `.corruptIndex` if one of them lost entries while it was mapped.
    func checkIndexesIntact() throws(LogError) {
        try offsetIndex.checkIntact()
        try timeIndex.checkIntact()
    }

    /// What there is to say of an index that lost entries while it was mapped; `nil` also if it was said before.
    func faultOfIndexes() -> LogError? {
        do throws(LogError) { try checkIndexesIntact() } catch {
            return hasReportedIndex.exchange(true, ordering: .relaxed) ? nil : error
        }
        return nil
    }

    /// What `lookup` finds in an index; nothing, so that the scan starts at the segment's first batch, if the index lost
    /// entries, which `observer` hears of.
    func hint(
        _ observer: (any LogObserver)?, _ lookup: () throws(LogError) -> Int?
    ) throws(LogError) -> Int? {
        do throws(LogError) { return try lookup() } catch {
            guard error.code == .corruptIndex else { throw error }
            report(error, to: observer)
            return nil
        }
    }

    /// Removes the names of both indexes, so that new ones can take their place while readers use the old.
    func removeIndexes() throws(LogError) {
        offsetIndex.retire()
        timeIndex.retire()
        try directory.removeFile(name(FileNames.Suffix.offsetIndex))
        try directory.removeFile(name(FileNames.Suffix.timeIndex))
    }

    /// The error for bytes at `position` that are no batch, or a damaged one.
    func damage(at position: Int, _ what: String) -> LogError {
        LogError(
            .corruptBatch,
            "\(path(FileNames.Suffix.log)) is damaged at position \(position): \(what). Restore the file from a replica or a copy"
        )
    }

    /// Tells `observer` of an index entry that does not fit its log, once for a segment: readers do without it.
    func report(indexFault path: String, entry: Int, to observer: (any LogObserver)?) {
        report(
            LogError(
                .corruptIndex,
                "\(path): entry \(entry) does not fit the log file; delete the index to have it rebuilt at the next start"
            ), to: observer)
    }

    private func report(_ error: LogError, to observer: (any LogObserver)?) {
        guard let observer, !hasReportedIndex.exchange(true, ordering: .relaxed) else { return }
        observer.logDidFindDamage(directory.path, error: error)
    }
}
