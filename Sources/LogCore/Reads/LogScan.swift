public import RecordFormat

/// A walk through a log, batch by batch and record by record, that verifies every checksum and allocates nothing.
///
/// ```swift
/// var scan = log.scan(from: log.watermarks.logStartOffset, upTo: .logEnd)
/// while let batch = try scan.next() {
///     var records = batch.records()
///     while let record = try records.next() { bytes += record.value?.byteCount ?? 0 }
/// }
/// ```
///
/// For an app that goes through much of a log: to build its state, to count, to search. It sees what is below the bound
/// when it gets there; a scan that has come to the end goes on with what was appended since. Batches of all kinds come:
/// control batches say so in their header, and those of aborted transactions are told by
/// ``LogRead/abortedTransactions``.
///
/// What it gives are views of a buffer that it fills over and over and that stays in the processor's cache. Views of the
/// mapped file itself were slower where this was chosen: taking the pages costs more than copying them, and the checksum
/// then has to wait for memory (`millrace-bench scan`).
///
/// For one thread; the log itself may be appended to, compacted and cut by retention meanwhile.
@safe public struct LogScan: ~Copyable {
    private let log: PartitionLog
    private let isolation: FetchIsolation
    /// The offset from which on batches are still to come.
    public private(set) var nextOffset: LogOffset
    /// What was found last, and how many of its bytes were read.
    private var slice: LogSlice?
    private var fetched = 0
    private var room: UnsafeMutableRawBufferPointer
    /// The bytes in the room that were read and not walked yet.
    private var ahead = 0..<0
    /// The decompressed records of the batch at hand.
    private var section = ByteSlice.empty

    /// As much as half of a core's own cache holds, as a rule.
    private static let roomSize = 512 << 10
    /// As far as one lookup goes.
    private static let stretchSize = 8 << 20

    init(_ log: PartitionLog, from offset: LogOffset, upTo isolation: FetchIsolation) {
        self.log = log
        self.isolation = isolation
        nextOffset = offset
        unsafe room = .allocate(byteCount: Self.roomSize, alignment: 64)
    }

    deinit { unsafe room.deallocate() }

