// Generated from Schemas/AlterShareGroupOffsets.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's AlterShareGroupOffsets API, versions 0.
public struct AlterShareGroupOffsetsRequest: KafkaRequest, Hashable {
    public typealias Response = AlterShareGroupOffsetsResponse

    public static var apiKey: APIKey { .alterShareGroupOffsets }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The group.
    public var groupID: String = ""
    /// The partitions, by topic.
    public var topics: [Topic] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String = "",
        topics: [Topic] = []
    ) {
        self.groupID = groupID
        self.topics = topics
    }
}

extension AlterShareGroupOffsetsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        groupID = try reader.readString("AlterShareGroupOffsetsRequest.groupID", compact: true)
        topics = try reader.readArray("AlterShareGroupOffsetsRequest.topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeString(groupID, "AlterShareGroupOffsetsRequest.groupID", compact: true)
        try writer.writeArray(topics, "AlterShareGroupOffsetsRequest.topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension AlterShareGroupOffsetsRequest {
    /// A part of ``AlterShareGroupOffsetsRequest``.
    public struct Topic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var topicName: String = ""
        /// The partitions.
        public var partitions: [Partition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicName: String = "",
            partitions: [Partition] = []
        ) {
            self.topicName = topicName
            self.partitions = partitions
        }
    }
}

extension AlterShareGroupOffsetsRequest.Topic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicName = try reader.readString("topicName", compact: true)
        partitions = try reader.readArray("partitions", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(topicName, "topicName", compact: true)
        try writer.writeArray(partitions, "partitions", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension AlterShareGroupOffsetsRequest {
    /// A part of ``AlterShareGroupOffsetsRequest``.
    public struct Partition: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// The first offset that the group is to read.
        public var startOffset: Int64 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            startOffset: Int64 = 0
        ) {
            self.partitionIndex = partitionIndex
            self.startOffset = startOffset
        }
    }
}

extension AlterShareGroupOffsetsRequest.Partition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
        startOffset = try reader.readInt64("startOffset")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
        writer.writeInt64(startOffset)
        writer.writeTaggedFieldCount(0)
    }
}
