// Generated from Schemas/ShareFetch.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's ShareFetch API, versions 1-2.
public struct ShareFetchRequest: KafkaRequest, Hashable {
    public typealias Response = ShareFetchResponse

    public static var apiKey: APIKey { .shareFetch }
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The group.
    public var groupID: String? = nil
    /// The member.
    public var memberID: String? = ""
    /// 0 opens a share session, -1 ends it; otherwise one more than in the request before.
    public var shareSessionEpoch: Int32 = 0
    /// How long to wait for minBytes, in milliseconds.
    public var maxWaitMs: Int32 = 0
    /// How many bytes to wait for.
    public var minBytes: Int32 = 0
    /// How many bytes the answer may have; a first batch that is larger comes whole. KIP-74.
    public var maxBytes: Int32 = Int32.max
    /// How many records to acquire at most; a batch that goes beyond comes whole.
    public var maxRecords: Int32 = 0
    /// How many records should be acquired and acknowledged together.
    public var batchSize: Int32 = 0
    /// 0 acquires whole batches, 1 keeps to maxRecords. KIP-1206. Version 2 only.
    public var shareAcquireMode: Int8 = 0
    /// Whether some acknowledgement is a renewal. KIP-1222. Version 2 only.
    public var isRenewAck: Bool = false
    /// The partitions to add to the session, or to acknowledge records of, by topic.
    public var topics: [FetchTopic] = []
    /// The partitions to take out of the session, by topic.
    public var forgottenTopicsData: [ForgottenTopic] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String? = nil,
        memberID: String? = "",
        shareSessionEpoch: Int32 = 0,
        maxWaitMs: Int32 = 0,
        minBytes: Int32 = 0,
        maxBytes: Int32 = Int32.max,
        maxRecords: Int32 = 0,
        batchSize: Int32 = 0,
        shareAcquireMode: Int8 = 0,
        isRenewAck: Bool = false,
        topics: [FetchTopic] = [],
        forgottenTopicsData: [ForgottenTopic] = []
    ) {
        self.groupID = groupID
        self.memberID = memberID
        self.shareSessionEpoch = shareSessionEpoch
        self.maxWaitMs = maxWaitMs
        self.minBytes = minBytes
        self.maxBytes = maxBytes
        self.maxRecords = maxRecords
        self.batchSize = batchSize
        self.shareAcquireMode = shareAcquireMode
        self.isRenewAck = isRenewAck
        self.topics = topics
        self.forgottenTopicsData = forgottenTopicsData
    }
}

extension ShareFetchRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        groupID = try reader.readNullableString("ShareFetchRequest.groupID", compact: true)
        memberID = try reader.readNullableString("ShareFetchRequest.memberID", compact: true)
        shareSessionEpoch = try reader.readInt32("ShareFetchRequest.shareSessionEpoch")
        maxWaitMs = try reader.readInt32("ShareFetchRequest.maxWaitMs")
        minBytes = try reader.readInt32("ShareFetchRequest.minBytes")
        maxBytes = try reader.readInt32("ShareFetchRequest.maxBytes")
        maxRecords = try reader.readInt32("ShareFetchRequest.maxRecords")
        batchSize = try reader.readInt32("ShareFetchRequest.batchSize")
        if version >= 2 { shareAcquireMode = try reader.readInt8("ShareFetchRequest.shareAcquireMode") }
        if version >= 2 { isRenewAck = try reader.readBool("ShareFetchRequest.isRenewAck") }
        topics = try reader.readArray("ShareFetchRequest.topics", version: version, compact: true)
        forgottenTopicsData = try reader.readArray("ShareFetchRequest.forgottenTopicsData", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        if version < 2, shareAcquireMode != 0 {
            throw ProtocolError.fieldNotCarried("ShareFetchRequest.shareAcquireMode", version: version)
        }
        if version < 2, isRenewAck {
            throw ProtocolError.fieldNotCarried("ShareFetchRequest.isRenewAck", version: version)
        }
        try writer.writeNullableString(groupID, "ShareFetchRequest.groupID", compact: true)
        try writer.writeNullableString(memberID, "ShareFetchRequest.memberID", compact: true)
        writer.writeInt32(shareSessionEpoch)
        writer.writeInt32(maxWaitMs)
        writer.writeInt32(minBytes)
        writer.writeInt32(maxBytes)
        writer.writeInt32(maxRecords)
        writer.writeInt32(batchSize)
        if version >= 2 { writer.writeInt8(shareAcquireMode) }
        if version >= 2 { writer.writeBool(isRenewAck) }
        try writer.writeArray(topics, "ShareFetchRequest.topics", version: version, compact: true)
        try writer.writeArray(forgottenTopicsData, "ShareFetchRequest.forgottenTopicsData", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ShareFetchRequest {
    /// A part of ``ShareFetchRequest``.
    public struct FetchTopic: ProtocolStructure, Hashable {
        /// The identity of the topic. KIP-516.
        public var topicID: TopicID = TopicID.zero
        /// The partitions.
        public var partitions: [FetchPartition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicID: TopicID = TopicID.zero,
            partitions: [FetchPartition] = []
        ) {
            self.topicID = topicID
            self.partitions = partitions
        }
    }
}

extension ShareFetchRequest.FetchTopic {
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

extension ShareFetchRequest {
    /// A part of ``ShareFetchRequest``.
    public struct FetchPartition: ProtocolStructure, Hashable {
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

extension ShareFetchRequest.FetchPartition {
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

extension ShareFetchRequest {
    /// A part of ``ShareFetchRequest``.
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

extension ShareFetchRequest.AcknowledgementBatch {
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

extension ShareFetchRequest {
    /// A part of ``ShareFetchRequest``.
    public struct ForgottenTopic: ProtocolStructure, Hashable {
        /// The identity of the topic. KIP-516.
        public var topicID: TopicID = TopicID.zero
        /// The partitions.
        public var partitions: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicID: TopicID = TopicID.zero,
            partitions: [Int32] = []
        ) {
            self.topicID = topicID
            self.partitions = partitions
        }
    }
}

extension ShareFetchRequest.ForgottenTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicID = try reader.readTopicID("topicID")
        partitions = try reader.readArray("partitions", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeTopicID(topicID)
        try writer.writeArray(partitions, "partitions", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
