// Generated from Schemas/OffsetFetch.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's OffsetFetch API, versions 1-10.
public struct OffsetFetchRequest: KafkaRequest, Hashable {
    public typealias Response = OffsetFetchResponse

    public static var apiKey: APIKey { .offsetFetch }
    public static var versions: ClosedRange<Int16> { 1...10 }
    public static var firstFlexibleVersion: Int16 { 6 }

    /// The group. Up to version 7.
    public var groupID: String = ""
    /// The partitions to look up; null for all that have an offset. Up to version 7.
    public var topics: [OffsetFetchRequestTopic]? = []
    /// The groups to look up. KIP-709. From version 8 on.
    public var groups: [OffsetFetchRequestGroup] = []
    /// Whether to refuse offsets that an open transaction may change. KIP-447. From version 7 on.
    public var requireStable: Bool = false

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String = "",
        topics: [OffsetFetchRequestTopic]? = [],
        groups: [OffsetFetchRequestGroup] = [],
        requireStable: Bool = false
    ) {
        self.groupID = groupID
        self.topics = topics
        self.groups = groups
        self.requireStable = requireStable
    }
}

extension OffsetFetchRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 6
        if version <= 7 { groupID = try reader.readString("OffsetFetchRequest.groupID", compact: compact) }
        if version <= 7 {
            topics = try reader.readNullableArray("OffsetFetchRequest.topics", version: version, compact: compact, allowNull: version >= 2 && version <= 7)
        }
        if version >= 8 {
            groups = try reader.readArray("OffsetFetchRequest.groups", version: version, compact: compact)
        }
        if version >= 7 { requireStable = try reader.readBool("OffsetFetchRequest.requireStable") }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 6
        if version > 7, !groupID.isEmpty {
            throw ProtocolError.fieldNotCarried("OffsetFetchRequest.groupID", version: version)
        }
        if version > 7, topics != [] {
            throw ProtocolError.fieldNotCarried("OffsetFetchRequest.topics", version: version)
        }
        if version < 8, !groups.isEmpty {
            throw ProtocolError.fieldNotCarried("OffsetFetchRequest.groups", version: version)
        }
        if version < 7, requireStable {
            throw ProtocolError.fieldNotCarried("OffsetFetchRequest.requireStable", version: version)
        }
        if version <= 7 { try writer.writeString(groupID, "OffsetFetchRequest.groupID", compact: compact) }
        if version <= 7 {
            try writer.writeNullableArray(topics, "OffsetFetchRequest.topics", version: version, compact: compact, allowNull: version >= 2 && version <= 7)
        }
        if version >= 8 {
            try writer.writeArray(groups, "OffsetFetchRequest.groups", version: version, compact: compact)
        }
        if version >= 7 { writer.writeBool(requireStable) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension OffsetFetchRequest {
    /// A part of ``OffsetFetchRequest``.
    public struct OffsetFetchRequestTopic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The partitions to look up.
        public var partitionIndexes: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitionIndexes: [Int32] = []
        ) {
            self.name = name
            self.partitionIndexes = partitionIndexes
        }
    }
}

extension OffsetFetchRequest.OffsetFetchRequestTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        name = try reader.readString("name", compact: compact)
        partitionIndexes = try reader.readArray("partitionIndexes", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        try writer.writeString(name, "name", compact: compact)
        try writer.writeArray(partitionIndexes, "partitionIndexes", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension OffsetFetchRequest {
    /// A part of ``OffsetFetchRequest``.
    public struct OffsetFetchRequestGroup: ProtocolStructure, Hashable {
        /// The group.
        public var groupID: String = ""
        /// The member that asks, in the consumer protocol; null otherwise. KIP-848. From version 9 on.
        public var memberID: String? = nil
        /// The epoch of that member; -1 otherwise. KIP-848. From version 9 on.
        public var memberEpoch: Int32 = -1
        /// The partitions to look up; null for all that have an offset.
        public var topics: [OffsetFetchRequestTopics]? = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            groupID: String = "",
            memberID: String? = nil,
            memberEpoch: Int32 = -1,
            topics: [OffsetFetchRequestTopics]? = []
        ) {
            self.groupID = groupID
            self.memberID = memberID
            self.memberEpoch = memberEpoch
            self.topics = topics
        }
    }
}

extension OffsetFetchRequest.OffsetFetchRequestGroup {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        groupID = try reader.readString("groupID", compact: true)
        if version >= 9 { memberID = try reader.readNullableString("memberID", compact: true) }
        if version >= 9 { memberEpoch = try reader.readInt32("memberEpoch") }
        topics = try reader.readNullableArray("topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(groupID, "groupID", compact: true)
        if version >= 9 { try writer.writeNullableString(memberID, "memberID", compact: true) }
        if version >= 9 { writer.writeInt32(memberEpoch) }
        try writer.writeNullableArray(topics, "topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension OffsetFetchRequest {
    /// A part of ``OffsetFetchRequest``.
    public struct OffsetFetchRequestTopics: ProtocolStructure, Hashable {
        /// The name of the topic. Up to version 9.
        public var name: String = ""
        /// The identity of the topic. KIP-516. Version 10 only.
        public var topicID: TopicID = TopicID.zero
        /// The partitions to look up.
        public var partitionIndexes: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            topicID: TopicID = TopicID.zero,
            partitionIndexes: [Int32] = []
        ) {
            self.name = name
            self.topicID = topicID
            self.partitionIndexes = partitionIndexes
        }
    }
}

extension OffsetFetchRequest.OffsetFetchRequestTopics {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        if version <= 9 { name = try reader.readString("name", compact: true) }
        if version >= 10 { topicID = try reader.readTopicID("topicID") }
        partitionIndexes = try reader.readArray("partitionIndexes", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        if version <= 9 { try writer.writeString(name, "name", compact: true) }
        if version >= 10 { writer.writeTopicID(topicID) }
        try writer.writeArray(partitionIndexes, "partitionIndexes", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
