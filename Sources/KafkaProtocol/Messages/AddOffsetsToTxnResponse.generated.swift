// Generated from Schemas/AddOffsetsToTxn.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's AddOffsetsToTxn API, versions 0-4.
public struct AddOffsetsToTxnResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...4 }
    public static var firstFlexibleVersion: Int16 { 3 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
    }
}

extension AddOffsetsToTxnResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        throttleTimeMs = try reader.readInt32("AddOffsetsToTxnResponse.throttleTimeMs")
        errorCode = try reader.readInt16("AddOffsetsToTxnResponse.errorCode")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
