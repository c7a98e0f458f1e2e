// Generated from Schemas/DescribeShareGroupOffsets.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's DescribeShareGroupOffsets API, versions 0-1.
public struct DescribeShareGroupOffsetsRequest: KafkaRequest, Hashable {
    public typealias Response = DescribeShareGroupOffsetsResponse

    public static var apiKey: APIKey { .describeShareGroupOffsets }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The groups to look up.
    public var groups: [Group] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groups: [Group] = []
    ) {
        self.groups = groups
    }
}

extension DescribeShareGroupOffsetsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        groups = try reader.readArray("DescribeShareGroupOffsetsRequest.groups", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeArray(groups, "DescribeShareGroupOffsetsRequest.groups", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeShareGroupOffsetsRequest {
    /// A part of ``DescribeShareGroupOffsetsRequest``.
    public struct Group: ProtocolStructure, Hashable {
        /// The group.
        public var groupID: String = ""
        /// The partitions to look up; null for all that the group has begun to read.
        public var topics: [Topic]? = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            groupID: String = "",
            topics: [Topic]? = []
        ) {
            self.groupID = groupID
            self.topics = topics
        }
    }
}

extension DescribeShareGroupOffsetsRequest.Group {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        groupID = try reader.readString("groupID", compact: true)
        topics = try reader.readNullableArray("topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(groupID, "groupID", compact: true)
        try writer.writeNullableArray(topics, "topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeShareGroupOffsetsRequest {
    /// A part of ``DescribeShareGroupOffsetsRequest``.
    public struct Topic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var topicName: String = ""
        /// The partitions to look up.
        public var partitions: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicName: String = "",
            partitions: [Int32] = []
        ) {
            self.topicName = topicName
            self.partitions = partitions
        }
    }
}

extension DescribeShareGroupOffsetsRequest.Topic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicName = try reader.readString("topicName", compact: true)
        partitions = try reader.readArray("partitions", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(topicName, "topicName", compact: true)
        try writer.writeArray(partitions, "partitions", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
