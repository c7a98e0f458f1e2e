// Generated from Schemas/Heartbeat.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's Heartbeat API, versions 0-4.
public struct HeartbeatRequest: KafkaRequest, Hashable {
    public typealias Response = HeartbeatResponse

    public static var apiKey: APIKey { .heartbeat }
    public static var versions: ClosedRange<Int16> { 0...4 }
    public static var firstFlexibleVersion: Int16 { 4 }

    /// The group.
    public var groupID: String = ""
    /// The generation of the group that the member belongs to.
    public var generationID: Int32 = 0
    /// The member, as the coordinator named it.
    public var memberID: String = ""
    /// The name a static member keeps across restarts; null for a dynamic one. KIP-345. From version 3 on.
    public var groupInstanceID: String? = nil

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String = "",
        generationID: Int32 = 0,
        memberID: String = "",
        groupInstanceID: String? = nil
    ) {
        self.groupID = groupID
        self.generationID = generationID
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
    }
}

extension HeartbeatRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        groupID = try reader.readString("HeartbeatRequest.groupID", compact: compact)
        generationID = try reader.readInt32("HeartbeatRequest.generationID")
        memberID = try reader.readString("HeartbeatRequest.memberID", compact: compact)
        if version >= 3 {
            groupInstanceID = try reader.readNullableString("HeartbeatRequest.groupInstanceID", compact: compact)
        }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        if version < 3, groupInstanceID != nil {
            throw ProtocolError.fieldNotCarried("HeartbeatRequest.groupInstanceID", version: version)
        }
        try writer.writeString(groupID, "HeartbeatRequest.groupID", compact: compact)
        writer.writeInt32(generationID)
        try writer.writeString(memberID, "HeartbeatRequest.memberID", compact: compact)
        if version >= 3 {
            try writer.writeNullableString(groupInstanceID, "HeartbeatRequest.groupInstanceID", compact: compact)
        }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
