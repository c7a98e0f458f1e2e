// Generated from Schemas/ReadShareGroupState.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's ReadShareGroupState API, versions 0.
public struct ReadShareGroupStateResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// What is known, by topic.
    public var results: [ReadStateResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        results: [ReadStateResult] = []
    ) {
        self.results = results
    }
}

extension ReadShareGroupStateResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        results = try reader.readArray("ReadShareGroupStateResponse.results", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeArray(results, "ReadShareGroupStateResponse.results", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ReadShareGroupStateResponse {
    /// A part of ``ReadShareGroupStateResponse``.
    public struct ReadStateResult: ProtocolStructure, Hashable {
        /// The identity of the topic. KIP-516.
        public var topicID: TopicID = TopicID.zero
        /// What is known of each.
        public var partitions: [PartitionResult] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicID: TopicID = TopicID.zero,
            partitions: [PartitionResult] = []
        ) {
            self.topicID = topicID
            self.partitions = partitions
        }
    }
}

extension ReadShareGroupStateResponse.ReadStateResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicID = try reader.readTopicID("topicID")
        partitions = try reader.readArray("partitions", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeTopicID(topicID)
        try writer.writeArray(partitions, "partitions", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ReadShareGroupStateResponse {
    /// A part of ``ReadShareGroupStateResponse``.
    public struct PartitionResult: ProtocolStructure, Hashable {
        /// The partition.
        public var partition: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = nil
        /// Counts how often the share-partition was set up.
        public var stateEpoch: Int32 = 0
        /// The first offset that the group has not done with; -1 if nothing is known.
        public var startOffset: Int64 = 0
        /// What is known of records from there on.
        public var stateBatches: [StateBatch] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partition: Int32 = 0,
            errorCode: Int16 = 0,
            errorMessage: String? = nil,
            stateEpoch: Int32 = 0,
            startOffset: Int64 = 0,
            stateBatches: [StateBatch] = []
        ) {
            self.partition = partition
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.stateEpoch = stateEpoch
            self.startOffset = startOffset
            self.stateBatches = stateBatches
        }
    }
}

extension ReadShareGroupStateResponse.PartitionResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partition = try reader.readInt32("partition")
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: true)
        stateEpoch = try reader.readInt32("stateEpoch")
        startOffset = try reader.readInt64("startOffset")
        stateBatches = try reader.readArray("stateBatches", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partition)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: true)
        writer.writeInt32(stateEpoch)
        writer.writeInt64(startOffset)
        try writer.writeArray(stateBatches, "stateBatches", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ReadShareGroupStateResponse {
    /// A part of ``ReadShareGroupStateResponse``.
    public struct StateBatch: ProtocolStructure, Hashable {
        /// The offset of the first record.
        public var firstOffset: Int64 = 0
        /// The offset of the last record.
        public var lastOffset: Int64 = 0
        /// What has become of the records: 0 available, 2 acknowledged, 4 archived.
        public var deliveryState: Int8 = 0
        /// How often the records have been delivered.
        public var deliveryCount: Int16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            firstOffset: Int64 = 0,
            lastOffset: Int64 = 0,
            deliveryState: Int8 = 0,
            deliveryCount: Int16 = 0
        ) {
            self.firstOffset = firstOffset
            self.lastOffset = lastOffset
            self.deliveryState = deliveryState
            self.deliveryCount = deliveryCount
        }
    }
}

extension ReadShareGroupStateResponse.StateBatch {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        firstOffset = try reader.readInt64("firstOffset")
        lastOffset = try reader.readInt64("lastOffset")
        deliveryState = try reader.readInt8("deliveryState")
        deliveryCount = try reader.readInt16("deliveryCount")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt64(firstOffset)
        writer.writeInt64(lastOffset)
        writer.writeInt8(deliveryState)
        writer.writeInt16(deliveryCount)
        writer.writeTaggedFieldCount(0)
    }
}
