// Generated from Schemas/DeleteRecords.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's DeleteRecords API, versions 0-2.
public struct DeleteRecordsRequest: KafkaRequest, Hashable {
    public typealias Response = DeleteRecordsResponse

    public static var apiKey: APIKey { .deleteRecords }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// The partitions to delete from, by topic.
    public var topics: [DeleteRecordsTopic] = []
    /// How long to wait for it to be done, in milliseconds.
    public var timeoutMs: Int32 = 0

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        topics: [DeleteRecordsTopic] = [],
        timeoutMs: Int32 = 0
    ) {
        self.topics = topics
        self.timeoutMs = timeoutMs
    }
}

extension DeleteRecordsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        topics = try reader.readArray("DeleteRecordsRequest.topics", version: version, compact: compact)
        timeoutMs = try reader.readInt32("DeleteRecordsRequest.timeoutMs")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        try writer.writeArray(topics, "DeleteRecordsRequest.topics", version: version, compact: compact)
        writer.writeInt32(timeoutMs)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DeleteRecordsRequest {
    /// A part of ``DeleteRecordsRequest``.
    public struct DeleteRecordsTopic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The partitions to delete from.
        public var partitions: [DeleteRecordsPartition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitions: [DeleteRecordsPartition] = []
        ) {
            self.name = name
            self.partitions = partitions
        }
    }
}

extension DeleteRecordsRequest.DeleteRecordsTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        name = try reader.readString("name", compact: compact)
        partitions = try reader.readArray("partitions", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        try writer.writeString(name, "name", compact: compact)
        try writer.writeArray(partitions, "partitions", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DeleteRecordsRequest {
    /// A part of ``DeleteRecordsRequest``.
    public struct DeleteRecordsPartition: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// The first offset to keep; -1 for the high watermark, which keeps none.
        public var offset: Int64 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            offset: Int64 = 0
        ) {
            self.partitionIndex = partitionIndex
            self.offset = offset
        }
    }
}

extension DeleteRecordsRequest.DeleteRecordsPartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        partitionIndex = try reader.readInt32("partitionIndex")
        offset = try reader.readInt64("offset")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        writer.writeInt32(partitionIndex)
        writer.writeInt64(offset)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
