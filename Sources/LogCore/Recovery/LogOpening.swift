internal import RecordFormat
internal import Synchronization

/// The steps of opening one log.
struct LogOpening {
    let directory: LogDirectory
    let configuration: LogConfiguration
    private(set) var known: PartitionLog.OpenState
    private(set) var report = RecoveryReport()
    /// What lies above the recovery point, and may not be on the device.
    private var unpromised: [UnpromisedBytes] = []
    /// Segments that were cut where good batches lay behind.
    private var cut: [LogSegment] = []
    /// Segments that were cut where an incomplete write was all that lay behind.
    private var torn: [LogSegment] = []
    /// Sealed segments whose indexes were written: those of trusted segments are taken as they are at the next start.
    private var reindexed: [LogSegment] = []
    /// Whether segments were taken away.
    private var hasDropped = false
    /// Whether a truncation was under way when the process before ended.
    private var wasTruncating = false
    /// Whether batches may leave offsets out, by what the directory says.
    private let hasOffsetGaps: Bool
    /// The log file that the flush mark was looked for in, which is opened once.
    private var marked: (base: LogOffset, file: LogFile)?
    private var epochs: EpochRecovery
    /// Segments whose transaction index lacks the markers from an offset on, by base offset.
    private var unindexed: [LogOffset: LogOffset] = [:]
    /// The offsets of the producer snapshots that there are.
    private var snapshots: [LogOffset] = []

    init(
        _ directory: LogDirectory, configuration: LogConfiguration, known: PartitionLog.OpenState
    ) throws(LogError) {
        self.directory = directory
        self.configuration = configuration
        self.known = known
        hasOffsetGaps = try directory.exists(FileNames.offsetGaps)
        epochs = try EpochRecovery(directory: directory, findings: &report.findings)
    }

    mutating func run(observer: any LogObserver) throws(LogError) -> PartitionLog {
        let bases = try sweep()
        try takeFlushMark(bases)
        var segments: [LogSegment] = []
        var writer: SegmentWriter?
        var end = known.logStartOffset
        var lastEnd = end
        for (index, base) in bases.enumerated() {
            let next = index + 1 < bases.count ? bases[index + 1] : nil
            let opened = try open(base, next: next)
            segments.append(opened.segment)
            writer = opened.writer
            lastEnd = opened.end
            end = max(end, opened.end)
            if opened.endsLog {
                try drop(bases[(index + 1)...], behind: opened.end)
                break
            }
        }
        let active = try activeWriter(&segments, last: writer, lastEnd: lastEnd, end: &end)
        // The files may begin above the checkpointed start when the process died between deleting and checkpointing.
        let start = min(max(known.logStartOffset, segments[0].baseOffset), end)
        let history = try epochs.finish(
            segments: segments, logStartOffset: start, logEndOffset: end, findings: &report.findings)
        if wasTruncating { try finishTruncation(of: segments[segments.count - 1]) }
        let highWatermark = min(max(known.highWatermark, start), end)
        let producers = try ProducerRecovery(
            directory: directory, segments: segments, logEndOffset: end, highWatermark: highWatermark,
            snapshots: snapshots, unindexed: unindexed
        ).load(findings: &report.findings)
        reindexed += segments.filter { unindexed[$0.baseOffset] != nil }
        if canWait {
            // Sectors of the incomplete write that came back among new batches would be taken for damage, not for a
            // write that never arrived.
            for segment in torn { try segment.file().sync() }
        } else {
            cut += torn
            try syncFindings()
        }
        let marks = LogWatermarks(
            logStartOffset: start, highWatermark: highWatermark, logEndOffset: end,
            recoveryPoint: unpromised.isEmpty ? end : min(known.recoveryPoint, end),
            firstUnstableOffset: producers.transactions.firstUnstableOffset)
        return PartitionLog(
            directory, observer: observer,
            lane: PartitionLog.Lane(
                writer: active, producers: producers.table, epochs: history, configuration: configuration,
                snapshotOffset: producers.snapshotOffset, hasOffsetGaps: hasOffsetGaps),
            state: PartitionLog.ReadState(
                segments: segments, watermarks: marks, activeSize: active.position,
                sealed: reindexed, unpromised: unpromised, transactions: producers.transactions,
                // Beyond the end it speaks of a log that is gone.
                cleanedOffset: known.cleanedOffset <= end ? known.cleanedOffset : .zero))
    }

