// Generated from Schemas/WriteShareGroupState.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's WriteShareGroupState API, versions 0-1.
public struct WriteShareGroupStateRequest: KafkaRequest, Hashable {
    public typealias Response = WriteShareGroupStateResponse

    public static var apiKey: APIKey { .writeShareGroupState }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The share group.
    public var groupID: String = ""
    /// The partitions, by topic.
    public var topics: [WriteStateData] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String = "",
        topics: [WriteStateData] = []
    ) {
        self.groupID = groupID
        self.topics = topics
    }
}

extension WriteShareGroupStateRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        groupID = try reader.readString("WriteShareGroupStateRequest.groupID", compact: true)
        topics = try reader.readArray("WriteShareGroupStateRequest.topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeString(groupID, "WriteShareGroupStateRequest.groupID", compact: true)
        try writer.writeArray(topics, "WriteShareGroupStateRequest.topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension WriteShareGroupStateRequest {
    /// A part of ``WriteShareGroupStateRequest``.
    public struct WriteStateData: ProtocolStructure, Hashable {
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

extension WriteShareGroupStateRequest.WriteStateData {
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

extension WriteShareGroupStateRequest {
    /// A part of ``WriteShareGroupStateRequest``.
    public struct PartitionData: ProtocolStructure, Hashable {
        /// The partition.
        public var partition: Int32 = 0
        /// Counts how often the share-partition was set up.
        public var stateEpoch: Int32 = 0
        /// The leader epoch of the partition.
        public var leaderEpoch: Int32 = 0
        /// The first offset that the group has not done with; -1 if it has not changed.
        public var startOffset: Int64 = 0
        /// How many offsets from the start on the group has done with; -1 if unknown. KIP-1226. Version 1 only.
        public var deliveryCompleteCount: Int32 = -1
        /// What has changed.
        public var stateBatches: [StateBatch] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partition: Int32 = 0,
            stateEpoch: Int32 = 0,
            leaderEpoch: Int32 = 0,
            startOffset: Int64 = 0,
            deliveryCompleteCount: Int32 = -1,
            stateBatches: [StateBatch] = []
        ) {
            self.partition = partition
            self.stateEpoch = stateEpoch
            self.leaderEpoch = leaderEpoch
            self.startOffset = startOffset
            self.deliveryCompleteCount = deliveryCompleteCount
            self.stateBatches = stateBatches
        }
    }
}

extension WriteShareGroupStateRequest.PartitionData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partition = try reader.readInt32("partition")
        stateEpoch = try reader.readInt32("stateEpoch")
        leaderEpoch = try reader.readInt32("leaderEpoch")
        startOffset = try reader.readInt64("startOffset")
        if version >= 1 { deliveryCompleteCount = try reader.readInt32("deliveryCompleteCount") }
        stateBatches = try reader.readArray("stateBatches", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partition)
        writer.writeInt32(stateEpoch)
        writer.writeInt32(leaderEpoch)
        writer.writeInt64(startOffset)
        if version >= 1 { writer.writeInt32(deliveryCompleteCount) }
        try writer.writeArray(stateBatches, "stateBatches", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension WriteShareGroupStateRequest {
    /// A part of ``WriteShareGroupStateRequest``.
    public struct StateBatch: ProtocolStructure, Hashable {
        /// The offset of the first record.
        public var firstOffset: Int64 = 0
        /// The offset of the last record.
        public var lastOffset: Int64 = 0
        /// What has become of the records: 0 available, 2 acknowledged, 4 archived.
        public var deliveryState: Int8 = 0
        /// How often the records have been delivered.
        public var deliveryCount: Int16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            firstOffset: Int64 = 0,
            lastOffset: Int64 = 0,
            deliveryState: Int8 = 0,
            deliveryCount: Int16 = 0
        ) {
            self.firstOffset = firstOffset
            self.lastOffset = lastOffset
            self.deliveryState = deliveryState
            self.deliveryCount = deliveryCount
        }
    }
}

extension WriteShareGroupStateRequest.StateBatch {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        firstOffset = try reader.readInt64("firstOffset")
        lastOffset = try reader.readInt64("lastOffset")
        deliveryState = try reader.readInt8("deliveryState")
        deliveryCount = try reader.readInt16("deliveryCount")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt64(firstOffset)
        writer.writeInt64(lastOffset)
        writer.writeInt8(deliveryState)
        writer.writeInt16(deliveryCount)
        writer.writeTaggedFieldCount(0)
    }
}
