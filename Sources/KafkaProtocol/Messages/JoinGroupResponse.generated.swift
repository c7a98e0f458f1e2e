// Generated from Schemas/JoinGroup.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's JoinGroup API, versions 0-9.
public struct JoinGroupResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...9 }
    public static var firstFlexibleVersion: Int16 { 6 }

    /// The field `throttleTimeMs`. From version 2 on.
    public var throttleTimeMs: Int32 = 0
    /// The field `errorCode`.
    public var errorCode: Int16 = 0
    /// The field `generationID`.
    public var generationID: Int32 = -1
    /// The field `protocolType`. From version 7 on.
    public var protocolType: String? = nil
    /// The field `protocolName`.
    public var protocolName: String? = ""
    /// The field `leader`.
    public var leader: String = ""
    /// The field `skipAssignment`. Version 9 only.
    public var skipAssignment: Bool = false
    /// The field `memberID`.
    public var memberID: String = ""
    /// The field `members`.
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
        /// The field `memberID`.
        public var memberID: String = ""
        /// The field `groupInstanceID`. From version 5 on.
        public var groupInstanceID: String? = nil
        /// The field `metadata`.
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
