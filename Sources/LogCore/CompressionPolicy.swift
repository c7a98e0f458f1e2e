public import RecordFormat

/// How a topic's batches are compressed on disk (`compression.type`, with the levels of KIP-390).
public struct CompressionPolicy: Sendable, Hashable {
    /// The one codec for all batches; `nil` keeps what each producer chose.
    public var codec: CompressionCodec?
    /// How hard the codec tries; `nil` is its default. What a producer compressed with the same codec stays as it is.
    public var level: Int32?

    /// Batches stay as their producers compressed them: nothing is decompressed for it. The default.
    public static let producer = CompressionPolicy(codec: nil, level: nil)

    /// All batches are compressed by `codec`; ``CompressionCodec/none`` for topics that are kept uncompressed.
    public static func always(_ codec: CompressionCodec, level: Int32? = nil) -> CompressionPolicy {
        CompressionPolicy(codec: codec, level: level)
    }

    private init(codec: CompressionCodec?, level: Int32?) {
        self.codec = codec
        self.level = level
    }

    /// The codec into which a batch has to be brought; `nil` if it may stay as it is.
    ///
    /// Transaction markers are a few bytes and stay, as in Kafka.
    func codec(insteadOf header: RecordBatchHeader) -> CompressionCodec? {
        guard let codec, let current = header.attributes.codec, current != codec else { return nil }
        return header.attributes.isControl && !header.attributes.isCompressed ? nil : codec
    }
}
