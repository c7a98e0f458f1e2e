// Generated from Schemas/DescribeProducers.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's DescribeProducers API, versions 0.
public struct DescribeProducersRequest: KafkaRequest, Hashable {
    public typealias Response = DescribeProducersResponse

    public static var apiKey: APIKey { .describeProducers }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The partitions, by topic.
    public var topics: [TopicRequest] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        topics: [TopicRequest] = []
    ) {
        self.topics = topics
    }
}

extension DescribeProducersRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        topics = try reader.readArray("DescribeProducersRequest.topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeArray(topics, "DescribeProducersRequest.topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeProducersRequest {
    /// A part of ``DescribeProducersRequest``.
    public struct TopicRequest: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The partitions.
        public var partitionIndexes: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitionIndexes: [Int32] = []
        ) {
            self.name = name
            self.partitionIndexes = partitionIndexes
        }
    }
}

extension DescribeProducersRequest.TopicRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        name = try reader.readString("name", compact: true)
        partitionIndexes = try reader.readArray("partitionIndexes", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(name, "name", compact: true)
        try writer.writeArray(partitionIndexes, "partitionIndexes", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
