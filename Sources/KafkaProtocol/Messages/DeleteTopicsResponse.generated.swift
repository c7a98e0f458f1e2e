// Generated from Schemas/DeleteTopics.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's DeleteTopics API, versions 0-6.
public struct DeleteTopicsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var firstFlexibleVersion: Int16 { 4 }

    /// How long a quota delays the client, in milliseconds. KIP-13. From version 1 on.
    public var throttleTimeMs: Int32 = 0
    /// What became of each topic.
    public var responses: [DeletableTopicResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        responses: [DeletableTopicResult] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.responses = responses
    }
}

extension DeleteTopicsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        if version >= 1 { throttleTimeMs = try reader.readInt32("DeleteTopicsResponse.throttleTimeMs") }
        responses = try reader.readArray("DeleteTopicsResponse.responses", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        if version >= 1 { writer.writeInt32(throttleTimeMs) }
        try writer.writeArray(responses, "DeleteTopicsResponse.responses", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DeleteTopicsResponse {
    /// A part of ``DeleteTopicsResponse``.
    public struct DeletableTopicResult: ProtocolStructure, Hashable {
        /// The name of the topic; null if only its identity is known.
        public var name: String? = ""
        /// The identity of the topic. KIP-516. Version 6 only.
        public var topicID: TopicID = TopicID.zero
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none. KIP-599. From version 5 on.
        public var errorMessage: String? = nil

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String? = "",
            topicID: TopicID = TopicID.zero,
            errorCode: Int16 = 0,
            errorMessage: String? = nil
        ) {
            self.name = name
            self.topicID = topicID
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }
    }
}

extension DeleteTopicsResponse.DeletableTopicResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        name = try reader.readNullableString("name", compact: compact, allowNull: version >= 6)
        if version >= 6 { topicID = try reader.readTopicID("topicID") }
        errorCode = try reader.readInt16("errorCode")
        if version >= 5 { errorMessage = try reader.readNullableString("errorMessage", compact: compact) }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        try writer.writeNullableString(name, "name", compact: compact, allowNull: version >= 6)
        if version >= 6 { writer.writeTopicID(topicID) }
        writer.writeInt16(errorCode)
        if version >= 5 { try writer.writeNullableString(errorMessage, "errorMessage", compact: compact) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
