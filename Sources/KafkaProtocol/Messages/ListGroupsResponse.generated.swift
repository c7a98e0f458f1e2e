// Generated from Schemas/ListGroups.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's ListGroups API, versions 0-5.
public struct ListGroupsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var firstFlexibleVersion: Int16 { 3 }

    /// How long a quota delays the client, in milliseconds. KIP-13. From version 1 on.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// The groups that this broker coordinates.
    public var groups: [ListedGroup] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        groups: [ListedGroup] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.groups = groups
    }
}

extension ListGroupsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        if version >= 1 { throttleTimeMs = try reader.readInt32("ListGroupsResponse.throttleTimeMs") }
        errorCode = try reader.readInt16("ListGroupsResponse.errorCode")
        groups = try reader.readArray("ListGroupsResponse.groups", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        if version >= 1 { writer.writeInt32(throttleTimeMs) }
        writer.writeInt16(errorCode)
        try writer.writeArray(groups, "ListGroupsResponse.groups", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension ListGroupsResponse {
    /// A part of ``ListGroupsResponse``.
    public struct ListedGroup: ProtocolStructure, Hashable {
        /// The group.
        public var groupID: String = ""
        /// The kind of group, such as consumer or connect.
        public var protocolType: String = ""
        /// The state of the group, such as Stable or Empty. KIP-518. From version 4 on.
        public var groupState: String = ""
        /// The type of the group: classic, consumer or share. KIP-848. Version 5 only.
        public var groupType: String = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            groupID: String = "",
            protocolType: String = "",
            groupState: String = "",
            groupType: String = ""
        ) {
            self.groupID = groupID
            self.protocolType = protocolType
            self.groupState = groupState
            self.groupType = groupType
        }
    }
}

extension ListGroupsResponse.ListedGroup {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 3
        groupID = try reader.readString("groupID", compact: compact)
        protocolType = try reader.readString("protocolType", compact: compact)
        if version >= 4 { groupState = try reader.readString("groupState", compact: compact) }
        if version >= 5 { groupType = try reader.readString("groupType", compact: compact) }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 3
        try writer.writeString(groupID, "groupID", compact: compact)
        try writer.writeString(protocolType, "protocolType", compact: compact)
        if version >= 4 { try writer.writeString(groupState, "groupState", compact: compact) }
        if version >= 5 { try writer.writeString(groupType, "groupType", compact: compact) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
