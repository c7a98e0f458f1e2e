// Generated from Schemas/UnregisterBroker.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's UnregisterBroker API, versions 0.
public struct UnregisterBrokerResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// What went wrong, in words; null if there are none.
    public var errorMessage: String? = ""

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        errorMessage: String? = ""
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
    }
}

extension UnregisterBrokerResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("UnregisterBrokerResponse.throttleTimeMs")
        errorCode = try reader.readInt16("UnregisterBrokerResponse.errorCode")
        errorMessage = try reader.readNullableString("UnregisterBrokerResponse.errorMessage", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "UnregisterBrokerResponse.errorMessage", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
