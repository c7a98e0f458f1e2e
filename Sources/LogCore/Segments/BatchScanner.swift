internal import RecordFormat

/// Where a batch lies in a segment.
struct BatchLocation: Sendable, Equatable {
    var position: Int
    var size: Int
    var baseOffset: LogOffset
    var lastOffset: LogOffset
}

/// Steps from batch to batch through a stretch of a segment.
///
/// A batch's checksum covers neither its length nor its base offset. A wrong length shows in the checksum all the same;
/// a wrong offset only in the company of the batches around it, so the scanner holds each batch against the one before
/// and, where that leaves doubt, the one behind.
struct BatchScanner {
    /// What is read of each batch.
    enum Depth {
        /// The header: offsets must be in order.
        case headers
        /// All of it: the checksum must be right too.
        case checksums
    }

    /// One read covers the headers of many small batches, and no more than a page of a large one.
    private static let headerChunkSize = 4096
    /// Reading costs 2 µs a call: in pieces of 256 KiB that is little beside the copy itself, and what was copied is still
    /// in a processor's cache when its checksum is taken.
    private static let bodyChunkSize = 256 << 10

    private let segment: LogSegment
    private let end: Int
    private let depth: Depth
    private(set) var position: Int
    /// Where the next batch's offsets begin, as far as known: gaps are possible, going back is not.
    private(set) var expected: LogOffset?
    /// The batch before, whose length led here and may be what is wrong.
    private var previous: (position: Int, header: RecordBatchHeader)?
    /// Whether a gap in the offsets with nothing behind it is damage: where no compaction makes gaps.
    var isDense = false
    private var chunk = ByteSlice.empty
    private var chunkStart = 0
    /// Where the chunk lies, unless it was given.
    private var room: ReadRoom?
    /// The file, once it was used: a scan holds on to it.
    private var file: LogFile?

    /// Creates a scanner from `position`, which is the start of a batch, up to `end`, exclusive.
    init(_ segment: LogSegment, from position: Int, to end: Int, depth: Depth = .headers) {
        self.segment = segment
        self.position = position
        self.end = end
        self.depth = depth
        expected = position == 0 ? segment.baseOffset : nil
    }

    /// Creates a scanner that finds the bytes from `position` on in `bytes` rather than in the file, and expects
    /// `offset` there.
    init(
        _ segment: LogSegment, from position: Int, to end: Int, depth: Depth, holding bytes: ByteSlice,
        expecting offset: LogOffset, of file: LogFile
    ) {
        self.init(segment, from: position, to: end, depth: depth)
        self.file = file
        expected = offset
        chunk = bytes
        chunkStart = position
    }

    /// Creates a scanner at an index entry; `nil` if no batch stands there whose offset bears the entry out.
    init?(_ segment: LogSegment, at entry: OffsetIndex.Entry, to end: Int, depth: Depth = .headers) throws(LogError) {
        guard entry.position > 0, entry.position < end else { return nil }
        self.init(segment, from: entry.position, to: end, depth: depth)
        let header: RecordBatchHeader
        do throws(LogError) { header = try self.header(at: entry.position) } catch {
            // That the file cannot be opened says nothing about the entry.
            guard error.code != .cancelled, error.code != .tooManyOpenFiles else { throw error }
            return nil
        }
        guard header.baseOffset >= segment.baseOffset, header.baseOffset <= entry.offset else { return nil }
        if header.lastOffset == entry.offset {
            expected = header.baseOffset
            return
        }
        // Kafka's followers index several batches at once by the last one's offset. That looks like a base offset that
        // is wrong, unless the batch behind follows it.
        guard let behind = try glance(at: entry.position + header.totalSize), behind.baseOffset == header.nextOffset
        else { return nil }
    }

