// Generated from Schemas/DeleteShareGroupState.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's DeleteShareGroupState API, versions 0.
public struct DeleteShareGroupStateResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// What became of each, by topic.
    public var results: [DeleteStateResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        results: [DeleteStateResult] = []
    ) {
        self.results = results
    }
}

extension DeleteShareGroupStateResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        results = try reader.readArray("DeleteShareGroupStateResponse.results", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeArray(results, "DeleteShareGroupStateResponse.results", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DeleteShareGroupStateResponse {
    /// A part of ``DeleteShareGroupStateResponse``.
    public struct DeleteStateResult: ProtocolStructure, Hashable {
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

extension DeleteShareGroupStateResponse.DeleteStateResult {
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

extension DeleteShareGroupStateResponse {
    /// A part of ``DeleteShareGroupStateResponse``.
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

extension DeleteShareGroupStateResponse.PartitionResult {
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
