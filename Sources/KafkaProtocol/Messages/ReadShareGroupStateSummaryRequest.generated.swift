// Generated from Schemas/ReadShareGroupStateSummary.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's ReadShareGroupStateSummary API, versions 0-1.
public struct ReadShareGroupStateSummaryRequest: KafkaRequest, Hashable {
    public typealias Response = ReadShareGroupStateSummaryResponse

    public static var apiKey: APIKey { .readShareGroupStateSummary }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The share group.
    public var groupID: String = ""
    /// The partitions, by topic.
    public var topics: [ReadStateSummaryData] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String = "",
        topics: [ReadStateSummaryData] = []
    ) {
        self.groupID = groupID
        self.topics = topics
    }
}

extension ReadShareGroupStateSummaryRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        groupID = try reader.readString("ReadShareGroupStateSummaryRequest.groupID", compact: true)
        topics = try reader.readArray("ReadShareGroupStateSummaryRequest.topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeString(groupID, "ReadShareGroupStateSummaryRequest.groupID", compact: true)
        try writer.writeArray(topics, "ReadShareGroupStateSummaryRequest.topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ReadShareGroupStateSummaryRequest {
    /// A part of ``ReadShareGroupStateSummaryRequest``.
    public struct ReadStateSummaryData: ProtocolStructure, Hashable {
        /// The identity of the topic. KIP-516.
        public var topicID: TopicID = TopicID.zero
        /// The partitions.
        public var partitions: [PartitionData] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicID: TopicID = TopicID.zero,
            partitions: [PartitionData] = []
        ) {
            self.topicID = topicID
            self.partitions = partitions
        }
    }
}

extension ReadShareGroupStateSummaryRequest.ReadStateSummaryData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicID = try reader.readTopicID("topicID")
        partitions = try reader.readArray("partitions", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeTopicID(topicID)
        try writer.writeArray(partitions, "partitions", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ReadShareGroupStateSummaryRequest {
    /// A part of ``ReadShareGroupStateSummaryRequest``.
    public struct PartitionData: ProtocolStructure, Hashable {
        /// The partition.
        public var partition: Int32 = 0
        /// The leader epoch of the partition.
        public var leaderEpoch: Int32 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partition: Int32 = 0,
            leaderEpoch: Int32 = 0
        ) {
            self.partition = partition
            self.leaderEpoch = leaderEpoch
        }
    }
}

extension ReadShareGroupStateSummaryRequest.PartitionData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partition = try reader.readInt32("partition")
        leaderEpoch = try reader.readInt32("leaderEpoch")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partition)
        writer.writeInt32(leaderEpoch)
        writer.writeTaggedFieldCount(0)
    }
}
