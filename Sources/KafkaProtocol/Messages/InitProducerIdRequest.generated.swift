// Generated from Schemas/InitProducerId.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's InitProducerId API, versions 0-6.
public struct InitProducerIdRequest: KafkaRequest, Hashable {
    public typealias Response = InitProducerIdResponse

    public static var apiKey: APIKey { .initProducerID }
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// The name that transactions are continued under; null for a producer without them.
    public var transactionalID: String? = ""
    /// How long a transaction may stay open, in milliseconds.
    public var transactionTimeoutMs: Int32 = 0
    /// The identity that the producer has; -1 if none. KIP-360. From version 3 on.
    public var producerID: Int64 = -1
    /// The epoch that the producer has; -1 if none. KIP-360. From version 3 on.
    public var producerEpoch: Int16 = -1
    /// Whether the transactions are part of a two-phase commit elsewhere. KIP-939. Version 6 only.
    public var enable2Pc: Bool = false
    /// Whether an open transaction is continued instead of aborted. KIP-939. Version 6 only.
    public var keepPreparedTxn: Bool = false

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        transactionalID: String? = "",
        transactionTimeoutMs: Int32 = 0,
        producerID: Int64 = -1,
        producerEpoch: Int16 = -1,
        enable2Pc: Bool = false,
        keepPreparedTxn: Bool = false
    ) {
        self.transactionalID = transactionalID
        self.transactionTimeoutMs = transactionTimeoutMs
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.enable2Pc = enable2Pc
        self.keepPreparedTxn = keepPreparedTxn
    }
}

extension InitProducerIdRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        transactionalID = try reader.readNullableString("InitProducerIdRequest.transactionalID", compact: compact)
        transactionTimeoutMs = try reader.readInt32("InitProducerIdRequest.transactionTimeoutMs")
        if version >= 3 { producerID = try reader.readInt64("InitProducerIdRequest.producerID") }
        if version >= 3 { producerEpoch = try reader.readInt16("InitProducerIdRequest.producerEpoch") }
        if version >= 6 { enable2Pc = try reader.readBool("InitProducerIdRequest.enable2Pc") }
        if version >= 6 { keepPreparedTxn = try reader.readBool("InitProducerIdRequest.keepPreparedTxn") }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        if version < 3, producerID != -1 {
            throw ProtocolError.fieldNotCarried("InitProducerIdRequest.producerID", version: version)
        }
        if version < 3, producerEpoch != -1 {
            throw ProtocolError.fieldNotCarried("InitProducerIdRequest.producerEpoch", version: version)
        }
        if version < 6, enable2Pc {
            throw ProtocolError.fieldNotCarried("InitProducerIdRequest.enable2Pc", version: version)
        }
        if version < 6, keepPreparedTxn {
            throw ProtocolError.fieldNotCarried("InitProducerIdRequest.keepPreparedTxn", version: version)
        }
        try writer.writeNullableString(transactionalID, "InitProducerIdRequest.transactionalID", compact: compact)
        writer.writeInt32(transactionTimeoutMs)
        if version >= 3 { writer.writeInt64(producerID) }
        if version >= 3 { writer.writeInt16(producerEpoch) }
        if version >= 6 { writer.writeBool(enable2Pc) }
        if version >= 6 { writer.writeBool(keepPreparedTxn) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