    /// Raises the recovery point to where the last flush came, if the files are still those that it synced.
    private mutating func takeFlushMark(_ bases: [LogOffset]) throws(LogError) {
        guard let mark = known.flushMark, mark.recoveryPoint > known.recoveryPoint,
            bases.contains(mark.segmentBaseOffset)
        else { return known.flushMark = nil }
        let file = try directory.open(FileNames.segment(mark.segmentBaseOffset, FileNames.Suffix.log), .readWrite)
        marked = (mark.segmentBaseOffset, file)
        guard try mark.holds(in: file) else { return known.flushMark = nil }
        known.recoveryPoint = mark.recoveryPoint
    }

    /// Whether the device may be left to the next flush.
    ///
    /// Not where records count only once they are durable: who reads them must find them after a power cut. And not
    /// where whole batches were cut off or dropped: until that is durable, a power cut may bring them back, behind what
    /// came instead. Nor where a transaction index got entries below the recovery point again: without them it looks
    /// like that of a segment with fewer aborted transactions, and would be believed.
    private var canWait: Bool {
        !configuration.flushesEveryAppend && cut.isEmpty && !hasDropped
            && unindexed.values.allSatisfy { $0 >= known.recoveryPoint }
    }

    /// Makes durable what was recovered: the recovery point of the log that is opened lies behind it.
    ///
    /// That takes the names too: the process before may have been killed between making a segment and the flush that
    /// would have made its name last.
    private mutating func syncFindings() throws(LogError) {
        guard !unpromised.isEmpty || !cut.isEmpty || !reindexed.isEmpty || hasDropped else { return }
        for bytes in unpromised { try bytes.segment.file().rewrite(bytes.range) }
        for segment in unpromised.map(\.segment) + cut { try segment.file().sync() }
        for segment in reindexed { try segment.syncIndexes() }
        try directory.sync()
        try directory.syncParent()
        unpromised = []
        reindexed = []
    }

    /// Removes segments behind one that ends early, above the recovery point: no one was promised their records, and a
    /// log has no hole.
    ///
    /// They are renamed, so that a person can look at them until the log is opened the next time.
    private mutating func drop(_ bases: ArraySlice<LogOffset>, behind end: LogOffset) throws(LogError) {
        for base in bases.reversed() {
            let name = FileNames.segment(base, FileNames.Suffix.log)
            report.findings.append(
                "\(directory.path(of: name)) begins at offset \(base), the log before it ends at \(end): dropped, as no record from there on was flushed"
            )
            try directory.rename(name, to: name + FileNames.Suffix.deleted)
            for suffix in [
                FileNames.Suffix.offsetIndex, FileNames.Suffix.timeIndex, FileNames.Suffix.transactionIndex,
            ] {
                try directory.removeFile(FileNames.segment(base, suffix))
            }
            hasDropped = true
        }
    }

    /// Makes durable what a truncation that was interrupted had dropped by then, which ends with this segment.
    ///
    /// The note goes last: should this process end before, the next one has to do the same.
    private func finishTruncation(of last: LogSegment) throws(LogError) {
        try last.file().sync()
        try last.transactionIndex.sync(evenIfClean: true)
        try directory.sync()
        try directory.removeFile(FileNames.truncation)
    }

