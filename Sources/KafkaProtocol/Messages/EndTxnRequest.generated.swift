// Generated from Schemas/EndTxn.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's EndTxn API, versions 0-5.
public struct EndTxnRequest: KafkaRequest, Hashable {
    public typealias Response = EndTxnResponse

    public static var apiKey: APIKey { .endTxn }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var firstFlexibleVersion: Int16 { 3 }

    /// The name that transactions are continued under.
    public var transactionalID: String = ""
    /// The producer.
    public var producerID: Int64 = 0
    /// The epoch of the producer.
    public var producerEpoch: Int16 = 0
    /// Whether the transaction is committed, and not aborted.
    public var committed: Bool = false

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        transactionalID: String = "",
        producerID: Int64 = 0,
        producerEpoch: Int16 = 0,
        committed: Bool = false
    ) {
        self.transactionalID = transactionalID
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.committed = committed
    }
}

extension EndTxnRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        transactionalID = try reader.readString("EndTxnRequest.transactionalID", compact: compact)
        producerID = try reader.readInt64("EndTxnRequest.producerID")
        producerEpoch = try reader.readInt16("EndTxnRequest.producerEpoch")
        committed = try reader.readBool("EndTxnRequest.committed")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        try writer.writeString(transactionalID, "EndTxnRequest.transactionalID", compact: compact)
        writer.writeInt64(producerID)
        writer.writeInt16(producerEpoch)
        writer.writeBool(committed)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
