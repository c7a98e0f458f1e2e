// Generated from Schemas/SyncGroup.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's SyncGroup API, versions 0-5.
public struct SyncGroupResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var firstFlexibleVersion: Int16 { 4 }

    /// How long a quota delays the client, in milliseconds. KIP-13. From version 1 on.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// The kind of group; null if unknown. KIP-559. Version 5 only.
    public var protocolType: String? = nil
    /// The protocol that the coordinator chose; null if unknown. KIP-559. Version 5 only.
    public var protocolName: String? = nil
    /// What the member gets, in the protocol's own form.
    public var assignment: ByteSlice = ByteSlice.empty

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        protocolType: String? = nil,
        protocolName: String? = nil,
        assignment: ByteSlice = ByteSlice.empty
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.protocolType = protocolType
        self.protocolName = protocolName
        self.assignment = assignment
    }
}

extension SyncGroupResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        if version >= 1 { throttleTimeMs = try reader.readInt32("SyncGroupResponse.throttleTimeMs") }
        errorCode = try reader.readInt16("SyncGroupResponse.errorCode")
        if version >= 5 {
            protocolType = try reader.readNullableString("SyncGroupResponse.protocolType", compact: compact)
        }
        if version >= 5 {
            protocolName = try reader.readNullableString("SyncGroupResponse.protocolName", compact: compact)
        }
        assignment = try reader.readBytes("SyncGroupResponse.assignment", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        if version >= 1 { writer.writeInt32(throttleTimeMs) }
        writer.writeInt16(errorCode)
        if version >= 5 {
            try writer.writeNullableString(protocolType, "SyncGroupResponse.protocolType", compact: compact)
        }
        if version >= 5 {
            try writer.writeNullableString(protocolName, "SyncGroupResponse.protocolName", compact: compact)
        }
        try writer.writeBytes(assignment, "SyncGroupResponse.assignment", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
