// Generated from Schemas/ListPartitionReassignments.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's ListPartitionReassignments API, versions 0.
public struct ListPartitionReassignmentsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// What went wrong, in words; null if there are none.
    public var errorMessage: String? = ""
    /// The partitions on their way, by topic.
    public var topics: [OngoingTopicReassignment] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        errorMessage: String? = "",
        topics: [OngoingTopicReassignment] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.topics = topics
    }
}

extension ListPartitionReassignmentsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("ListPartitionReassignmentsResponse.throttleTimeMs")
        errorCode = try reader.readInt16("ListPartitionReassignmentsResponse.errorCode")
        errorMessage = try reader.readNullableString("ListPartitionReassignmentsResponse.errorMessage", compact: true)
        topics = try reader.readArray("ListPartitionReassignmentsResponse.topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "ListPartitionReassignmentsResponse.errorMessage", compact: true)
        try writer.writeArray(topics, "ListPartitionReassignmentsResponse.topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ListPartitionReassignmentsResponse {
    /// A part of ``ListPartitionReassignmentsResponse``.
    public struct OngoingTopicReassignment: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The partitions.
        public var partitions: [OngoingPartitionReassignment] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitions: [OngoingPartitionReassignment] = []
        ) {
            self.name = name
            self.partitions = partitions
        }
    }
}

extension ListPartitionReassignmentsResponse.OngoingTopicReassignment {
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

extension ListPartitionReassignmentsResponse {
    /// A part of ``ListPartitionReassignmentsResponse``.
    public struct OngoingPartitionReassignment: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// The brokers that hold the partition, the old and the new.
        public var replicas: [Int32] = []
        /// The brokers that get the partition.
        public var addingReplicas: [Int32] = []
        /// The brokers that give the partition up.
        public var removingReplicas: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            replicas: [Int32] = [],
            addingReplicas: [Int32] = [],
            removingReplicas: [Int32] = []
        ) {
            self.partitionIndex = partitionIndex
            self.replicas = replicas
            self.addingReplicas = addingReplicas
            self.removingReplicas = removingReplicas
        }
    }
}

extension ListPartitionReassignmentsResponse.OngoingPartitionReassignment {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
        replicas = try reader.readArray("replicas", compact: true)
        addingReplicas = try reader.readArray("addingReplicas", compact: true)
        removingReplicas = try reader.readArray("removingReplicas", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
        try writer.writeArray(replicas, "replicas", compact: true)
        try writer.writeArray(addingReplicas, "addingReplicas", compact: true)
        try writer.writeArray(removingReplicas, "removingReplicas", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
