// Generated from Schemas/ShareAcknowledge.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's ShareAcknowledge API, versions 1-2.
public struct ShareAcknowledgeRequest: KafkaRequest, Hashable {
    public typealias Response = ShareAcknowledgeResponse

    public static var apiKey: APIKey { .shareAcknowledge }
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The group.
    public var groupID: String? = nil
    /// The member.
    public var memberID: String? = ""
    /// -1 ends the share session; otherwise one more than in the request before.
    public var shareSessionEpoch: Int32 = 0
    /// Whether some acknowledgement is a renewal. KIP-1222. Version 2 only.
    public var isRenewAck: Bool = false
    /// The acknowledgements, by topic.
    public var topics: [AcknowledgeTopic] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String? = nil,
        memberID: String? = "",
        shareSessionEpoch: Int32 = 0,
        isRenewAck: Bool = false,
        topics: [AcknowledgeTopic] = []
    ) {
        self.groupID = groupID
        self.memberID = memberID
        self.shareSessionEpoch = shareSessionEpoch
        self.isRenewAck = isRenewAck
        self.topics = topics
    }
}

extension ShareAcknowledgeRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        groupID = try reader.readNullableString("ShareAcknowledgeRequest.groupID", compact: true)
        memberID = try reader.readNullableString("ShareAcknowledgeRequest.memberID", compact: true)
        shareSessionEpoch = try reader.readInt32("ShareAcknowledgeRequest.shareSessionEpoch")
        if version >= 2 { isRenewAck = try reader.readBool("ShareAcknowledgeRequest.isRenewAck") }
        topics = try reader.readArray("ShareAcknowledgeRequest.topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        if version < 2, isRenewAck {
            throw ProtocolError.fieldNotCarried("ShareAcknowledgeRequest.isRenewAck", version: version)
        }
        try writer.writeNullableString(groupID, "ShareAcknowledgeRequest.groupID", compact: true)
        try writer.writeNullableString(memberID, "ShareAcknowledgeRequest.memberID", compact: true)
        writer.writeInt32(shareSessionEpoch)
        if version >= 2 { writer.writeBool(isRenewAck) }
        try writer.writeArray(topics, "ShareAcknowledgeRequest.topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ShareAcknowledgeRequest {
    /// A part of ``ShareAcknowledgeRequest``.
    public struct AcknowledgeTopic: ProtocolStructure, Hashable {
        /// The identity of the topic. KIP-516.
        public var topicID: TopicID = TopicID.zero
        /// The acknowledgements, by partition.
        public var partitions: [AcknowledgePartition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicID: TopicID = TopicID.zero,
            partitions: [AcknowledgePartition] = []
        ) {
            self.topicID = topicID
            self.partitions = partitions
        }
    }
}

extension ShareAcknowledgeRequest.AcknowledgeTopic {
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

extension ShareAcknowledgeRequest {
    /// A part of ``ShareAcknowledgeRequest``.
    public struct AcknowledgePartition: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// What became of records that were acquired before.
        public var acknowledgementBatches: [AcknowledgementBatch] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            acknowledgementBatches: [AcknowledgementBatch] = []
        ) {
            self.partitionIndex = partitionIndex
            self.acknowledgementBatches = acknowledgementBatches
        }
    }
}

extension ShareAcknowledgeRequest.AcknowledgePartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
        acknowledgementBatches = try reader.readArray("acknowledgementBatches", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
        try writer.writeArray(acknowledgementBatches, "acknowledgementBatches", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ShareAcknowledgeRequest {
    /// A part of ``ShareAcknowledgeRequest``.
    public struct AcknowledgementBatch: ProtocolStructure, Hashable {
        /// The first offset.
        public var firstOffset: Int64 = 0
        /// The last offset, inclusive.
        public var lastOffset: Int64 = 0
        /// 0 no such record, 1 accepted, 2 released, 3 rejected, 4 renewed (KIP-1222); one for all, or one each.
        public var acknowledgeTypes: [Int8] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            firstOffset: Int64 = 0,
            lastOffset: Int64 = 0,
            acknowledgeTypes: [Int8] = []
        ) {
            self.firstOffset = firstOffset
            self.lastOffset = lastOffset
            self.acknowledgeTypes = acknowledgeTypes
        }
    }
}

extension ShareAcknowledgeRequest.AcknowledgementBatch {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        firstOffset = try reader.readInt64("firstOffset")
        lastOffset = try reader.readInt64("lastOffset")
        acknowledgeTypes = try reader.readArray("acknowledgeTypes", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt64(firstOffset)
        writer.writeInt64(lastOffset)
        try writer.writeArray(acknowledgeTypes, "acknowledgeTypes", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
