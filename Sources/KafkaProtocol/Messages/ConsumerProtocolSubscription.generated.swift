// Generated from Schemas/ConsumerProtocol.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// Kafka's ConsumerProtocolSubscription, versions 0-3.
public struct ConsumerProtocolSubscription: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...3 }
    public static var firstFlexibleVersion: Int16 { Int16.max }

    /// The topics that the member subscribes to.
    public var topics: [String] = []
    /// What the assignor wants to say; null for nothing.
    public var userData: ByteSlice? = nil
    /// What the member owns at the moment, for cooperative assignors. KIP-429. From version 1 on.
    public var ownedPartitions: [TopicPartition] = []
    /// The generation in which it owned that; -1 if unknown. KIP-792. From version 2 on.
    public var generationID: Int32 = -1
    /// The rack of the member, for assignors that know racks; null if none. KIP-881. Version 3 only.
    public var rackID: String? = nil

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        topics: [String] = [],
        userData: ByteSlice? = nil,
        ownedPartitions: [TopicPartition] = [],
        generationID: Int32 = -1,
        rackID: String? = nil
    ) {
        self.topics = topics
        self.userData = userData
        self.ownedPartitions = ownedPartitions
        self.generationID = generationID
        self.rackID = rackID
    }
}

extension ConsumerProtocolSubscription {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        topics = try reader.readArray("ConsumerProtocolSubscription.topics", compact: false)
        userData = try reader.readNullableBytes("ConsumerProtocolSubscription.userData", compact: false)
        if version >= 1 {
            ownedPartitions = try reader.readArray("ConsumerProtocolSubscription.ownedPartitions", version: version, compact: false)
        }
        if version >= 2 { generationID = try reader.readInt32("ConsumerProtocolSubscription.generationID") }
        if version >= 3 {
            rackID = try reader.readNullableString("ConsumerProtocolSubscription.rackID", compact: false)
        }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeArray(topics, "ConsumerProtocolSubscription.topics", compact: false)
        try writer.writeNullableBytes(userData, "ConsumerProtocolSubscription.userData", compact: false)
        if version >= 1 {
            try writer.writeArray(ownedPartitions, "ConsumerProtocolSubscription.ownedPartitions", version: version, compact: false)
        }
        if version >= 2 { writer.writeInt32(generationID) }
        if version >= 3 {
            try writer.writeNullableString(rackID, "ConsumerProtocolSubscription.rackID", compact: false)
        }
    }
}

extension ConsumerProtocolSubscription {
    /// A part of ``ConsumerProtocolSubscription``.
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

extension ConsumerProtocolSubscription.TopicPartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topic = try reader.readString("topic", compact: false)
        partitions = try reader.readArray("partitions", compact: false)
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(topic, "topic", compact: false)
        try writer.writeArray(partitions, "partitions", compact: false)
    }
}
