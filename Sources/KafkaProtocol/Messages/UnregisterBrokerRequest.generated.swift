// Generated from Schemas/UnregisterBroker.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's UnregisterBroker API, versions 0.
public struct UnregisterBrokerRequest: KafkaRequest, Hashable {
    public typealias Response = UnregisterBrokerResponse

    public static var apiKey: APIKey { .unregisterBroker }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The broker.
    public var brokerID: Int32 = 0

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        brokerID: Int32 = 0
    ) {
        self.brokerID = brokerID
    }
}

extension UnregisterBrokerRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        brokerID = try reader.readInt32("UnregisterBrokerRequest.brokerID")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(brokerID)
        writer.writeTaggedFieldCount(0)
    }
}
