// Generated from Schemas/ConsumerProtocol.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// Kafka's ConsumerProtocolAssignment, versions 0-3.
public struct ConsumerProtocolAssignment: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...3 }
    public static var firstFlexibleVersion: Int16 { Int16.max }

    /// What the member gets.
    public var assignedPartitions: [TopicPartition] = []
    /// What the assignor wants to say; null for nothing.
    public var userData: ByteSlice? = nil

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        assignedPartitions: [TopicPartition] = [],
        userData: ByteSlice? = nil
    ) {
        self.assignedPartitions = assignedPartitions
        self.userData = userData
    }
}

extension ConsumerProtocolAssignment {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        assignedPartitions = try reader.readArray("ConsumerProtocolAssignment.assignedPartitions", version: version, compact: false)
        userData = try reader.readNullableBytes("ConsumerProtocolAssignment.userData", compact: false)
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeArray(assignedPartitions, "ConsumerProtocolAssignment.assignedPartitions", version: version, compact: false)
        try writer.writeNullableBytes(userData, "ConsumerProtocolAssignment.userData", compact: false)
    }
}

extension ConsumerProtocolAssignment {
    /// A part of ``ConsumerProtocolAssignment``.
    public struct TopicPartition: ProtocolStructure, Hashable {
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

extension ConsumerProtocolAssignment.TopicPartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topic = try reader.readString("topic", compact: false)
        partitions = try reader.readArray("partitions", compact: false)
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(topic, "topic", compact: false)
        try writer.writeArray(partitions, "partitions", compact: false)
    }
}
