// Generated from Schemas/ConsumerGroupHeartbeat.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's ConsumerGroupHeartbeat API, versions 0-1.
public struct ConsumerGroupHeartbeatResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// What went wrong, in words; null if there are none.
    public var errorMessage: String? = nil
    /// The name that the coordinator gives a member that joins, or knows it by; null otherwise.
    public var memberID: String? = nil
    /// The member's epoch.
    public var memberEpoch: Int32 = 0
    /// How often the member is to send heartbeats, in milliseconds.
    public var heartbeatIntervalMs: Int32 = 0
    /// What the member gets; null if unchanged.
    public var assignment: Assignment? = nil

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        errorMessage: String? = nil,
        memberID: String? = nil,
        memberEpoch: Int32 = 0,
        heartbeatIntervalMs: Int32 = 0,
        assignment: Assignment? = nil
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.memberID = memberID
        self.memberEpoch = memberEpoch
        self.heartbeatIntervalMs = heartbeatIntervalMs
        self.assignment = assignment
    }
}

extension ConsumerGroupHeartbeatResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("ConsumerGroupHeartbeatResponse.throttleTimeMs")
        errorCode = try reader.readInt16("ConsumerGroupHeartbeatResponse.errorCode")
        errorMessage = try reader.readNullableString("ConsumerGroupHeartbeatResponse.errorMessage", compact: true)
        memberID = try reader.readNullableString("ConsumerGroupHeartbeatResponse.memberID", compact: true)
        memberEpoch = try reader.readInt32("ConsumerGroupHeartbeatResponse.memberEpoch")
        heartbeatIntervalMs = try reader.readInt32("ConsumerGroupHeartbeatResponse.heartbeatIntervalMs")
        assignment = try reader.readNullableStructure("ConsumerGroupHeartbeatResponse.assignment", version: version)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "ConsumerGroupHeartbeatResponse.errorMessage", compact: true)
        try writer.writeNullableString(memberID, "ConsumerGroupHeartbeatResponse.memberID", compact: true)
        writer.writeInt32(memberEpoch)
        writer.writeInt32(heartbeatIntervalMs)
        try writer.writeNullableStructure(assignment, "ConsumerGroupHeartbeatResponse.assignment", version: version)
        writer.writeTaggedFieldCount(0)
    }
}

extension ConsumerGroupHeartbeatResponse {
    /// A part of ``ConsumerGroupHeartbeatResponse``.
    public struct Assignment: ProtocolStructure, Hashable {
        /// The partitions, which the member may read at once.
        public var topicPartitions: [TopicPartitions] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicPartitions: [TopicPartitions] = []
        ) {
            self.topicPartitions = topicPartitions
        }
    }
}

extension ConsumerGroupHeartbeatResponse.Assignment {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicPartitions = try reader.readArray("topicPartitions", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeArray(topicPartitions, "topicPartitions", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ConsumerGroupHeartbeatResponse {
    /// A part of ``ConsumerGroupHeartbeatResponse``.
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

extension ConsumerGroupHeartbeatResponse.TopicPartitions {
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
