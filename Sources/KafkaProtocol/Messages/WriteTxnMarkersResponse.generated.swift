// Generated from Schemas/WriteTxnMarkers.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's WriteTxnMarkers API, versions 1-2.
public struct WriteTxnMarkersResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var firstFlexibleVersion: Int16 { 1 }

    /// What became of each.
    public var markers: [WritableTxnMarkerResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        markers: [WritableTxnMarkerResult] = []
    ) {
        self.markers = markers
    }
}

extension WriteTxnMarkersResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        markers = try reader.readArray("WriteTxnMarkersResponse.markers", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeArray(markers, "WriteTxnMarkersResponse.markers", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension WriteTxnMarkersResponse {
    /// A part of ``WriteTxnMarkersResponse``.
    public struct WritableTxnMarkerResult: ProtocolStructure, Hashable {
        /// The producer.
        public var producerID: Int64 = 0
        /// What became of each, by topic.
        public var topics: [WritableTxnMarkerTopicResult] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            producerID: Int64 = 0,
            topics: [WritableTxnMarkerTopicResult] = []
        ) {
            self.producerID = producerID
            self.topics = topics
        }
    }
}

extension WriteTxnMarkersResponse.WritableTxnMarkerResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        producerID = try reader.readInt64("producerID")
        topics = try reader.readArray("topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt64(producerID)
        try writer.writeArray(topics, "topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension WriteTxnMarkersResponse {
    /// A part of ``WriteTxnMarkersResponse``.
    public struct WritableTxnMarkerTopicResult: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// What became of each.
        public var partitions: [WritableTxnMarkerPartitionResult] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitions: [WritableTxnMarkerPartitionResult] = []
        ) {
            self.name = name
            self.partitions = partitions
        }
    }
}

extension WriteTxnMarkersResponse.WritableTxnMarkerTopicResult {
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

extension WriteTxnMarkersResponse {
    /// A part of ``WriteTxnMarkersResponse``.
    public struct WritableTxnMarkerPartitionResult: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            errorCode: Int16 = 0
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
        }
    }
}

extension WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
        errorCode = try reader.readInt16("errorCode")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
        writer.writeInt16(errorCode)
        writer.writeTaggedFieldCount(0)
    }
}
