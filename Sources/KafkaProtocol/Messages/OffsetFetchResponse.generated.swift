// Generated from Schemas/OffsetFetch.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's OffsetFetch API, versions 1-10.
public struct OffsetFetchResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 1...10 }
    public static var firstFlexibleVersion: Int16 { 6 }

    /// How long a quota delays the client, in milliseconds. KIP-13. From version 3 on.
    public var throttleTimeMs: Int32 = 0
    /// The topics. Up to version 7.
    public var topics: [OffsetFetchResponseTopic] = []
    /// What went wrong for the whole group; 0 if nothing did. Versions 2-7.
    public var errorCode: Int16 = 0
    /// The offsets, by group. KIP-709. From version 8 on.
    public var groups: [OffsetFetchResponseGroup] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        topics: [OffsetFetchResponseTopic] = [],
        errorCode: Int16 = 0,
        groups: [OffsetFetchResponseGroup] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.topics = topics
        self.errorCode = errorCode
        self.groups = groups
    }
}

extension OffsetFetchResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 6
        if version >= 3 { throttleTimeMs = try reader.readInt32("OffsetFetchResponse.throttleTimeMs") }
        if version <= 7 {
            topics = try reader.readArray("OffsetFetchResponse.topics", version: version, compact: compact)
        }
        if version >= 2 && version <= 7 { errorCode = try reader.readInt16("OffsetFetchResponse.errorCode") }
        if version >= 8 {
            groups = try reader.readArray("OffsetFetchResponse.groups", version: version, compact: compact)
        }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 6
        if version > 7, !topics.isEmpty {
            throw ProtocolError.fieldNotCarried("OffsetFetchResponse.topics", version: version)
        }
        if version < 8, !groups.isEmpty {
            throw ProtocolError.fieldNotCarried("OffsetFetchResponse.groups", version: version)
        }
        if version >= 3 { writer.writeInt32(throttleTimeMs) }
        if version <= 7 {
            try writer.writeArray(topics, "OffsetFetchResponse.topics", version: version, compact: compact)
        }
        if version >= 2 && version <= 7 { writer.writeInt16(errorCode) }
        if version >= 8 {
            try writer.writeArray(groups, "OffsetFetchResponse.groups", version: version, compact: compact)
        }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension OffsetFetchResponse {
    /// A part of ``OffsetFetchResponse``.
    public struct OffsetFetchResponseTopic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The partitions.
        public var partitions: [OffsetFetchResponsePartition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitions: [OffsetFetchResponsePartition] = []
        ) {
            self.name = name
            self.partitions = partitions
        }
    }
}

extension OffsetFetchResponse.OffsetFetchResponseTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        name = try reader.readString("name", compact: compact)
        partitions = try reader.readArray("partitions", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        try writer.writeString(name, "name", compact: compact)
        try writer.writeArray(partitions, "partitions", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension OffsetFetchResponse {
    /// A part of ``OffsetFetchResponse``.
    public struct OffsetFetchResponsePartition: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// The offset that was committed; -1 if none was.
        public var committedOffset: Int64 = 0
        /// The leader epoch of the last record before it; -1 if unknown. KIP-320. From version 5 on.
        public var committedLeaderEpoch: Int32 = -1
        /// What the client wanted to remember with the offset; null for nothing.
        public var metadata: String? = ""
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            committedOffset: Int64 = 0,
            committedLeaderEpoch: Int32 = -1,
            metadata: String? = "",
            errorCode: Int16 = 0
        ) {
            self.partitionIndex = partitionIndex
            self.committedOffset = committedOffset
            self.committedLeaderEpoch = committedLeaderEpoch
            self.metadata = metadata
            self.errorCode = errorCode
        }
    }
}

