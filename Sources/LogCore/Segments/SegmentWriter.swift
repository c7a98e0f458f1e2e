internal import RecordFormat

/// The writing end of the active segment: position, preallocated room and what the next index entry depends on.
///
/// Lives inside of the append lane.
struct SegmentWriter {
    let segment: LogSegment
    private var indexIntervalBytes: Int
    private var segmentBytes: Int
    /// The age at which the segment rolls, in milliseconds: a `Duration` has 128 bits to compare for each append.
    private var rollAge: Int64
    private(set) var position: Int
    private var allocated: Int
    private var bytesSinceIndexEntry = 0
    private var maxTimestamp: Timestamp
    private var offsetOfMaxTimestamp: LogOffset
    /// The timestamp that the segment's age counts from: that of its first batch.
    private var firstTimestamp: Timestamp?
    /// When the host first appended with this writer: the age of a segment whose records have no timestamps.
    private var firstAppend: Timestamp?
    private var pace: FlushPace
    /// Where small batches are copied to instead of being written.
    private var mapped: MappedTail
    private var room = WrittenRoom()
    /// Up to where the room is on the disk, so that it may be mapped; 0 on a file system that reserves none.
    private var reservedEnd = 0
    /// The log file, while appends come so often that it is not given back.
    private var tail: LogFile?
    /// Whether ``tail`` was used since others asked for its room.
    private var wasTailUsed = false

    /// The first piece that is preallocated; later ones are four times the one before.
    ///
    /// A file that grows with each write costs its sync a second journal commit for the new size; a gigabyte ahead for
    /// each of hundreds of idle partitions costs the disk.
    private static let firstAllocation = 64 << 10
    private static let largestAllocation = 64 << 20

    /// Creates a writer for `segment`, whose indexes reach up to its last entry.
    ///
    /// - Parameter start: Where the next batch goes; `nil` for the segment's end.
    /// - Throws: ``LogError`` with code `.tooManyOpenFiles` or `.io` if an index with entries cannot be mapped.
    init(_ segment: LogSegment, configuration: LogConfiguration, from start: Int? = nil) throws(LogError) {
        self.segment = segment
        indexIntervalBytes = configuration.indexIntervalBytes
        segmentBytes = configuration.segmentBytes
        rollAge = configuration.rollDuration.clampedMilliseconds
        position = start ?? segment.size
        allocated = position
        pace = FlushPace(at: position)
        mapped = MappedTail(policy: configuration.tailMapping, in: segment.directory.residency.mappings)
        let last = try segment.timeIndex.last()
        maxTimestamp = last?.timestamp ?? .none
        offsetOfMaxTimestamp = last?.offset ?? segment.baseOffset
    }

    /// Puts new settings in force for the next append.
    mutating func apply(_ configuration: LogConfiguration) {
        indexIntervalBytes = configuration.indexIntervalBytes
        segmentBytes = configuration.segmentBytes
        rollAge = configuration.rollDuration.clampedMilliseconds
        mapped.policy = configuration.tailMapping
    }

    /// Takes room for `count` bytes and the index entries of as many batches as they hold.
    ///
    /// - Throws: ``LogError`` with code `.storageFull` or `.io`; nothing is written.
    mutating func reserve(_ count: Int, batches: Int) throws(LogError) {
        try reserve(count)
        // None of them gets an entry if not even the last could.
        if bytesSinceIndexEntry + count > indexIntervalBytes { try reserveIndexes(batches) }
    }

    /// Keeps the log file open for the appends to come.
    ///
    /// - Parameter holder: Who calls ``letGoOfTail()`` when others need the room.
    /// - Returns: The file, unless it is kept already.
    /// - Complexity: one load while it is kept.
    mutating func holdTail(for holder: any ResidentHolder) throws(LogError) -> LogFile? {
        wasTailUsed = true
        guard tail == nil else { return nil }
        let file = try segment.file()
        tail = file
        segment.setHolder(holder)
        return file
    }

    private func openFile() throws(LogError) -> LogFile {
        if let tail { return tail }
        return try segment.file()
    }

    /// Lets the log file go unless appends came since this was asked for the last time; returns whether it did.
    mutating func letGoOfTail() -> Bool {
        defer { wasTailUsed = false }
        guard !wasTailUsed else { return false }
        mapped.close()
        tail = nil
        return true
    }

