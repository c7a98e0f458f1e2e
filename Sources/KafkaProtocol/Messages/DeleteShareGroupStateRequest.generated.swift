// Generated from Schemas/DeleteShareGroupState.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's DeleteShareGroupState API, versions 0.
public struct DeleteShareGroupStateRequest: KafkaRequest, Hashable {
    public typealias Response = DeleteShareGroupStateResponse

    public static var apiKey: APIKey { .deleteShareGroupState }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The share group.
    public var groupID: String = ""
    /// The partitions, by topic.
    public var topics: [DeleteStateData] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String = "",
        topics: [DeleteStateData] = []
    ) {
        self.groupID = groupID
        self.topics = topics
    }
}

extension DeleteShareGroupStateRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        groupID = try reader.readString("DeleteShareGroupStateRequest.groupID", compact: true)
        topics = try reader.readArray("DeleteShareGroupStateRequest.topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeString(groupID, "DeleteShareGroupStateRequest.groupID", compact: true)
        try writer.writeArray(topics, "DeleteShareGroupStateRequest.topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DeleteShareGroupStateRequest {
    /// A part of ``DeleteShareGroupStateRequest``.
    public struct DeleteStateData: ProtocolStructure, Hashable {
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

extension DeleteShareGroupStateRequest.DeleteStateData {
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

extension DeleteShareGroupStateRequest {
    /// A part of ``DeleteShareGroupStateRequest``.
    public struct PartitionData: ProtocolStructure, Hashable {
        /// The partition.
        public var partition: Int32 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partition: Int32 = 0
        ) {
            self.partition = partition
        }
    }
}

extension DeleteShareGroupStateRequest.PartitionData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partition = try reader.readInt32("partition")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partition)
        writer.writeTaggedFieldCount(0)
    }
}
