// Generated from Schemas/EndTxn.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's EndTxn API, versions 0-5.
public struct EndTxnResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var firstFlexibleVersion: Int16 { 3 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// The producer of the next transaction; -1 if nothing is said. KIP-890. Version 5 only.
    public var producerID: Int64 = -1
    /// The epoch of the next transaction; -1 if nothing is said. KIP-890. Version 5 only.
    public var producerEpoch: Int16 = -1

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        producerID: Int64 = -1,
        producerEpoch: Int16 = -1
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.producerID = producerID
        self.producerEpoch = producerEpoch
    }
}

extension EndTxnResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        throttleTimeMs = try reader.readInt32("EndTxnResponse.throttleTimeMs")
        errorCode = try reader.readInt16("EndTxnResponse.errorCode")
        if version >= 5 { producerID = try reader.readInt64("EndTxnResponse.producerID") }
        if version >= 5 { producerEpoch = try reader.readInt16("EndTxnResponse.producerEpoch") }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        if version >= 5 { writer.writeInt64(producerID) }
        if version >= 5 { writer.writeInt16(producerEpoch) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