    /// Writes `bytes`, which hold the batches that `headers` describe, and indexes them.
    ///
    /// Nothing is visible to readers before all is written; after an error the next append starts at the same position.
    ///
    /// - Precondition: room was reserved.
    /// - Parameter now: The host's time; `nil` for batches that were appended before, which say nothing of now.
    /// - Throws: ``LogError`` with code `.storageFull` when the file is as it was, `.io`.
    mutating func append(_ bytes: ByteSlice, headers: borrowing BatchHeaders, now: Timestamp?) throws(LogError) {
        do throws(LogError) {
            unsafe try bytes.withUnsafeBytes { content throws(LogError) in
                let file = try openFile()
                // Compaction writes large pieces, once, and syncs them: nothing to gain from a window, nor from room.
                guard now != nil else { return unsafe try file.write(content, at: position) }
                if pace.isFlushed(within: WrittenRoom.largestStride, at: position) {
                    try room.extend(behind: position + content.count, of: file, reservedEnd: reservedEnd)
                }
                let isCopied = unsafe try mapped.copy(
                    content, to: position, of: file, unflushed: pace.unflushed(at: position), reservedEnd: reservedEnd)
                if !isCopied { unsafe try file.write(content, at: position) }
            }
        } catch {
            try takeBack(after: error)
            throw error
        }
        for index in headers.indices { note(headers[index], at: position) }
        if let now {
            if firstAppend == nil { firstAppend = now }
            segment.noteAppend(at: now)
        }
        segment.grow(to: position, largestTimestamp: maxTimestamp)
    }

    /// Cuts off what a failed write may have left.
    ///
    /// Whole batches of it must turn up neither behind a shorter one nor after a power cut, so that the cut is synced:
    /// the caller was told that nothing was appended.
    private mutating func takeBack(after error: LogError) throws(LogError) {
        mapped.close()
        do throws(LogError) {
            let file = try openFile()
            try file.truncate(to: position)
            forgetRoom()
            try file.sync()
        } catch let second {
            throw LogError(.io, second.message, cause: "\(second), after \(error)")
        }
    }

    /// Makes sure that the index entry of the next batch has room on the disk, if it gets one.
    func reserveIndexForNext() throws(LogError) {
        if bytesSinceIndexEntry > indexIntervalBytes { try reserveIndexes(1) }
    }

    /// Makes sure that the index entries of the next `count` batches have room on the disk.
    private func reserveIndexes(_ count: Int) throws(LogError) {
        try segment.offsetIndex.reserve(count)
        try segment.timeIndex.reserve(count)
    }

    /// Takes the batch that stands at `start` into account: for the indexes, and for the segment's age.
    ///
    /// - Precondition: index room was reserved.
    mutating func note(_ header: RecordBatchHeader, at start: Int) {
        position = start
        if firstTimestamp == nil { firstTimestamp = header.maxTimestamp }
        noteTime(header)
        if bytesSinceIndexEntry > indexIntervalBytes {
            // The batch is in the log and cannot be taken back for an index that cannot be mapped; an entry less makes
            // some scans longer. One that has lost entries says so by itself.
            try? segment.offsetIndex.append(header.lastOffset, position: position)
            // The last place is for the entry that closes the segment: many batches of one append, or a segment indexed
            // anew at a shorter interval, would take it.
            if !segment.timeIndex.isFull { try? segment.timeIndex.append(maxTimestamp, offset: offsetOfMaxTimestamp) }
            bytesSinceIndexEntry = 0
        }
        position += header.totalSize
        allocated = max(allocated, position)
        bytesSinceIndexEntry += header.totalSize
    }

    /// Takes the batches behind the last index entry into account, of a segment that was cut.
    mutating func resume() throws(LogError) {
        let size = segment.size
        var scanner = BatchScanner(segment, from: 0, to: size)
        if let entry = try segment.offsetIndex.last(), let indexed = try BatchScanner(segment, at: entry, to: size) {
            scanner = indexed
            try noteTimes(upTo: entry)
        }
        while true {
            let start = scanner.position
            do throws(LogError) {
                guard let batch = try scanner.next() else { break }
                try reserveIndexForNext()
                note(batch.header, at: start)
            } catch {
                // Damage that stays is for the reader who comes across it.
                guard error.code == .corruptBatch else { throw error }
                guard try scanner.skipDamage(at: start) else { break }
            }
        }
        // What is appended follows it also where it is the last that stays.
        position = size
        segment.grow(to: size, largestTimestamp: maxTimestamp)
        readFirstTimestamp()
    }

    /// Takes the times of batches into account that stand between the last entries of both indexes, and leaves the time
    /// index with the latest.
    ///
    /// A segment that was closed and then indexed at a shorter interval has entries of its offset index that the time index,
    /// whose closing entry was later than all, has nothing to. A cut takes that one away.
    private mutating func noteTimes(upTo entry: OffsetIndex.Entry) throws(LogError) {
        let known = try segment.timeIndex.last()
        var start = 0
        if let known {
            // Mostly both have their last entry for the same batch.
            guard known.offset < entry.offset else { return }
            do throws(LogError) {
                start = try segment.locate(known.offset, within: segment.size)?.position ?? 0
            } catch {
                // Its batch is damaged: from the beginning then.
                guard error.code == .corruptBatch else { throw error }
            }
        }
        var scanner = BatchScanner(segment, from: start, to: max(start, entry.position))
        while true {
            let position = scanner.position
            do throws(LogError) {
                guard let batch = try scanner.next() else { break }
                noteTime(batch.header)
            } catch {
                // Damage between good batches is for the reader who comes across it.
                guard error.code == .corruptBatch else { throw error }
                guard try scanner.skipDamage(at: position) else { break }
            }
        }
        guard maxTimestamp > known?.timestamp ?? .none else { return }
        try segment.timeIndex.reserve(1)
        try segment.timeIndex.append(maxTimestamp, offset: offsetOfMaxTimestamp)
    }

