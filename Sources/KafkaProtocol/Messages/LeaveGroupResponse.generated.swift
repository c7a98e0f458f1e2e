// Generated from Schemas/LeaveGroup.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's LeaveGroup API, versions 0-5.
public struct LeaveGroupResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var firstFlexibleVersion: Int16 { 4 }

    /// How long a quota delays the client, in milliseconds. KIP-13. From version 1 on.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// What became of each member. KIP-345. From version 3 on.
    public var members: [MemberResponse] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        members: [MemberResponse] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.members = members
    }
}

extension LeaveGroupResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        if version >= 1 { throttleTimeMs = try reader.readInt32("LeaveGroupResponse.throttleTimeMs") }
        errorCode = try reader.readInt16("LeaveGroupResponse.errorCode")
        if version >= 3 {
            members = try reader.readArray("LeaveGroupResponse.members", version: version, compact: compact)
        }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        if version < 3, !members.isEmpty {
            throw ProtocolError.fieldNotCarried("LeaveGroupResponse.members", version: version)
        }
        if version >= 1 { writer.writeInt32(throttleTimeMs) }
        writer.writeInt16(errorCode)
        if version >= 3 {
            try writer.writeArray(members, "LeaveGroupResponse.members", version: version, compact: compact)
        }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension LeaveGroupResponse {
    /// A part of ``LeaveGroupResponse``.
    public struct MemberResponse: ProtocolStructure, Hashable {
        /// The member, as the coordinator named it.
        public var memberID: String = ""
        /// The name a static member keeps across restarts; null for a dynamic one. KIP-345.
        public var groupInstanceID: String? = ""
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            memberID: String = "",
            groupInstanceID: String? = "",
            errorCode: Int16 = 0
        ) {
            self.memberID = memberID
            self.groupInstanceID = groupInstanceID
            self.errorCode = errorCode
        }
    }
}

extension LeaveGroupResponse.MemberResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        memberID = try reader.readString("memberID", compact: compact)
        groupInstanceID = try reader.readNullableString("groupInstanceID", compact: compact)
        errorCode = try reader.readInt16("errorCode")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        try writer.writeString(memberID, "memberID", compact: compact)
        try writer.writeNullableString(groupInstanceID, "groupInstanceID", compact: compact)
        writer.writeInt16(errorCode)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