    /// Removes leftovers of interrupted deletions and compactions and returns the base offsets of the segments, ascending.
    private mutating func sweep() throws(LogError) -> [LogOffset] {
        var names = try directory.names()
        if try SwapRecovery(directory: directory).run(names, findings: &report.findings) {
            names = try directory.names()
        }
        snapshots = ProducerRecovery.snapshots(among: names)
        let bases = names.compactMap { FileNames.offset(of: $0, suffix: FileNames.Suffix.log) }.sorted()
        let known = Set(bases)
        wasTruncating = names.contains(FileNames.truncation)
        for name in names {
            let isLeftover = name.hasSuffix(FileNames.Suffix.deleted) || name.hasSuffix(FileNames.Suffix.temporary)
            let orphan = [FileNames.Suffix.offsetIndex, FileNames.Suffix.timeIndex, FileNames.Suffix.transactionIndex]
                .compactMap { FileNames.offset(of: name, suffix: $0) }
                .contains { !known.contains($0) }
            // What a process before this one had taken away must not come back among what is appended from now on.
            if name.hasSuffix(FileNames.Suffix.deleted) { hasDropped = true }
            if isLeftover || orphan { try directory.removeFile(name) }
        }
        return bases
    }

    private struct Opened {
        var segment: LogSegment
        var end: LogOffset
        var writer: SegmentWriter?
        /// Whether it has lost records that the segments behind it follow.
        var endsLog = false
    }

    /// Opens one segment: trusted below the recovery point, scanned above it.
    private mutating func open(_ base: LogOffset, next: LogOffset?) throws(LogError) -> Opened {
        let file =
            if let marked, marked.base == base { marked.file } else {
                try directory.open(FileNames.segment(base, FileNames.Suffix.log), .readWrite)
            }
        guard let next, next <= known.recoveryPoint else { return try openScanned(base, file: file, next: next) }
        let isIndexed = try directory.exists(FileNames.segment(base, FileNames.Suffix.offsetIndex))
        let segment = try openTrusted(base, file: file, next: next)
        try checkTransactions(of: segment, next: next, isIndexed: isIndexed)
        return Opened(segment: segment, end: next)
    }

    // MARK: - Below the recovery point

    private mutating func openTrusted(_ base: LogOffset, file: LogFile, next: LogOffset) throws(LogError) -> LogSegment
    {
        let size = try file.size()
        guard try missingIndexes(base).isEmpty else {
            try describeMissingIndexes(base)
            return try rebuildIndexes(base, file: file, size: size, next: next)
        }
        do throws(LogError) {
            let segment = try LogSegment(
                directory: directory, baseOffset: base, log: file, size: size, verified: size, indexMaxBytes: nil,
                offsetLimit: next)
            try checkIndexes(of: segment)
            try checkEnd(of: segment, next: next)
            try segment.checkIndexesIntact()
            return segment
        } catch {
            guard error.code == .corruptIndex else { throw error }
            report.findings.append("\(error.message): the indexes of \(file.path) were rebuilt")
            return try rebuildIndexes(base, file: file, size: size, next: next)
        }
    }

    /// Has the transaction index made anew if its entries are impossible, or if it is gone with the other indexes.
    ///
    /// That it alone is missing cannot be told from a segment without aborted transactions.
    private mutating func checkTransactions(
        of segment: LogSegment, next: LogOffset, isIndexed: Bool
    ) throws(LogError) {
        let index = segment.transactionIndex
        if try index.isConsistent(below: next) {
            if !isIndexed && !index.exists { unindexed[segment.baseOffset] = segment.baseOffset }
            return
        }
        report.findings.append("\(index.path) holds entries that fit no transaction: it is built again from the log")
        try index.keep(0)
        unindexed[segment.baseOffset] = segment.baseOffset
    }

