public import RecordFormat

/// A stretch of a log file that a reader may have: whole batches, but for the last, which the limit may cut.
///
/// Holds the file open: retention may remove its name meanwhile. Sendable because the file is.
public struct LogSlice: Sendable {
    let segment: LogSegment
    let observer: any LogObserver
    /// Where the slice starts in the file.
    public let position: Int
    /// The number of bytes.
    public let byteCount: Int
    /// The file, for handing the bytes to a socket without reading them.
    public var file: LogFile { segment.log }

    /// Whether this process has seen the checksums of these bytes to be right: only then may they be sent unread.
    public var isVerified: Bool { position + byteCount <= segment.verifiedSize }

    /// Reads the bytes, verifying the checksums of what was not verified before.
    ///
    /// - Returns: The bytes; those before the first damaged batch if there is one.
    /// - Throws: ``LogError`` with code `.corruptBatch`, naming file and position, if the first batch is damaged, `.io` if the read fails.
    /// - Complexity: one `pread`, and one checksum over bytes that no one has verified since the log was opened.
    public func readBytes() throws(LogError) -> ByteSlice {
        let isKnownGood = isVerified
        let bytes = try file.read(at: position, count: byteCount)
        return isKnownGood ? bytes : try verified(bytes)
    }

    private func verified(_ bytes: ByteSlice) throws(LogError) -> ByteSlice {
        var sequence = RecordBatchSequence(bytes)
        do {
            while try sequence.next() != nil {}
        } catch {
            let damage = segment.damage(at: position + sequence.nextPosition, error.description)
            observer.logDidFindDamage(segment.directory, error: damage)
            guard sequence.nextPosition > 0 else { throw damage }
        }
        segment.markVerified(position..<position + sequence.nextPosition)
        // What follows the last whole batch cannot be vouched for, so it is not handed out.
        return bytes[0..<sequence.nextPosition]
    }
}
