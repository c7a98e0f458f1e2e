// Generated from Schemas/InitProducerId.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's InitProducerId API, versions 0-6.
public struct InitProducerIdResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// The identity that the producer gets; -1 if none.
    public var producerID: Int64 = -1
    /// The epoch that the producer gets.
    public var producerEpoch: Int16 = 0
    /// The producer of the transaction that is continued; -1 if there is none. KIP-939. Version 6 only.
    public var ongoingTxnProducerID: Int64 = -1
    /// The epoch of the transaction that is continued; -1 if there is none. KIP-939. Version 6 only.
    public var ongoingTxnProducerEpoch: Int16 = -1

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        producerID: Int64 = -1,
        producerEpoch: Int16 = 0,
        ongoingTxnProducerID: Int64 = -1,
        ongoingTxnProducerEpoch: Int16 = -1
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.ongoingTxnProducerID = ongoingTxnProducerID
        self.ongoingTxnProducerEpoch = ongoingTxnProducerEpoch
    }
}

extension InitProducerIdResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        throttleTimeMs = try reader.readInt32("InitProducerIdResponse.throttleTimeMs")
        errorCode = try reader.readInt16("InitProducerIdResponse.errorCode")
        producerID = try reader.readInt64("InitProducerIdResponse.producerID")
        producerEpoch = try reader.readInt16("InitProducerIdResponse.producerEpoch")
        if version >= 6 { ongoingTxnProducerID = try reader.readInt64("InitProducerIdResponse.ongoingTxnProducerID") }
        if version >= 6 {
            ongoingTxnProducerEpoch = try reader.readInt16("InitProducerIdResponse.ongoingTxnProducerEpoch")
        }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        if version < 6, ongoingTxnProducerID != -1 {
            throw ProtocolError.fieldNotCarried("InitProducerIdResponse.ongoingTxnProducerID", version: version)
        }
        if version < 6, ongoingTxnProducerEpoch != -1 {
            throw ProtocolError.fieldNotCarried("InitProducerIdResponse.ongoingTxnProducerEpoch", version: version)
        }
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        writer.writeInt64(producerID)
        writer.writeInt16(producerEpoch)
        if version >= 6 { writer.writeInt64(ongoingTxnProducerID) }
        if version >= 6 { writer.writeInt16(ongoingTxnProducerEpoch) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
