// Generated from Schemas/DescribeQuorum.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's DescribeQuorum API, versions 0-2.
public struct DescribeQuorumRequest: KafkaRequest, Hashable {
    public typealias Response = DescribeQuorumResponse

    public static var apiKey: APIKey { .describeQuorum }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The logs to tell of: partition 0 of __cluster_metadata.
    public var topics: [TopicData] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        topics: [TopicData] = []
    ) {
        self.topics = topics
    }
}

extension DescribeQuorumRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        topics = try reader.readArray("DescribeQuorumRequest.topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeArray(topics, "DescribeQuorumRequest.topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeQuorumRequest {
    /// A part of ``DescribeQuorumRequest``.
    public struct TopicData: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var topicName: String = ""
        /// The partitions.
        public var partitions: [PartitionData] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicName: String = "",
            partitions: [PartitionData] = []
        ) {
            self.topicName = topicName
            self.partitions = partitions
        }
    }
}

extension DescribeQuorumRequest.TopicData {
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

extension DescribeQuorumRequest {
    /// A part of ``DescribeQuorumRequest``.
    public struct PartitionData: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0
        ) {
            self.partitionIndex = partitionIndex
        }
    }
}

extension DescribeQuorumRequest.PartitionData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
        writer.writeTaggedFieldCount(0)
    }
}