    /// Holds the last entries, which decide about retention and where the end is looked for, against the log file.
    private func checkIndexes(of segment: LogSegment) throws(LogError) {
        let size = segment.size
        if let last = try segment.offsetIndex.last(), try BatchScanner(segment, at: last, to: size) == nil {
            throw LogError(.corruptIndex, "\(segment.offsetIndex.path): the last entry fits no batch")
        }
        guard let last = try segment.timeIndex.last() else {
            if size == 0 { return }
            // No entry is right where no record has a time; one glance at the first tells most other cases.
            var scanner = BatchScanner(segment, from: 0, to: size)
            guard let first = try? scanner.next(), first.header.maxTimestamp > .none else { return }
            throw LogError(.corruptIndex, "\(segment.timeIndex.path) has no entries")
        }
        let place: BatchLocation?
        // Damage on the way to the batch is for the reader who comes across it; an offset that the segment does not
        // have is no entry of its index.
        do throws(LogError) { place = try segment.locate(last.offset, within: size) } catch { return }
        guard let place else {
            throw LogError(.corruptIndex, "\(segment.timeIndex.path): the last entry fits no batch")
        }
        var scanner = BatchScanner(segment, from: place.position, to: size)
        if let batch = try? scanner.next(), batch.header.maxTimestamp != last.timestamp {
            throw LogError(.corruptIndex, "\(segment.timeIndex.path): the last entry fits no batch")
        }
    }

    /// Walks from the last index entry to the end: sealing cuts preallocated room off, but a crash may have undone
    /// that.
    private mutating func checkEnd(of segment: LogSegment, next: LogOffset) throws(LogError) {
        let size = segment.size
        var scanner = BatchScanner(segment, from: 0, to: size)
        if let last = try segment.offsetIndex.last(), let indexed = try BatchScanner(segment, at: last, to: size) {
            scanner = indexed
        }
        var last: (header: RecordBatchHeader, location: BatchLocation)?
        var latest = Timestamp.none
        var damage: [LogError] = []
        var trailing: LogError?
        while trailing == nil {
            do throws(LogError) {
                guard let batch = try scanner.next() else { break }
                last = batch
                latest = max(latest, batch.header.maxTimestamp)
            } catch {
                guard error.code == .corruptBatch else { throw error }
                // Damage between good batches is for the reader who comes across it.
                if try scanner.skipDamage(at: scanner.position) { damage.append(error) } else { trailing = error }
            }
        }
        let end = if let last { last.header.nextOffset } else { try segment.endOffset(within: scanner.position) }
        // Sealing leaves an entry with the latest time of all: an index without it would hide what comes after its last.
        if latest > segment.largestTimestamp {
            throw LogError(.corruptIndex, "\(segment.timeIndex.path) lacks its last entries")
        }
        report.findings += damage.map(\.message)
        let isShort = end < next && !configuration.cleanupPolicy.contains(.compact)
        if let trailing {
            let isBlank = try isBlank(segment, from: scanner.position)
            segment.shrink(to: scanner.position)
            if !isBlank, end < next { segment.noteDamagedEnd(DamagedEnd(firstOffset: end, error: trailing)) }
            if end < next || !configuration.cleanupPolicy.contains(.compact) && end != next {
                report.findings.append("\(trailing.message); records from offset \(end) up to \(next) are lost")
            }
        } else if isShort, size > 0 {
            report.findings.append(
                "\(segment.path(FileNames.Suffix.log)) ends at position \(size), offset \(end); the next segment starts at \(next)"
            )
        }
        if end < next, segment.damagedEnd == nil, let last { try checkLast(last.location, of: segment) }
    }

    /// Takes the last batch of a segment that ends early for damage at its end if its checksum is wrong: what its header
    /// says of its last offset may be what is damaged.
    private mutating func checkLast(_ batch: BatchLocation, of segment: LogSegment) throws(LogError) {
        var scanner = BatchScanner(segment, from: batch.position, to: segment.size, depth: .checksums)
        do throws(LogError) { _ = try scanner.next() } catch {
            guard error.code == .corruptBatch else { throw error }
            segment.shrink(to: batch.position)
            segment.noteDamagedEnd(DamagedEnd(firstOffset: batch.baseOffset, error: error))
            report.findings.append(error.message)
        }
    }

