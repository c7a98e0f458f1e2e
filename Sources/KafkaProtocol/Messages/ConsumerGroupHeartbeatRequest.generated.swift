// Generated from Schemas/ConsumerGroupHeartbeat.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's ConsumerGroupHeartbeat API, versions 0-1.
public struct ConsumerGroupHeartbeatRequest: KafkaRequest, Hashable {
    public typealias Response = ConsumerGroupHeartbeatResponse

    public static var apiKey: APIKey { .consumerGroupHeartbeat }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The group.
    public var groupID: String = ""
    /// The member; empty in version 0 if it has no name yet.
    public var memberID: String = ""
    /// The member's epoch; 0 to join, -1 to leave, -2 for a static member that will be back.
    public var memberEpoch: Int32 = 0
    /// The name a static member keeps across restarts; null for a dynamic one.
    public var instanceID: String? = nil
    /// The rack of the member; null if none.
    public var rackID: String? = nil
    /// How long the member may take to give up partitions, in milliseconds; -1 if unchanged.
    public var rebalanceTimeoutMs: Int32 = -1
    /// The topics that the member subscribes to; null if unchanged.
    public var subscribedTopicNames: [String]? = nil
    /// What the names of topics match that the member subscribes to; null if unchanged. Version 1 only.
    public var subscribedTopicRegex: String? = nil
    /// The assignor that the member wants; null if unchanged, or to leave it to the group.
    public var serverAssignor: String? = nil
    /// What the member owns; null if unchanged.
    public var topicPartitions: [TopicPartitions]? = nil

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String = "",
        memberID: String = "",
        memberEpoch: Int32 = 0,
        instanceID: String? = nil,
        rackID: String? = nil,
        rebalanceTimeoutMs: Int32 = -1,
        subscribedTopicNames: [String]? = nil,
        subscribedTopicRegex: String? = nil,
        serverAssignor: String? = nil,
        topicPartitions: [TopicPartitions]? = nil
    ) {
        self.groupID = groupID
        self.memberID = memberID
        self.memberEpoch = memberEpoch
        self.instanceID = instanceID
        self.rackID = rackID
        self.rebalanceTimeoutMs = rebalanceTimeoutMs
        self.subscribedTopicNames = subscribedTopicNames
        self.subscribedTopicRegex = subscribedTopicRegex
        self.serverAssignor = serverAssignor
        self.topicPartitions = topicPartitions
    }
}

extension ConsumerGroupHeartbeatRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        groupID = try reader.readString("ConsumerGroupHeartbeatRequest.groupID", compact: true)
        memberID = try reader.readString("ConsumerGroupHeartbeatRequest.memberID", compact: true)
        memberEpoch = try reader.readInt32("ConsumerGroupHeartbeatRequest.memberEpoch")
        instanceID = try reader.readNullableString("ConsumerGroupHeartbeatRequest.instanceID", compact: true)
        rackID = try reader.readNullableString("ConsumerGroupHeartbeatRequest.rackID", compact: true)
        rebalanceTimeoutMs = try reader.readInt32("ConsumerGroupHeartbeatRequest.rebalanceTimeoutMs")
        subscribedTopicNames = try reader.readNullableArray("ConsumerGroupHeartbeatRequest.subscribedTopicNames", compact: true)
        if version >= 1 {
            subscribedTopicRegex = try reader.readNullableString("ConsumerGroupHeartbeatRequest.subscribedTopicRegex", compact: true)
        }
        serverAssignor = try reader.readNullableString("ConsumerGroupHeartbeatRequest.serverAssignor", compact: true)
        topicPartitions = try reader.readNullableArray("ConsumerGroupHeartbeatRequest.topicPartitions", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        if version < 1, subscribedTopicRegex != nil {
            throw ProtocolError.fieldNotCarried("ConsumerGroupHeartbeatRequest.subscribedTopicRegex", version: version)
        }
        try writer.writeString(groupID, "ConsumerGroupHeartbeatRequest.groupID", compact: true)
        try writer.writeString(memberID, "ConsumerGroupHeartbeatRequest.memberID", compact: true)
        writer.writeInt32(memberEpoch)
        try writer.writeNullableString(instanceID, "ConsumerGroupHeartbeatRequest.instanceID", compact: true)
        try writer.writeNullableString(rackID, "ConsumerGroupHeartbeatRequest.rackID", compact: true)
        writer.writeInt32(rebalanceTimeoutMs)
        try writer.writeNullableArray(subscribedTopicNames, "ConsumerGroupHeartbeatRequest.subscribedTopicNames", compact: true)
        if version >= 1 {
            try writer.writeNullableString(subscribedTopicRegex, "ConsumerGroupHeartbeatRequest.subscribedTopicRegex", compact: true)
        }
        try writer.writeNullableString(serverAssignor, "ConsumerGroupHeartbeatRequest.serverAssignor", compact: true)
        try writer.writeNullableArray(topicPartitions, "ConsumerGroupHeartbeatRequest.topicPartitions", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ConsumerGroupHeartbeatRequest {
    /// A part of ``ConsumerGroupHeartbeatRequest``.
    public struct TopicPartitions: ProtocolStructure, Hashable {
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

extension ConsumerGroupHeartbeatRequest.TopicPartitions {
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
