// Generated from Schemas/DescribeTopicPartitions.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's DescribeTopicPartitions API, versions 0.
public struct DescribeTopicPartitionsRequest: KafkaRequest, Hashable {
    public typealias Response = DescribeTopicPartitionsResponse

    public static var apiKey: APIKey { .describeTopicPartitions }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The topics to describe; none for all of them.
    public var topics: [TopicRequest] = []
    /// How many partitions the answer may hold.
    public var responsePartitionLimit: Int32 = 2000
    /// Where to go on, as the last answer gave it; null to start.
    public var cursor: Cursor? = nil

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        topics: [TopicRequest] = [],
        responsePartitionLimit: Int32 = 2000,
        cursor: Cursor? = nil
    ) {
        self.topics = topics
        self.responsePartitionLimit = responsePartitionLimit
        self.cursor = cursor
    }
}

extension DescribeTopicPartitionsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        topics = try reader.readArray("DescribeTopicPartitionsRequest.topics", version: version, compact: true)
        responsePartitionLimit = try reader.readInt32("DescribeTopicPartitionsRequest.responsePartitionLimit")
        cursor = try reader.readNullableStructure("DescribeTopicPartitionsRequest.cursor", version: version)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeArray(topics, "DescribeTopicPartitionsRequest.topics", version: version, compact: true)
        writer.writeInt32(responsePartitionLimit)
        try writer.writeNullableStructure(cursor, "DescribeTopicPartitionsRequest.cursor", version: version)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeTopicPartitionsRequest {
    /// A part of ``DescribeTopicPartitionsRequest``.
    public struct TopicRequest: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = ""
        ) {
            self.name = name
        }
    }
}

extension DescribeTopicPartitionsRequest.TopicRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        name = try reader.readString("name", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(name, "name", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeTopicPartitionsRequest {
    /// A part of ``DescribeTopicPartitionsRequest``.
    public struct Cursor: ProtocolStructure, Hashable {
        /// The topic to go on with.
        public var topicName: String = ""
        /// The partition to go on with.
        public var partitionIndex: Int32 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicName: String = "",
            partitionIndex: Int32 = 0
        ) {
            self.topicName = topicName
            self.partitionIndex = partitionIndex
        }
    }
}

extension DescribeTopicPartitionsRequest.Cursor {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicName = try reader.readString("topicName", compact: true)
        partitionIndex = try reader.readInt32("partitionIndex")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(topicName, "topicName", compact: true)
        writer.writeInt32(partitionIndex)
        writer.writeTaggedFieldCount(0)
    }
}
