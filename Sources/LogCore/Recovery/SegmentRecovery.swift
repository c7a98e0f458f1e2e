internal import RecordFormat

/// Reads one log file batch by batch after a crash, and says how far it can be trusted.
///
/// What an incomplete write leaves at the very end is a torn tail. A bad batch with a good one behind it is damage:
/// bytes that were right once are not now. The first is cut off, the second is reported and left as it is.
///
/// There is one way for good batches to stand behind a torn one: the kernel writes pages in any order, and the machine
/// lost power in between. The page that was not written then reads as zeros, because the file was preallocated. No one
/// was promised what lies there: a promise is given after a sync, which writes all pages. So a page of zeros within the
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
        /// Bytes behind ``validSize`` up to the last that is not zero.
        var tornBytes = 0
        /// Whether the torn bytes begin with a page that was never written.
        var hasUnwrittenPage = false
    }

    private static let chunkSize = 4 << 20
    /// The unit in which the kernel writes; larger ones are multiples of it.
    private static let pageSize = 4096

    let segment: LogSegment
    let fileSize: Int
    /// Below it everything was synced: a page of zeros there is damage like any other.
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
                continue
            } catch {
                guard error.code == .corruptBatch else { throw error }
                fault = error
            }
            guard try scanner.skipDamage(at: position) else { break }
            if outcome.end ?? segment.baseOffset >= recoveryPoint, try hasUnwrittenPage(position..<scanner.position) {
                outcome.hasUnwrittenPage = true
                break
            }
            outcome.damage.append(
                LogError(
                    fault.code, "\(fault.message); good batches go on at position \(scanner.position)",
                    cause: fault.cause))
            outcome.cleanFrom = scanner.position
        }
        outcome.tornBytes = try nonZeroBytes(from: outcome.validSize)
        return outcome
    }

    /// Whether all that `range` has of some page is zero, up to the page's end.
    private func hasUnwrittenPage(_ range: Range<Int>) throws(LogError) -> Bool {
        var start = range.lowerBound
        while true {
            let pageEnd = (start / Self.pageSize + 1) * Self.pageSize
            guard pageEnd <= range.upperBound else { return false }
            let bytes = try segment.log.read(at: start, count: pageEnd - start)
            if Self.lastNonZero(bytes) == nil { return true }
            start = pageEnd
        }
    }

    /// How many bytes from `position` on, up to the last one that is not zero.
    private func nonZeroBytes(from position: Int) throws(LogError) -> Int {
        var last = 0
        var start = position
        while start < fileSize {
            let chunk = try segment.log.read(at: start, count: min(Self.chunkSize, fileSize - start))
            guard !chunk.isEmpty else { break }
            if let index = Self.lastNonZero(chunk) { last = start + index + 1 - position }
            start += chunk.count
        }
        return last
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
