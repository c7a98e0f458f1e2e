// Generated from Schemas/CreatePartitions.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's CreatePartitions API, versions 0-3.
public struct CreatePartitionsRequest: KafkaRequest, Hashable {
    public typealias Response = CreatePartitionsResponse

    public static var apiKey: APIKey { .createPartitions }
    public static var versions: ClosedRange<Int16> { 0...3 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// The topics that get more partitions.
    public var topics: [CreatePartitionsTopic] = []
    /// How long to wait for it to be done, in milliseconds.
    public var timeoutMs: Int32 = 0
    /// Whether to check the request without doing it. KIP-4.
    public var validateOnly: Bool = false

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        topics: [CreatePartitionsTopic] = [],
        timeoutMs: Int32 = 0,
        validateOnly: Bool = false
    ) {
        self.topics = topics
        self.timeoutMs = timeoutMs
        self.validateOnly = validateOnly
    }
}

extension CreatePartitionsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        topics = try reader.readArray("CreatePartitionsRequest.topics", version: version, compact: compact)
        timeoutMs = try reader.readInt32("CreatePartitionsRequest.timeoutMs")
        validateOnly = try reader.readBool("CreatePartitionsRequest.validateOnly")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        try writer.writeArray(topics, "CreatePartitionsRequest.topics", version: version, compact: compact)
        writer.writeInt32(timeoutMs)
        writer.writeBool(validateOnly)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension CreatePartitionsRequest {
    /// A part of ``CreatePartitionsRequest``.
    public struct CreatePartitionsTopic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// How many partitions the topic has then, the old ones included.
        public var count: Int32 = 0
        /// The brokers of each new partition; null to let the broker choose.
        public var assignments: [CreatePartitionsAssignment]? = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            count: Int32 = 0,
            assignments: [CreatePartitionsAssignment]? = []
        ) {
            self.name = name
            self.count = count
            self.assignments = assignments
        }
    }
}

extension CreatePartitionsRequest.CreatePartitionsTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        name = try reader.readString("name", compact: compact)
        count = try reader.readInt32("count")
        assignments = try reader.readNullableArray("assignments", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        try writer.writeString(name, "name", compact: compact)
        writer.writeInt32(count)
        try writer.writeNullableArray(assignments, "assignments", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension CreatePartitionsRequest {
    /// A part of ``CreatePartitionsRequest``.
    public struct CreatePartitionsAssignment: ProtocolStructure, Hashable {
        /// The brokers that hold the partition, the preferred leader first.
        public var brokerIDs: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            brokerIDs: [Int32] = []
        ) {
            self.brokerIDs = brokerIDs
        }
    }
}

extension CreatePartitionsRequest.CreatePartitionsAssignment {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        brokerIDs = try reader.readArray("brokerIDs", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        try writer.writeArray(brokerIDs, "brokerIDs", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