extension OffsetFetchResponse.OffsetFetchResponsePartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        partitionIndex = try reader.readInt32("partitionIndex")
        committedOffset = try reader.readInt64("committedOffset")
        if version >= 5 { committedLeaderEpoch = try reader.readInt32("committedLeaderEpoch") }
        metadata = try reader.readNullableString("metadata", compact: compact)
        errorCode = try reader.readInt16("errorCode")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        writer.writeInt32(partitionIndex)
        writer.writeInt64(committedOffset)
        if version >= 5 { writer.writeInt32(committedLeaderEpoch) }
        try writer.writeNullableString(metadata, "metadata", compact: compact)
        writer.writeInt16(errorCode)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension OffsetFetchResponse {
    /// A part of ``OffsetFetchResponse``.
    public struct OffsetFetchResponseGroup: ProtocolStructure, Hashable {
        /// The group.
        public var groupID: String = ""
        /// The topics.
        public var topics: [OffsetFetchResponseTopics] = []
        /// What went wrong for the whole group; 0 if nothing did.
        public var errorCode: Int16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            groupID: String = "",
            topics: [OffsetFetchResponseTopics] = [],
            errorCode: Int16 = 0
        ) {
            self.groupID = groupID
            self.topics = topics
            self.errorCode = errorCode
        }
    }
}

extension OffsetFetchResponse.OffsetFetchResponseGroup {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        groupID = try reader.readString("groupID", compact: true)
        topics = try reader.readArray("topics", version: version, compact: true)
        errorCode = try reader.readInt16("errorCode")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(groupID, "groupID", compact: true)
        try writer.writeArray(topics, "topics", version: version, compact: true)
        writer.writeInt16(errorCode)
        writer.writeTaggedFieldCount(0)
    }
}

extension OffsetFetchResponse {
    /// A part of ``OffsetFetchResponse``.
    public struct OffsetFetchResponseTopics: ProtocolStructure, Hashable {
        /// The name of the topic. Up to version 9.
        public var name: String = ""
        /// The identity of the topic. KIP-516. Version 10 only.
        public var topicID: TopicID = TopicID.zero
        /// The partitions.
        public var partitions: [OffsetFetchResponsePartitions] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            topicID: TopicID = TopicID.zero,
            partitions: [OffsetFetchResponsePartitions] = []
        ) {
            self.name = name
            self.topicID = topicID
            self.partitions = partitions
        }
    }
}

extension OffsetFetchResponse.OffsetFetchResponseTopics {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        if version <= 9 { name = try reader.readString("name", compact: true) }
        if version >= 10 { topicID = try reader.readTopicID("topicID") }
        partitions = try reader.readArray("partitions", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        if version <= 9 { try writer.writeString(name, "name", compact: true) }
        if version >= 10 { writer.writeTopicID(topicID) }
        try writer.writeArray(partitions, "partitions", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension OffsetFetchResponse {
    /// A part of ``OffsetFetchResponse``.
    public struct OffsetFetchResponsePartitions: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// The offset that was committed; -1 if none was.
        public var committedOffset: Int64 = 0
        /// The leader epoch of the last record before it; -1 if unknown. KIP-320.
        public var committedLeaderEpoch: Int32 = -1
        /// What the client wanted to remember with the offset; null for nothing.
        public var metadata: String? = ""
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            committedOffset: Int64 = 0,
            committedLeaderEpoch: Int32 = -1,
            metadata: String? = "",
            errorCode: Int16 = 0
        ) {
            self.partitionIndex = partitionIndex
            self.committedOffset = committedOffset
            self.committedLeaderEpoch = committedLeaderEpoch
            self.metadata = metadata
            self.errorCode = errorCode
        }
    }
}

extension OffsetFetchResponse.OffsetFetchResponsePartitions {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
        committedOffset = try reader.readInt64("committedOffset")
        committedLeaderEpoch = try reader.readInt32("committedLeaderEpoch")
        metadata = try reader.readNullableString("metadata", compact: true)
        errorCode = try reader.readInt16("errorCode")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
        writer.writeInt64(committedOffset)
        writer.writeInt32(committedLeaderEpoch)
        try writer.writeNullableString(metadata, "metadata", compact: true)
        writer.writeInt16(errorCode)
        writer.writeTaggedFieldCount(0)
    }
}