    /// Whether a trusted segment has nothing but room that was never used from `position` on.
    private func isBlank(_ segment: LogSegment, from position: Int) throws(LogError) -> Bool {
        let size = segment.size
        let dataEnd = try segment.file().dataEnd(from: position, size: size)
        return try SegmentRecovery(
            segment: segment, fileSize: size, dataEnd: dataEnd, recoveryPoint: known.recoveryPoint
        ).isBlank(from: position)
    }

    /// Makes both indexes anew from the batch headers of a segment whose bytes are trusted.
    private mutating func rebuildIndexes(
        _ base: LogOffset, file: LogFile, size: Int, next: LogOffset
    ) throws(LogError) -> LogSegment {
        let segment = try emptyIndexed(base, file: file, size: size, next: next)
        var writer = try SegmentWriter(segment, configuration: configuration, from: 0)
        var scanner = BatchScanner(segment, from: 0, to: size)
        while true {
            let position = scanner.position
            do throws(LogError) {
                guard let batch = try scanner.next() else { break }
                try writer.reserveIndexForNext()
                writer.note(batch.header, at: position)
            } catch {
                guard error.code == .corruptBatch else { throw error }
                guard try scanner.skipDamage(at: position) else { break }
            }
        }
        segment.grow(to: size, largestTimestamp: writer.largestTimestamp)
        try writer.seal(keepingSize: true)
        reindexed.append(segment)
        try checkEnd(of: segment, next: next)
        return segment
    }

    /// A segment of `size` bytes with empty indexes that have room.
    private func emptyIndexed(
        _ base: LogOffset, file: LogFile, size: Int, next: LogOffset?
    ) throws(LogError) -> LogSegment {
        for suffix in [FileNames.Suffix.offsetIndex, FileNames.Suffix.timeIndex] {
            // Emptied and not replaced: nobody reads them yet, and most are empty.
            let index = try directory.open(FileNames.segment(base, suffix), .create)
            if try index.size() > 0 { try index.truncate(to: 0) }
        }
        return try LogSegment(
            directory: directory, baseOffset: base, log: file, size: size, verified: size,
            indexMaxBytes: configuration.indexMaxBytes,
            offsetLimit: next)
    }

    // MARK: - Above the recovery point

    /// Verifies what lies above the recovery point, and rebuilds that part of the indexes.
    private mutating func openScanned(_ base: LogOffset, file: LogFile, next: LogOffset?) throws(LogError) -> Opened {
        let fileSize = try file.size()
        let isIndexed = try directory.exists(FileNames.segment(base, FileNames.Suffix.offsetIndex))
        if fileSize > 0 { try describeMissingIndexes(base) }
        var isLast = next == nil
        let dataEnd = try file.dataEnd(from: 0, size: fileSize)
        var (segment, scanner) = try trustedPart(base, file: file, fileSize: fileSize, dataEnd: dataEnd, next: next)
        scanner.isDense = isLast && isDense
        let start = scanner.position
        var writer = try SegmentWriter(segment, configuration: configuration, from: start)
        let recovery = SegmentRecovery(
            segment: segment, fileSize: fileSize, dataEnd: dataEnd, recoveryPoint: known.recoveryPoint)
        let markersFrom = try keepTransactions(of: segment, isIndexed: isIndexed)
        let outcome = try recovery.scan(scanner) { header, position throws(LogError) in
            if header.attributes.isControl, header.baseOffset >= markersFrom, unindexed[base] == nil {
                unindexed[base] = header.baseOffset
            }
            try writer.reserveIndexForNext()
            writer.note(header, at: position)
            // Deleting records moves the first epoch's start to the log's.
            guard header.baseOffset >= known.logStartOffset else { return }
            epochs.note(header, at: position, in: segment, findings: &report.findings)
        }
        report.scannedBytes += outcome.validSize - start
        report.findings += outcome.damage.map(\.message)
        let end = if let end = outcome.end { end } else { try segment.endOffset(within: start) }
        let hasLost = outcome.tornBytes > 0 ? outcome.isUnwritten : isDense
        let endsLog = next.map { end >= known.recoveryPoint && end < $0 && hasLost } ?? false
        if endsLog {
            isLast = true
            segment.reopenEnd()
        }
        let isTail = isLast && end >= known.recoveryPoint
        describeEnd(of: file.path, outcome, end: end, isTail: isTail, isLast: isLast)
        segment.shrink(to: outcome.validSize)
        segment.grow(to: outcome.validSize, largestTimestamp: writer.largestTimestamp)
        segment.trust(from: outcome.cleanFrom)
        if !isTail, let fault = outcome.fault, next.map({ end < $0 }) ?? true {
            segment.noteDamagedEnd(DamagedEnd(firstOffset: end, error: fault))
        }
        // Room that was never used stays: it is zero, and what is appended next takes it.
        if isTail, outcome.tornBytes > 0 {
            try file.truncate(to: outcome.validSize)
            if outcome.hidesBatches { cut.append(segment) } else { torn.append(segment) }
        }
        if !isLast {
            try writer.seal(keepingSize: outcome.tornBytes > 0)
            reindexed.append(segment)
        }
        writer.readFirstTimestamp()
        if let start = outcome.unpromisedFrom {
            unpromised.append(UnpromisedBytes(segment: segment, range: start..<outcome.validSize))
        }
        return Opened(segment: segment, end: end, writer: writer, endsLog: endsLog)
    }

