public import RecordFormat

/// A walk through a log, batch by batch, over the mapped files themselves: no byte is copied, every checksum is
/// verified.
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
/// For one thread; the log itself may be appended to, compacted and cut by retention meanwhile.
public struct LogScan: ~Copyable {
    private let log: PartitionLog
    private let isolation: FetchIsolation
    /// The offset from which on batches are still to come.
    public private(set) var nextOffset: LogOffset
    private var stretch: MappedSlice?
    /// How much of the stretch was walked.
    private var walked = 0
    /// The decompressed records of the batch at hand.
    private var section = ByteSlice.empty

    /// As far as one lookup goes. Longer stretches save nothing that would show, shorter ones cost a mapping each.
    private static let stretchSize = 4 << 20

    init(_ log: PartitionLog, from offset: LogOffset, upTo isolation: FetchIsolation) {
        self.log = log
        self.isolation = isolation
        nextOffset = offset
    }

    /// The next batch, or `nil` if there is none yet; the first may begin below the offset that was asked for.
    ///
    /// Its bytes are the file's. They can be lost while they are looked at, to a failing device or to a truncation of
    /// the log, and read as zeros then; the call that follows throws in that case.
    ///
    /// - Throws: ``LogError`` with code `.corruptBatch`, naming file and position, for a damaged batch, also each time
    ///   it is called again; `.offsetOutOfRange` if retention or a truncation took what comes next; `.io` if the device
    ///   lost what was read; `.closed`.
    /// - Complexity: one checksum over the batch; a lookup and a mapping for each 4 MiB.
    @_lifetime(&self)
    public mutating func next() throws(LogError) -> RecordBatchView? {
        guard try reachBatch(), let stretch else { return nil }
        let start = walked
        let bytes = unsafe stretch.withUnsafeBytes { unsafe UnsafeRawBufferPointer(rebasing: $0[start...]) }
        let header = try header(in: unsafe RawSpan(_unsafeBytes: bytes), of: stretch)
        walked += header.totalSize
        nextOffset = header.nextOffset
        let batch = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<header.totalSize])
        var records = unsafe UnsafeRawBufferPointer(rebasing: batch[RecordBatchHeader.size...])
        if header.attributes.isCompressed {
            section = try decompressed(
                header, unsafe RawSpan(_unsafeBytes: records), at: stretch.position + start, of: stretch)
            unsafe records = unsafe section.withUnsafeBytes { unsafe $0 }
        }
        // Both live as long as nothing else is asked of the scan, which holds the mapping and the decompressed bytes.
        let whole = unsafe _overrideLifetime(RawSpan(_unsafeBytes: batch), mutating: &self)
        let section = unsafe _overrideLifetime(RawSpan(_unsafeBytes: records), copying: whole)
        return RecordBatchView(header: header, bytes: whole, section: section)
    }

    /// Makes sure that the stretch goes on with a whole batch; `false` if there is none yet.
    private mutating func reachBatch() throws(LogError) -> Bool {
        if let stretch {
            try stretch.checkIntact()
            if Self.holdsBatch(stretch, at: walked) { return true }
        }
        stretch = nil
        let read = try log.read(from: nextOffset, upTo: isolation, limit: Self.stretchSize, mustProgress: true)
        guard let slice = read.slice else { return false }
        stretch = try MappedSlice(slice)
        walked = 0
        // The batch that holds the offset may begin below it; what comes before it was walked.
        nextOffset = slice.firstOffset
        return true
    }

    /// Whether the bytes of `stretch` from `start` on hold a whole batch, going by what its length says.
    private static func holdsBatch(_ stretch: MappedSlice, at start: Int) -> Bool {
        let left = stretch.byteCount - start
        guard left >= RecordBatchHeader.size else { return false }
        return unsafe stretch.withUnsafeBytes { bytes in
            let header = unsafe RawSpan(_unsafeBytes: bytes)
            let length: Int32 = header.bigEndian(at: start + RecordBatchHeader.Position.batchLength)
            return RecordBatchHeader.sizePrefix + Int(length) <= left
        }
    }

    /// The header of the batch that `bytes` begin with, whose checksum and offset are right.
    private func header(in bytes: RawSpan, of stretch: MappedSlice) throws(LogError) -> RecordBatchHeader {
        do {
            let header = try RecordBatchHeader(parsing: bytes)
            if header.totalSize <= bytes.byteCount, header.baseOffset == nextOffset {
                try RecordBatch.verifyChecksum(of: header, in: bytes, at: 0)
                try stretch.checkIntact()
                return header
            }
        } catch {
            // Bytes that are gone are not taken for damaged ones.
            try stretch.checkIntact()
        }
        return try rescanned(in: stretch)
    }

    /// The header of the batch at hand, by the way that tells gaps of compaction from damage, and says what is wrong.
    private func rescanned(in stretch: MappedSlice) throws(LogError) -> RecordBatchHeader {
        var scanner = BatchScanner(
            stretch.segment, from: stretch.position + walked, to: stretch.segment.size, depth: .checksums,
            holding: .empty, expecting: nextOffset, of: stretch.file)
        do throws(LogError) {
            guard let batch = try scanner.next(), walked + batch.header.totalSize <= stretch.byteCount else {
                throw stretch.segment.damage(at: stretch.position + walked, "no batch of this length")
            }
            try stretch.checkIntact()
            return batch.header
        } catch {
            if error.code == .corruptBatch { log.observer.logDidFindDamage(log.directory, error: error) }
            throw error
        }
    }

    private func decompressed(
        _ header: RecordBatchHeader, _ records: RawSpan, at position: Int, of stretch: MappedSlice
    ) throws(LogError) -> ByteSlice {
        do {
            guard let codec = header.attributes.codec else {
                throw RecordFormatError(.unsupportedCompression, "codec number \(header.attributes.rawValue & 7)")
            }
            return try codec.decompress(records, limit: RecordBatch.decompressedLimit)
        } catch {
            try stretch.checkIntact()
            throw stretch.segment.damage(at: position, "\(error)")
        }
    }
}

extension PartitionLog {
    /// A walk through the log from `offset` on, over its mapped files.
    ///
    /// - Parameters:
    ///   - offset: From the log start up to the log end; what lies outside of it the first step of the walk refuses.
    ///   - isolation: How far it may see.
    public func scan(from offset: LogOffset, upTo isolation: FetchIsolation) -> LogScan {
        LogScan(self, from: offset, upTo: isolation)
    }
}
