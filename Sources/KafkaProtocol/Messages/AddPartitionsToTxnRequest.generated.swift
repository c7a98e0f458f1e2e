// Generated from Schemas/AddPartitionsToTxn.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's AddPartitionsToTxn API, versions 0-5.
public struct AddPartitionsToTxnRequest: KafkaRequest, Hashable {
    public typealias Response = AddPartitionsToTxnResponse

    public static var apiKey: APIKey { .addPartitionsToTxn }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var firstFlexibleVersion: Int16 { 3 }

    /// The transactions. KIP-890. From version 4 on.
    public var transactions: [AddPartitionsToTxnTransaction] = []
    /// The name that transactions are continued under. Up to version 3.
    public var v3AndBelowTransactionalID: String = ""
    /// The producer. Up to version 3.
    public var v3AndBelowProducerID: Int64 = 0
    /// The epoch of the producer. Up to version 3.
    public var v3AndBelowProducerEpoch: Int16 = 0
    /// The partitions, by topic. Up to version 3.
    public var v3AndBelowTopics: [AddPartitionsToTxnTopic] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        transactions: [AddPartitionsToTxnTransaction] = [],
        v3AndBelowTransactionalID: String = "",
        v3AndBelowProducerID: Int64 = 0,
        v3AndBelowProducerEpoch: Int16 = 0,
        v3AndBelowTopics: [AddPartitionsToTxnTopic] = []
    ) {
        self.transactions = transactions
        self.v3AndBelowTransactionalID = v3AndBelowTransactionalID
        self.v3AndBelowProducerID = v3AndBelowProducerID
        self.v3AndBelowProducerEpoch = v3AndBelowProducerEpoch
        self.v3AndBelowTopics = v3AndBelowTopics
    }
}

extension AddPartitionsToTxnRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        if version >= 4 {
            transactions = try reader.readArray("AddPartitionsToTxnRequest.transactions", version: version, compact: compact)
        }
        if version <= 3 {
            v3AndBelowTransactionalID = try reader.readString("AddPartitionsToTxnRequest.v3AndBelowTransactionalID", compact: compact)
        }
        if version <= 3 {
            v3AndBelowProducerID = try reader.readInt64("AddPartitionsToTxnRequest.v3AndBelowProducerID")
        }
        if version <= 3 {
            v3AndBelowProducerEpoch = try reader.readInt16("AddPartitionsToTxnRequest.v3AndBelowProducerEpoch")
        }
        if version <= 3 {
            v3AndBelowTopics = try reader.readArray("AddPartitionsToTxnRequest.v3AndBelowTopics", version: version, compact: compact)
        }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        if version < 4, !transactions.isEmpty {
            throw ProtocolError.fieldNotCarried("AddPartitionsToTxnRequest.transactions", version: version)
        }
        if version > 3, !v3AndBelowTransactionalID.isEmpty {
            throw ProtocolError.fieldNotCarried("AddPartitionsToTxnRequest.v3AndBelowTransactionalID", version: version)
        }
        if version > 3, v3AndBelowProducerID != 0 {
            throw ProtocolError.fieldNotCarried("AddPartitionsToTxnRequest.v3AndBelowProducerID", version: version)
        }
        if version > 3, v3AndBelowProducerEpoch != 0 {
            throw ProtocolError.fieldNotCarried("AddPartitionsToTxnRequest.v3AndBelowProducerEpoch", version: version)
        }
        if version > 3, !v3AndBelowTopics.isEmpty {
            throw ProtocolError.fieldNotCarried("AddPartitionsToTxnRequest.v3AndBelowTopics", version: version)
        }
        if version >= 4 {
            try writer.writeArray(transactions, "AddPartitionsToTxnRequest.transactions", version: version, compact: compact)
        }
        if version <= 3 {
            try writer.writeString(v3AndBelowTransactionalID, "AddPartitionsToTxnRequest.v3AndBelowTransactionalID", compact: compact)
        }
        if version <= 3 { writer.writeInt64(v3AndBelowProducerID) }
        if version <= 3 { writer.writeInt16(v3AndBelowProducerEpoch) }
        if version <= 3 {
            try writer.writeArray(v3AndBelowTopics, "AddPartitionsToTxnRequest.v3AndBelowTopics", version: version, compact: compact)
        }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension AddPartitionsToTxnRequest {
    /// A part of ``AddPartitionsToTxnRequest``.
    public struct AddPartitionsToTxnTransaction: ProtocolStructure, Hashable {
        /// The name that transactions are continued under.
        public var transactionalID: String = ""
        /// The producer.
        public var producerID: Int64 = 0
        /// The epoch of the producer.
        public var producerEpoch: Int16 = 0
        /// Whether to look only if the partitions are part of the transaction.
        public var verifyOnly: Bool = false
        /// The partitions, by topic.
        public var topics: [AddPartitionsToTxnTopic] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            transactionalID: String = "",
            producerID: Int64 = 0,
            producerEpoch: Int16 = 0,
            verifyOnly: Bool = false,
            topics: [AddPartitionsToTxnTopic] = []
        ) {
            self.transactionalID = transactionalID
            self.producerID = producerID
            self.producerEpoch = producerEpoch
            self.verifyOnly = verifyOnly
            self.topics = topics
        }
    }
}

extension AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        transactionalID = try reader.readString("transactionalID", compact: true)
        producerID = try reader.readInt64("producerID")
        producerEpoch = try reader.readInt16("producerEpoch")
        verifyOnly = try reader.readBool("verifyOnly")
        topics = try reader.readArray("topics", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(transactionalID, "transactionalID", compact: true)
        writer.writeInt64(producerID)
        writer.writeInt16(producerEpoch)
        writer.writeBool(verifyOnly)
        try writer.writeArray(topics, "topics", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension AddPartitionsToTxnRequest {
    /// A part of ``AddPartitionsToTxnRequest``.
    public struct AddPartitionsToTxnTopic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The partitions.
        public var partitions: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitions: [Int32] = []
        ) {
            self.name = name
            self.partitions = partitions
        }
    }
}

extension AddPartitionsToTxnRequest.AddPartitionsToTxnTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 3
        name = try reader.readString("name", compact: compact)
        partitions = try reader.readArray("partitions", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 3
        try writer.writeString(name, "name", compact: compact)
        try writer.writeArray(partitions, "partitions", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
