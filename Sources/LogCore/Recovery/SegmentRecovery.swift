internal import RecordFormat

/// Reads one log file batch by batch after a crash, and says how far it can be trusted.
///
/// What an incomplete write leaves at the very end is a torn tail. A bad batch with a good one behind it is damage:
/// bytes that were right once are not now. The first is cut off, the second is reported and left as it is.
///
/// There is one way for good batches to stand behind a torn one: the kernel writes pages in any order, and the machine
/// lost power in between. What was not written then reads as zeros, because the file was preallocated. No one was
/// promised what lies there: a promise is given after a sync, which writes everything. So a sector of zeros within the
/// bad batch makes it the start of the torn tail.
struct SegmentRecovery {
    /// What the scan found.
    struct Outcome {
        /// Where the last good batch ends.
        var validSize = 0
        /// Offset after the last good batch; `nil` if there was none.
        var end: LogOffset?
        /// Places where a damaged batch lies between good ones.
        var damage: [LogError] = []
        /// Where the good batches begin that no damage follows.
        var cleanFrom = 0
        /// What is wrong with the bytes behind ``validSize``, if they are no room that was never used.
        var fault: LogError?
        /// Bytes behind ``validSize`` up to the last that is not zero.
        var tornBytes = 0
        /// Whether the torn bytes were never written as a whole, rather than changed since.
        var isUnwritten = false
        /// Whether good batches lie behind the torn one.
        var hidesBatches = false
        /// Where the first batch stands that ends above the recovery point; `nil` if there is none.
        var unpromisedFrom: Int?
    }

    private static let chunkSize = 1 << 20
    /// The unit that a device writes as a whole, or a part of it: all others are multiples.
    private static let sectorSize = 512

    let segment: LogSegment
    let fileSize: Int
    /// Behind it there is room that was never written, and that must not be read: the kernel would make pages of zeros
    /// for it, look ahead, and take them for data from then on.
    let dataEnd: Int
    /// Below it everything was synced: a sector of zeros there is damage like any other.
    let recoveryPoint: LogOffset

    /// Scans from where `scanner` stands, verifying every checksum, and calls `visit` with each good batch.
    func scan(
        _ scanner: consuming BatchScanner, visit: (RecordBatchHeader, Int) throws(LogError) -> Void
    ) throws(LogError) -> Outcome {
        var outcome = Outcome()
        outcome.validSize = scanner.position
        outcome.cleanFrom = scanner.position
        while true {
            let position = scanner.position
            let fault: LogError
            do throws(LogError) {
                guard let batch = try scanner.next() else { break }
                try visit(batch.header, position)
                outcome.validSize = scanner.position
                outcome.end = batch.header.nextOffset
                if outcome.unpromisedFrom == nil, batch.header.nextOffset > recoveryPoint {
                    outcome.unpromisedFrom = position
                }
                continue
            } catch {
                guard error.code == .corruptBatch else { throw error }
                fault = error
            }
            // Preallocated room is what most logs end with: nothing in it needs searching.
            if try isBlank(from: position) { break }
            outcome.fault = fault
            guard try scanner.skipDamage(at: position) else { break }
            let isPromised = outcome.end ?? segment.baseOffset < recoveryPoint
            // Up to the end of the last sector: what the batch behind has in it may be the zeros of its offset.
            if !isPromised, try hasUnwrittenSector(position..<endOfSector(scanner.position)) {
                outcome.hidesBatches = true
                break
            }
            outcome.fault = nil
            outcome.damage.append(
                LogError(
                    fault.code, "\(fault.message); good batches go on at position \(scanner.position)",
                    cause: fault.cause))
            outcome.cleanFrom = scanner.position
        }
        outcome.tornBytes = try nonZeroBytes(from: outcome.validSize)
        outcome.isUnwritten = try isUnwritten(outcome.tornBytes, from: outcome.validSize)
        return outcome
    }

