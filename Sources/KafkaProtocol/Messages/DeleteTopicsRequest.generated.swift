// Generated from Schemas/DeleteTopics.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's DeleteTopics API, versions 0-6.
public struct DeleteTopicsRequest: KafkaRequest, Hashable {
    public typealias Response = DeleteTopicsResponse

    public static var apiKey: APIKey { .deleteTopics }
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var firstFlexibleVersion: Int16 { 4 }

    /// The topics to delete, by name or identity. KIP-516. Version 6 only.
    public var topics: [DeleteTopicState] = []
    /// The names of the topics to delete. Up to version 5.
    public var topicNames: [String] = []
    /// How long to wait for it to be done, in milliseconds.
    public var timeoutMs: Int32 = 0

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        topics: [DeleteTopicState] = [],
        topicNames: [String] = [],
        timeoutMs: Int32 = 0
    ) {
        self.topics = topics
        self.topicNames = topicNames
        self.timeoutMs = timeoutMs
    }
}

extension DeleteTopicsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        if version >= 6 {
            topics = try reader.readArray("DeleteTopicsRequest.topics", version: version, compact: compact)
        }
        if version <= 5 { topicNames = try reader.readArray("DeleteTopicsRequest.topicNames", compact: compact) }
        timeoutMs = try reader.readInt32("DeleteTopicsRequest.timeoutMs")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        if version < 6, !topics.isEmpty {
            throw ProtocolError.fieldNotCarried("DeleteTopicsRequest.topics", version: version)
        }
        if version >= 6 {
            try writer.writeArray(topics, "DeleteTopicsRequest.topics", version: version, compact: compact)
        }
        if version <= 5 { try writer.writeArray(topicNames, "DeleteTopicsRequest.topicNames", compact: compact) }
        writer.writeInt32(timeoutMs)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DeleteTopicsRequest {
    /// A part of ``DeleteTopicsRequest``.
    public struct DeleteTopicState: ProtocolStructure, Hashable {
        /// The name of the topic; null to delete by its identity.
        public var name: String? = nil
        /// The identity of the topic. KIP-516.
        public var topicID: TopicID = TopicID.zero

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String? = nil,
            topicID: TopicID = TopicID.zero
        ) {
            self.name = name
            self.topicID = topicID
        }
    }
}

extension DeleteTopicsRequest.DeleteTopicState {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        name = try reader.readNullableString("name", compact: true)
        topicID = try reader.readTopicID("topicID")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeNullableString(name, "name", compact: true)
        writer.writeTopicID(topicID)
        writer.writeTaggedFieldCount(0)
    }
}
