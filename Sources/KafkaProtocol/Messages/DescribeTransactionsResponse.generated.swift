// Generated from Schemas/DescribeTransactions.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's DescribeTransactions API, versions 0.
public struct DescribeTransactionsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// The transactions that were asked for.
    public var transactionStates: [TransactionState] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        transactionStates: [TransactionState] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.transactionStates = transactionStates
    }
}

extension DescribeTransactionsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("DescribeTransactionsResponse.throttleTimeMs")
        transactionStates = try reader.readArray("DescribeTransactionsResponse.transactionStates", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        try writer.writeArray(transactionStates, "DescribeTransactionsResponse.transactionStates", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeTransactionsResponse {
    /// A part of ``DescribeTransactionsResponse``.
    public struct TransactionState: ProtocolStructure, Hashable {
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// The name that transactions are continued under.
        public var transactionalID: String = ""
        /// The state of the transaction, such as Ongoing.
        public var transactionState: String = ""
        /// How long a transaction may stay open, in milliseconds.
        public var transactionTimeoutMs: Int32 = 0
        /// When the transaction began, in milliseconds; -1 if none is open.
        public var transactionStartTimeMs: Int64 = 0
        /// The producer.
        public var producerID: Int64 = 0
        /// The epoch of the producer.
        public var producerEpoch: Int16 = 0
        /// The partitions that are part of the transaction, by topic.
        public var topics: [TopicData] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            errorCode: Int16 = 0,
            transactionalID: String = "",
            transactionState: String = "",
            transactionTimeoutMs: Int32 = 0,
            transactionStartTimeMs: Int64 = 0,
            producerID: Int64 = 0,
            producerEpoch: Int16 = 0,
            topics: [TopicData] = []
        ) {
            self.errorCode = errorCode
            self.transactionalID = transactionalID
            self.transactionState = transactionState
            self.transactionTimeoutMs = transactionTimeoutMs
            self.transactionStartTimeMs = transactionStartTimeMs
            self.producerID = producerID
            self.producerEpoch = producerEpoch
            self.topics = topics
        }
    }
}

extension DescribeTransactionsResponse.TransactionState {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        errorCode = try reader.readInt16("errorCode")
        transactionalID = try reader.readString("transactionalID", compact: true)
        transactionState = try reader.readString("transactionState", compact: true)
        transactionTimeoutMs = try reader.readInt32("transactionTimeoutMs")
        transactionStartTimeMs = try reader.readInt64("transactionStartTimeMs")
        producerID = try reader.readInt64("producerID")
        producerEpoch = try reader.readInt16("producerEpoch")
        topics = try reader.readArray("topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt16(errorCode)
        try writer.writeString(transactionalID, "transactionalID", compact: true)
        try writer.writeString(transactionState, "transactionState", compact: true)
        writer.writeInt32(transactionTimeoutMs)
        writer.writeInt64(transactionStartTimeMs)
        writer.writeInt64(producerID)
        writer.writeInt16(producerEpoch)
        try writer.writeArray(topics, "topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeTransactionsResponse {
    /// A part of ``DescribeTransactionsResponse``.
    public struct TopicData: ProtocolStructure, Hashable {
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

extension DescribeTransactionsResponse.TopicData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topic = try reader.readString("topic", compact: true)
        partitions = try reader.readArray("partitions", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(topic, "topic", compact: true)
        try writer.writeArray(partitions, "partitions", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
