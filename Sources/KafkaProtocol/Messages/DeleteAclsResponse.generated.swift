// Generated from Schemas/DeleteAcls.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's DeleteAcls API, versions 1-3.
public struct DeleteAclsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 1...3 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What became of each filter.
    public var filterResults: [DeleteAclsFilterResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        filterResults: [DeleteAclsFilterResult] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.filterResults = filterResults
    }
}

extension DeleteAclsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        throttleTimeMs = try reader.readInt32("DeleteAclsResponse.throttleTimeMs")
        filterResults = try reader.readArray("DeleteAclsResponse.filterResults", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        writer.writeInt32(throttleTimeMs)
        try writer.writeArray(filterResults, "DeleteAclsResponse.filterResults", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DeleteAclsResponse {
    /// A part of ``DeleteAclsResponse``.
    public struct DeleteAclsFilterResult: ProtocolStructure, Hashable {
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = ""
        /// The entries that it was true of.
        public var matchingAcls: [DeleteAclsMatchingAcl] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            errorCode: Int16 = 0,
            errorMessage: String? = "",
            matchingAcls: [DeleteAclsMatchingAcl] = []
        ) {
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.matchingAcls = matchingAcls
        }
    }
}

extension DeleteAclsResponse.DeleteAclsFilterResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: compact)
        matchingAcls = try reader.readArray("matchingAcls", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: compact)
        try writer.writeArray(matchingAcls, "matchingAcls", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DeleteAclsResponse {
    /// A part of ``DeleteAclsResponse``.
    public struct DeleteAclsMatchingAcl: ProtocolStructure, Hashable {
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = ""
        /// The type of resource.
        public var resourceType: Int8 = 0
        /// The name of the resource.
        public var resourceName: String = ""
        /// How the name is matched. KIP-290.
        public var patternType: Int8 = 3
        /// Who was allowed or denied.
        public var principal: String = ""
        /// The host that the entry was about.
        public var host: String = ""
        /// The operation.
        public var operation: Int8 = 0
        /// 2 deny, 3 allow.
        public var permissionType: Int8 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            errorCode: Int16 = 0,
            errorMessage: String? = "",
            resourceType: Int8 = 0,
            resourceName: String = "",
            patternType: Int8 = 3,
            principal: String = "",
            host: String = "",
            operation: Int8 = 0,
            permissionType: Int8 = 0
        ) {
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.resourceType = resourceType
            self.resourceName = resourceName
            self.patternType = patternType
            self.principal = principal
            self.host = host
            self.operation = operation
            self.permissionType = permissionType
        }
    }
}

extension DeleteAclsResponse.DeleteAclsMatchingAcl {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: compact)
        resourceType = try reader.readInt8("resourceType")
        resourceName = try reader.readString("resourceName", compact: compact)
        patternType = try reader.readInt8("patternType")
        principal = try reader.readString("principal", compact: compact)
        host = try reader.readString("host", compact: compact)
        operation = try reader.readInt8("operation")
        permissionType = try reader.readInt8("permissionType")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: compact)
        writer.writeInt8(resourceType)
        try writer.writeString(resourceName, "resourceName", compact: compact)
        writer.writeInt8(patternType)
        try writer.writeString(principal, "principal", compact: compact)
        try writer.writeString(host, "host", compact: compact)
        writer.writeInt8(operation)
        writer.writeInt8(permissionType)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
