// Generated from Schemas/CreateTopics.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's CreateTopics API, versions 0-7.
public struct CreateTopicsRequest: KafkaRequest, Hashable {
    public typealias Response = CreateTopicsResponse

    public static var apiKey: APIKey { .createTopics }
    public static var versions: ClosedRange<Int16> { 0...7 }
    public static var firstFlexibleVersion: Int16 { 5 }

    /// The topics to create.
    public var topics: [CreatableTopic] = []
    /// How long to wait for the topics to be there, in milliseconds.
    public var timeoutMs: Int32 = 60000
    /// Whether to check the request without doing it. KIP-4. From version 1 on.
    public var validateOnly: Bool = false

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        topics: [CreatableTopic] = [],
        timeoutMs: Int32 = 60000,
        validateOnly: Bool = false
    ) {
        self.topics = topics
        self.timeoutMs = timeoutMs
        self.validateOnly = validateOnly
    }
}

extension CreateTopicsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 5
        topics = try reader.readArray("CreateTopicsRequest.topics", version: version, compact: compact)
        timeoutMs = try reader.readInt32("CreateTopicsRequest.timeoutMs")
        if version >= 1 { validateOnly = try reader.readBool("CreateTopicsRequest.validateOnly") }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 5
        if version < 1, validateOnly {
            throw ProtocolError.fieldNotCarried("CreateTopicsRequest.validateOnly", version: version)
        }
        try writer.writeArray(topics, "CreateTopicsRequest.topics", version: version, compact: compact)
        writer.writeInt32(timeoutMs)
        if version >= 1 { writer.writeBool(validateOnly) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension CreateTopicsRequest {
    /// A part of ``CreateTopicsRequest``.
    public struct CreatableTopic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// How many partitions; -1 for the broker's default or with assignments. KIP-464.
        public var numPartitions: Int32 = 0
        /// How many replicas of each; -1 for the broker's default or with assignments. KIP-464.
        public var replicationFactor: Int16 = 0
        /// Which brokers hold which partitions; empty to let the broker choose.
        public var assignments: [CreatableReplicaAssignment] = []
        /// The topic's own settings.
        public var configs: [CreatableTopicConfig] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            numPartitions: Int32 = 0,
            replicationFactor: Int16 = 0,
            assignments: [CreatableReplicaAssignment] = [],
            configs: [CreatableTopicConfig] = []
        ) {
            self.name = name
            self.numPartitions = numPartitions
            self.replicationFactor = replicationFactor
            self.assignments = assignments
            self.configs = configs
        }
    }
}

extension CreateTopicsRequest.CreatableTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 5
        name = try reader.readString("name", compact: compact)
        numPartitions = try reader.readInt32("numPartitions")
        replicationFactor = try reader.readInt16("replicationFactor")
        assignments = try reader.readArray("assignments", version: version, compact: compact)
        configs = try reader.readArray("configs", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 5
        try writer.writeString(name, "name", compact: compact)
        writer.writeInt32(numPartitions)
        writer.writeInt16(replicationFactor)
        try writer.writeArray(assignments, "assignments", version: version, compact: compact)
        try writer.writeArray(configs, "configs", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension CreateTopicsRequest {
    /// A part of ``CreateTopicsRequest``.
    public struct CreatableReplicaAssignment: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// The brokers that hold the partition, the preferred leader first.
        public var brokerIDs: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            brokerIDs: [Int32] = []
        ) {
            self.partitionIndex = partitionIndex
            self.brokerIDs = brokerIDs
        }
    }
}

extension CreateTopicsRequest.CreatableReplicaAssignment {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 5
        partitionIndex = try reader.readInt32("partitionIndex")
        brokerIDs = try reader.readArray("brokerIDs", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 5
        writer.writeInt32(partitionIndex)
        try writer.writeArray(brokerIDs, "brokerIDs", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension CreateTopicsRequest {
    /// A part of ``CreateTopicsRequest``.
    public struct CreatableTopicConfig: ProtocolStructure, Hashable {
        /// The name of the setting.
        public var name: String = ""
        /// The value of the setting; null for its default.
        public var value: String? = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            value: String? = ""
        ) {
            self.name = name
            self.value = value
        }
    }
}

extension CreateTopicsRequest.CreatableTopicConfig {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 5
        name = try reader.readString("name", compact: compact)
        value = try reader.readNullableString("value", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 5
        try writer.writeString(name, "name", compact: compact)
        try writer.writeNullableString(value, "value", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
