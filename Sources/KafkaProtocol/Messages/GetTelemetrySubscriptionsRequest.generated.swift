// Generated from Schemas/GetTelemetrySubscriptions.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's GetTelemetrySubscriptions API, versions 0.
public struct GetTelemetrySubscriptionsRequest: KafkaRequest, Hashable {
    public typealias Response = GetTelemetrySubscriptionsResponse

    public static var apiKey: APIKey { .getTelemetrySubscriptions }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The name that the broker gave this client; zero if it has none yet.
    public var clientInstanceID: TopicID = TopicID.zero

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        clientInstanceID: TopicID = TopicID.zero
    ) {
        self.clientInstanceID = clientInstanceID
    }
}

extension GetTelemetrySubscriptionsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        clientInstanceID = try reader.readTopicID("GetTelemetrySubscriptionsRequest.clientInstanceID")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeTopicID(clientInstanceID)
        writer.writeTaggedFieldCount(0)
    }
}
