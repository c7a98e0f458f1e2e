public import RecordFormat

/// The record batches in a response: in memory, or where a server can send them from without reading them.
public enum Records: Sendable {
    /// Batches in memory.
    case bytes(ByteSlice)
    /// Batches elsewhere, such as in a region of a segment file.
    case external(any ExternalRecords)

    /// The number of bytes.
    public var byteCount: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .external(let records): records.byteCount
        }
    }

    /// The batches in memory, read from where they lie if need be.
    ///
    /// - Throws: What ``ExternalRecords/readBytes()`` throws.
    public func readBytes() throws -> ByteSlice {
        switch self {
        case .bytes(let bytes): bytes
        case .external(let records): try records.readBytes()
        }
    }
}

/// Record batches outside of memory, such as a region of a file that a server hands to `sendfile`.
public protocol ExternalRecords: Sendable, AnyObject {
    /// The number of bytes, which does not change.
    var byteCount: Int { get }
    /// Reads the bytes into memory, for transports that cannot send them from where they are.
    func readBytes() throws -> ByteSlice
}

// Two regions of files are equal when they are the same object: comparing their bytes would be I/O.
extension Records: Hashable {
    /// Whether both hold the same.
    public static func == (left: Records, right: Records) -> Bool {
        switch (left, right) {
        case (.bytes(let left), .bytes(let right)): left == right
        case (.external(let left), .external(let right)): left === right
        default: false
        }
    }

    /// Feeds the value to a hasher.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .bytes(let bytes): hasher.combine(bytes)
        case .external(let records): hasher.combine(ObjectIdentifier(records))
        }
    }
}
