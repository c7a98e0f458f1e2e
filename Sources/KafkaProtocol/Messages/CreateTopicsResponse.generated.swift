// Generated from Schemas/CreateTopics.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's CreateTopics API, versions 0-7.
public struct CreateTopicsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...7 }
    public static var firstFlexibleVersion: Int16 { 5 }

    /// How long a quota delays the client, in milliseconds. KIP-13. From version 2 on.
    public var throttleTimeMs: Int32 = 0
    /// What became of each topic.
    public var topics: [CreatableTopicResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        topics: [CreatableTopicResult] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.topics = topics
    }
}

extension CreateTopicsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 5
        if version >= 2 { throttleTimeMs = try reader.readInt32("CreateTopicsResponse.throttleTimeMs") }
        topics = try reader.readArray("CreateTopicsResponse.topics", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 5
        if version >= 2 { writer.writeInt32(throttleTimeMs) }
        try writer.writeArray(topics, "CreateTopicsResponse.topics", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension CreateTopicsResponse {
    /// A part of ``CreateTopicsResponse``.
    public struct CreatableTopicResult: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The identity of the topic. KIP-516. Version 7 only.
        public var topicID: TopicID = TopicID.zero
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none. From version 1 on.
        public var errorMessage: String? = ""
        /// Why the settings are not told; 0 if they are. KIP-525. From version 5 on.
        public var topicConfigErrorCode: Int16 = 0
        /// How many partitions the topic has; -1 if not told. KIP-525. From version 5 on.
        public var numPartitions: Int32 = -1
        /// How many replicas each has; -1 if not told. KIP-525. From version 5 on.
        public var replicationFactor: Int16 = -1
        /// The settings of the topic; null if not told. KIP-525. From version 5 on.
        public var configs: [CreatableTopicConfigs]? = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            topicID: TopicID = TopicID.zero,
            errorCode: Int16 = 0,
            errorMessage: String? = "",
            topicConfigErrorCode: Int16 = 0,
            numPartitions: Int32 = -1,
            replicationFactor: Int16 = -1,
            configs: [CreatableTopicConfigs]? = []
        ) {
            self.name = name
            self.topicID = topicID
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.topicConfigErrorCode = topicConfigErrorCode
            self.numPartitions = numPartitions
            self.replicationFactor = replicationFactor
            self.configs = configs
        }
    }
}

extension CreateTopicsResponse.CreatableTopicResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 5
        name = try reader.readString("name", compact: compact)
        if version >= 7 { topicID = try reader.readTopicID("topicID") }
        errorCode = try reader.readInt16("errorCode")
        if version >= 1 { errorMessage = try reader.readNullableString("errorMessage", compact: compact) }
        if version >= 5 { numPartitions = try reader.readInt32("numPartitions") }
        if version >= 5 { replicationFactor = try reader.readInt16("replicationFactor") }
        if version >= 5 { configs = try reader.readNullableArray("configs", version: version, compact: compact) }
        if compact {
            for _ in 0..<(try reader.readTaggedFieldCount()) {
                let field = try reader.beginTaggedField()
                switch field.tag {
                case 0: topicConfigErrorCode = try reader.readInt16("topicConfigErrorCode")
                default: reader.skip(field)
                }
                try reader.endTaggedField(field)
            }
        }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 5
        try writer.writeString(name, "name", compact: compact)
        if version >= 7 { writer.writeTopicID(topicID) }
        writer.writeInt16(errorCode)
        if version >= 1 { try writer.writeNullableString(errorMessage, "errorMessage", compact: compact) }
        if version >= 5 { writer.writeInt32(numPartitions) }
        if version >= 5 { writer.writeInt16(replicationFactor) }
        if version >= 5 { try writer.writeNullableArray(configs, "configs", version: version, compact: compact) }
        if compact {
            var tagCount = 0
            let hasTopicConfigErrorCode = topicConfigErrorCode != 0
            if hasTopicConfigErrorCode { tagCount += 1 }
            writer.writeTaggedFieldCount(tagCount)
            if hasTopicConfigErrorCode {
                let start = writer.beginTaggedField(0)
                writer.writeInt16(topicConfigErrorCode)
                writer.endTaggedField(startedAt: start)
            }
        }
    }
}

extension CreateTopicsResponse {
    /// A part of ``CreateTopicsResponse``.
    public struct CreatableTopicConfigs: ProtocolStructure, Hashable {
        /// The name of the setting.
        public var name: String = ""
        /// The value of the setting; null if it is secret.
        public var value: String? = ""
        /// Whether the setting cannot be changed.
        public var readOnly: Bool = false
        /// Where the value comes from: 1 topic, 2 and 3 dynamic broker settings, 4 static, 5 default. KIP-226.
        public var configSource: Int8 = -1
        /// Whether the value is secret.
        public var isSensitive: Bool = false

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            value: String? = "",
            readOnly: Bool = false,
            configSource: Int8 = -1,
            isSensitive: Bool = false
        ) {
            self.name = name
            self.value = value
            self.readOnly = readOnly
            self.configSource = configSource
            self.isSensitive = isSensitive
        }
    }
}

extension CreateTopicsResponse.CreatableTopicConfigs {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        name = try reader.readString("name", compact: true)
        value = try reader.readNullableString("value", compact: true)
        readOnly = try reader.readBool("readOnly")
        configSource = try reader.readInt8("configSource")
        isSensitive = try reader.readBool("isSensitive")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(name, "name", compact: true)
        try writer.writeNullableString(value, "value", compact: true)
        writer.writeBool(readOnly)
        writer.writeInt8(configSource)
        writer.writeBool(isSensitive)
        writer.writeTaggedFieldCount(0)
    }
}
