// Generated from Schemas/TxnOffsetCommit.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's TxnOffsetCommit API, versions 0-5.
public struct TxnOffsetCommitRequest: KafkaRequest, Hashable {
    public typealias Response = TxnOffsetCommitResponse

    public static var apiKey: APIKey { .txnOffsetCommit }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var firstFlexibleVersion: Int16 { 3 }

    /// The name that transactions are continued under.
    public var transactionalID: String = ""
    /// The group.
    public var groupID: String = ""
    /// The producer.
    public var producerID: Int64 = 0
    /// The epoch of the producer.
    public var producerEpoch: Int16 = 0
    /// The generation of the group, or the member's epoch; -1 outside of a group. KIP-447. From version 3 on.
    public var generationID: Int32 = -1
    /// The member; empty outside of a group. KIP-447. From version 3 on.
    public var memberID: String = ""
    /// The name a static member keeps across restarts; null for a dynamic one. KIP-345. From version 3 on.
    public var groupInstanceID: String? = nil
    /// The offsets to commit, by topic.
    public var topics: [TxnOffsetCommitRequestTopic] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        transactionalID: String = "",
        groupID: String = "",
        producerID: Int64 = 0,
        producerEpoch: Int16 = 0,
        generationID: Int32 = -1,
        memberID: String = "",
        groupInstanceID: String? = nil,
        topics: [TxnOffsetCommitRequestTopic] = []
    ) {
        self.transactionalID = transactionalID
        self.groupID = groupID
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.generationID = generationID
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
        self.topics = topics
    }
}

extension TxnOffsetCommitRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        transactionalID = try reader.readString("TxnOffsetCommitRequest.transactionalID", compact: compact)
        groupID = try reader.readString("TxnOffsetCommitRequest.groupID", compact: compact)
        producerID = try reader.readInt64("TxnOffsetCommitRequest.producerID")
        producerEpoch = try reader.readInt16("TxnOffsetCommitRequest.producerEpoch")
        if version >= 3 { generationID = try reader.readInt32("TxnOffsetCommitRequest.generationID") }
        if version >= 3 { memberID = try reader.readString("TxnOffsetCommitRequest.memberID", compact: compact) }
        if version >= 3 {
            groupInstanceID = try reader.readNullableString("TxnOffsetCommitRequest.groupInstanceID", compact: compact)
        }
        topics = try reader.readArray("TxnOffsetCommitRequest.topics", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        if version < 3, generationID != -1 {
            throw ProtocolError.fieldNotCarried("TxnOffsetCommitRequest.generationID", version: version)
        }
        if version < 3, !memberID.isEmpty {
            throw ProtocolError.fieldNotCarried("TxnOffsetCommitRequest.memberID", version: version)
        }
        if version < 3, groupInstanceID != nil {
            throw ProtocolError.fieldNotCarried("TxnOffsetCommitRequest.groupInstanceID", version: version)
        }
        try writer.writeString(transactionalID, "TxnOffsetCommitRequest.transactionalID", compact: compact)
        try writer.writeString(groupID, "TxnOffsetCommitRequest.groupID", compact: compact)
        writer.writeInt64(producerID)
        writer.writeInt16(producerEpoch)
        if version >= 3 { writer.writeInt32(generationID) }
        if version >= 3 { try writer.writeString(memberID, "TxnOffsetCommitRequest.memberID", compact: compact) }
        if version >= 3 {
            try writer.writeNullableString(groupInstanceID, "TxnOffsetCommitRequest.groupInstanceID", compact: compact)
        }
        try writer.writeArray(topics, "TxnOffsetCommitRequest.topics", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension TxnOffsetCommitRequest {
    /// A part of ``TxnOffsetCommitRequest``.
    public struct TxnOffsetCommitRequestTopic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The offsets to commit, by partition.
        public var partitions: [TxnOffsetCommitRequestPartition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitions: [TxnOffsetCommitRequestPartition] = []
        ) {
            self.name = name
            self.partitions = partitions
        }
    }
}

extension TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 3
        name = try reader.readString("name", compact: compact)
        partitions = try reader.readArray("partitions", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 3
        try writer.writeString(name, "name", compact: compact)
        try writer.writeArray(partitions, "partitions", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension TxnOffsetCommitRequest {
    /// A part of ``TxnOffsetCommitRequest``.
    public struct TxnOffsetCommitRequestPartition: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// The offset to commit: that of the next record to read.
        public var committedOffset: Int64 = 0
        /// The leader epoch of the last record before it; -1 if unknown. KIP-320. From version 2 on.
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

extension TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 3
        partitionIndex = try reader.readInt32("partitionIndex")
        committedOffset = try reader.readInt64("committedOffset")
        if version >= 2 { committedLeaderEpoch = try reader.readInt32("committedLeaderEpoch") }
        committedMetadata = try reader.readNullableString("committedMetadata", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 3
        writer.writeInt32(partitionIndex)
        writer.writeInt64(committedOffset)
        if version >= 2 { writer.writeInt32(committedLeaderEpoch) }
        try writer.writeNullableString(committedMetadata, "committedMetadata", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
