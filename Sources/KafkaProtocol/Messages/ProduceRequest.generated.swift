// Generated from Schemas/Produce.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's Produce API, versions 3-13.
public struct ProduceRequest: KafkaRequest, Hashable {
    public typealias Response = ProduceResponse

    public static var apiKey: APIKey { .produce }
    public static var versions: ClosedRange<Int16> { 3...13 }
    public static var firstFlexibleVersion: Int16 { 9 }

    /// The transaction that the records belong to; null if to none. KIP-98.
    public var transactionalID: String? = nil
    /// 0 for no answer, 1 for one after the leader wrote, -1 for one after all in-sync replicas did.
    public var acks: Int16 = 0
    /// How long to wait for it to be done, in milliseconds.
    public var timeoutMs: Int32 = 0
    /// The records, by topic.
    public var topicData: [TopicProduceData] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        transactionalID: String? = nil,
        acks: Int16 = 0,
        timeoutMs: Int32 = 0,
        topicData: [TopicProduceData] = []
    ) {
        self.transactionalID = transactionalID
        self.acks = acks
        self.timeoutMs = timeoutMs
        self.topicData = topicData
    }
}

extension ProduceRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 9
        transactionalID = try reader.readNullableString("ProduceRequest.transactionalID", compact: compact)
        acks = try reader.readInt16("ProduceRequest.acks")
        timeoutMs = try reader.readInt32("ProduceRequest.timeoutMs")
        topicData = try reader.readArray("ProduceRequest.topicData", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 9
        try writer.writeNullableString(transactionalID, "ProduceRequest.transactionalID", compact: compact)
        writer.writeInt16(acks)
        writer.writeInt32(timeoutMs)
        try writer.writeArray(topicData, "ProduceRequest.topicData", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension ProduceRequest {
    /// A part of ``ProduceRequest``.
    public struct TopicProduceData: ProtocolStructure, Hashable {
        /// The name of the topic. Up to version 12.
        public var name: String = ""
        /// The identity of the topic. KIP-516. Version 13 only.
        public var topicID: TopicID = TopicID.zero
        /// The records, by partition.
        public var partitionData: [PartitionProduceData] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            topicID: TopicID = TopicID.zero,
            partitionData: [PartitionProduceData] = []
        ) {
            self.name = name
            self.topicID = topicID
            self.partitionData = partitionData
        }
    }
}

extension ProduceRequest.TopicProduceData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        if version <= 12 { name = try reader.readString("name", compact: compact) }
        if version >= 13 { topicID = try reader.readTopicID("topicID") }
        partitionData = try reader.readArray("partitionData", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        if version <= 12 { try writer.writeString(name, "name", compact: compact) }
        if version >= 13 { writer.writeTopicID(topicID) }
        try writer.writeArray(partitionData, "partitionData", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension ProduceRequest {
    /// A part of ``ProduceRequest``.
    public struct PartitionProduceData: ProtocolStructure, Hashable {
        /// The partition.
        public var index: Int32 = 0
        /// One record batch, as it will be stored.
        public var records: ByteSlice? = nil

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            index: Int32 = 0,
            records: ByteSlice? = nil
        ) {
            self.index = index
            self.records = records
        }
    }
}

extension ProduceRequest.PartitionProduceData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        index = try reader.readInt32("index")
        records = try reader.readNullableBytes("records", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        writer.writeInt32(index)
        try writer.writeNullableRecords(records, "records", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
