// Generated from Schemas/AlterShareGroupOffsets.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's AlterShareGroupOffsets API, versions 0.
public struct AlterShareGroupOffsetsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong for the whole group; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// What went wrong for the whole group, in words; null if there are none.
    public var errorMessage: String? = nil
    /// What became of each, by topic.
    public var responses: [Topic] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        errorMessage: String? = nil,
        responses: [Topic] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.responses = responses
    }
}

extension AlterShareGroupOffsetsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("AlterShareGroupOffsetsResponse.throttleTimeMs")
        errorCode = try reader.readInt16("AlterShareGroupOffsetsResponse.errorCode")
        errorMessage = try reader.readNullableString("AlterShareGroupOffsetsResponse.errorMessage", compact: true)
        responses = try reader.readArray("AlterShareGroupOffsetsResponse.responses", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "AlterShareGroupOffsetsResponse.errorMessage", compact: true)
        try writer.writeArray(responses, "AlterShareGroupOffsetsResponse.responses", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension AlterShareGroupOffsetsResponse {
    /// A part of ``AlterShareGroupOffsetsResponse``.
    public struct Topic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var topicName: String = ""
        /// The identity of the topic. KIP-516.
        public var topicID: TopicID = TopicID.zero
        /// What became of each.
        public var partitions: [Partition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicName: String = "",
            topicID: TopicID = TopicID.zero,
            partitions: [Partition] = []
        ) {
            self.topicName = topicName
            self.topicID = topicID
            self.partitions = partitions
        }
    }
}

extension AlterShareGroupOffsetsResponse.Topic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicName = try reader.readString("topicName", compact: true)
        topicID = try reader.readTopicID("topicID")
        partitions = try reader.readArray("partitions", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(topicName, "topicName", compact: true)
        writer.writeTopicID(topicID)
        try writer.writeArray(partitions, "partitions", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension AlterShareGroupOffsetsResponse {
    /// A part of ``AlterShareGroupOffsetsResponse``.
    public struct Partition: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = nil

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            errorCode: Int16 = 0,
            errorMessage: String? = nil
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }
    }
}

extension AlterShareGroupOffsetsResponse.Partition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
