// Generated from Schemas/ElectLeaders.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's ElectLeaders API, versions 0-2.
public struct ElectLeadersRequest: KafkaRequest, Hashable {
    public typealias Response = ElectLeadersResponse

    public static var apiKey: APIKey { .electLeaders }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// 0 for the preferred replica, 1 for any that lives, if none is in sync. KIP-460. From version 1 on.
    public var electionType: Int8 = 0
    /// The partitions, by topic; null for all.
    public var topicPartitions: [TopicPartitions]? = []
    /// How long to wait for it to be done, in milliseconds.
    public var timeoutMs: Int32 = 60000

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        electionType: Int8 = 0,
        topicPartitions: [TopicPartitions]? = [],
        timeoutMs: Int32 = 60000
    ) {
        self.electionType = electionType
        self.topicPartitions = topicPartitions
        self.timeoutMs = timeoutMs
    }
}

extension ElectLeadersRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        if version >= 1 { electionType = try reader.readInt8("ElectLeadersRequest.electionType") }
        topicPartitions = try reader.readNullableArray("ElectLeadersRequest.topicPartitions", version: version, compact: compact)
        timeoutMs = try reader.readInt32("ElectLeadersRequest.timeoutMs")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        if version < 1, electionType != 0 {
            throw ProtocolError.fieldNotCarried("ElectLeadersRequest.electionType", version: version)
        }
        if version >= 1 { writer.writeInt8(electionType) }
        try writer.writeNullableArray(topicPartitions, "ElectLeadersRequest.topicPartitions", version: version, compact: compact)
        writer.writeInt32(timeoutMs)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension ElectLeadersRequest {
    /// A part of ``ElectLeadersRequest``.
    public struct TopicPartitions: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var topic: String = ""
        /// The partitions.
        public var partitions: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topic: String = "",
            partitions: [Int32] = []
        ) {
            self.topic = topic
            self.partitions = partitions
        }
    }
}

extension ElectLeadersRequest.TopicPartitions {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        topic = try reader.readString("topic", compact: compact)
        partitions = try reader.readArray("partitions", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        try writer.writeString(topic, "topic", compact: compact)
        try writer.writeArray(partitions, "partitions", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
