// Generated from Schemas/DescribeProducers.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's DescribeProducers API, versions 0.
public struct DescribeProducersResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// The partitions, by topic.
    public var topics: [TopicResponse] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        topics: [TopicResponse] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.topics = topics
    }
}

extension DescribeProducersResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("DescribeProducersResponse.throttleTimeMs")
        topics = try reader.readArray("DescribeProducersResponse.topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        try writer.writeArray(topics, "DescribeProducersResponse.topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeProducersResponse {
    /// A part of ``DescribeProducersResponse``.
    public struct TopicResponse: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The partitions.
        public var partitions: [PartitionResponse] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitions: [PartitionResponse] = []
        ) {
            self.name = name
            self.partitions = partitions
        }
    }
}

extension DescribeProducersResponse.TopicResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        name = try reader.readString("name", compact: true)
        partitions = try reader.readArray("partitions", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(name, "name", compact: true)
        try writer.writeArray(partitions, "partitions", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeProducersResponse {
    /// A part of ``DescribeProducersResponse``.
    public struct PartitionResponse: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = nil
        /// The producers that the partition remembers.
        public var activeProducers: [ProducerState] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            errorCode: Int16 = 0,
            errorMessage: String? = nil,
            activeProducers: [ProducerState] = []
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.activeProducers = activeProducers
        }
    }
}

extension DescribeProducersResponse.PartitionResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: true)
        activeProducers = try reader.readArray("activeProducers", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: true)
        try writer.writeArray(activeProducers, "activeProducers", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeProducersResponse {
    /// A part of ``DescribeProducersResponse``.
    public struct ProducerState: ProtocolStructure, Hashable {
        /// The identity of the producer.
        public var producerID: Int64 = 0
        /// The epoch of the producer.
        public var producerEpoch: Int32 = 0
        /// The sequence number of its last record; -1 if none is known.
        public var lastSequence: Int32 = -1
        /// The time of its last record, in milliseconds; -1 if none is known.
        public var lastTimestamp: Int64 = -1
        /// The epoch of the coordinator that ended its last transaction.
        public var coordinatorEpoch: Int32 = 0
        /// The first offset of its open transaction; -1 if none is open.
        public var currentTxnStartOffset: Int64 = -1

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            producerID: Int64 = 0,
            producerEpoch: Int32 = 0,
            lastSequence: Int32 = -1,
            lastTimestamp: Int64 = -1,
            coordinatorEpoch: Int32 = 0,
            currentTxnStartOffset: Int64 = -1
        ) {
            self.producerID = producerID
            self.producerEpoch = producerEpoch
            self.lastSequence = lastSequence
            self.lastTimestamp = lastTimestamp
            self.coordinatorEpoch = coordinatorEpoch
            self.currentTxnStartOffset = currentTxnStartOffset
        }
    }
}

extension DescribeProducersResponse.ProducerState {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        producerID = try reader.readInt64("producerID")
        producerEpoch = try reader.readInt32("producerEpoch")
        lastSequence = try reader.readInt32("lastSequence")
        lastTimestamp = try reader.readInt64("lastTimestamp")
        coordinatorEpoch = try reader.readInt32("coordinatorEpoch")
        currentTxnStartOffset = try reader.readInt64("currentTxnStartOffset")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt64(producerID)
        writer.writeInt32(producerEpoch)
        writer.writeInt32(lastSequence)
        writer.writeInt64(lastTimestamp)
        writer.writeInt32(coordinatorEpoch)
        writer.writeInt64(currentTxnStartOffset)
        writer.writeTaggedFieldCount(0)
    }
}
