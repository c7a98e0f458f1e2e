/// How the records of a batch are compressed; the numbers are those of the batch's attributes.
///
/// - SeeAlso: KIP-110 (zstd); docs/format/record-batch.md
public enum CompressionCodec: Int8, Sendable, Hashable, CaseIterable {
    case none = 0
    case gzip = 1
    case snappy = 2
    case lz4 = 3
    case zstd = 4

    /// The codec's name in configurations.
    public var name: String {
        switch self {
        case .none: "none"
        case .gzip: "gzip"
        case .snappy: "snappy"
        case .lz4: "lz4"
        case .zstd: "zstd"
        }
    }

    /// Creates a codec from its name in configurations (`uncompressed`, the topic setting, means none).
    public init?(name: String) {
        switch name {
        case "none", "uncompressed": self = .none
        case "gzip": self = .gzip
        case "snappy": self = .snappy
        case "lz4": self = .lz4
        case "zstd": self = .zstd
        default: return nil
        }
    }

    /// Compresses `bytes` in the framing that Kafka's own clients write.
    ///
    /// - Throws: ``RecordFormatError`` with code `.codecFailed` if the library runs out of memory.
    public func compress(_ bytes: RawSpan) throws(RecordFormatError) -> ByteSlice {
        switch self {
        case .none: ByteSlice(copying: bytes)
        case .gzip: try Gzip.compress(bytes)
        case .snappy: try Snappy.compress(bytes)
        case .lz4: try LZ4.compress(bytes)
        case .zstd: try Zstandard.compress(bytes)
        }
    }

    /// Decompresses `bytes`.
    ///
    /// - Parameter limit: The most bytes that the result may take; no more is ever allocated.
    /// - Throws: ``RecordFormatError`` with code `.codecFailed` for damaged input, `.limitExceeded` past the limit.
    public func decompress(_ bytes: RawSpan, limit: Int) throws(RecordFormatError) -> ByteSlice {
        switch self {
        case .none:
            guard bytes.byteCount <= limit else { throw Self.limitExceeded(limit) }
            return ByteSlice(copying: bytes)
        case .gzip: return try Gzip.decompress(bytes, limit: limit)
        case .snappy: return try Snappy.decompress(bytes, limit: limit)
        case .lz4: return try LZ4.decompress(bytes, limit: limit)
        case .zstd: return try Zstandard.decompress(bytes, limit: limit)
        }
    }

    static func limitExceeded(_ limit: Int) -> RecordFormatError {
        RecordFormatError(.limitExceeded, "decompressed records exceed \(limit) bytes")
    }

    /// The room to start with when the size of the output is unknown: text shrinks to a quarter or so.
    static func firstGuess(for input: Int, limit: Int) -> Int { min(max(input * 4, 4096), limit) }
}
