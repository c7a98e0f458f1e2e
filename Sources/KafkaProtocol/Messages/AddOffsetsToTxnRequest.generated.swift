// Generated from Schemas/AddOffsetsToTxn.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's AddOffsetsToTxn API, versions 0-4.
public struct AddOffsetsToTxnRequest: KafkaRequest, Hashable {
    public typealias Response = AddOffsetsToTxnResponse

    public static var apiKey: APIKey { .addOffsetsToTxn }
    public static var versions: ClosedRange<Int16> { 0...4 }
    public static var firstFlexibleVersion: Int16 { 3 }

    /// The name that transactions are continued under.
    public var transactionalID: String = ""
    /// The producer.
    public var producerID: Int64 = 0
    /// The epoch of the producer.
    public var producerEpoch: Int16 = 0
    /// The group.
    public var groupID: String = ""

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        transactionalID: String = "",
        producerID: Int64 = 0,
        producerEpoch: Int16 = 0,
        groupID: String = ""
    ) {
        self.transactionalID = transactionalID
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.groupID = groupID
    }
}

extension AddOffsetsToTxnRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        transactionalID = try reader.readString("AddOffsetsToTxnRequest.transactionalID", compact: compact)
        producerID = try reader.readInt64("AddOffsetsToTxnRequest.producerID")
        producerEpoch = try reader.readInt16("AddOffsetsToTxnRequest.producerEpoch")
        groupID = try reader.readString("AddOffsetsToTxnRequest.groupID", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        try writer.writeString(transactionalID, "AddOffsetsToTxnRequest.transactionalID", compact: compact)
        writer.writeInt64(producerID)
        writer.writeInt16(producerEpoch)
        try writer.writeString(groupID, "AddOffsetsToTxnRequest.groupID", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
