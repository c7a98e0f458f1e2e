// Generated from Schemas/ReadShareGroupStateSummary.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's ReadShareGroupStateSummary API, versions 0-1.
public struct ReadShareGroupStateSummaryResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How far the group has come, by topic.
    public var results: [ReadStateSummaryResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        results: [ReadStateSummaryResult] = []
    ) {
        self.results = results
    }
}

extension ReadShareGroupStateSummaryResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        results = try reader.readArray("ReadShareGroupStateSummaryResponse.results", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeArray(results, "ReadShareGroupStateSummaryResponse.results", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ReadShareGroupStateSummaryResponse {
    /// A part of ``ReadShareGroupStateSummaryResponse``.
    public struct ReadStateSummaryResult: ProtocolStructure, Hashable {
        /// The identity of the topic. KIP-516.
        public var topicID: TopicID = TopicID.zero
        /// How far it has come in each.
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

extension ReadShareGroupStateSummaryResponse.ReadStateSummaryResult {
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

extension ReadShareGroupStateSummaryResponse {
    /// A part of ``ReadShareGroupStateSummaryResponse``.
    public struct PartitionResult: ProtocolStructure, Hashable {
        /// The partition.
        public var partition: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = nil
        /// Counts how often the share-partition was set up.
        public var stateEpoch: Int32 = 0
        /// The leader epoch of the partition when the state was written.
        public var leaderEpoch: Int32 = 0
        /// The first offset that the group has not done with; -1 if nothing is known.
        public var startOffset: Int64 = 0
        /// How many offsets from the start on the group has done with; -1 if unknown. KIP-1226. Version 1 only.
        public var deliveryCompleteCount: Int32 = -1

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partition: Int32 = 0,
            errorCode: Int16 = 0,
            errorMessage: String? = nil,
            stateEpoch: Int32 = 0,
            leaderEpoch: Int32 = 0,
            startOffset: Int64 = 0,
            deliveryCompleteCount: Int32 = -1
        ) {
            self.partition = partition
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.stateEpoch = stateEpoch
            self.leaderEpoch = leaderEpoch
            self.startOffset = startOffset
            self.deliveryCompleteCount = deliveryCompleteCount
        }
    }
}

extension ReadShareGroupStateSummaryResponse.PartitionResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partition = try reader.readInt32("partition")
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: true)
        stateEpoch = try reader.readInt32("stateEpoch")
        leaderEpoch = try reader.readInt32("leaderEpoch")
        startOffset = try reader.readInt64("startOffset")
        if version >= 1 { deliveryCompleteCount = try reader.readInt32("deliveryCompleteCount") }
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partition)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: true)
        writer.writeInt32(stateEpoch)
        writer.writeInt32(leaderEpoch)
        writer.writeInt64(startOffset)
        if version >= 1 { writer.writeInt32(deliveryCompleteCount) }
        writer.writeTaggedFieldCount(0)
    }
}