    /// The next batch's header and place, or `nil` at the end.
    ///
    /// - Throws: ``LogError`` with code `.corruptBatch`, naming file and position, if no batch stands where one has
    ///   to; the position stays.
    mutating func next() throws(LogError) -> (header: RecordBatchHeader, location: BatchLocation)? {
        guard position < end else { return nil }
        let header = try header(at: position)
        try checkOffsets(of: header)
        if depth == .checksums {
            try verifyChecksum(of: header)
        }
        let location = BatchLocation(
            position: position, size: header.totalSize, baseOffset: header.baseOffset, lastOffset: header.lastOffset)
        previous = (position, header)
        position += header.totalSize
        expected = header.nextOffset
        return (header, location)
    }

    /// The next batch as ``next()`` finds it, with its bytes; for a scanner that checks checksums.
    mutating func nextBatch() throws(LogError) -> RecordBatch? {
        let start = position
        guard let (header, _) = try next() else { return nil }
        return RecordBatch(verified: try bytes(at: start, count: header.totalSize), header: header)
    }

    /// The header at `position`, of a batch that fits into the stretch.
    private mutating func header(at position: Int) throws(LogError) -> RecordBatchHeader {
        guard end - position >= RecordBatchHeader.size else {
            throw segment.damage(at: position, "\(end - position) bytes are no batch")
        }
        let bytes = try bytes(at: position, count: RecordBatchHeader.size)
        let header: RecordBatchHeader
        do { header = try RecordBatchHeader(parsing: bytes.bytes) } catch {
            throw segment.damage(at: position, error.description)
        }
        guard header.totalSize <= end - position else {
            throw segment.damage(at: position, "a batch of \(header.totalSize) bytes, \(end - position) are left")
        }
        return header
    }

    /// The header at `position` if one is there, without giving up the bytes at hand for it.
    private mutating func glance(at position: Int) throws(LogError) -> RecordBatchHeader? {
        guard end - position >= RecordBatchHeader.size else { return nil }
        let start = position - chunkStart
        if start >= 0, start + RecordBatchHeader.size <= chunk.count {
            return try? RecordBatchHeader(parsing: chunk.bytes, at: start)
        }
        let bytes = try openFile().read(at: position, count: RecordBatchHeader.size)
        return try? RecordBatchHeader(parsing: bytes.bytes)
    }

    /// Holds the offsets of the batch at ``position`` against its neighbours'.
    private mutating func checkOffsets(of header: RecordBatchHeader) throws(LogError) {
        guard header.baseOffset >= max(expected ?? segment.baseOffset, segment.baseOffset),
            header.nextOffset <= segment.offsetLimit, segment.offsetIndex.canHold(header.lastOffset)
        else { throw misplaced(header) }
        guard header.baseOffset != expected else { return }
        guard let behind = try glance(at: position + header.totalSize) else {
            if isDense && expected != nil { throw misplaced(header) }
            return
        }
        guard behind.baseOffset >= header.nextOffset else {
            throw segment.damage(
                at: position, "offset \(header.baseOffset), and \(behind.baseOffset) in the batch behind")
        }
    }

    private func misplaced(_ header: RecordBatchHeader) -> LogError {
        segment.damage(at: position, "offset \(header.baseOffset) where \(expected ?? segment.baseOffset) is due")
    }

    /// Holds the batch at ``position`` against its checksum, with what is read ahead anyway unless it is a large one.
    private mutating func verifyChecksum(of header: RecordBatchHeader) throws(LogError) {
        guard header.totalSize <= Self.bodyChunkSize else {
            return try segment.verifyChecksum(of: header, at: position, in: openFile())
        }
        let whole = try bytes(at: position, count: header.totalSize)
        do { try RecordBatch.verifyChecksum(of: header, in: whole.bytes, at: 0) } catch {
            throw segment.damage(at: position, error.description)
        }
    }

    private mutating func openFile() throws(LogError) -> LogFile {
        if let file { return file }
        let opened = try segment.file()
        file = opened
        return opened
    }

