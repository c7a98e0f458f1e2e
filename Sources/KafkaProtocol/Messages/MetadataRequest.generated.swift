// Generated from Schemas/Metadata.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's Metadata API, versions 0-13.
public struct MetadataRequest: KafkaRequest, Hashable {
    public typealias Response = MetadataResponse

    public static var apiKey: APIKey { .metadata }
    public static var versions: ClosedRange<Int16> { 0...13 }
    public static var firstFlexibleVersion: Int16 { 9 }

    /// The topics to describe; null for all of them (in version 0: none).
    public var topics: [MetadataRequestTopic]? = []
    /// Whether the broker may create topics that are missing. From version 4 on.
    public var allowAutoTopicCreation: Bool = true
    /// Whether to list what the client may do with the cluster. KIP-430. Versions 8-10.
    public var includeClusterAuthorizedOperations: Bool = false
    /// Whether to list what the client may do with each topic. KIP-430. From version 8 on.
    public var includeTopicAuthorizedOperations: Bool = false

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        topics: [MetadataRequestTopic]? = [],
        allowAutoTopicCreation: Bool = true,
        includeClusterAuthorizedOperations: Bool = false,
        includeTopicAuthorizedOperations: Bool = false
    ) {
        self.topics = topics
        self.allowAutoTopicCreation = allowAutoTopicCreation
        self.includeClusterAuthorizedOperations = includeClusterAuthorizedOperations
        self.includeTopicAuthorizedOperations = includeTopicAuthorizedOperations
    }
}

extension MetadataRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 9
        topics = try reader.readNullableArray("MetadataRequest.topics", version: version, compact: compact, allowNull: version >= 1)
        if version >= 4 { allowAutoTopicCreation = try reader.readBool("MetadataRequest.allowAutoTopicCreation") }
        if version >= 8 && version <= 10 {
            includeClusterAuthorizedOperations = try reader.readBool("MetadataRequest.includeClusterAuthorizedOperations")
        }
        if version >= 8 {
            includeTopicAuthorizedOperations = try reader.readBool("MetadataRequest.includeTopicAuthorizedOperations")
        }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 9
        if version < 4, !allowAutoTopicCreation {
            throw ProtocolError.fieldNotCarried("MetadataRequest.allowAutoTopicCreation", version: version)
        }
        if !(version >= 8 && version <= 10), includeClusterAuthorizedOperations {
            throw ProtocolError.fieldNotCarried("MetadataRequest.includeClusterAuthorizedOperations", version: version)
        }
        if version < 8, includeTopicAuthorizedOperations {
            throw ProtocolError.fieldNotCarried("MetadataRequest.includeTopicAuthorizedOperations", version: version)
        }
        try writer.writeNullableArray(topics, "MetadataRequest.topics", version: version, compact: compact, allowNull: version >= 1)
        if version >= 4 { writer.writeBool(allowAutoTopicCreation) }
        if version >= 8 && version <= 10 { writer.writeBool(includeClusterAuthorizedOperations) }
        if version >= 8 { writer.writeBool(includeTopicAuthorizedOperations) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension MetadataRequest {
    /// A part of ``MetadataRequest``.
    public struct MetadataRequestTopic: ProtocolStructure, Hashable {
        /// The identity of the topic. KIP-516. From version 10 on.
        public var topicID: TopicID = TopicID.zero
        /// The name of the topic; null to ask by its identity. KIP-516.
        public var name: String? = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicID: TopicID = TopicID.zero,
            name: String? = ""
        ) {
            self.topicID = topicID
            self.name = name
        }
    }
}

extension MetadataRequest.MetadataRequestTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        if version >= 10 { topicID = try reader.readTopicID("topicID") }
        name = try reader.readNullableString("name", compact: compact, allowNull: version >= 10)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        if version >= 10 { writer.writeTopicID(topicID) }
        try writer.writeNullableString(name, "name", compact: compact, allowNull: version >= 10)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
