// Generated from Schemas/JoinGroup.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's JoinGroup API, versions 0-9.
public struct JoinGroupRequest: KafkaRequest, Hashable {
    public typealias Response = JoinGroupResponse

    public static var apiKey: APIKey { .joinGroup }
    public static var versions: ClosedRange<Int16> { 0...9 }
    public static var firstFlexibleVersion: Int16 { 6 }

    /// The group.
    public var groupID: String = ""
    /// How long the member may be silent before it is taken for dead, in milliseconds.
    public var sessionTimeoutMs: Int32 = 0
    /// How long a rebalance waits for the member to join, in milliseconds. KIP-62. From version 1 on.
    public var rebalanceTimeoutMs: Int32 = -1
    /// The member; empty if it has no name yet.
    public var memberID: String = ""
    /// The name a static member keeps across restarts; null for a dynamic one. KIP-345. From version 5 on.
    public var groupInstanceID: String? = nil
    /// The kind of group, such as consumer or connect.
    public var protocolType: String = ""
    /// What the member can do, the preferred first.
    public var protocols: [JoinGroupRequestProtocol] = []
    /// Why, in words for the broker's log; null if nothing is said. KIP-800. From version 8 on.
    public var reason: String? = nil

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String = "",
        sessionTimeoutMs: Int32 = 0,
        rebalanceTimeoutMs: Int32 = -1,
        memberID: String = "",
        groupInstanceID: String? = nil,
        protocolType: String = "",
        protocols: [JoinGroupRequestProtocol] = [],
        reason: String? = nil
    ) {
        self.groupID = groupID
        self.sessionTimeoutMs = sessionTimeoutMs
        self.rebalanceTimeoutMs = rebalanceTimeoutMs
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
        self.protocolType = protocolType
        self.protocols = protocols
        self.reason = reason
    }
}

extension JoinGroupRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 6
        groupID = try reader.readString("JoinGroupRequest.groupID", compact: compact)
        sessionTimeoutMs = try reader.readInt32("JoinGroupRequest.sessionTimeoutMs")
        if version >= 1 { rebalanceTimeoutMs = try reader.readInt32("JoinGroupRequest.rebalanceTimeoutMs") }
        memberID = try reader.readString("JoinGroupRequest.memberID", compact: compact)
        if version >= 5 {
            groupInstanceID = try reader.readNullableString("JoinGroupRequest.groupInstanceID", compact: compact)
        }
        protocolType = try reader.readString("JoinGroupRequest.protocolType", compact: compact)
        protocols = try reader.readArray("JoinGroupRequest.protocols", version: version, compact: compact)
        if version >= 8 { reason = try reader.readNullableString("JoinGroupRequest.reason", compact: compact) }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 6
        if version < 5, groupInstanceID != nil {
            throw ProtocolError.fieldNotCarried("JoinGroupRequest.groupInstanceID", version: version)
        }
        try writer.writeString(groupID, "JoinGroupRequest.groupID", compact: compact)
        writer.writeInt32(sessionTimeoutMs)
        if version >= 1 { writer.writeInt32(rebalanceTimeoutMs) }
        try writer.writeString(memberID, "JoinGroupRequest.memberID", compact: compact)
        if version >= 5 {
            try writer.writeNullableString(groupInstanceID, "JoinGroupRequest.groupInstanceID", compact: compact)
        }
        try writer.writeString(protocolType, "JoinGroupRequest.protocolType", compact: compact)
        try writer.writeArray(protocols, "JoinGroupRequest.protocols", version: version, compact: compact)
        if version >= 8 { try writer.writeNullableString(reason, "JoinGroupRequest.reason", compact: compact) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension JoinGroupRequest {
    /// A part of ``JoinGroupRequest``.
    public struct JoinGroupRequestProtocol: ProtocolStructure, Hashable {
        /// The name of the protocol, such as an assignor's.
        public var name: String = ""
        /// What the member says to the leader, in the protocol's own form.
        public var metadata: ByteSlice = ByteSlice.empty

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            metadata: ByteSlice = ByteSlice.empty
        ) {
            self.name = name
            self.metadata = metadata
        }
    }
}

extension JoinGroupRequest.JoinGroupRequestProtocol {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        name = try reader.readString("name", compact: compact)
        metadata = try reader.readBytes("metadata", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 6
        try writer.writeString(name, "name", compact: compact)
        try writer.writeBytes(metadata, "metadata", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