    private mutating func noteTime(_ header: RecordBatchHeader) {
        guard header.maxTimestamp > maxTimestamp else { return }
        maxTimestamp = header.maxTimestamp
        offsetOfMaxTimestamp = header.lastOffset
    }

    /// The time of the segment's first batch, from which its age counts.
    mutating func readFirstTimestamp() {
        var scanner = BatchScanner(segment, from: 0, to: segment.size)
        firstTimestamp = (try? scanner.next())?.header.maxTimestamp
    }

    /// Takes room for `count` more bytes, and some ahead.
    private mutating func reserve(_ count: Int) throws(LogError) {
        guard position + count > allocated else { return }
        let step = min(max(allocated * 3, Self.firstAllocation), Self.largestAllocation)
        let wanted = max(position + count, min(allocated + step, segmentBytes))
        do throws(LogError) {
            try allocate(upTo: wanted)
        } catch {
            // A disk that is nearly full may still have what this append needs.
            guard error.code == .storageFull, wanted > position + count else { throw error }
            try allocate(upTo: position + count)
        }
    }

    private mutating func allocate(upTo end: Int) throws(LogError) {
        let isReserved = try openFile().allocate(at: allocated, length: end - allocated, .forWriting)
        allocated = end
        reservedEnd = isReserved ? end : 0
    }

    /// Notes that the file was cut to ``position``.
    private mutating func forgetRoom() {
        (allocated, reservedEnd) = (position, 0)
        room.forget()
    }

    // MARK: - The mapped tail

    /// Notes how far the log was flushed: whether a window is worth while, and room that was written, depends on it.
    mutating func note(recoveryPoint: LogOffset) { pace.note(recoveryPoint: recoveryPoint, at: position) }

    /// Unmaps the tail; to be called before anyone else cuts the file.
    mutating func unmap() { mapped.close() }

    /// Unmaps the tail if nothing was appended since the last call.
    mutating func unmapIfIdle() { mapped.closeIfIdle(at: position) }

    /// Whether the tail is mapped.
    var isMapped: Bool { mapped.isMapped }

    // MARK: - Rolling and sealing

    /// Whether `count` more bytes up to `lastOffset` belong into a new segment.
    ///
    /// - Parameter age: The age at which it rolls, in milliseconds; `nil` for that of the settings.
    func mustRoll(
        for count: Int, lastOffset: LogOffset, timestamp: Timestamp, now: Timestamp, age: Int64? = nil
    ) -> Bool {
        let age = age ?? rollAge
        // Offsets too far from the base have no index entry, not even in an empty segment.
        if !segment.offsetIndex.canHold(lastOffset) { return true }
        guard position > 0 else { return false }
        if position + count > segmentBytes || segment.offsetIndex.isFull || segment.timeIndex.isFull { return true }
        // The next segment's are sound; this one's are made anew at the next start, and readers scan until then.
        if segment.hasFaultedIndex { return true }
        if let first = firstTimestamp, first > .none {
            guard timestamp > .none else { return false }
            return timestamp.milliseconds - first.milliseconds > age
        }
        guard let firstAppend else { return false }
        return now.milliseconds - firstAppend.milliseconds > age
    }

    /// The latest timestamp written so far.
    var largestTimestamp: Timestamp { maxTimestamp }

    /// Writes the closing time index entry and cuts log and indexes to what they hold.
    ///
    /// - Parameter keepingSize: Leaves the log file as long as it is, as a damaged one has to stay.
    mutating func seal(keepingSize: Bool = false) throws(LogError) {
        mapped.close()
        try sealIndexes()
        tail = nil
        if keepingSize { return }
        try segment.file().truncate(to: position)
        forgetRoom()
    }

    /// An index that lost entries goes by name: at the next start it must be missing, which has it made anew, and not
    /// there with zeros for entries.
    private func sealIndexes() throws(LogError) {
        guard !segment.hasFaultedIndex else { return try segment.removeIndexes() }
        do throws(LogError) {
            if try segment.timeIndex.last()?.timestamp ?? .none < maxTimestamp {
                try segment.timeIndex.reserve(0)
                try segment.timeIndex.append(maxTimestamp, offset: offsetOfMaxTimestamp)
            }
            try segment.offsetIndex.trimFile()
            try segment.timeIndex.trimFile()
        } catch {
            guard error.code == .corruptIndex else { throw error }
            try segment.removeIndexes()
        }
    }
}
