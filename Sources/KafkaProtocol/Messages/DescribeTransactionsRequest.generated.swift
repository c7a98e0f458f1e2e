// Generated from Schemas/DescribeTransactions.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's DescribeTransactions API, versions 0.
public struct DescribeTransactionsRequest: KafkaRequest, Hashable {
    public typealias Response = DescribeTransactionsResponse

    public static var apiKey: APIKey { .describeTransactions }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The transactional IDs to describe.
    public var transactionalIDs: [String] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        transactionalIDs: [String] = []
    ) {
        self.transactionalIDs = transactionalIDs
    }
}

extension DescribeTransactionsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        transactionalIDs = try reader.readArray("DescribeTransactionsRequest.transactionalIDs", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeArray(transactionalIDs, "DescribeTransactionsRequest.transactionalIDs", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
