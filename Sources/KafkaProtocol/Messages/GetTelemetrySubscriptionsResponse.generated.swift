// Generated from Schemas/GetTelemetrySubscriptions.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's GetTelemetrySubscriptions API, versions 0.
public struct GetTelemetrySubscriptionsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// The name that the broker gives this client, for as long as it runs.
    public var clientInstanceID: TopicID = TopicID.zero
    /// What stands for this set of subscriptions, and changes with it.
    public var subscriptionID: Int32 = 0
    /// The compressions that the broker reads, in the numbers of record batches, the preferred first.
    public var acceptedCompressionTypes: [Int8] = []
    /// How often to push, in milliseconds.
    public var pushIntervalMs: Int32 = 0
    /// The most bytes that a push may have.
    public var telemetryMaxBytes: Int32 = 0
    /// Whether counters tell what was added since the last push, and not the sum since the start.
    public var deltaTemporality: Bool = false
    /// What the names of the wanted metrics start with; one empty text for all metrics, no text for none.
    public var requestedMetrics: [String] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        clientInstanceID: TopicID = TopicID.zero,
        subscriptionID: Int32 = 0,
        acceptedCompressionTypes: [Int8] = [],
        pushIntervalMs: Int32 = 0,
        telemetryMaxBytes: Int32 = 0,
        deltaTemporality: Bool = false,
        requestedMetrics: [String] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.clientInstanceID = clientInstanceID
        self.subscriptionID = subscriptionID
        self.acceptedCompressionTypes = acceptedCompressionTypes
        self.pushIntervalMs = pushIntervalMs
        self.telemetryMaxBytes = telemetryMaxBytes
        self.deltaTemporality = deltaTemporality
        self.requestedMetrics = requestedMetrics
    }
}

extension GetTelemetrySubscriptionsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("GetTelemetrySubscriptionsResponse.throttleTimeMs")
        errorCode = try reader.readInt16("GetTelemetrySubscriptionsResponse.errorCode")
        clientInstanceID = try reader.readTopicID("GetTelemetrySubscriptionsResponse.clientInstanceID")
        subscriptionID = try reader.readInt32("GetTelemetrySubscriptionsResponse.subscriptionID")
        acceptedCompressionTypes = try reader.readArray("GetTelemetrySubscriptionsResponse.acceptedCompressionTypes", compact: true)
        pushIntervalMs = try reader.readInt32("GetTelemetrySubscriptionsResponse.pushIntervalMs")
        telemetryMaxBytes = try reader.readInt32("GetTelemetrySubscriptionsResponse.telemetryMaxBytes")
        deltaTemporality = try reader.readBool("GetTelemetrySubscriptionsResponse.deltaTemporality")
        requestedMetrics = try reader.readArray("GetTelemetrySubscriptionsResponse.requestedMetrics", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        writer.writeTopicID(clientInstanceID)
        writer.writeInt32(subscriptionID)
        try writer.writeArray(acceptedCompressionTypes, "GetTelemetrySubscriptionsResponse.acceptedCompressionTypes", compact: true)
        writer.writeInt32(pushIntervalMs)
        writer.writeInt32(telemetryMaxBytes)
        writer.writeBool(deltaTemporality)
        try writer.writeArray(requestedMetrics, "GetTelemetrySubscriptionsResponse.requestedMetrics", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
