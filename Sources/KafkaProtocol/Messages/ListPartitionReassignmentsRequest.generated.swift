// Generated from Schemas/ListPartitionReassignments.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's ListPartitionReassignments API, versions 0.
public struct ListPartitionReassignmentsRequest: KafkaRequest, Hashable {
    public typealias Response = ListPartitionReassignmentsResponse

    public static var apiKey: APIKey { .listPartitionReassignments }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long to wait for the answer, in milliseconds.
    public var timeoutMs: Int32 = 60000
    /// The partitions to look at, by topic; null for all.
    public var topics: [ListPartitionReassignmentsTopics]? = nil

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        timeoutMs: Int32 = 60000,
        topics: [ListPartitionReassignmentsTopics]? = nil
    ) {
        self.timeoutMs = timeoutMs
        self.topics = topics
    }
}

extension ListPartitionReassignmentsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        timeoutMs = try reader.readInt32("ListPartitionReassignmentsRequest.timeoutMs")
        topics = try reader.readNullableArray("ListPartitionReassignmentsRequest.topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(timeoutMs)
        try writer.writeNullableArray(topics, "ListPartitionReassignmentsRequest.topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ListPartitionReassignmentsRequest {
    /// A part of ``ListPartitionReassignmentsRequest``.
    public struct ListPartitionReassignmentsTopics: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The partitions.
        public var partitionIndexes: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitionIndexes: [Int32] = []
        ) {
            self.name = name
            self.partitionIndexes = partitionIndexes
        }
    }
}

extension ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        name = try reader.readString("name", compact: true)
        partitionIndexes = try reader.readArray("partitionIndexes", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(name, "name", compact: true)
        try writer.writeArray(partitionIndexes, "partitionIndexes", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
