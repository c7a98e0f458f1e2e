// Generated from Schemas/ListTransactions.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's ListTransactions API, versions 0-2.
public struct ListTransactionsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// The states of the filter that the coordinator does not know.
    public var unknownStateFilters: [String] = []
    /// The transactions.
    public var transactionStates: [TransactionState] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        unknownStateFilters: [String] = [],
        transactionStates: [TransactionState] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.unknownStateFilters = unknownStateFilters
        self.transactionStates = transactionStates
    }
}

extension ListTransactionsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("ListTransactionsResponse.throttleTimeMs")
        errorCode = try reader.readInt16("ListTransactionsResponse.errorCode")
        unknownStateFilters = try reader.readArray("ListTransactionsResponse.unknownStateFilters", compact: true)
        transactionStates = try reader.readArray("ListTransactionsResponse.transactionStates", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        try writer.writeArray(unknownStateFilters, "ListTransactionsResponse.unknownStateFilters", compact: true)
        try writer.writeArray(transactionStates, "ListTransactionsResponse.transactionStates", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ListTransactionsResponse {
    /// A part of ``ListTransactionsResponse``.
    public struct TransactionState: ProtocolStructure, Hashable {
        /// The name that transactions are continued under.
        public var transactionalID: String = ""
        /// The producer.
        public var producerID: Int64 = 0
        /// The state of the transaction, such as Ongoing.
        public var transactionState: String = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            transactionalID: String = "",
            producerID: Int64 = 0,
            transactionState: String = ""
        ) {
            self.transactionalID = transactionalID
            self.producerID = producerID
            self.transactionState = transactionState
        }
    }
}

extension ListTransactionsResponse.TransactionState {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        transactionalID = try reader.readString("transactionalID", compact: true)
        producerID = try reader.readInt64("producerID")
        transactionState = try reader.readString("transactionState", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(transactionalID, "transactionalID", compact: true)
        writer.writeInt64(producerID)
        try writer.writeString(transactionState, "transactionState", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
