// Generated from Schemas/DescribeTopicPartitions.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's DescribeTopicPartitions API, versions 0.
public struct DescribeTopicPartitionsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// The topics, in the order of their names.
    public var topics: [DescribeTopicPartitionsResponseTopic] = []
    /// Where the next request should go on; null if this was all.
    public var nextCursor: Cursor? = nil

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        topics: [DescribeTopicPartitionsResponseTopic] = [],
        nextCursor: Cursor? = nil
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.topics = topics
        self.nextCursor = nextCursor
    }
}

extension DescribeTopicPartitionsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("DescribeTopicPartitionsResponse.throttleTimeMs")
        topics = try reader.readArray("DescribeTopicPartitionsResponse.topics", version: version, compact: true)
        nextCursor = try reader.readNullableStructure("DescribeTopicPartitionsResponse.nextCursor", version: version)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        try writer.writeArray(topics, "DescribeTopicPartitionsResponse.topics", version: version, compact: true)
        try writer.writeNullableStructure(nextCursor, "DescribeTopicPartitionsResponse.nextCursor", version: version)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeTopicPartitionsResponse {
    /// A part of ``DescribeTopicPartitionsResponse``.
    public struct DescribeTopicPartitionsResponseTopic: ProtocolStructure, Hashable {
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// The name of the topic.
        public var name: String? = ""
        /// The identity of the topic. KIP-516.
        public var topicID: TopicID = TopicID.zero
        /// Whether the topic is one of Kafka's own, such as __consumer_offsets.
        public var isInternal: Bool = false
        /// The partitions of the topic.
        public var partitions: [DescribeTopicPartitionsResponsePartition] = []
        /// What the client may do with the topic, one bit an operation; the lowest number if unknown. KIP-430.
        public var topicAuthorizedOperations: Int32 = Int32.min

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            errorCode: Int16 = 0,
            name: String? = "",
            topicID: TopicID = TopicID.zero,
            isInternal: Bool = false,
            partitions: [DescribeTopicPartitionsResponsePartition] = [],
            topicAuthorizedOperations: Int32 = Int32.min
        ) {
            self.errorCode = errorCode
            self.name = name
            self.topicID = topicID
            self.isInternal = isInternal
            self.partitions = partitions
            self.topicAuthorizedOperations = topicAuthorizedOperations
        }
    }
}

extension DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        errorCode = try reader.readInt16("errorCode")
        name = try reader.readNullableString("name", compact: true)
        topicID = try reader.readTopicID("topicID")
        isInternal = try reader.readBool("isInternal")
        partitions = try reader.readArray("partitions", version: version, compact: true)
        topicAuthorizedOperations = try reader.readInt32("topicAuthorizedOperations")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt16(errorCode)
        try writer.writeNullableString(name, "name", compact: true)
        writer.writeTopicID(topicID)
        writer.writeBool(isInternal)
        try writer.writeArray(partitions, "partitions", version: version, compact: true)
        writer.writeInt32(topicAuthorizedOperations)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeTopicPartitionsResponse {
    /// A part of ``DescribeTopicPartitionsResponse``.
    public struct DescribeTopicPartitionsResponsePartition: ProtocolStructure, Hashable {
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// The broker that leads the partition; -1 if none does.
        public var leaderID: Int32 = 0
        /// The epoch of the leader; -1 if unknown. KIP-320.
        public var leaderEpoch: Int32 = -1
        /// The brokers that hold the partition, the preferred leader first.
        public var replicaNodes: [Int32] = []
        /// The brokers whose replicas are in sync with the leader.
        public var isrNodes: [Int32] = []
        /// The brokers that may lead although they are not in sync; null if the cluster keeps no such list.
        public var eligibleLeaderReplicas: [Int32]? = nil
        /// The brokers that could lead last of all, after unclean shutdowns; null if none are known.
        public var lastKnownElr: [Int32]? = nil
        /// The brokers whose replicas are offline.
        public var offlineReplicas: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            errorCode: Int16 = 0,
            partitionIndex: Int32 = 0,
            leaderID: Int32 = 0,
            leaderEpoch: Int32 = -1,
            replicaNodes: [Int32] = [],
            isrNodes: [Int32] = [],
            eligibleLeaderReplicas: [Int32]? = nil,
            lastKnownElr: [Int32]? = nil,
            offlineReplicas: [Int32] = []
        ) {
            self.errorCode = errorCode
            self.partitionIndex = partitionIndex
            self.leaderID = leaderID
            self.leaderEpoch = leaderEpoch
            self.replicaNodes = replicaNodes
            self.isrNodes = isrNodes
            self.eligibleLeaderReplicas = eligibleLeaderReplicas
            self.lastKnownElr = lastKnownElr
            self.offlineReplicas = offlineReplicas
        }
    }
}

extension DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        errorCode = try reader.readInt16("errorCode")
        partitionIndex = try reader.readInt32("partitionIndex")
        leaderID = try reader.readInt32("leaderID")
        leaderEpoch = try reader.readInt32("leaderEpoch")
        replicaNodes = try reader.readArray("replicaNodes", compact: true)
        isrNodes = try reader.readArray("isrNodes", compact: true)
        eligibleLeaderReplicas = try reader.readNullableArray("eligibleLeaderReplicas", compact: true)
        lastKnownElr = try reader.readNullableArray("lastKnownElr", compact: true)
        offlineReplicas = try reader.readArray("offlineReplicas", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt16(errorCode)
        writer.writeInt32(partitionIndex)
        writer.writeInt32(leaderID)
        writer.writeInt32(leaderEpoch)
        try writer.writeArray(replicaNodes, "replicaNodes", compact: true)
        try writer.writeArray(isrNodes, "isrNodes", compact: true)
        try writer.writeNullableArray(eligibleLeaderReplicas, "eligibleLeaderReplicas", compact: true)
        try writer.writeNullableArray(lastKnownElr, "lastKnownElr", compact: true)
        try writer.writeArray(offlineReplicas, "offlineReplicas", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeTopicPartitionsResponse {
    /// A part of ``DescribeTopicPartitionsResponse``.
    public struct Cursor: ProtocolStructure, Hashable {
        /// The topic to go on with.
        public var topicName: String = ""
        /// The partition to go on with.
        public var partitionIndex: Int32 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicName: String = "",
            partitionIndex: Int32 = 0
        ) {
            self.topicName = topicName
            self.partitionIndex = partitionIndex
        }
    }
}

extension DescribeTopicPartitionsResponse.Cursor {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicName = try reader.readString("topicName", compact: true)
        partitionIndex = try reader.readInt32("partitionIndex")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(topicName, "topicName", compact: true)
        writer.writeInt32(partitionIndex)
        writer.writeTaggedFieldCount(0)
    }
}
