/// Room behind the end of a log that was written once, with zeros, so that a sync finds data to write and nothing else.
///
/// Reserved room that was never written costs the sync that comes with its first bytes a second write, of the file's own
/// records of what lies where. Once in 64 KiB is little to pay for room that has this behind it; a log that appends as
/// much between two flushes gains nothing.
///
/// Lives in the append lane.
///
/// - SeeAlso: docs/decisions/0029-a-log-that-is-flushed-often-writes-its-room-ahead.md
struct WrittenRoom {
    /// Up to where the room was written.
    private var end = 0

    /// The most bytes between two flushes for which room is written ahead.
    static let largestStride = 16 << 10
    /// How much is written at a time.
    static let piece = 64 << 10

    private static let zeros = [UInt8](repeating: 0, count: piece)

    /// Writes room behind `position` of `file`, unless there is some, or too little reserved.
    ///
    /// - Parameter reservedEnd: Up to where the file has room on the disk.
    /// - Throws: ``LogError`` with code `.io`.
    /// - Complexity: one comparison while there is some.
    mutating func extend(behind position: Int, of file: LogFile, reservedEnd: Int) throws(LogError) {
        guard position > end else { return }
        let target = min(position + Self.piece, reservedEnd)
        guard target > position else { return }
        unsafe try Self.zeros.span.bytes.extracting(first: target - position).withUnsafeBytes {
            zeros throws(LogError) in unsafe try file.write(zeros, at: position)
        }
        end = target
    }

    /// Forgets what was written, because the file was cut.
    mutating func forget() { end = 0 }
}
