// Generated from Schemas/InitializeShareGroupState.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's InitializeShareGroupState API, versions 0.
public struct InitializeShareGroupStateRequest: KafkaRequest, Hashable {
    public typealias Response = InitializeShareGroupStateResponse

    public static var apiKey: APIKey { .initializeShareGroupState }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The share group.
    public var groupID: String = ""
    /// The partitions, by topic.
    public var topics: [InitializeStateData] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String = "",
        topics: [InitializeStateData] = []
    ) {
        self.groupID = groupID
        self.topics = topics
    }
}

extension InitializeShareGroupStateRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        groupID = try reader.readString("InitializeShareGroupStateRequest.groupID", compact: true)
        topics = try reader.readArray("InitializeShareGroupStateRequest.topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeString(groupID, "InitializeShareGroupStateRequest.groupID", compact: true)
        try writer.writeArray(topics, "InitializeShareGroupStateRequest.topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension InitializeShareGroupStateRequest {
    /// A part of ``InitializeShareGroupStateRequest``.
    public struct InitializeStateData: ProtocolStructure, Hashable {
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

extension InitializeShareGroupStateRequest.InitializeStateData {
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

extension InitializeShareGroupStateRequest {
    /// A part of ``InitializeShareGroupStateRequest``.
    public struct PartitionData: ProtocolStructure, Hashable {
        /// The partition.
        public var partition: Int32 = 0
        /// Counts how often the share-partition was set up.
        public var stateEpoch: Int32 = 0
        /// The first offset that the group has not done with; -1 if it is not said yet.
        public var startOffset: Int64 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partition: Int32 = 0,
            stateEpoch: Int32 = 0,
            startOffset: Int64 = 0
        ) {
            self.partition = partition
            self.stateEpoch = stateEpoch
            self.startOffset = startOffset
        }
    }
}

extension InitializeShareGroupStateRequest.PartitionData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partition = try reader.readInt32("partition")
        stateEpoch = try reader.readInt32("stateEpoch")
        startOffset = try reader.readInt64("startOffset")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partition)
        writer.writeInt32(stateEpoch)
        writer.writeInt64(startOffset)
        writer.writeTaggedFieldCount(0)
    }
}
