// Generated from Schemas/DescribeGroups.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's DescribeGroups API, versions 0-6.
public struct DescribeGroupsRequest: KafkaRequest, Hashable {
    public typealias Response = DescribeGroupsResponse

    public static var apiKey: APIKey { .describeGroups }
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var firstFlexibleVersion: Int16 { 5 }

    /// The groups to describe.
    public var groups: [String] = []
    /// Whether to list what the client may do with each group. KIP-430. From version 3 on.
    public var includeAuthorizedOperations: Bool = false

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groups: [String] = [],
        includeAuthorizedOperations: Bool = false
    ) {
        self.groups = groups
        self.includeAuthorizedOperations = includeAuthorizedOperations
    }
}

extension DescribeGroupsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 5
        groups = try reader.readArray("DescribeGroupsRequest.groups", compact: compact)
        if version >= 3 {
            includeAuthorizedOperations = try reader.readBool("DescribeGroupsRequest.includeAuthorizedOperations")
        }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 5
        if version < 3, includeAuthorizedOperations {
            throw ProtocolError.fieldNotCarried("DescribeGroupsRequest.includeAuthorizedOperations", version: version)
        }
        try writer.writeArray(groups, "DescribeGroupsRequest.groups", compact: compact)
        if version >= 3 { writer.writeBool(includeAuthorizedOperations) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
