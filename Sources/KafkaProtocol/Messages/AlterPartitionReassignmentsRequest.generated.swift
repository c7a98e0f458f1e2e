// Generated from Schemas/AlterPartitionReassignments.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's AlterPartitionReassignments API, versions 0-1.
public struct AlterPartitionReassignmentsRequest: KafkaRequest, Hashable {
    public typealias Response = AlterPartitionReassignmentsResponse

    public static var apiKey: APIKey { .alterPartitionReassignments }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long to wait for it to be started, in milliseconds.
    public var timeoutMs: Int32 = 60000
    /// Whether a partition may get another number of replicas than it had. KIP-860. Version 1 only.
    public var allowReplicationFactorChange: Bool = true
    /// The partitions, by topic.
    public var topics: [ReassignableTopic] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        timeoutMs: Int32 = 60000,
        allowReplicationFactorChange: Bool = true,
        topics: [ReassignableTopic] = []
    ) {
        self.timeoutMs = timeoutMs
        self.allowReplicationFactorChange = allowReplicationFactorChange
        self.topics = topics
    }
}

extension AlterPartitionReassignmentsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        timeoutMs = try reader.readInt32("AlterPartitionReassignmentsRequest.timeoutMs")
        if version >= 1 {
            allowReplicationFactorChange = try reader.readBool("AlterPartitionReassignmentsRequest.allowReplicationFactorChange")
        }
        topics = try reader.readArray("AlterPartitionReassignmentsRequest.topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        if version < 1, !allowReplicationFactorChange {
            throw ProtocolError.fieldNotCarried("AlterPartitionReassignmentsRequest.allowReplicationFactorChange", version: version)
        }
        writer.writeInt32(timeoutMs)
        if version >= 1 { writer.writeBool(allowReplicationFactorChange) }
        try writer.writeArray(topics, "AlterPartitionReassignmentsRequest.topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension AlterPartitionReassignmentsRequest {
    /// A part of ``AlterPartitionReassignmentsRequest``.
    public struct ReassignableTopic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The partitions.
        public var partitions: [ReassignablePartition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitions: [ReassignablePartition] = []
        ) {
            self.name = name
            self.partitions = partitions
        }
    }
}

extension AlterPartitionReassignmentsRequest.ReassignableTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        name = try reader.readString("name", compact: true)
        partitions = try reader.readArray("partitions", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(name, "name", compact: true)
        try writer.writeArray(partitions, "partitions", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension AlterPartitionReassignmentsRequest {
    /// A part of ``AlterPartitionReassignmentsRequest``.
    public struct ReassignablePartition: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// The brokers that shall hold the partition; null to call off a reassignment.
        public var replicas: [Int32]? = nil

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            replicas: [Int32]? = nil
        ) {
            self.partitionIndex = partitionIndex
            self.replicas = replicas
        }
    }
}

extension AlterPartitionReassignmentsRequest.ReassignablePartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
        replicas = try reader.readNullableArray("replicas", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
        try writer.writeNullableArray(replicas, "replicas", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
