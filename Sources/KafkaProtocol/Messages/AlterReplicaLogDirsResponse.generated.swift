// Generated from Schemas/AlterReplicaLogDirs.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's AlterReplicaLogDirs API, versions 1-2.
public struct AlterReplicaLogDirsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What became of each, by topic.
    public var results: [AlterReplicaLogDirTopicResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        results: [AlterReplicaLogDirTopicResult] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.results = results
    }
}

extension AlterReplicaLogDirsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        throttleTimeMs = try reader.readInt32("AlterReplicaLogDirsResponse.throttleTimeMs")
        results = try reader.readArray("AlterReplicaLogDirsResponse.results", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        writer.writeInt32(throttleTimeMs)
        try writer.writeArray(results, "AlterReplicaLogDirsResponse.results", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension AlterReplicaLogDirsResponse {
    /// A part of ``AlterReplicaLogDirsResponse``.
    public struct AlterReplicaLogDirTopicResult: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var topicName: String = ""
        /// What became of each.
        public var partitions: [AlterReplicaLogDirPartitionResult] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicName: String = "",
            partitions: [AlterReplicaLogDirPartitionResult] = []
        ) {
            self.topicName = topicName
            self.partitions = partitions
        }
    }
}

extension AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        topicName = try reader.readString("topicName", compact: compact)
        partitions = try reader.readArray("partitions", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        try writer.writeString(topicName, "topicName", compact: compact)
        try writer.writeArray(partitions, "partitions", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension AlterReplicaLogDirsResponse {
    /// A part of ``AlterReplicaLogDirsResponse``.
    public struct AlterReplicaLogDirPartitionResult: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            errorCode: Int16 = 0
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
        }
    }
}

extension AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        partitionIndex = try reader.readInt32("partitionIndex")
        errorCode = try reader.readInt16("errorCode")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        writer.writeInt32(partitionIndex)
        writer.writeInt16(errorCode)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
