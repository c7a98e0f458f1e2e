// Generated from Schemas/DeleteGroups.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's DeleteGroups API, versions 0-2.
public struct DeleteGroupsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What became of each.
    public var results: [DeletableGroupResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        results: [DeletableGroupResult] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.results = results
    }
}

extension DeleteGroupsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        throttleTimeMs = try reader.readInt32("DeleteGroupsResponse.throttleTimeMs")
        results = try reader.readArray("DeleteGroupsResponse.results", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        writer.writeInt32(throttleTimeMs)
        try writer.writeArray(results, "DeleteGroupsResponse.results", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DeleteGroupsResponse {
    /// A part of ``DeleteGroupsResponse``.
    public struct DeletableGroupResult: ProtocolStructure, Hashable {
        /// The group.
        public var groupID: String = ""
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            groupID: String = "",
            errorCode: Int16 = 0
        ) {
            self.groupID = groupID
            self.errorCode = errorCode
        }
    }
}

extension DeleteGroupsResponse.DeletableGroupResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        groupID = try reader.readString("groupID", compact: compact)
        errorCode = try reader.readInt16("errorCode")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        try writer.writeString(groupID, "groupID", compact: compact)
        writer.writeInt16(errorCode)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
