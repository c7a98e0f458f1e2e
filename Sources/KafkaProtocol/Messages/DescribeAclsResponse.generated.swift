// Generated from Schemas/DescribeAcls.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's DescribeAcls API, versions 1-3.
public struct DescribeAclsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 1...3 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// What went wrong, in words; null if there are none.
    public var errorMessage: String? = ""
    /// The resources that entries are about.
    public var resources: [DescribeAclsResource] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        errorMessage: String? = "",
        resources: [DescribeAclsResource] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.resources = resources
    }
}

extension DescribeAclsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        throttleTimeMs = try reader.readInt32("DescribeAclsResponse.throttleTimeMs")
        errorCode = try reader.readInt16("DescribeAclsResponse.errorCode")
        errorMessage = try reader.readNullableString("DescribeAclsResponse.errorMessage", compact: compact)
        resources = try reader.readArray("DescribeAclsResponse.resources", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "DescribeAclsResponse.errorMessage", compact: compact)
        try writer.writeArray(resources, "DescribeAclsResponse.resources", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeAclsResponse {
    /// A part of ``DescribeAclsResponse``.
    public struct DescribeAclsResource: ProtocolStructure, Hashable {
        /// The type of resource.
        public var resourceType: Int8 = 0
        /// The name of the resource.
        public var resourceName: String = ""
        /// How the name is matched. KIP-290.
        public var patternType: Int8 = 3
        /// The entries.
        public var acls: [AclDescription] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            resourceType: Int8 = 0,
            resourceName: String = "",
            patternType: Int8 = 3,
            acls: [AclDescription] = []
        ) {
            self.resourceType = resourceType
            self.resourceName = resourceName
            self.patternType = patternType
            self.acls = acls
        }
    }
}

extension DescribeAclsResponse.DescribeAclsResource {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        resourceType = try reader.readInt8("resourceType")
        resourceName = try reader.readString("resourceName", compact: compact)
        patternType = try reader.readInt8("patternType")
        acls = try reader.readArray("acls", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        writer.writeInt8(resourceType)
        try writer.writeString(resourceName, "resourceName", compact: compact)
        writer.writeInt8(patternType)
        try writer.writeArray(acls, "acls", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeAclsResponse {
    /// A part of ``DescribeAclsResponse``.
    public struct AclDescription: ProtocolStructure, Hashable {
        /// Who is allowed or denied.
        public var principal: String = ""
        /// The host that the entry is about.
        public var host: String = ""
        /// The operation.
        public var operation: Int8 = 0
        /// 2 deny, 3 allow.
        public var permissionType: Int8 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            principal: String = "",
            host: String = "",
            operation: Int8 = 0,
            permissionType: Int8 = 0
        ) {
            self.principal = principal
            self.host = host
            self.operation = operation
            self.permissionType = permissionType
        }
    }
}

extension DescribeAclsResponse.AclDescription {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        principal = try reader.readString("principal", compact: compact)
        host = try reader.readString("host", compact: compact)
        operation = try reader.readInt8("operation")
        permissionType = try reader.readInt8("permissionType")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        try writer.writeString(principal, "principal", compact: compact)
        try writer.writeString(host, "host", compact: compact)
        writer.writeInt8(operation)
        writer.writeInt8(permissionType)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
