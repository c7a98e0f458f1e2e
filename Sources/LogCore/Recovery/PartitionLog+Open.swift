public import RecordFormat
internal import Synchronization

extension PartitionLog {
    /// What the data directory knows of a log when it opens it.
    public struct OpenState: Sendable, Hashable {
        /// Below it, bytes were known to be on the device; they are trusted, and reported when they turn out damaged.
        public var recoveryPoint: LogOffset
        /// The first offset that readers may see, or where a new log begins.
        public var logStartOffset: LogOffset
        /// The most recent high watermark that was checkpointed.
        public var highWatermark: LogOffset

        /// Creates the state; all zero for a new log.
        public init(recoveryPoint: LogOffset = .zero, logStartOffset: LogOffset = .zero, highWatermark: LogOffset = .zero) {
            self.recoveryPoint = recoveryPoint
            self.logStartOffset = logStartOffset
            self.highWatermark = highWatermark
        }
    }

    /// Opens the log in `directory`, creating it if it is not there, and recovers what a crash left.
    ///
    /// Reads what lies above the recovery point and nothing else. A torn tail there is cut off; damage anywhere else is reported and kept. Missing or
    /// impossible indexes are rebuilt. What was recovered is synced before this returns.
    ///
    /// - Parameters:
    ///   - directory: The partition's directory; the caller holds the lock of the data directory above it.
    ///   - configuration: The log's settings.
    ///   - known: What the checkpoints say.
    ///   - observer: Told of findings, rolls, deletions and failures.
    /// - Throws: ``LogError`` with code `.invalidConfiguration`, `.io`, `.storageFull` or `.unsupportedFormat`.
    /// - Complexity: O(*n*) in the bytes above the recovery point, and O(1) system calls for each segment below.
    public static func open(
        _ directory: String, configuration: LogConfiguration, known: OpenState, observer: any LogObserver = SilentObserver()
    ) throws(LogError) -> PartitionLog {
        try configuration.validate()
        // Its name becomes durable with the first flush: an empty log that a power cut takes away loses nothing.
        try Directory.create(directory, durably: false)
        var opening = LogOpening(directory: directory, configuration: configuration, known: known)
        let log = try opening.run(observer: observer)
        observer.logDidRecover(directory, report: opening.report)
        return log
    }
}

/// The steps of opening one log.
private struct LogOpening {
    let directory: String
    let configuration: LogConfiguration
    let known: PartitionLog.OpenState
    var report = RecoveryReport()
    private var epochs = LeaderEpochHistory()
    private var scannedSegments: [LogSegment] = []

    init(directory: String, configuration: LogConfiguration, known: PartitionLog.OpenState) {
        self.directory = directory
        self.configuration = configuration
        self.known = known
    }

    mutating func run(observer: any LogObserver) throws(LogError) -> PartitionLog {
        let bases = try sweep()
        try readEpochs()
        var segments: [LogSegment] = []
        var end = known.logStartOffset
        for (index, base) in bases.enumerated() {
            let next = index + 1 < bases.count ? bases[index + 1] : nil
            let (segment, segmentEnd) = try open(base, next: next)
            segments.append(segment)
            end = max(end, segmentEnd)
        }
        let writer = try makeWriter(&segments, end: &end)
        if epochs.truncate(to: end) || !scannedSegments.isEmpty { try writeEpochs() }
        for segment in scannedSegments { try segment.log.sync() }
        let producers = try ProducerRecovery(directory: directory).load(
            segments: segments, logEndOffset: end, findings: &report.findings)
        // The files on disk may begin above the checkpointed start when the process died between deleting and checkpointing.
        let start = min(max(known.logStartOffset, segments[0].baseOffset), end)
        let marks = LogWatermarks(
            logStartOffset: start, highWatermark: min(max(known.highWatermark, start), end), logEndOffset: end, recoveryPoint: end)
        return PartitionLog(
            directory: directory, observer: observer,
            lane: PartitionLog.Lane(
                writer: writer, producers: producers.table, epochs: epochs, configuration: configuration,
                snapshotOffset: producers.snapshotOffset),
            state: PartitionLog.ReadState(segments: segments, watermarks: marks))
    }

    /// Removes leftovers of interrupted deletions and returns the base offsets of the segments, ascending.
    private func sweep() throws(LogError) -> [LogOffset] {
        let names = try Directory.names(in: directory)
        let bases = names.compactMap { FileNames.offset(of: $0, suffix: FileNames.Suffix.log) }.sorted()
        let known = Set(bases)
        for name in names {
            let isLeftover = name.hasSuffix(FileNames.Suffix.deleted) || name.hasSuffix(FileNames.Suffix.temporary)
            let orphan = [FileNames.Suffix.offsetIndex, FileNames.Suffix.timeIndex, FileNames.Suffix.transactionIndex]
                .compactMap { FileNames.offset(of: name, suffix: $0) }
                .contains { !known.contains($0) }
            if isLeftover || orphan { try Directory.removeFile(directory + "/" + name) }
        }
        return bases
    }

