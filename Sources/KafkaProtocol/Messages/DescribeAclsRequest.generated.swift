// Generated from Schemas/DescribeAcls.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's DescribeAcls API, versions 1-3.
public struct DescribeAclsRequest: KafkaRequest, Hashable {
    public typealias Response = DescribeAclsResponse

    public static var apiKey: APIKey { .describeAcls }
    public static var versions: ClosedRange<Int16> { 1...3 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// The type of resource: 1 any, 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user.
    public var resourceTypeFilter: Int8 = 0
    /// The name of the resource; null for any.
    public var resourceNameFilter: String? = ""
    /// How names are matched: 1 any, 2 match, 3 literal, 4 prefixed. KIP-290.
    public var patternTypeFilter: Int8 = 3
    /// The principal; null for any.
    public var principalFilter: String? = ""
    /// The host; null for any.
    public var hostFilter: String? = ""
    /// The operation; 1 for any.
    public var operation: Int8 = 0
    /// 1 any, 2 deny, 3 allow.
    public var permissionType: Int8 = 0

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        resourceTypeFilter: Int8 = 0,
        resourceNameFilter: String? = "",
        patternTypeFilter: Int8 = 3,
        principalFilter: String? = "",
        hostFilter: String? = "",
        operation: Int8 = 0,
        permissionType: Int8 = 0
    ) {
        self.resourceTypeFilter = resourceTypeFilter
        self.resourceNameFilter = resourceNameFilter
        self.patternTypeFilter = patternTypeFilter
        self.principalFilter = principalFilter
        self.hostFilter = hostFilter
        self.operation = operation
        self.permissionType = permissionType
    }
}

extension DescribeAclsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        resourceTypeFilter = try reader.readInt8("DescribeAclsRequest.resourceTypeFilter")
        resourceNameFilter = try reader.readNullableString("DescribeAclsRequest.resourceNameFilter", compact: compact)
        patternTypeFilter = try reader.readInt8("DescribeAclsRequest.patternTypeFilter")
        principalFilter = try reader.readNullableString("DescribeAclsRequest.principalFilter", compact: compact)
        hostFilter = try reader.readNullableString("DescribeAclsRequest.hostFilter", compact: compact)
        operation = try reader.readInt8("DescribeAclsRequest.operation")
        permissionType = try reader.readInt8("DescribeAclsRequest.permissionType")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        writer.writeInt8(resourceTypeFilter)
        try writer.writeNullableString(resourceNameFilter, "DescribeAclsRequest.resourceNameFilter", compact: compact)
        writer.writeInt8(patternTypeFilter)
        try writer.writeNullableString(principalFilter, "DescribeAclsRequest.principalFilter", compact: compact)
        try writer.writeNullableString(hostFilter, "DescribeAclsRequest.hostFilter", compact: compact)
        writer.writeInt8(operation)
        writer.writeInt8(permissionType)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
