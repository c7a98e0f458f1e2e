// Generated from Schemas/OffsetForLeaderEpoch.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's OffsetForLeaderEpoch API, versions 2-4.
public struct OffsetForLeaderEpochResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 2...4 }
    public static var firstFlexibleVersion: Int16 { 4 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// The partitions, by topic.
    public var topics: [OffsetForLeaderTopicResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        topics: [OffsetForLeaderTopicResult] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.topics = topics
    }
}

extension OffsetForLeaderEpochResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        throttleTimeMs = try reader.readInt32("OffsetForLeaderEpochResponse.throttleTimeMs")
        topics = try reader.readArray("OffsetForLeaderEpochResponse.topics", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        writer.writeInt32(throttleTimeMs)
        try writer.writeArray(topics, "OffsetForLeaderEpochResponse.topics", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension OffsetForLeaderEpochResponse {
    /// A part of ``OffsetForLeaderEpochResponse``.
    public struct OffsetForLeaderTopicResult: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var topic: String = ""
        /// The partitions.
        public var partitions: [EpochEndOffset] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topic: String = "",
            partitions: [EpochEndOffset] = []
        ) {
            self.topic = topic
            self.partitions = partitions
        }
    }
}

extension OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult {
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

extension OffsetForLeaderEpochResponse {
    /// A part of ``OffsetForLeaderEpochResponse``.
    public struct EpochEndOffset: ProtocolStructure, Hashable {
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// The partition.
        public var partition: Int32 = 0
        /// The newest epoch that is not above the one asked for; -1 if there is none. KIP-279.
        public var leaderEpoch: Int32 = -1
        /// The offset behind the last record of that epoch; -1 if there is none.
        public var endOffset: Int64 = -1

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            errorCode: Int16 = 0,
            partition: Int32 = 0,
            leaderEpoch: Int32 = -1,
            endOffset: Int64 = -1
        ) {
            self.errorCode = errorCode
            self.partition = partition
            self.leaderEpoch = leaderEpoch
            self.endOffset = endOffset
        }
    }
}

extension OffsetForLeaderEpochResponse.EpochEndOffset {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        errorCode = try reader.readInt16("errorCode")
        partition = try reader.readInt32("partition")
        leaderEpoch = try reader.readInt32("leaderEpoch")
        endOffset = try reader.readInt64("endOffset")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        writer.writeInt16(errorCode)
        writer.writeInt32(partition)
        writer.writeInt32(leaderEpoch)
        writer.writeInt64(endOffset)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