    /// Reads the bytes at hand anew, into the same memory if no one else has it.
    private mutating func fill(at position: Int, count: Int) throws(LogError) {
        let file = try openFile()
        chunk = .empty
        let isFree = isKnownUniquelyReferenced(&room)
        if let room, isFree, room.capacity >= count {
            chunk = try room.fill(from: file, at: position, count: count)
        } else {
            let new = ReadRoom(capacity: count)
            room = new
            chunk = try new.fill(from: file, at: position, count: count)
        }
        chunkStart = position
    }

    private mutating func bytes(at position: Int, count: Int) throws(LogError) -> ByteSlice {
        if position < chunkStart || position + count > chunkStart + chunk.count {
            let size = depth == .headers ? Self.headerChunkSize : Self.bodyChunkSize
            try fill(at: position, count: min(max(size, count), end - position))
        }
        let start = position - chunkStart
        guard chunk.count - start >= count else {
            guard segment.size >= end else {
                throw LogError(
                    .offsetOutOfRange,
                    "\(segment.path(FileNames.Suffix.log)) was truncated to \(segment.size) bytes meanwhile")
            }
            throw segment.damage(at: position, "the file ends at \(chunkStart + chunk.count)")
        }
        return chunk[start..<start + count]
    }

    /// Moves on to the first good batch behind the damaged one at `damage`; `false` if there is none.
    ///
    /// - Parameter lowest: What the damaged batch's offset should have been; by default what the scanner expects now.
    /// - Complexity: O(*n*) in the bytes in between; only a damaged file pays for it.
    mutating func skipDamage(at damage: Int, from lowest: LogOffset? = nil) throws(LogError) -> Bool {
        var start = damage
        var lowest = lowest ?? expected ?? segment.baseOffset
        if let previous, previous.position + previous.header.totalSize == damage, try !isRight(previous) {
            start = previous.position
            lowest = previous.header.baseOffset
        }
        let search = BatchSearch(
            file: try openFile(), baseOffset: segment.baseOffset, limit: segment.offsetLimit, end: end)
        guard let next = try search.firstBatch(behind: start, from: lowest) else { return false }
        position = next.position
        expected = next.header.baseOffset
        previous = nil
        return true
    }

    /// Whether the checksum of a batch is right; a scan of headers alone has not looked.
    private func isRight(_ batch: (position: Int, header: RecordBatchHeader)) throws(LogError) -> Bool {
        if depth == .checksums { return true }
        return try segment.hasRightChecksum(batch.header, at: batch.position)
    }
}

extension LogSegment {
    /// Finds the first batch that ends at or above `offset`.
    ///
    /// Bytes that this process has not seen before are verified on the way out: a damaged header must not stand in for
    /// the batches behind it.
    ///
    /// - Returns: Its place, or `nil` if every batch of the segment's first `size` bytes ends below.
    /// - Throws: ``LogError`` with code `.corruptBatch` if the batch that should hold `offset` is damaged.
    /// - Complexity: one index lookup and, as a rule, one `pread`.
    func locate(
        _ offset: LogOffset, within size: Int, observer: (any LogObserver)? = nil
    ) throws(LogError) -> BatchLocation? {
        switch try find(offset, within: size, observer: observer) {
        case .batch(let location): return location
        case .damage(_, _, let error): throw error
        case .nothing: return nil
        }
    }

    /// Where the first `size` bytes are to be cut so that nothing from `offset` on is left, and the offset below which
    /// they end then.
    ///
    /// What reaches across goes as a whole: a batch, or damaged bytes that were one.
    ///
    /// - Complexity: as ``locate(_:within:observer:)``.
    func cut(
        at offset: LogOffset, within size: Int, observer: (any LogObserver)? = nil
    ) throws(LogError) -> (position: Int, end: LogOffset) {
        switch try find(offset, within: size, observer: observer) {
        case .batch(let location): return (location.position, min(offset, location.baseOffset))
        case .damage(let position, let expected, _):
            if let expected { return (position, min(offset, expected)) }
            return (position, min(offset, try endOffset(within: position)))
        case .nothing: return (size, min(offset, damagedEnd?.firstOffset ?? offset))
        }
    }