    /// The next batch, or `nil` if there is none yet; the first may begin below the offset that was asked for.
    ///
    /// - Throws: ``LogError`` with code `.corruptBatch`, naming file and position, for a damaged batch, also each time
    ///   it is called again; `.offsetOutOfRange` if retention or a truncation took what comes next; `.io` if a read
    ///   fails; `.closed`.
    /// - Complexity: one checksum over the batch; one `pread` for each 512 KiB, one lookup for each 8 MiB.
    @_lifetime(&self)
    public mutating func next() throws(LogError) -> RecordBatchView? {
        guard try reachBatch(), let slice else { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: room[ahead])
        let header = try header(in: unsafe RawSpan(_unsafeBytes: bytes), of: slice)
        let batch = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<header.totalSize])
        var records = unsafe UnsafeRawBufferPointer(rebasing: batch[RecordBatchHeader.size...])
        if header.attributes.isCompressed {
            section = try decompressed(header, unsafe RawSpan(_unsafeBytes: records), of: slice)
            unsafe records = unsafe section.withUnsafeBytes { unsafe $0 }
        }
        ahead = ahead.lowerBound + header.totalSize..<ahead.upperBound
        nextOffset = header.nextOffset
        // Both live as long as nothing else is asked of the scan, which holds the room and the decompressed bytes.
        let whole = unsafe _overrideLifetime(RawSpan(_unsafeBytes: batch), mutating: &self)
        let section = unsafe _overrideLifetime(RawSpan(_unsafeBytes: records), copying: whole)
        return RecordBatchView(header: header, bytes: whole, section: section)
    }

    /// Where the batch at hand stands in its file.
    private func position(in slice: LogSlice) -> Int { slice.position + fetched - ahead.count }

    /// Makes sure that the room goes on with a whole batch; `false` if there is none yet.
    private mutating func reachBatch() throws(LogError) -> Bool {
        while true {
            if let slice {
                try checkIntact(slice)
                let size = sizeAhead
                if let size, size <= ahead.count { return true }
                if fetched < slice.byteCount {
                    try fetch(slice, atLeast: size ?? RecordBatchHeader.size)
                    continue
                }
                // It ends within a batch, which the next one begins with; unless that fills a slice by itself.
                if ahead.count == slice.byteCount { throw damage(in: slice, "no batch of this length") }
            }
            (slice, fetched, ahead) = (nil, 0, 0..<0)
            let read = try log.read(from: nextOffset, upTo: isolation, limit: Self.stretchSize, mustProgress: true)
            guard let found = read.slice else { return false }
            slice = found
            // The batch that holds the offset may begin below it; what comes before it was walked.
            nextOffset = found.firstOffset
        }
    }

    /// The size of the batch at hand, going by what its length says; `nil` where not even that was read.
    private var sizeAhead: Int? {
        guard ahead.count >= RecordBatchHeader.size else { return nil }
        let header = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: room[ahead]))
        let length: Int32 = header.bigEndian(at: RecordBatchHeader.Position.batchLength)
        return RecordBatchHeader.sizePrefix + max(Int(length), RecordBatchHeader.size - RecordBatchHeader.sizePrefix)
    }

    /// Reads more of `slice` behind what is there, which moves to the front of the room.
    private mutating func fetch(_ slice: LogSlice, atLeast size: Int) throws(LogError) {
        let left = unsafe UnsafeRawBufferPointer(rebasing: room[ahead])
        // No more than the slice has: what a damaged length says is not to be taken for memory.
        let wanted = min(size, left.count + slice.byteCount - fetched)
        if unsafe wanted > room.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: wanted, alignment: 64)
            unsafe larger.copyMemory(from: left)
            unsafe room.deallocate()
            unsafe room = larger
        } else if ahead.lowerBound > 0 {
            unsafe room.copyMemory(from: left)
        }
        ahead = 0..<ahead.count
        let end = unsafe min(room.count, ahead.count + slice.byteCount - fetched)
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: room[ahead.upperBound..<end])
        let count = unsafe try slice.file.read(into: target, at: slice.position + fetched)
        fetched += count
        ahead = 0..<ahead.count + count
        try checkIntact(slice)
        guard count == target.count else {
            throw slice.segment.damage(at: slice.position + fetched, "the file ends here")
        }
    }

    /// - Throws: ``LogError`` with code `.offsetOutOfRange` if what was read is no longer the log's.
    private func checkIntact(_ slice: LogSlice) throws(LogError) {
        guard slice.segment.size < slice.position + fetched else { return }
        throw LogError(
            .offsetOutOfRange,
            "\(slice.segment.path(FileNames.Suffix.log)) was truncated to \(slice.segment.size) bytes meanwhile")
    }

    /// The header of the batch that `bytes` begin with, whose checksum and offset are right.
    private func header(in bytes: RawSpan, of slice: LogSlice) throws(LogError) -> RecordBatchHeader {
        let header = try? RecordBatchHeader(parsing: bytes)
        if let header, header.baseOffset == nextOffset, header.totalSize <= bytes.byteCount,
            (try? RecordBatch.verifyChecksum(of: header, in: bytes, at: 0)) != nil
        {
            return header
        }
        // The long way tells gaps of compaction from damage, and says what is wrong.
        var scanner = BatchScanner(
            slice.segment, from: position(in: slice), to: slice.segment.size, depth: .checksums, holding: .empty,
            expecting: nextOffset, of: slice.file)
        do throws(LogError) {
            guard let batch = try scanner.next(), batch.header == header else {
                throw slice.segment.damage(at: position(in: slice), "what was read twice is not the same")
            }
            return batch.header
        } catch {
            if error.code == .corruptBatch { log.observer.logDidFindDamage(log.directory, error: error) }
            throw error
        }
    }

    private func decompressed(
        _ header: RecordBatchHeader, _ records: RawSpan, of slice: LogSlice
    ) throws(LogError) -> ByteSlice {
        do {
            guard let codec = header.attributes.codec else {
                throw RecordFormatError(.unsupportedCompression, "codec number \(header.attributes.rawValue & 7)")
            }
            return try codec.decompress(records, limit: RecordBatch.decompressedLimit)
        } catch { throw damage(in: slice, "\(error)") }
    }

    private func damage(in slice: LogSlice, _ what: String) -> LogError {
        let error = slice.segment.damage(at: position(in: slice), what)
        log.observer.logDidFindDamage(log.directory, error: error)
        return error
    }
}

extension PartitionLog {
    /// A walk through the log from `offset` on.
    ///
    /// - Parameters:
    ///   - offset: From the log start up to the log end; what lies outside of it the first step of the walk refuses.
    ///   - isolation: How far it may see.
    public func scan(from offset: LogOffset, upTo isolation: FetchIsolation) -> LogScan {
        LogScan(self, from: offset, upTo: isolation)
    }
}
