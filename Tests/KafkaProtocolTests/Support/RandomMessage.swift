import KafkaProtocol
import RecordFormat

/// A part of a message that can be made at random.
protocol RandomStructure: ProtocolStructure {
    /// Creates one that holds only what `version` can carry.
    init(random source: inout RandomSource, version: Int16)
}

/// A message that can be made at random.
protocol RandomMessage: RandomStructure, KafkaMessage, Hashable {}

extension KafkaMessage {
    /// The message's bytes in `version`, without header or length.
    func encoded(_ version: Int16) throws -> ByteSlice {
        var writer = ProtocolWriter()
        try encode(into: &writer, version: version)
        return try writer.finish().joined()
    }

    /// The message that `bytes` hold in `version`, and how many bytes it left unread.
    static func decoded(_ bytes: ByteSlice, _ version: Int16) throws -> (message: Self, unread: Int) {
        var reader = ProtocolReader(bytes)
        let message = try Self(from: &reader, version: version)
        return (message, reader.remaining)
    }
}
