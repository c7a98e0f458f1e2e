// Generated from Schemas/OffsetDelete.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's OffsetDelete API, versions 0.
public struct OffsetDeleteResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { Int16.max }

    /// What went wrong for the whole group; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What became of each, by topic.
    public var topics: [OffsetDeleteResponseTopic] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        errorCode: Int16 = 0,
        throttleTimeMs: Int32 = 0,
        topics: [OffsetDeleteResponseTopic] = []
    ) {
        self.errorCode = errorCode
        self.throttleTimeMs = throttleTimeMs
        self.topics = topics
    }
}

extension OffsetDeleteResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        errorCode = try reader.readInt16("OffsetDeleteResponse.errorCode")
        throttleTimeMs = try reader.readInt32("OffsetDeleteResponse.throttleTimeMs")
        topics = try reader.readArray("OffsetDeleteResponse.topics", version: version, compact: false)
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt16(errorCode)
        writer.writeInt32(throttleTimeMs)
        try writer.writeArray(topics, "OffsetDeleteResponse.topics", version: version, compact: false)
    }
}

extension OffsetDeleteResponse {
    /// A part of ``OffsetDeleteResponse``.
    public struct OffsetDeleteResponseTopic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// What became of each.
        public var partitions: [OffsetDeleteResponsePartition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitions: [OffsetDeleteResponsePartition] = []
        ) {
            self.name = name
            self.partitions = partitions
        }
    }
}

extension OffsetDeleteResponse.OffsetDeleteResponseTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        name = try reader.readString("name", compact: false)
        partitions = try reader.readArray("partitions", version: version, compact: false)
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(name, "name", compact: false)
        try writer.writeArray(partitions, "partitions", version: version, compact: false)
    }
}

extension OffsetDeleteResponse {
    /// A part of ``OffsetDeleteResponse``.
    public struct OffsetDeleteResponsePartition: ProtocolStructure, Hashable {
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

extension OffsetDeleteResponse.OffsetDeleteResponsePartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
        errorCode = try reader.readInt16("errorCode")
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
        writer.writeInt16(errorCode)
    }
}
