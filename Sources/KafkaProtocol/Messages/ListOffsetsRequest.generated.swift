// Generated from Schemas/ListOffsets.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's ListOffsets API, versions 1-11.
public struct ListOffsetsRequest: KafkaRequest, Hashable {
    public typealias Response = ListOffsetsResponse

    public static var apiKey: APIKey { .listOffsets }
    public static var versions: ClosedRange<Int16> { 1...11 }
    public static var firstFlexibleVersion: Int16 { 6 }

    /// The broker that asks; -1 for a client.
    public var replicaID: Int32 = 0
    /// 0 to read all records, 1 for those of committed transactions only. KIP-98. From version 2 on.
    public var isolationLevel: Int8 = 0
    /// The partitions to look into, by topic.
    public var topics: [ListOffsetsTopic] = []
    /// How long a look into tiered storage may take, in milliseconds. KIP-1075. From version 10 on.
    public var timeoutMs: Int32 = 0

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        replicaID: Int32 = 0,
        isolationLevel: Int8 = 0,
        topics: [ListOffsetsTopic] = [],
        timeoutMs: Int32 = 0
    ) {
        self.replicaID = replicaID
        self.isolationLevel = isolationLevel
        self.topics = topics
        self.timeoutMs = timeoutMs
    }
}

extension ListOffsetsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 6
        replicaID = try reader.readInt32("ListOffsetsRequest.replicaID")
        if version >= 2 { isolationLevel = try reader.readInt8("ListOffsetsRequest.isolationLevel") }
        topics = try reader.readArray("ListOffsetsRequest.topics", version: version, compact: compact)
        if version >= 10 { timeoutMs = try reader.readInt32("ListOffsetsRequest.timeoutMs") }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 6
        if version < 2, isolationLevel != 0 {
            throw ProtocolError.fieldNotCarried("ListOffsetsRequest.isolationLevel", version: version)
        }
        writer.writeInt32(replicaID)
        if version >= 2 { writer.writeInt8(isolationLevel) }
        try writer.writeArray(topics, "ListOffsetsRequest.topics", version: version, compact: compact)
        if version >= 10 { writer.writeInt32(timeoutMs) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension ListOffsetsRequest {
    /// A part of ``ListOffsetsRequest``.
    public struct ListOffsetsTopic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The partitions.
        public var partitions: [ListOffsetsPartition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitions: [ListOffsetsPartition] = []
        ) {
            self.name = name
            self.partitions = partitions
        }
    }
}

extension ListOffsetsRequest.ListOffsetsTopic {
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

extension ListOffsetsRequest {
    /// A part of ``ListOffsetsRequest``.
    public struct ListOffsetsPartition: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// The leader epoch the client knows, which fences stale ones; -1 to skip the check. KIP-320. From version
        /// 4 on.
        public var currentLeaderEpoch: Int32 = -1
        /// The time to find, in milliseconds; -1 for the end, -2 for the start.
        public var timestamp: Int64 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            currentLeaderEpoch: Int32 = -1,
            timestamp: Int64 = 0
        ) {
            self.partitionIndex = partitionIndex
            self.currentLeaderEpoch = currentLeaderEpoch
            self.timestamp = timestamp
        }
    }
}

extension ListOffsetsRequest.ListOffsetsPartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        partitionIndex = try reader.readInt32("partitionIndex")
        if version >= 4 { currentLeaderEpoch = try reader.readInt32("currentLeaderEpoch") }
        timestamp = try reader.readInt64("timestamp")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        writer.writeInt32(partitionIndex)
        if version >= 4 { writer.writeInt32(currentLeaderEpoch) }
        writer.writeInt64(timestamp)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