    /// Drops index entries for what lies above the recovery point, which may be missing or describe batches that never
    /// came; returns from which offset on the markers have to be indexed again.
    private mutating func keepTransactions(
        of segment: LogSegment, isIndexed: Bool
    ) throws(LogError) -> LogOffset {
        let index = segment.transactionIndex
        let base = segment.baseOffset
        if !index.exists && !isIndexed { return base }
        let trusted = max(known.recoveryPoint, base)
        // Entries that cannot be told to be above the recovery point put those below in doubt.
        if try !index.keepEntries(below: trusted) { unindexed[base] = base }
        return trusted
    }

    /// Whether each batch begins where the one before ends.
    private var isDense: Bool { !configuration.cleanupPolicy.contains(.compact) && !hasOffsetGaps }

    /// The names of the segment's indexes that are not there.
    ///
    /// A crash leaves indexes that are not up to date, but none that is missing. One that cannot be opened for another
    /// reason, such as a process with too many files, must not be taken for missing and made anew.
    private func missingIndexes(_ base: LogOffset) throws(LogError) -> [String] {
        var missing: [String] = []
        for suffix in [FileNames.Suffix.offsetIndex, FileNames.Suffix.timeIndex] {
            let name = FileNames.segment(base, suffix)
            if try !directory.exists(name) { missing.append(name) }
        }
        return missing
    }

    private mutating func describeMissingIndexes(_ base: LogOffset) throws(LogError) {
        for name in try missingIndexes(base) {
            report.findings.append("\(directory.path(of: name)) is missing: it is built again from the log file")
        }
    }

    private mutating func describeEnd(
        of path: String, _ outcome: SegmentRecovery.Outcome, end: LogOffset, isTail: Bool, isLast: Bool
    ) {
        let position = outcome.validSize
        if outcome.tornBytes > 0, isTail {
            report.trimmedBytes += outcome.tornBytes
            report.findings.append(
                "\(path): cut \(outcome.tornBytes) bytes of an incomplete write at position \(position), offset \(end)")
        } else if outcome.tornBytes > 0 {
            report.findings.append(
                "\(path) is damaged at position \(position): \(outcome.tornBytes) bytes from offset \(end) on are no batch"
            )
        } else if end < known.recoveryPoint, isLast {
            report.findings.append(
                "\(path) ends at position \(position), offset \(end); records up to offset \(known.recoveryPoint) were there once"
            )
        }
    }

