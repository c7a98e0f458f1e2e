public import RecordFormat

/// A stretch of a log file that a reader may have: whole batches, but for the last, which the limit may cut.
///
/// Holds the file open: retention may remove its name meanwhile. Sendable because the file is.
public struct LogSlice: Sendable {
    let segment: LogSegment
    /// The file, for handing the bytes to a socket without reading them.
    public let file: LogFile
    let observer: any LogObserver
    /// Offset of the first batch, as the way there bore it out: checksums do not cover it.
    public let firstOffset: LogOffset
    /// Where the slice starts in the file.
    public let position: Int
    /// The number of bytes.
    public let byteCount: Int
    /// Whether the bytes are among the last that were appended, and so in the page cache as a matter of course.
    let isRecent: Bool

    /// Whether this process has seen the checksums of these bytes to be right: only then may they be sent unread.
    public var isVerified: Bool { segment.isVerified(position..<position + byteCount) }

    /// Whether reading the bytes, or sending them unread, may have to wait for the device.
    ///
    /// - Complexity: no system call for what was appended last; else a few hundred nanoseconds for each 64 KiB.
    public var mayWaitForDevice: Bool { !isRecent && !file.isCached(position..<position + byteCount) }

    /// Reads the bytes into the page cache, and some behind them, where a reader that goes on will look next for its
    /// place.
    ///
    /// Waits for the device, so it belongs on a thread that may.
    public func load() { file.load(position..<position + byteCount + Self.lookAhead) }

    /// As far as the kernel reads ahead by itself.
    private static let lookAhead = 128 << 10

    /// Reads the bytes, verifying what was not verified before: checksums, and that offsets are in order.
    ///
    /// - Returns: The bytes; those before the first damaged batch if there is one.
    /// - Throws: ``LogError`` with code `.corruptBatch`, naming file and position, if the first batch is damaged,
    ///   `.io` if the read fails.
    /// - Complexity: one `pread`, and one checksum over bytes that no one has verified since the log was opened.
    public func readBytes() throws(LogError) -> ByteSlice {
        let isKnownGood = isVerified
        let bytes = try file.read(at: position, count: byteCount)
        return isKnownGood ? bytes : try verified(bytes)
    }

    private func verified(_ bytes: ByteSlice) throws(LogError) -> ByteSlice {
        var scanner = BatchScanner(
            segment, from: position, to: segment.size, depth: .checksums, holding: bytes, expecting: firstOffset,
            of: file)
        var end = 0
        do throws(LogError) {
            while end == 0 || Self.isWhole(in: bytes, at: end), let batch = try scanner.next() {
                end += batch.location.size
            }
        } catch {
            guard error.code == .corruptBatch else { throw error }
            observer.logDidFindDamage(segment.directory.path, error: error)
            guard end > 0 else { throw error }
        }
        segment.markVerified(position..<position + end)
        // What follows the last whole batch cannot be vouched for, so it is not handed out.
        return bytes[0..<end]
    }

    /// Whether `bytes` hold all of the batch at `position`, going by what its length says.
    private static func isWhole(in bytes: ByteSlice, at position: Int) -> Bool {
        guard bytes.count - position >= RecordBatchHeader.size else { return false }
        let length = bytes.bytes.bigEndian(at: position + RecordBatchHeader.Position.batchLength, as: Int32.self)
        return Int(length) <= bytes.count - position - RecordBatchHeader.sizePrefix
    }
}
