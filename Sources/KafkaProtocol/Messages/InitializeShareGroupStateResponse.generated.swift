// Generated from Schemas/InitializeShareGroupState.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's InitializeShareGroupState API, versions 0.
public struct InitializeShareGroupStateResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// What became of each, by topic.
    public var results: [InitializeStateResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        results: [InitializeStateResult] = []
    ) {
        self.results = results
    }
}

extension InitializeShareGroupStateResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        results = try reader.readArray("InitializeShareGroupStateResponse.results", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeArray(results, "InitializeShareGroupStateResponse.results", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension InitializeShareGroupStateResponse {
    /// A part of ``InitializeShareGroupStateResponse``.
    public struct InitializeStateResult: ProtocolStructure, Hashable {
        /// The identity of the topic. KIP-516.
        public var topicID: TopicID = TopicID.zero
        /// What became of each.
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

extension InitializeShareGroupStateResponse.InitializeStateResult {
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

extension InitializeShareGroupStateResponse {
    /// A part of ``InitializeShareGroupStateResponse``.
    public struct PartitionResult: ProtocolStructure, Hashable {
        /// The partition.
        public var partition: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = nil

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partition: Int32 = 0,
            errorCode: Int16 = 0,
            errorMessage: String? = nil
        ) {
            self.partition = partition
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }
    }
}

extension InitializeShareGroupStateResponse.PartitionResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partition = try reader.readInt32("partition")
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partition)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
