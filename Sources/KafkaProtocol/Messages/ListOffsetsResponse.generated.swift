// Generated from Schemas/ListOffsets.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's ListOffsets API, versions 1-11.
public struct ListOffsetsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 1...11 }
    public static var firstFlexibleVersion: Int16 { 6 }

    /// How long a quota delays the client, in milliseconds. KIP-13. From version 2 on.
    public var throttleTimeMs: Int32 = 0
    /// The topics.
    public var topics: [ListOffsetsTopicResponse] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        topics: [ListOffsetsTopicResponse] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.topics = topics
    }
}

extension ListOffsetsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 6
        if version >= 2 { throttleTimeMs = try reader.readInt32("ListOffsetsResponse.throttleTimeMs") }
        topics = try reader.readArray("ListOffsetsResponse.topics", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 6
        if version >= 2 { writer.writeInt32(throttleTimeMs) }
        try writer.writeArray(topics, "ListOffsetsResponse.topics", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension ListOffsetsResponse {
    /// A part of ``ListOffsetsResponse``.
    public struct ListOffsetsTopicResponse: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The partitions.
        public var partitions: [ListOffsetsPartitionResponse] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitions: [ListOffsetsPartitionResponse] = []
        ) {
            self.name = name
            self.partitions = partitions
        }
    }
}

extension ListOffsetsResponse.ListOffsetsTopicResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        name = try reader.readString("name", compact: compact)
        partitions = try reader.readArray("partitions", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        try writer.writeString(name, "name", compact: compact)
        try writer.writeArray(partitions, "partitions", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension ListOffsetsResponse {
    /// A part of ``ListOffsetsResponse``.
    public struct ListOffsetsPartitionResponse: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// The time of the record found, in milliseconds; -1 if none was.
        public var timestamp: Int64 = -1
        /// The offset found; -1 if none was.
        public var offset: Int64 = -1
        /// The leader epoch of the record found; -1 if unknown. KIP-320. From version 4 on.
        public var leaderEpoch: Int32 = -1

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            errorCode: Int16 = 0,
            timestamp: Int64 = -1,
            offset: Int64 = -1,
            leaderEpoch: Int32 = -1
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
            self.timestamp = timestamp
            self.offset = offset
            self.leaderEpoch = leaderEpoch
        }
    }
}

extension ListOffsetsResponse.ListOffsetsPartitionResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        partitionIndex = try reader.readInt32("partitionIndex")
        errorCode = try reader.readInt16("errorCode")
        timestamp = try reader.readInt64("timestamp")
        offset = try reader.readInt64("offset")
        if version >= 4 { leaderEpoch = try reader.readInt32("leaderEpoch") }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        if version < 4, leaderEpoch != -1 { throw ProtocolError.fieldNotCarried("leaderEpoch", version: version) }
        writer.writeInt32(partitionIndex)
        writer.writeInt16(errorCode)
        writer.writeInt64(timestamp)
        writer.writeInt64(offset)
        if version >= 4 { writer.writeInt32(leaderEpoch) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
