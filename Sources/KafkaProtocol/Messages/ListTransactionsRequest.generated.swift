// Generated from Schemas/ListTransactions.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's ListTransactions API, versions 0-2.
public struct ListTransactionsRequest: KafkaRequest, Hashable {
    public typealias Response = ListTransactionsResponse

    public static var apiKey: APIKey { .listTransactions }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The states to list transactions of; empty for all.
    public var stateFilters: [String] = []
    /// The producers to list transactions of; empty for all.
    public var producerIDFilters: [Int64] = []
    /// How long a transaction must have run at least, in milliseconds; below 0 for all. KIP-994. From version 1 on.
    public var durationFilter: Int64 = -1
    /// What the transactional ID must match, a regular expression; null or empty for all. KIP-1152. Version 2 only.
    public var transactionalIDPattern: String? = nil

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        stateFilters: [String] = [],
        producerIDFilters: [Int64] = [],
        durationFilter: Int64 = -1,
        transactionalIDPattern: String? = nil
    ) {
        self.stateFilters = stateFilters
        self.producerIDFilters = producerIDFilters
        self.durationFilter = durationFilter
        self.transactionalIDPattern = transactionalIDPattern
    }
}

extension ListTransactionsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        stateFilters = try reader.readArray("ListTransactionsRequest.stateFilters", compact: true)
        producerIDFilters = try reader.readArray("ListTransactionsRequest.producerIDFilters", compact: true)
        if version >= 1 { durationFilter = try reader.readInt64("ListTransactionsRequest.durationFilter") }
        if version >= 2 {
            transactionalIDPattern = try reader.readNullableString("ListTransactionsRequest.transactionalIDPattern", compact: true)
        }
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        if version < 1, durationFilter != -1 {
            throw ProtocolError.fieldNotCarried("ListTransactionsRequest.durationFilter", version: version)
        }
        if version < 2, transactionalIDPattern != nil {
            throw ProtocolError.fieldNotCarried("ListTransactionsRequest.transactionalIDPattern", version: version)
        }
        try writer.writeArray(stateFilters, "ListTransactionsRequest.stateFilters", compact: true)
        try writer.writeArray(producerIDFilters, "ListTransactionsRequest.producerIDFilters", compact: true)
        if version >= 1 { writer.writeInt64(durationFilter) }
        if version >= 2 {
            try writer.writeNullableString(transactionalIDPattern, "ListTransactionsRequest.transactionalIDPattern", compact: true)
        }
        writer.writeTaggedFieldCount(0)
    }
}
