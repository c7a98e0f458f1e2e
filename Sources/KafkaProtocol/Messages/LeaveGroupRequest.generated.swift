// Generated from Schemas/LeaveGroup.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's LeaveGroup API, versions 0-5.
public struct LeaveGroupRequest: KafkaRequest, Hashable {
    public typealias Response = LeaveGroupResponse

    public static var apiKey: APIKey { .leaveGroup }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var firstFlexibleVersion: Int16 { 4 }

    /// The group.
    public var groupID: String = ""
    /// The member that leaves. Up to version 2.
    public var memberID: String = ""
    /// The members that leave. KIP-345. From version 3 on.
    public var members: [MemberIdentity] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String = "",
        memberID: String = "",
        members: [MemberIdentity] = []
    ) {
        self.groupID = groupID
        self.memberID = memberID
        self.members = members
    }
}

extension LeaveGroupRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        groupID = try reader.readString("LeaveGroupRequest.groupID", compact: compact)
        if version <= 2 { memberID = try reader.readString("LeaveGroupRequest.memberID", compact: compact) }
        if version >= 3 {
            members = try reader.readArray("LeaveGroupRequest.members", version: version, compact: compact)
        }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        if version > 2, !memberID.isEmpty {
            throw ProtocolError.fieldNotCarried("LeaveGroupRequest.memberID", version: version)
        }
        if version < 3, !members.isEmpty {
            throw ProtocolError.fieldNotCarried("LeaveGroupRequest.members", version: version)
        }
        try writer.writeString(groupID, "LeaveGroupRequest.groupID", compact: compact)
        if version <= 2 { try writer.writeString(memberID, "LeaveGroupRequest.memberID", compact: compact) }
        if version >= 3 {
            try writer.writeArray(members, "LeaveGroupRequest.members", version: version, compact: compact)
        }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension LeaveGroupRequest {
    /// A part of ``LeaveGroupRequest``.
    public struct MemberIdentity: ProtocolStructure, Hashable {
        /// The member; empty to name a static one by its instance alone.
        public var memberID: String = ""
        /// The name a static member keeps across restarts; null for a dynamic one. KIP-345.
        public var groupInstanceID: String? = nil
        /// Why, in words for the broker's log; null if nothing is said. KIP-800. Version 5 only.
        public var reason: String? = nil

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            memberID: String = "",
            groupInstanceID: String? = nil,
            reason: String? = nil
        ) {
            self.memberID = memberID
            self.groupInstanceID = groupInstanceID
            self.reason = reason
        }
    }
}

extension LeaveGroupRequest.MemberIdentity {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        memberID = try reader.readString("memberID", compact: compact)
        groupInstanceID = try reader.readNullableString("groupInstanceID", compact: compact)
        if version >= 5 { reason = try reader.readNullableString("reason", compact: compact) }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        try writer.writeString(memberID, "memberID", compact: compact)
        try writer.writeNullableString(groupInstanceID, "groupInstanceID", compact: compact)
        if version >= 5 { try writer.writeNullableString(reason, "reason", compact: compact) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
