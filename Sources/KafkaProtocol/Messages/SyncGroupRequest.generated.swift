// Generated from Schemas/SyncGroup.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's SyncGroup API, versions 0-5.
public struct SyncGroupRequest: KafkaRequest, Hashable {
    public typealias Response = SyncGroupResponse

    public static var apiKey: APIKey { .syncGroup }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var firstFlexibleVersion: Int16 { 4 }

    /// The group.
    public var groupID: String = ""
    /// The generation of the group that the member belongs to.
    public var generationID: Int32 = 0
    /// The member, as the coordinator named it.
    public var memberID: String = ""
    /// The name a static member keeps across restarts; null for a dynamic one. KIP-345. From version 3 on.
    public var groupInstanceID: String? = nil
    /// The kind of group; null to skip the check. KIP-559. Version 5 only.
    public var protocolType: String? = nil
    /// The protocol that was chosen; null to skip the check. KIP-559. Version 5 only.
    public var protocolName: String? = nil
    /// What each member gets, from the leader; empty from others.
    public var assignments: [SyncGroupRequestAssignment] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String = "",
        generationID: Int32 = 0,
        memberID: String = "",
        groupInstanceID: String? = nil,
        protocolType: String? = nil,
        protocolName: String? = nil,
        assignments: [SyncGroupRequestAssignment] = []
    ) {
        self.groupID = groupID
        self.generationID = generationID
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
        self.protocolType = protocolType
        self.protocolName = protocolName
        self.assignments = assignments
    }
}

extension SyncGroupRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        groupID = try reader.readString("SyncGroupRequest.groupID", compact: compact)
        generationID = try reader.readInt32("SyncGroupRequest.generationID")
        memberID = try reader.readString("SyncGroupRequest.memberID", compact: compact)
        if version >= 3 {
            groupInstanceID = try reader.readNullableString("SyncGroupRequest.groupInstanceID", compact: compact)
        }
        if version >= 5 {
            protocolType = try reader.readNullableString("SyncGroupRequest.protocolType", compact: compact)
        }
        if version >= 5 {
            protocolName = try reader.readNullableString("SyncGroupRequest.protocolName", compact: compact)
        }
        assignments = try reader.readArray("SyncGroupRequest.assignments", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        if version < 3, groupInstanceID != nil {
            throw ProtocolError.fieldNotCarried("SyncGroupRequest.groupInstanceID", version: version)
        }
        try writer.writeString(groupID, "SyncGroupRequest.groupID", compact: compact)
        writer.writeInt32(generationID)
        try writer.writeString(memberID, "SyncGroupRequest.memberID", compact: compact)
        if version >= 3 {
            try writer.writeNullableString(groupInstanceID, "SyncGroupRequest.groupInstanceID", compact: compact)
        }
        if version >= 5 {
            try writer.writeNullableString(protocolType, "SyncGroupRequest.protocolType", compact: compact)
        }
        if version >= 5 {
            try writer.writeNullableString(protocolName, "SyncGroupRequest.protocolName", compact: compact)
        }
        try writer.writeArray(assignments, "SyncGroupRequest.assignments", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension SyncGroupRequest {
    /// A part of ``SyncGroupRequest``.
    public struct SyncGroupRequestAssignment: ProtocolStructure, Hashable {
        /// The member, as the coordinator named it.
        public var memberID: String = ""
        /// What the member gets, in the protocol's own form.
        public var assignment: ByteSlice = ByteSlice.empty

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            memberID: String = "",
            assignment: ByteSlice = ByteSlice.empty
        ) {
            self.memberID = memberID
            self.assignment = assignment
        }
    }
}

extension SyncGroupRequest.SyncGroupRequestAssignment {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        memberID = try reader.readString("memberID", compact: compact)
        assignment = try reader.readBytes("assignment", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        try writer.writeString(memberID, "memberID", compact: compact)
        try writer.writeBytes(assignment, "assignment", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