    /// The segment with the index entries that can be relied on, and a scanner at the last of them.
    ///
    /// After a crash the indexes have room that was never used, and pages of either may be missing. They reach as far
    /// as the last offset entry below the recovery point which its batch bears out; when the process did not close
    /// them, only as far as the time index goes too, unless it is known to be complete.
    private func trustedPart(
        _ base: LogOffset, file: LogFile, fileSize: Int, dataEnd: Int, next: LogOffset?
    ) throws(LogError) -> (LogSegment, BatchScanner) {
        func afresh() throws(LogError) -> (LogSegment, BatchScanner) {
            let segment = try emptyIndexed(base, file: file, size: fileSize, next: next)
            return (segment, BatchScanner(segment, from: 0, to: dataEnd, depth: .checksums))
        }
        guard known.recoveryPoint > base, try missingIndexes(base).isEmpty else { return try afresh() }
        let segment: LogSegment
        do throws(LogError) {
            segment = try LogSegment(
                directory: directory, baseOffset: base, log: file, size: fileSize, verified: fileSize,
                indexMaxBytes: configuration.indexMaxBytes, offsetLimit: next)
        } catch {
            guard error.code == .corruptIndex else { throw error }
            return try afresh()
        }
        let times = try segment.timeIndex.risingPrefix(below: known.recoveryPoint)
        var entries = try segment.offsetIndex.risingPrefix(below: known.recoveryPoint, within: fileSize)
        let isClosed = times == segment.timeIndex.count && entries == segment.offsetIndex.count
        // Of the thousands of logs that a node may have, most have a segment too short for an entry.
        if isClosed, entries == 0, !segment.hasFaultedIndex {
            return (segment, BatchScanner(segment, from: 0, to: dataEnd, depth: .checksums))
        }
        if !isClosed, try !isComplete(segment.timeIndex, times) {
            let reached = times > 0 ? try segment.timeIndex.entry(at: times - 1).offset : base
            while entries > 0, try segment.offsetIndex.entry(at: entries - 1).offset > reached { entries -= 1 }
        }
        while entries > 0 {
            let entry = try segment.offsetIndex.entry(at: entries - 1)
            guard let scanner = try BatchScanner(segment, at: entry, to: dataEnd, depth: .checksums) else {
                entries -= 1
                continue
            }
            try segment.offsetIndex.keep(entries)
            try segment.timeIndex.keep(segment.timeIndex.risingPrefix(below: entry.offset + 1))
            guard !segment.hasFaultedIndex else { return try afresh() }
            return (segment, scanner)
        }
        return try afresh()
    }

    /// Whether the first `count` entries of a time index go as far as the last flush: no time behind them is later.
    private func isComplete(_ index: TimeIndex, _ count: Int) throws(LogError) -> Bool {
        guard let mark = known.flushMark, mark.segmentBaseOffset == index.baseOffset else { return false }
        let latest = count > 0 ? try index.entry(at: count - 1).timestamp : .none
        return latest >= mark.largestTimestamp
    }

    /// The writer of the active segment, which is the last one unless that has lost records.
    private mutating func activeWriter(
        _ segments: inout [LogSegment], last: SegmentWriter?, lastEnd: LogOffset, end: inout LogOffset
    ) throws(LogError) -> SegmentWriter {
        if let last, lastEnd == end, end >= known.recoveryPoint { return last }
        // Records that were acknowledged are gone from the end, or all up to the log's start is. Their offsets are not
        // given out again, a damaged file stays as it is, and no segment has a gap that could be taken for damage.
        end = max(end, known.recoveryPoint)
        if var sealed = last {
            try sealed.seal(keepingSize: true)
            reindexed.append(sealed.segment)
            sealed.segment.close(at: end)
        }
        let segment = try PartitionLog.createSegment(in: directory, baseOffset: end, configuration: configuration)
        segments.append(segment)
        return try SegmentWriter(segment, configuration: configuration)
    }
}
