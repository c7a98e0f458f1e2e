// Generated from Schemas/DeleteShareGroupOffsets.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's DeleteShareGroupOffsets API, versions 0.
public struct DeleteShareGroupOffsetsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong for the whole group; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// What went wrong for the whole group, in words; null if there are none.
    public var errorMessage: String? = nil
    /// What became of each.
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

extension DeleteShareGroupOffsetsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("DeleteShareGroupOffsetsResponse.throttleTimeMs")
        errorCode = try reader.readInt16("DeleteShareGroupOffsetsResponse.errorCode")
        errorMessage = try reader.readNullableString("DeleteShareGroupOffsetsResponse.errorMessage", compact: true)
        responses = try reader.readArray("DeleteShareGroupOffsetsResponse.responses", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "DeleteShareGroupOffsetsResponse.errorMessage", compact: true)
        try writer.writeArray(responses, "DeleteShareGroupOffsetsResponse.responses", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DeleteShareGroupOffsetsResponse {
    /// A part of ``DeleteShareGroupOffsetsResponse``.
    public struct Topic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var topicName: String = ""
        /// The identity of the topic. KIP-516.
        public var topicID: TopicID = TopicID.zero
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = nil

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicName: String = "",
            topicID: TopicID = TopicID.zero,
            errorCode: Int16 = 0,
            errorMessage: String? = nil
        ) {
            self.topicName = topicName
            self.topicID = topicID
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }
    }
}

extension DeleteShareGroupOffsetsResponse.Topic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicName = try reader.readString("topicName", compact: true)
        topicID = try reader.readTopicID("topicID")
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(topicName, "topicName", compact: true)
        writer.writeTopicID(topicID)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