    /// What a search for the batch with an offset comes to.
    private enum Finding {
        /// The first batch that ends at or above the offset.
        case batch(BatchLocation)
        /// Damage where that batch should be; the offset that is due there, as far as known.
        case damage(position: Int, expected: LogOffset?, LogError)
        /// Every batch ends below.
        case nothing
    }

    private func find(
        _ offset: LogOffset, within size: Int, observer: (any LogObserver)?
    ) throws(LogError) -> Finding {
        var scanner = try scanner(for: offset, within: size, observer: observer)
        while true {
            let start = scanner.position
            let expected = scanner.expected
            do throws(LogError) {
                guard let batch = try scanner.next() else { return .nothing }
                guard batch.location.lastOffset >= offset else { continue }
                try verify(batch.header, at: start)
                return .batch(batch.location)
            } catch {
                guard error.code == .corruptBatch else { throw error }
                let damage = Finding.damage(position: start, expected: expected, error)
                guard try scanner.skipDamage(at: start, from: expected ?? baseOffset) else { return damage }
                // The good batch behind the damage tells whether the damage is what was asked for.
                var ahead = scanner
                guard let batch = try ahead.next(), batch.location.baseOffset <= offset else { return damage }
            }
        }
    }

    /// The offset behind the last batch of the segment's first `size` bytes, going by the headers; its base offset if
    /// there is none.
    ///
    /// - Complexity: a scan of one index interval.
    func endOffset(within size: Int) throws(LogError) -> LogOffset {
        var scanner = try scanner(for: offsetLimit, within: size, observer: nil)
        var end = baseOffset
        while true {
            let position = scanner.position
            do throws(LogError) {
                guard let batch = try scanner.next() else { return end }
                end = batch.header.nextOffset
            } catch {
                guard error.code == .corruptBatch else { throw error }
                guard try scanner.skipDamage(at: position) else { return end }
            }
        }
    }

    /// A scanner at or before the batch that holds `offset`: at the best index entry that its batch bears out.
    private func scanner(
        for offset: LogOffset, within size: Int, observer: (any LogObserver)?
    ) throws(LogError) -> BatchScanner {
        var index = try hint(observer) { () throws(LogError) in try offsetIndex.lookup(offset) }
        while let candidate = index {
            let entry = try offsetIndex.entry(at: candidate)
            // A damaged entry misleads the search itself: its neighbours need not lie below the offset.
            if entry.offset <= offset, let scanner = try BatchScanner(self, at: entry, to: size) { return scanner }
            // After a truncation an old reader may hold entries for bytes that are gone; that is no damage.
            if entry.position < size { report(indexFault: offsetIndex.path, entry: candidate, to: observer) }
            index = candidate > 0 ? candidate - 1 : nil
        }
        return BatchScanner(self, from: 0, to: size)
    }

    /// Checks the batch at `position` against its checksum unless that was done before.
    private func verify(_ header: RecordBatchHeader, at position: Int) throws(LogError) {
        let range = position..<position + header.totalSize
        guard !isVerified(range) else { return }
        try verifyChecksum(of: header, at: position, in: file())
    }

    /// Holds the batch at `position` against its checksum.
    ///
    /// - Throws: ``LogError`` with code `.corruptBatch`, naming file and position.
    fileprivate func verifyChecksum(
        of header: RecordBatchHeader, at position: Int, in file: LogFile
    ) throws(LogError) {
        let covered = position + RecordBatchHeader.checksumStart..<position + header.totalSize
        guard let computed = try file.checksum(of: covered) else { throw damage(at: position, "the file ends within") }
        do { try RecordBatch.compare(computed, with: header) } catch {
            throw damage(at: position, error.description)
        }
    }

    fileprivate func hasRightChecksum(_ header: RecordBatchHeader, at position: Int) throws(LogError) -> Bool {
        try file().checksum(of: position + RecordBatchHeader.checksumStart..<position + header.totalSize)
            == header.checksum
    }
}
