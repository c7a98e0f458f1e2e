// Generated from Schemas/JoinGroup.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's JoinGroup API, versions 0-9.
public struct JoinGroupResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...9 }
    public static var firstFlexibleVersion: Int16 { 6 }

    /// How long a quota delays the client, in milliseconds. KIP-13. From version 2 on.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// The generation of the group that begins; -1 if none does.
    public var generationID: Int32 = -1
    /// The kind of group; null if unknown. KIP-559. From version 7 on.
    public var protocolType: String? = nil
    /// The protocol that the coordinator chose; null if none.
    public var protocolName: String? = ""
    /// The member that makes the assignment.
    public var leader: String = ""
    /// Whether the leader keeps the assignment as it is. KIP-814. Version 9 only.
    public var skipAssignment: Bool = false
    /// The name that the coordinator gives the member, or knows it by.
    public var memberID: String = ""
    /// All members, for the leader; empty for others.
    public var members: [JoinGroupResponseMember] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        generationID: Int32 = -1,
        protocolType: String? = nil,
        protocolName: String? = "",
        leader: String = "",
        skipAssignment: Bool = false,
        memberID: String = "",
        members: [JoinGroupResponseMember] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.generationID = generationID
        self.protocolType = protocolType
        self.protocolName = protocolName
        self.leader = leader
        self.skipAssignment = skipAssignment
        self.memberID = memberID
        self.members = members
    }
}

extension JoinGroupResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 6
        if version >= 2 { throttleTimeMs = try reader.readInt32("JoinGroupResponse.throttleTimeMs") }
        errorCode = try reader.readInt16("JoinGroupResponse.errorCode")
        generationID = try reader.readInt32("JoinGroupResponse.generationID")
        if version >= 7 {
            protocolType = try reader.readNullableString("JoinGroupResponse.protocolType", compact: compact)
        }
        protocolName = try reader.readNullableString("JoinGroupResponse.protocolName", compact: compact, allowNull: version >= 7)
        leader = try reader.readString("JoinGroupResponse.leader", compact: compact)
        if version >= 9 { skipAssignment = try reader.readBool("JoinGroupResponse.skipAssignment") }
        memberID = try reader.readString("JoinGroupResponse.memberID", compact: compact)
        members = try reader.readArray("JoinGroupResponse.members", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 6
        if version < 9, skipAssignment {
            throw ProtocolError.fieldNotCarried("JoinGroupResponse.skipAssignment", version: version)
        }
        if version >= 2 { writer.writeInt32(throttleTimeMs) }
        writer.writeInt16(errorCode)
        writer.writeInt32(generationID)
        if version >= 7 {
            try writer.writeNullableString(protocolType, "JoinGroupResponse.protocolType", compact: compact)
        }
        try writer.writeNullableString(protocolName, "JoinGroupResponse.protocolName", compact: compact, allowNull: version >= 7)
        try writer.writeString(leader, "JoinGroupResponse.leader", compact: compact)
        if version >= 9 { writer.writeBool(skipAssignment) }
        try writer.writeString(memberID, "JoinGroupResponse.memberID", compact: compact)
        try writer.writeArray(members, "JoinGroupResponse.members", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension JoinGroupResponse {
    /// A part of ``JoinGroupResponse``.
    public struct JoinGroupResponseMember: ProtocolStructure, Hashable {
        /// The member, as the coordinator named it.
        public var memberID: String = ""
        /// The name a static member keeps across restarts; null for a dynamic one. KIP-345. From version 5 on.
        public var groupInstanceID: String? = nil
        /// What the member said when it joined.
        public var metadata: ByteSlice = ByteSlice.empty

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            memberID: String = "",
            groupInstanceID: String? = nil,
            metadata: ByteSlice = ByteSlice.empty
        ) {
            self.memberID = memberID
            self.groupInstanceID = groupInstanceID
            self.metadata = metadata
        }
    }
}

extension JoinGroupResponse.JoinGroupResponseMember {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        memberID = try reader.readString("memberID", compact: compact)
        if version >= 5 { groupInstanceID = try reader.readNullableString("groupInstanceID", compact: compact) }
        metadata = try reader.readBytes("metadata", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        try writer.writeString(memberID, "memberID", compact: compact)
        if version >= 5 { try writer.writeNullableString(groupInstanceID, "groupInstanceID", compact: compact) }
        try writer.writeBytes(metadata, "metadata", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
