// Generated from Schemas/OffsetCommit.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's OffsetCommit API, versions 2-10.
public struct OffsetCommitRequest: KafkaRequest, Hashable {
    public typealias Response = OffsetCommitResponse

    public static var apiKey: APIKey { .offsetCommit }
    public static var versions: ClosedRange<Int16> { 2...10 }
    public static var firstFlexibleVersion: Int16 { 8 }

    /// The group.
    public var groupID: String = ""
    /// The member's generation, or its epoch in the consumer protocol; -1 outside of a group. KIP-848.
    public var generationIDOrMemberEpoch: Int32 = -1
    /// The member; empty outside of a group.
    public var memberID: String = ""
    /// The name a static member keeps across restarts; null for a dynamic one. KIP-345. From version 7 on.
    public var groupInstanceID: String? = nil
    /// How long to keep the offsets, in milliseconds; -1 for the broker's setting. Up to version 4.
    public var retentionTimeMs: Int64 = -1
    /// The offsets to commit, by topic.
    public var topics: [OffsetCommitRequestTopic] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String = "",
        generationIDOrMemberEpoch: Int32 = -1,
        memberID: String = "",
        groupInstanceID: String? = nil,
        retentionTimeMs: Int64 = -1,
        topics: [OffsetCommitRequestTopic] = []
    ) {
        self.groupID = groupID
        self.generationIDOrMemberEpoch = generationIDOrMemberEpoch
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
        self.retentionTimeMs = retentionTimeMs
        self.topics = topics
    }
}

extension OffsetCommitRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 8
        groupID = try reader.readString("OffsetCommitRequest.groupID", compact: compact)
        generationIDOrMemberEpoch = try reader.readInt32("OffsetCommitRequest.generationIDOrMemberEpoch")
        memberID = try reader.readString("OffsetCommitRequest.memberID", compact: compact)
        if version >= 7 {
            groupInstanceID = try reader.readNullableString("OffsetCommitRequest.groupInstanceID", compact: compact)
        }
        if version <= 4 { retentionTimeMs = try reader.readInt64("OffsetCommitRequest.retentionTimeMs") }
        topics = try reader.readArray("OffsetCommitRequest.topics", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 8
        if version < 7, groupInstanceID != nil {
            throw ProtocolError.fieldNotCarried("OffsetCommitRequest.groupInstanceID", version: version)
        }
        try writer.writeString(groupID, "OffsetCommitRequest.groupID", compact: compact)
        writer.writeInt32(generationIDOrMemberEpoch)
        try writer.writeString(memberID, "OffsetCommitRequest.memberID", compact: compact)
        if version >= 7 {
            try writer.writeNullableString(groupInstanceID, "OffsetCommitRequest.groupInstanceID", compact: compact)
        }
        if version <= 4 { writer.writeInt64(retentionTimeMs) }
        try writer.writeArray(topics, "OffsetCommitRequest.topics", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension OffsetCommitRequest {
    /// A part of ``OffsetCommitRequest``.
    public struct OffsetCommitRequestTopic: ProtocolStructure, Hashable {
        /// The name of the topic. Up to version 9.
        public var name: String = ""
        /// The identity of the topic. KIP-516. Version 10 only.
        public var topicID: TopicID = TopicID.zero
        /// The offsets to commit, by partition.
        public var partitions: [OffsetCommitRequestPartition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            topicID: TopicID = TopicID.zero,
            partitions: [OffsetCommitRequestPartition] = []
        ) {
            self.name = name
            self.topicID = topicID
            self.partitions = partitions
        }
    }
}

extension OffsetCommitRequest.OffsetCommitRequestTopic {
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

extension OffsetCommitRequest {
    /// A part of ``OffsetCommitRequest``.
    public struct OffsetCommitRequestPartition: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// The offset to commit: that of the next record to read.
        public var committedOffset: Int64 = 0
        /// The leader epoch of the last record before it; -1 if unknown. KIP-320. From version 6 on.
        public var committedLeaderEpoch: Int32 = -1
        /// What the client wants to remember with the offset; null for nothing.
        public var committedMetadata: String? = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            committedOffset: Int64 = 0,
            committedLeaderEpoch: Int32 = -1,
            committedMetadata: String? = ""
        ) {
            self.partitionIndex = partitionIndex
            self.committedOffset = committedOffset
            self.committedLeaderEpoch = committedLeaderEpoch
            self.committedMetadata = committedMetadata
        }
    }
}

extension OffsetCommitRequest.OffsetCommitRequestPartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 8
        partitionIndex = try reader.readInt32("partitionIndex")
        committedOffset = try reader.readInt64("committedOffset")
        if version >= 6 { committedLeaderEpoch = try reader.readInt32("committedLeaderEpoch") }
        committedMetadata = try reader.readNullableString("committedMetadata", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 8
        writer.writeInt32(partitionIndex)
        writer.writeInt64(committedOffset)
        if version >= 6 { writer.writeInt32(committedLeaderEpoch) }
        try writer.writeNullableString(committedMetadata, "committedMetadata", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
