// Generated from Schemas/ConnectProtocol.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// Kafka's ConnectProtocolMetadata, versions 0-2.
public struct ConnectProtocolMetadata: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { Int16.max }

    /// Where the worker's REST API is reached.
    public var url: String = ""
    /// The offset after the last record of the config topic that the worker has read.
    public var configOffset: Int64 = 0
    /// What the worker runs: a ConnectProtocolAssignment behind its version; null for nothing. KIP-415. From
    /// version 1 on.
    public var allocation: ByteSlice? = nil

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        url: String = "",
        configOffset: Int64 = 0,
        allocation: ByteSlice? = nil
    ) {
        self.url = url
        self.configOffset = configOffset
        self.allocation = allocation
    }
}

extension ConnectProtocolMetadata {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        url = try reader.readString("ConnectProtocolMetadata.url", compact: false)
        configOffset = try reader.readInt64("ConnectProtocolMetadata.configOffset")
        if version >= 1 {
            allocation = try reader.readNullableBytes("ConnectProtocolMetadata.allocation", compact: false)
        }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeString(url, "ConnectProtocolMetadata.url", compact: false)
        writer.writeInt64(configOffset)
        if version >= 1 {
            try writer.writeNullableBytes(allocation, "ConnectProtocolMetadata.allocation", compact: false)
        }
    }
}
