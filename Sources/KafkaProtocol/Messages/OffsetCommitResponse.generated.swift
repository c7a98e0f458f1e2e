// Generated from Schemas/OffsetCommit.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's OffsetCommit API, versions 2-10.
public struct OffsetCommitResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 2...10 }
    public static var firstFlexibleVersion: Int16 { 8 }

    /// How long a quota delays the client, in milliseconds. KIP-13. From version 3 on.
    public var throttleTimeMs: Int32 = 0
    /// What became of each offset.
    public var topics: [OffsetCommitResponseTopic] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        topics: [OffsetCommitResponseTopic] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.topics = topics
    }
}

extension OffsetCommitResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 8
        if version >= 3 { throttleTimeMs = try reader.readInt32("OffsetCommitResponse.throttleTimeMs") }
        topics = try reader.readArray("OffsetCommitResponse.topics", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 8
        if version >= 3 { writer.writeInt32(throttleTimeMs) }
        try writer.writeArray(topics, "OffsetCommitResponse.topics", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension OffsetCommitResponse {
    /// A part of ``OffsetCommitResponse``.
    public struct OffsetCommitResponseTopic: ProtocolStructure, Hashable {
        /// The name of the topic. Up to version 9.
        public var name: String = ""
        /// The identity of the topic. KIP-516. Version 10 only.
        public var topicID: TopicID = TopicID.zero
        /// The partitions.
        public var partitions: [OffsetCommitResponsePartition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            topicID: TopicID = TopicID.zero,
            partitions: [OffsetCommitResponsePartition] = []
        ) {
            self.name = name
            self.topicID = topicID
            self.partitions = partitions
        }
    }
}

extension OffsetCommitResponse.OffsetCommitResponseTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 8
        if version <= 9 { name = try reader.readString("name", compact: compact) }
        if version >= 10 { topicID = try reader.readTopicID("topicID") }
        partitions = try reader.readArray("partitions", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 8
        if version <= 9 { try writer.writeString(name, "name", compact: compact) }
        if version >= 10 { writer.writeTopicID(topicID) }
        try writer.writeArray(partitions, "partitions", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension OffsetCommitResponse {
    /// A part of ``OffsetCommitResponse``.
    public struct OffsetCommitResponsePartition: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            errorCode: Int16 = 0
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
        }
    }
}

extension OffsetCommitResponse.OffsetCommitResponsePartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 8
        partitionIndex = try reader.readInt32("partitionIndex")
        errorCode = try reader.readInt16("errorCode")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 8
        writer.writeInt32(partitionIndex)
        writer.writeInt16(errorCode)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
