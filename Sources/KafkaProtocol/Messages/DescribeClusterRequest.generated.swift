// Generated from Schemas/DescribeCluster.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's DescribeCluster API, versions 0-2.
public struct DescribeClusterRequest: KafkaRequest, Hashable {
    public typealias Response = DescribeClusterResponse

    public static var apiKey: APIKey { .describeCluster }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// Whether to list what the client may do with the cluster. KIP-430.
    public var includeClusterAuthorizedOperations: Bool = false
    /// 1 for brokers, 2 for controllers. KIP-919. From version 1 on.
    public var endpointType: Int8 = 1
    /// Whether to list brokers that are fenced too. KIP-1073. Version 2 only.
    public var includeFencedBrokers: Bool = false

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        includeClusterAuthorizedOperations: Bool = false,
        endpointType: Int8 = 1,
        includeFencedBrokers: Bool = false
    ) {
        self.includeClusterAuthorizedOperations = includeClusterAuthorizedOperations
        self.endpointType = endpointType
        self.includeFencedBrokers = includeFencedBrokers
    }
}

extension DescribeClusterRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        includeClusterAuthorizedOperations = try reader.readBool("DescribeClusterRequest.includeClusterAuthorizedOperations")
        if version >= 1 { endpointType = try reader.readInt8("DescribeClusterRequest.endpointType") }
        if version >= 2 { includeFencedBrokers = try reader.readBool("DescribeClusterRequest.includeFencedBrokers") }
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        if version < 1, endpointType != 1 {
            throw ProtocolError.fieldNotCarried("DescribeClusterRequest.endpointType", version: version)
        }
        if version < 2, includeFencedBrokers {
            throw ProtocolError.fieldNotCarried("DescribeClusterRequest.includeFencedBrokers", version: version)
        }
        writer.writeBool(includeClusterAuthorizedOperations)
        if version >= 1 { writer.writeInt8(endpointType) }
        if version >= 2 { writer.writeBool(includeFencedBrokers) }
        writer.writeTaggedFieldCount(0)
    }
}