    private mutating func readEpochs() throws(LogError) {
        let path = directory + "/" + FileNames.leaderEpochCheckpoint
        guard let text = try Directory.readText(path) else { return }
        do throws(LogError) { epochs = try LeaderEpochHistory(checkpointText: text, path: path) } catch {
            report.findings.append("\(error.message): the epochs that the scanned batches carry take its place")
        }
    }

    private func writeEpochs() throws(LogError) {
        let path = directory + "/" + FileNames.leaderEpochCheckpoint
        guard !epochs.entries.isEmpty || Directory.exists(path) else { return }
        try Directory.replaceFile(path, with: epochs.checkpointText)
    }

    /// Opens one segment: trusted below the recovery point, scanned above it.
    private mutating func open(_ base: LogOffset, next: LogOffset?) throws(LogError) -> (LogSegment, LogOffset) {
        let path = directory + "/" + FileNames.segment(base, FileNames.Suffix.log)
        let file = try LogFile.open(path, .readWrite)
        let size = try file.size()
        if let next, next <= known.recoveryPoint {
            return (try openTrusted(base, file: file, size: size), next)
        }
        return try openScanned(base, file: file, size: size, isLast: next == nil)
    }

    private mutating func openTrusted(_ base: LogOffset, file: LogFile, size: Int) throws(LogError) -> LogSegment {
        do throws(LogError) {
            let segment = try LogSegment(
                directory: directory, baseOffset: base, log: file, size: size, checkedBytes: 0, indexMaxBytes: nil)
            if let last = segment.offsetIndex.last, last.position >= size || last.offset < base {
                throw LogError(.corruptIndex, "\(segment.path(FileNames.Suffix.offsetIndex)): the last entry is impossible")
            }
            if size > 0 && segment.timeIndex.count == 0 {
                throw LogError(.corruptIndex, "\(segment.path(FileNames.Suffix.timeIndex)) is empty")
            }
            return segment
        } catch {
            guard error.code == .corruptIndex || error.code == .io else { throw error }
            report.findings.append("\(error.message): the indexes of \(file.path) were rebuilt")
            return try rebuildIndexes(base, file: file, size: size)
        }
    }

    /// Makes both indexes anew from the batch headers of a segment whose bytes are trusted.
    private mutating func rebuildIndexes(_ base: LogOffset, file: LogFile, size: Int) throws(LogError) -> LogSegment {
        let segment = try emptyIndexed(base, file: file, size: size, checkedBytes: 0)
        var writer = SegmentWriter(segment, configuration: configuration)
        var scanner = BatchScanner(segment, from: 0, to: size)
        do throws(LogError) {
            while let (header, location) = try scanner.next() { writer.note(header, at: location.position) }
        } catch {
            report.findings.append(error.message)
        }
        segment.grow(to: size, largestTimestamp: writer.largestTimestamp)
        try writer.seal(keepingSize: true)
        return segment
    }

    /// A segment of `size` bytes with empty indexes that have room.
    private func emptyIndexed(_ base: LogOffset, file: LogFile, size: Int, checkedBytes: Int) throws(LogError) -> LogSegment {
        for suffix in [FileNames.Suffix.offsetIndex, FileNames.Suffix.timeIndex] {
            try Directory.removeFile(directory + "/" + FileNames.segment(base, suffix))
        }
        return try LogSegment(
            directory: directory, baseOffset: base, log: file, size: size, checkedBytes: checkedBytes,
            indexMaxBytes: configuration.indexMaxBytes)
    }