    /// Whether the last `count` bytes, from `position` on, show that part of a batch never reached the device: a sector
    /// of zeros, or a file that ends within the batch.
    private func isUnwritten(_ count: Int, from position: Int) throws(LogError) -> Bool {
        guard count > 0 else { return false }
        let bytes = try segment.file().read(at: position, count: min(RecordBatchHeader.size, fileSize - position))
        guard bytes.count == RecordBatchHeader.size else { return true }
        guard let header = try? RecordBatchHeader(parsing: bytes.bytes) else {
            return try hasUnwrittenSector(position..<endOfSector(position + max(count, RecordBatchHeader.size)))
        }
        if header.totalSize <= fileSize - position {
            return try hasUnwrittenSector(position..<endOfSector(position + max(count, header.totalSize)))
        }
        // Or the length is what is wrong, and the bytes are all there.
        guard dataEnd >= fileSize else { return true }
        let covered = position + RecordBatchHeader.checksumStart..<fileSize
        return try segment.file().checksum(of: covered) != header.checksum
    }

    /// Where the sector ends that the byte before `position` is in; the last one of a file ends with it.
    private func endOfSector(_ position: Int) -> Int {
        min((position + Self.sectorSize - 1) / Self.sectorSize * Self.sectorSize, fileSize)
    }

    /// Whether some sector is zero that ends in `range`, as far as it lies in it.
    private func hasUnwrittenSector(_ range: Range<Int>) throws(LogError) -> Bool {
        if range.upperBound > endOfSector(dataEnd) { return true }
        var start = range.lowerBound
        while true {
            let bytes = try segment.file().read(at: start, count: min(Self.chunkSize, range.upperBound - start))
            var index = 0
            while true {
                let end = endOfSector(start + index + 1) - start
                guard end <= bytes.count, index < end else { break }
                if Self.lastNonZero(bytes[index..<end]) == nil { return true }
                index = end
            }
            guard index > 0 else { return false }
            start += index
        }
    }

    /// How many bytes from `position` on, up to the last one that is not zero.
    private func nonZeroBytes(from position: Int) throws(LogError) -> Int {
        var last = 0
        try forEachChunk(from: position) { chunk, start in
            if let index = Self.lastNonZero(chunk) { last = start + index + 1 - position }
            return true
        }
        return last
    }

    /// Whether there is nothing but zeros from `position` on.
    func isBlank(from position: Int) throws(LogError) -> Bool {
        var isBlank = true
        try forEachChunk(from: position) { chunk, _ in
            isBlank = Self.lastNonZero(chunk) == nil
            return isBlank
        }
        return isBlank
    }

    /// Bytes of what nearly always is zeros that are looked at at once.
    private static let blankChunkSize = 64 << 10

    /// Calls `body` with what the file holds from `position` on, and where that stands, without the room behind; until
    /// `body` answers false. It must not keep what it is given.
    ///
    /// Every log is read in this way at a start, many at once: memory that each took anew would be with the process, and
    /// in no use, for as long as its allocator likes.
    private func forEachChunk(from position: Int, _ body: (ByteSlice, Int) -> Bool) throws(LogError) {
        guard position < dataEnd else { return }
        let room = ReadRoom(capacity: min(Self.blankChunkSize, dataEnd - position))
        var start = position
        while start < dataEnd {
            let chunk = try room.fill(from: segment.file(), at: start, count: min(room.capacity, dataEnd - start))
            guard !chunk.isEmpty, body(chunk, start) else { return }
            start += chunk.count
        }
    }

    /// The index of the last byte that is not zero, found eight bytes at a time: preallocated tails are megabytes of
    /// zeros.
    private static func lastNonZero(_ slice: ByteSlice) -> Int? {
        let bytes = slice.bytes
        var end = bytes.byteCount
        while end >= 8, bytes.bigEndian(at: end - 8, as: UInt64.self) == 0 { end -= 8 }
        while end > 0, slice[end - 1] == 0 { end -= 1 }
        return end == 0 ? nil : end - 1
    }
}
