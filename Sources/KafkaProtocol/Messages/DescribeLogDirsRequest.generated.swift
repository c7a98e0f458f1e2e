// Generated from Schemas/DescribeLogDirs.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's DescribeLogDirs API, versions 0-5.
public struct DescribeLogDirsRequest: KafkaRequest, Hashable {
    public typealias Response = DescribeLogDirsResponse

    public static var apiKey: APIKey { .describeLogDirs }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// The partitions to tell of, by topic; null for all.
    public var topics: [DescribableLogDirTopic]? = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        topics: [DescribableLogDirTopic]? = []
    ) {
        self.topics = topics
    }
}

extension DescribeLogDirsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        topics = try reader.readNullableArray("DescribeLogDirsRequest.topics", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        try writer.writeNullableArray(topics, "DescribeLogDirsRequest.topics", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeLogDirsRequest {
    /// A part of ``DescribeLogDirsRequest``.
    public struct DescribableLogDirTopic: ProtocolStructure, Hashable {
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

extension DescribeLogDirsRequest.DescribableLogDirTopic {
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
