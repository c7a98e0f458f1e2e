// Generated from Schemas/OffsetForLeaderEpoch.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's OffsetForLeaderEpoch API, versions 2-4.
public struct OffsetForLeaderEpochRequest: KafkaRequest, Hashable {
    public typealias Response = OffsetForLeaderEpochResponse

    public static var apiKey: APIKey { .offsetForLeaderEpoch }
    public static var versions: ClosedRange<Int16> { 2...4 }
    public static var firstFlexibleVersion: Int16 { 4 }

    /// The broker that asks; -1 for a consumer, -2 for a reader that may see records above the high watermark. From
    /// version 3 on.
    public var replicaID: Int32 = -2
    /// The partitions, by topic.
    public var topics: [OffsetForLeaderTopic] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        replicaID: Int32 = -2,
        topics: [OffsetForLeaderTopic] = []
    ) {
        self.replicaID = replicaID
        self.topics = topics
    }
}

extension OffsetForLeaderEpochRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        if version >= 3 { replicaID = try reader.readInt32("OffsetForLeaderEpochRequest.replicaID") }
        topics = try reader.readArray("OffsetForLeaderEpochRequest.topics", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        if version >= 3 { writer.writeInt32(replicaID) }
        try writer.writeArray(topics, "OffsetForLeaderEpochRequest.topics", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension OffsetForLeaderEpochRequest {
    /// A part of ``OffsetForLeaderEpochRequest``.
    public struct OffsetForLeaderTopic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var topic: String = ""
        /// The partitions.
        public var partitions: [OffsetForLeaderPartition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topic: String = "",
            partitions: [OffsetForLeaderPartition] = []
        ) {
            self.topic = topic
            self.partitions = partitions
        }
    }
}

extension OffsetForLeaderEpochRequest.OffsetForLeaderTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        topic = try reader.readString("topic", compact: compact)
        partitions = try reader.readArray("partitions", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        try writer.writeString(topic, "topic", compact: compact)
        try writer.writeArray(partitions, "partitions", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension OffsetForLeaderEpochRequest {
    /// A part of ``OffsetForLeaderEpochRequest``.
    public struct OffsetForLeaderPartition: ProtocolStructure, Hashable {
        /// The partition.
        public var partition: Int32 = 0
        /// The leader epoch the client knows, which fences stale ones; -1 to skip the check. KIP-320.
        public var currentLeaderEpoch: Int32 = -1
        /// The epoch to find the end of.
        public var leaderEpoch: Int32 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partition: Int32 = 0,
            currentLeaderEpoch: Int32 = -1,
            leaderEpoch: Int32 = 0
        ) {
            self.partition = partition
            self.currentLeaderEpoch = currentLeaderEpoch
            self.leaderEpoch = leaderEpoch
        }
    }
}

extension OffsetForLeaderEpochRequest.OffsetForLeaderPartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        partition = try reader.readInt32("partition")
        currentLeaderEpoch = try reader.readInt32("currentLeaderEpoch")
        leaderEpoch = try reader.readInt32("leaderEpoch")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        writer.writeInt32(partition)
        writer.writeInt32(currentLeaderEpoch)
        writer.writeInt32(leaderEpoch)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
