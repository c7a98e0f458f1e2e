// Generated from Schemas/CreateAcls.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's CreateAcls API, versions 1-3.
public struct CreateAclsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 1...3 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What became of each.
    public var results: [AclCreationResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        results: [AclCreationResult] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.results = results
    }
}

extension CreateAclsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        throttleTimeMs = try reader.readInt32("CreateAclsResponse.throttleTimeMs")
        results = try reader.readArray("CreateAclsResponse.results", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        writer.writeInt32(throttleTimeMs)
        try writer.writeArray(results, "CreateAclsResponse.results", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension CreateAclsResponse {
    /// A part of ``CreateAclsResponse``.
    public struct AclCreationResult: ProtocolStructure, Hashable {
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            errorCode: Int16 = 0,
            errorMessage: String? = ""
        ) {
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }
    }
}

extension CreateAclsResponse.AclCreationResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
