// Generated from Schemas/DescribeGroups.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's DescribeGroups API, versions 0-6.
public struct DescribeGroupsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var firstFlexibleVersion: Int16 { 5 }

    /// How long a quota delays the client, in milliseconds. KIP-13. From version 1 on.
    public var throttleTimeMs: Int32 = 0
    /// The groups that were asked for.
    public var groups: [DescribedGroup] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        groups: [DescribedGroup] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.groups = groups
    }
}

extension DescribeGroupsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 5
        if version >= 1 { throttleTimeMs = try reader.readInt32("DescribeGroupsResponse.throttleTimeMs") }
        groups = try reader.readArray("DescribeGroupsResponse.groups", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 5
        if version >= 1 { writer.writeInt32(throttleTimeMs) }
        try writer.writeArray(groups, "DescribeGroupsResponse.groups", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeGroupsResponse {
    /// A part of ``DescribeGroupsResponse``.
    public struct DescribedGroup: ProtocolStructure, Hashable {
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none. KIP-1043. Version 6 only.
        public var errorMessage: String? = nil
        /// The group.
        public var groupID: String = ""
        /// The state of the group, such as Stable or Empty.
        public var groupState: String = ""
        /// The kind of group, such as consumer or connect.
        public var protocolType: String = ""
        /// The protocol that the coordinator chose; empty if none.
        public var protocolData: String = ""
        /// The members of the group.
        public var members: [DescribedGroupMember] = []
        /// What the client may do with the group, one bit an operation; the lowest number if not asked for.
        /// KIP-430. From version 3 on.
        public var authorizedOperations: Int32 = Int32.min

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            errorCode: Int16 = 0,
            errorMessage: String? = nil,
            groupID: String = "",
            groupState: String = "",
            protocolType: String = "",
            protocolData: String = "",
            members: [DescribedGroupMember] = [],
            authorizedOperations: Int32 = Int32.min
        ) {
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.groupID = groupID
            self.groupState = groupState
            self.protocolType = protocolType
            self.protocolData = protocolData
            self.members = members
            self.authorizedOperations = authorizedOperations
        }
    }
}

extension DescribeGroupsResponse.DescribedGroup {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 5
        errorCode = try reader.readInt16("errorCode")
        if version >= 6 { errorMessage = try reader.readNullableString("errorMessage", compact: compact) }
        groupID = try reader.readString("groupID", compact: compact)
        groupState = try reader.readString("groupState", compact: compact)
        protocolType = try reader.readString("protocolType", compact: compact)
        protocolData = try reader.readString("protocolData", compact: compact)
        members = try reader.readArray("members", version: version, compact: compact)
        if version >= 3 { authorizedOperations = try reader.readInt32("authorizedOperations") }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 5
        if version < 6, errorMessage != nil { throw ProtocolError.fieldNotCarried("errorMessage", version: version) }
        if version < 3, authorizedOperations != Int32.min {
            throw ProtocolError.fieldNotCarried("authorizedOperations", version: version)
        }
        writer.writeInt16(errorCode)
        if version >= 6 { try writer.writeNullableString(errorMessage, "errorMessage", compact: compact) }
        try writer.writeString(groupID, "groupID", compact: compact)
        try writer.writeString(groupState, "groupState", compact: compact)
        try writer.writeString(protocolType, "protocolType", compact: compact)
        try writer.writeString(protocolData, "protocolData", compact: compact)
        try writer.writeArray(members, "members", version: version, compact: compact)
        if version >= 3 { writer.writeInt32(authorizedOperations) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeGroupsResponse {
    /// A part of ``DescribeGroupsResponse``.
    public struct DescribedGroupMember: ProtocolStructure, Hashable {
        /// The member, as the coordinator named it.
        public var memberID: String = ""
        /// The name a static member keeps across restarts; null for a dynamic one. KIP-345. From version 4 on.
        public var groupInstanceID: String? = nil
        /// The name that the member's client gives itself.
        public var clientID: String = ""
        /// The address that the member's client connects from.
        public var clientHost: String = ""
        /// What the member said when it joined, in the protocol's own form.
        public var memberMetadata: ByteSlice = ByteSlice.empty
        /// What the member got, in the protocol's own form.
        public var memberAssignment: ByteSlice = ByteSlice.empty

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            memberID: String = "",
            groupInstanceID: String? = nil,
            clientID: String = "",
            clientHost: String = "",
            memberMetadata: ByteSlice = ByteSlice.empty,
            memberAssignment: ByteSlice = ByteSlice.empty
        ) {
            self.memberID = memberID
            self.groupInstanceID = groupInstanceID
            self.clientID = clientID
            self.clientHost = clientHost
            self.memberMetadata = memberMetadata
            self.memberAssignment = memberAssignment
        }
    }
}

extension DescribeGroupsResponse.DescribedGroupMember {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 5
        memberID = try reader.readString("memberID", compact: compact)
        if version >= 4 { groupInstanceID = try reader.readNullableString("groupInstanceID", compact: compact) }
        clientID = try reader.readString("clientID", compact: compact)
        clientHost = try reader.readString("clientHost", compact: compact)
        memberMetadata = try reader.readBytes("memberMetadata", compact: compact)
        memberAssignment = try reader.readBytes("memberAssignment", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 5
        try writer.writeString(memberID, "memberID", compact: compact)
        if version >= 4 { try writer.writeNullableString(groupInstanceID, "groupInstanceID", compact: compact) }
        try writer.writeString(clientID, "clientID", compact: compact)
        try writer.writeString(clientHost, "clientHost", compact: compact)
        try writer.writeBytes(memberMetadata, "memberMetadata", compact: compact)
        try writer.writeBytes(memberAssignment, "memberAssignment", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
