// Generated from Schemas/WriteTxnMarkers.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's WriteTxnMarkers API, versions 1-2.
public struct WriteTxnMarkersRequest: KafkaRequest, Hashable {
    public typealias Response = WriteTxnMarkersResponse

    public static var apiKey: APIKey { .writeTxnMarkers }
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var firstFlexibleVersion: Int16 { 1 }

    /// The transactions that have ended.
    public var markers: [WritableTxnMarker] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        markers: [WritableTxnMarker] = []
    ) {
        self.markers = markers
    }
}

extension WriteTxnMarkersRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        markers = try reader.readArray("WriteTxnMarkersRequest.markers", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeArray(markers, "WriteTxnMarkersRequest.markers", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension WriteTxnMarkersRequest {
    /// A part of ``WriteTxnMarkersRequest``.
    public struct WritableTxnMarker: ProtocolStructure, Hashable {
        /// The producer.
        public var producerID: Int64 = 0
        /// The epoch of the producer.
        public var producerEpoch: Int16 = 0
        /// Whether the transaction was committed, and not aborted.
        public var transactionResult: Bool = false
        /// The partitions to write to, by topic.
        public var topics: [WritableTxnMarkerTopic] = []
        /// The leader epoch of the coordinator's partition of __transaction_state.
        public var coordinatorEpoch: Int32 = 0
        /// The level of the feature transaction.version that the transaction ran with. KIP-1228. Version 2 only.
        public var transactionVersion: Int8 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            producerID: Int64 = 0,
            producerEpoch: Int16 = 0,
            transactionResult: Bool = false,
            topics: [WritableTxnMarkerTopic] = [],
            coordinatorEpoch: Int32 = 0,
            transactionVersion: Int8 = 0
        ) {
            self.producerID = producerID
            self.producerEpoch = producerEpoch
            self.transactionResult = transactionResult
            self.topics = topics
            self.coordinatorEpoch = coordinatorEpoch
            self.transactionVersion = transactionVersion
        }
    }
}

extension WriteTxnMarkersRequest.WritableTxnMarker {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        producerID = try reader.readInt64("producerID")
        producerEpoch = try reader.readInt16("producerEpoch")
        transactionResult = try reader.readBool("transactionResult")
        topics = try reader.readArray("topics", version: version, compact: true)
        coordinatorEpoch = try reader.readInt32("coordinatorEpoch")
        if version >= 2 { transactionVersion = try reader.readInt8("transactionVersion") }
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt64(producerID)
        writer.writeInt16(producerEpoch)
        writer.writeBool(transactionResult)
        try writer.writeArray(topics, "topics", version: version, compact: true)
        writer.writeInt32(coordinatorEpoch)
        if version >= 2 { writer.writeInt8(transactionVersion) }
        writer.writeTaggedFieldCount(0)
    }
}

extension WriteTxnMarkersRequest {
    /// A part of ``WriteTxnMarkersRequest``.
    public struct WritableTxnMarkerTopic: ProtocolStructure, Hashable {
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

extension WriteTxnMarkersRequest.WritableTxnMarkerTopic {
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
