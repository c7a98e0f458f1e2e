public import RecordFormat

/// What a writer wrote: bytes in memory, with regions of files between them.
public struct EncodedFrame: Sendable, Hashable {
    /// Consecutive parts, in the order in which they are sent.
    public var segments: [Segment]
    /// The number of bytes of all segments together.
    public var byteCount: Int

    /// A part of a frame.
    public typealias Segment = Records

    /// Creates a frame from its parts.
    public init(segments: [Segment]) {
        self.segments = segments
        byteCount = segments.reduce(0) { $0 + $1.byteCount }
    }

    /// All bytes in one piece, reading those that lie outside of memory.
    ///
    /// - Throws: What ``ExternalRecords/readBytes()`` throws, or ``ProtocolError`` with code `.unreadableRecords` if it
    ///   gives another number of bytes than promised: the lengths before them are written already.
    public func joined() throws -> ByteSlice {
        if segments.count == 1, case .bytes(let bytes) = segments[0] { return bytes }
        return try unsafe ByteSlice(unsafeCapacity: byteCount) { (target) throws -> Int in
            var position = 0
            for segment in segments {
                let bytes = try segment.readBytes()
                guard bytes.count == segment.byteCount else {
                    throw ProtocolError(
                        code: .unreadableRecords, path: "frame",
                        message: "\(segment.byteCount) bytes of records were promised, \(bytes.count) were read")
                }
                unsafe bytes.withUnsafeBytes { source in
                    unsafe UnsafeMutableRawBufferPointer(rebasing: target[position..<position + source.count])
                        .copyMemory(from: source)
                }
                position += bytes.count
            }
            return position
        }
    }
}
