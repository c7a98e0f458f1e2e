// Generated from Schemas/ShareGroupHeartbeat.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's ShareGroupHeartbeat API, versions 1.
public struct ShareGroupHeartbeatRequest: KafkaRequest, Hashable {
    public typealias Response = ShareGroupHeartbeatResponse

    public static var apiKey: APIKey { .shareGroupHeartbeat }
    public static var versions: ClosedRange<Int16> { 1...1 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The group.
    public var groupID: String = ""
    /// The member, by the name it chose for itself.
    public var memberID: String = ""
    /// The member's epoch; 0 to join, -1 to leave.
    public var memberEpoch: Int32 = 0
    /// The rack of the member; null if none, or unchanged.
    public var rackID: String? = nil
    /// The topics that the member subscribes to; null if unchanged.
    public var subscribedTopicNames: [String]? = nil

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupID: String = "",
        memberID: String = "",
        memberEpoch: Int32 = 0,
        rackID: String? = nil,
        subscribedTopicNames: [String]? = nil
    ) {
        self.groupID = groupID
        self.memberID = memberID
        self.memberEpoch = memberEpoch
        self.rackID = rackID
        self.subscribedTopicNames = subscribedTopicNames
    }
}

extension ShareGroupHeartbeatRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        groupID = try reader.readString("ShareGroupHeartbeatRequest.groupID", compact: true)
        memberID = try reader.readString("ShareGroupHeartbeatRequest.memberID", compact: true)
        memberEpoch = try reader.readInt32("ShareGroupHeartbeatRequest.memberEpoch")
        rackID = try reader.readNullableString("ShareGroupHeartbeatRequest.rackID", compact: true)
        subscribedTopicNames = try reader.readNullableArray("ShareGroupHeartbeatRequest.subscribedTopicNames", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeString(groupID, "ShareGroupHeartbeatRequest.groupID", compact: true)
        try writer.writeString(memberID, "ShareGroupHeartbeatRequest.memberID", compact: true)
        writer.writeInt32(memberEpoch)
        try writer.writeNullableString(rackID, "ShareGroupHeartbeatRequest.rackID", compact: true)
        try writer.writeNullableArray(subscribedTopicNames, "ShareGroupHeartbeatRequest.subscribedTopicNames", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
