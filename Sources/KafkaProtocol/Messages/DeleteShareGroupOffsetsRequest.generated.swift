// Generated from Schemas/DeleteShareGroupOffsets.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's DeleteShareGroupOffsets API, versions 0.
public struct DeleteShareGroupOffsetsRequest: KafkaRequest, Hashable {
    public typealias Response = DeleteShareGroupOffsetsResponse

    public static var apiKey: APIKey { .deleteShareGroupOffsets }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The group.
    public var groupID: String = ""
    /// The topics.
    public var topics: [Topic] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String = "",
        topics: [Topic] = []
    ) {
        self.groupID = groupID
        self.topics = topics
    }
}

extension DeleteShareGroupOffsetsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        groupID = try reader.readString("DeleteShareGroupOffsetsRequest.groupID", compact: true)
        topics = try reader.readArray("DeleteShareGroupOffsetsRequest.topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeString(groupID, "DeleteShareGroupOffsetsRequest.groupID", compact: true)
        try writer.writeArray(topics, "DeleteShareGroupOffsetsRequest.topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DeleteShareGroupOffsetsRequest {
    /// A part of ``DeleteShareGroupOffsetsRequest``.
    public struct Topic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var topicName: String = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicName: String = ""
        ) {
            self.topicName = topicName
        }
    }
}

extension DeleteShareGroupOffsetsRequest.Topic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicName = try reader.readString("topicName", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(topicName, "topicName", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