    /// Verifies what lies above the recovery point, and rebuilds that part of the indexes.
    private mutating func openScanned(
        _ base: LogOffset, file: LogFile, size: Int, isLast: Bool
    ) throws(LogError) -> (LogSegment, LogOffset) {
        let start = trustedStart(base, size: size)
        let recovery = SegmentRecovery(path: file.path, baseOffset: base, file: file, fileSize: size)
        let outcome = try recovery.scan(from: start.position)
        report.scannedBytes += outcome.validSize - start.position
        report.findings += outcome.damage.map(\.message)
        let end = outcome.batches.last?.header.nextOffset ?? max(base, start.offset)
        var validSize = outcome.validSize
        if outcome.tornBytes > 0 {
            let isTail = isLast && end >= known.recoveryPoint
            report.findings.append(
                isTail
                    ? "\(file.path): cut \(outcome.tornBytes) bytes of an incomplete batch at position \(validSize), offset \(end)"
                    : "\(file.path) is damaged at position \(validSize): \(outcome.tornBytes) bytes from offset \(end) on are no batch")
            if isTail { report.trimmedBytes += outcome.tornBytes }
        } else if end < known.recoveryPoint, isLast {
            report.findings.append(
                "\(file.path) ends at position \(validSize), offset \(end); records up to offset \(known.recoveryPoint) were there once")
        }
        if start.position > 0 { try cutIndexes(base, to: start.offset) }
        let segment =
            start.position > 0
            ? try LogSegment(
                directory: directory, baseOffset: base, log: file, size: validSize, checkedBytes: 0,
                indexMaxBytes: configuration.indexMaxBytes)
            : try emptyIndexed(base, file: file, size: validSize, checkedBytes: 0)
        var writer = SegmentWriter(segment, configuration: configuration)
        for batch in outcome.batches {
            writer.note(batch.header, at: batch.position)
            _ = epochs.assign(batch.header.leaderEpoch, startOffset: batch.header.baseOffset)
        }
        validSize = outcome.validSize
        segment.grow(to: validSize, largestTimestamp: writer.largestTimestamp)
        if outcome.damage.isEmpty { segment.markVerified(start.position == 0 ? 0..<validSize : 0..<0) }
        if !isLast { try writer.seal(keepingSize: true) }
        scannedSegments.append(segment)
        return (segment, end)
    }

    /// The last batch start at or below the recovery point that an index vouches for.
    private func trustedStart(_ base: LogOffset, size: Int) -> (position: Int, offset: LogOffset) {
        let path = directory + "/" + FileNames.segment(base, FileNames.Suffix.offsetIndex)
        guard known.recoveryPoint > base, Directory.exists(path),
            Directory.exists(directory + "/" + FileNames.segment(base, FileNames.Suffix.timeIndex)),
            let index = try? OffsetIndex(path: path, baseOffset: base, maxBytes: nil)
        else { return (0, base) }
        // After a crash the index has its preallocated length; entries behind the last real one are zero.
        var kept = 0
        var previous: OffsetIndex.Entry?
        while kept < index.count {
            let entry = index.entry(at: kept)
            let rises = previous.map { $0.offset < entry.offset && $0.position < entry.position } ?? (entry.position > 0)
            guard rises, entry.offset >= base, entry.position < size, entry.offset < known.recoveryPoint else { break }
            previous = entry
            kept += 1
        }
        guard let previous else { return (0, base) }
        // The entry names the last offset of the batch at its position; only a header that agrees makes it trustworthy.
        guard let file = try? LogFile.open(directory + "/" + FileNames.segment(base, FileNames.Suffix.log), .readOnly),
            let bytes = try? file.read(at: previous.position, count: RecordBatchHeader.size),
            let header = try? RecordBatchHeader(parsing: bytes.bytes), header.lastOffset == previous.offset
        else { return (0, base) }
        return (previous.position, previous.offset)
    }

    /// Cuts both index files to the entries below `offset`, dropping preallocated zeros.
    private func cutIndexes(_ base: LogOffset, to offset: LogOffset) throws(LogError) {
        let offsets = try OffsetIndex(
            path: directory + "/" + FileNames.segment(base, FileNames.Suffix.offsetIndex), baseOffset: base,
            maxBytes: configuration.indexMaxBytes)
        offsets.keepRisingPrefix(below: offset)
        try offsets.trimFile()
        let times = try TimeIndex(
            path: directory + "/" + FileNames.segment(base, FileNames.Suffix.timeIndex), baseOffset: base,
            maxBytes: configuration.indexMaxBytes)
        times.keepRisingPrefix(below: offset)
        try times.trimFile()
    }

    /// The writer of the active segment, which is the last one unless that has lost records.
    private func makeWriter(_ segments: inout [LogSegment], end: inout LogOffset) throws(LogError) -> SegmentWriter {
        if let last = segments.last, end >= known.recoveryPoint {
            try last.log.truncate(to: last.size)
            return SegmentWriter(last, configuration: configuration)
        }
        // Records that were acknowledged are gone from the end. Their offsets are not given out again, and the damaged file stays as it is.
        end = max(end, known.recoveryPoint)
        if var sealed = segments.last.map({ SegmentWriter($0, configuration: configuration) }) {
            try sealed.seal(keepingSize: true)
        }
        let segment = try PartitionLog.createSegment(in: directory, baseOffset: end, configuration: configuration)
        segments.append(segment)
        return SegmentWriter(segment, configuration: configuration)
    }
}
