// Generated from Schemas/DescribeShareGroupOffsets.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's DescribeShareGroupOffsets API, versions 0-1.
public struct DescribeShareGroupOffsetsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// The groups that were asked for.
    public var groups: [Group] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        groups: [Group] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.groups = groups
    }
}

extension DescribeShareGroupOffsetsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("DescribeShareGroupOffsetsResponse.throttleTimeMs")
        groups = try reader.readArray("DescribeShareGroupOffsetsResponse.groups", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        try writer.writeArray(groups, "DescribeShareGroupOffsetsResponse.groups", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeShareGroupOffsetsResponse {
    /// A part of ``DescribeShareGroupOffsetsResponse``.
    public struct Group: ProtocolStructure, Hashable {
        /// The group.
        public var groupID: String = ""
        /// The topics.
        public var topics: [Topic] = []
        /// What went wrong for the whole group; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong for the whole group, in words; null if there are none.
        public var errorMessage: String? = nil

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            groupID: String = "",
            topics: [Topic] = [],
            errorCode: Int16 = 0,
            errorMessage: String? = nil
        ) {
            self.groupID = groupID
            self.topics = topics
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }
    }
}

extension DescribeShareGroupOffsetsResponse.Group {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        groupID = try reader.readString("groupID", compact: true)
        topics = try reader.readArray("topics", version: version, compact: true)
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(groupID, "groupID", compact: true)
        try writer.writeArray(topics, "topics", version: version, compact: true)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeShareGroupOffsetsResponse {
    /// A part of ``DescribeShareGroupOffsetsResponse``.
    public struct Topic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var topicName: String = ""
        /// The identity of the topic. KIP-516.
        public var topicID: TopicID = TopicID.zero
        /// The partitions.
        public var partitions: [Partition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicName: String = "",
            topicID: TopicID = TopicID.zero,
            partitions: [Partition] = []
        ) {
            self.topicName = topicName
            self.topicID = topicID
            self.partitions = partitions
        }
    }
}

extension DescribeShareGroupOffsetsResponse.Topic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicName = try reader.readString("topicName", compact: true)
        topicID = try reader.readTopicID("topicID")
        partitions = try reader.readArray("partitions", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(topicName, "topicName", compact: true)
        writer.writeTopicID(topicID)
        try writer.writeArray(partitions, "partitions", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeShareGroupOffsetsResponse {
    /// A part of ``DescribeShareGroupOffsetsResponse``.
    public struct Partition: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// The first offset that the group has not done with; -1 if it has not begun to read.
        public var startOffset: Int64 = 0
        /// The leader epoch of the partition.
        public var leaderEpoch: Int32 = 0
        /// How many records the group has not done with; -1 if unknown. KIP-1226. Version 1 only.
        public var lag: Int64 = -1
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = nil

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            startOffset: Int64 = 0,
            leaderEpoch: Int32 = 0,
            lag: Int64 = -1,
            errorCode: Int16 = 0,
            errorMessage: String? = nil
        ) {
            self.partitionIndex = partitionIndex
            self.startOffset = startOffset
            self.leaderEpoch = leaderEpoch
            self.lag = lag
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }
    }
}

extension DescribeShareGroupOffsetsResponse.Partition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
        startOffset = try reader.readInt64("startOffset")
        leaderEpoch = try reader.readInt32("leaderEpoch")
        if version >= 1 { lag = try reader.readInt64("lag") }
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
        writer.writeInt64(startOffset)
        writer.writeInt32(leaderEpoch)
        if version >= 1 { writer.writeInt64(lag) }
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
