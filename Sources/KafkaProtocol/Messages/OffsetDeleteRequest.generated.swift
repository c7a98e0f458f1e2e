// Generated from Schemas/OffsetDelete.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's OffsetDelete API, versions 0.
public struct OffsetDeleteRequest: KafkaRequest, Hashable {
    public typealias Response = OffsetDeleteResponse

    public static var apiKey: APIKey { .offsetDelete }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { Int16.max }

    /// The group.
    public var groupID: String = ""
    /// The partitions whose offsets to delete, by topic.
    public var topics: [OffsetDeleteRequestTopic] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String = "",
        topics: [OffsetDeleteRequestTopic] = []
    ) {
        self.groupID = groupID
        self.topics = topics
    }
}

extension OffsetDeleteRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        groupID = try reader.readString("OffsetDeleteRequest.groupID", compact: false)
        topics = try reader.readArray("OffsetDeleteRequest.topics", version: version, compact: false)
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeString(groupID, "OffsetDeleteRequest.groupID", compact: false)
        try writer.writeArray(topics, "OffsetDeleteRequest.topics", version: version, compact: false)
    }
}

extension OffsetDeleteRequest {
    /// A part of ``OffsetDeleteRequest``.
    public struct OffsetDeleteRequestTopic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The partitions.
        public var partitions: [OffsetDeleteRequestPartition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitions: [OffsetDeleteRequestPartition] = []
        ) {
            self.name = name
            self.partitions = partitions
        }
    }
}

extension OffsetDeleteRequest.OffsetDeleteRequestTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        name = try reader.readString("name", compact: false)
        partitions = try reader.readArray("partitions", version: version, compact: false)
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(name, "name", compact: false)
        try writer.writeArray(partitions, "partitions", version: version, compact: false)
    }
}

extension OffsetDeleteRequest {
    /// A part of ``OffsetDeleteRequest``.
    public struct OffsetDeleteRequestPartition: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0
        ) {
            self.partitionIndex = partitionIndex
        }
    }
}

extension OffsetDeleteRequest.OffsetDeleteRequestPartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
    }
}
