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

    /// The levels that the codec takes, from fast to small; `nil` where it has none (KIP-390).
    public var levels: ClosedRange<Int32>? {
        switch self {
        case .none, .snappy: nil
        case .gzip: 1...9
        case .lz4: 1...17
        case .zstd: -131_072...22
        }
    }

    /// Compresses `bytes` in the framing that Kafka's own clients write.
    ///
    /// - Parameter level: How hard to try, within ``levels``; `nil` is the library's own choice, and a codec without
    ///   levels does not look at it.
    /// - Throws: ``RecordFormatError`` with code `.codecFailed` if the library runs out of memory.
    public func compress(_ bytes: RawSpan, level: Int32? = nil) throws(RecordFormatError) -> ByteSlice {
        switch self {
        case .none: ByteSlice(copying: bytes)
        case .gzip: try Gzip.compress(bytes, level: level)
        case .snappy: try Snappy.compress(bytes)
        case .lz4: try LZ4.compress(bytes, level: level)
        case .zstd: try Zstandard.compress(bytes, level: level)
        }
    }

    /// Decompresses `bytes`.
    ///
    /// - Parameter limit: The most bytes that the result may take. Room grows by doubling and only with what was really
    ///   decompressed, so that at most three times the limit is allocated at any moment, beside the codec's own window:
    ///   32 KiB for gzip, 4 MiB for lz4, the limit but at least 8 and at most 128 MiB for zstd.
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
