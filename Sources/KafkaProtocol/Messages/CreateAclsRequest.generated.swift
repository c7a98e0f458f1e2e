// Generated from Schemas/CreateAcls.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's CreateAcls API, versions 1-3.
public struct CreateAclsRequest: KafkaRequest, Hashable {
    public typealias Response = CreateAclsResponse

    public static var apiKey: APIKey { .createAcls }
    public static var versions: ClosedRange<Int16> { 1...3 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// The entries to add.
    public var creations: [AclCreation] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        creations: [AclCreation] = []
    ) {
        self.creations = creations
    }
}

extension CreateAclsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        creations = try reader.readArray("CreateAclsRequest.creations", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        try writer.writeArray(creations, "CreateAclsRequest.creations", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension CreateAclsRequest {
    /// A part of ``CreateAclsRequest``.
    public struct AclCreation: ProtocolStructure, Hashable {
        /// The type of resource: 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user.
        public var resourceType: Int8 = 0
        /// The name of the resource.
        public var resourceName: String = ""
        /// How the name is matched: 3 literal, 4 prefixed. KIP-290.
        public var resourcePatternType: Int8 = 3
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
            resourceType: Int8 = 0,
            resourceName: String = "",
            resourcePatternType: Int8 = 3,
            principal: String = "",
            host: String = "",
            operation: Int8 = 0,
            permissionType: Int8 = 0
        ) {
            self.resourceType = resourceType
            self.resourceName = resourceName
            self.resourcePatternType = resourcePatternType
            self.principal = principal
            self.host = host
            self.operation = operation
            self.permissionType = permissionType
        }
    }
}

extension CreateAclsRequest.AclCreation {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        resourceType = try reader.readInt8("resourceType")
        resourceName = try reader.readString("resourceName", compact: compact)
        resourcePatternType = try reader.readInt8("resourcePatternType")
        principal = try reader.readString("principal", compact: compact)
        host = try reader.readString("host", compact: compact)
        operation = try reader.readInt8("operation")
        permissionType = try reader.readInt8("permissionType")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        writer.writeInt8(resourceType)
        try writer.writeString(resourceName, "resourceName", compact: compact)
        writer.writeInt8(resourcePatternType)
        try writer.writeString(principal, "principal", compact: compact)
        try writer.writeString(host, "host", compact: compact)
        writer.writeInt8(operation)
        writer.writeInt8(permissionType)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
