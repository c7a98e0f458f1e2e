// Generated from Schemas/PushTelemetry.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's PushTelemetry API, versions 0.
public struct PushTelemetryRequest: KafkaRequest, Hashable {
    public typealias Response = PushTelemetryResponse

    public static var apiKey: APIKey { .pushTelemetry }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The name that the broker gave this client.
    public var clientInstanceID: TopicID = TopicID.zero
    /// The set of subscriptions that the metrics were chosen by.
    public var subscriptionID: Int32 = 0
    /// Whether the client ends, so that this push is its last.
    public var terminating: Bool = false
    /// How the metrics are compressed, in the numbers of record batches.
    public var compressionType: Int8 = 0
    /// The metrics: OpenTelemetry's MetricsData v1, as protobuf.
    public var metrics: ByteSlice = ByteSlice.empty

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        clientInstanceID: TopicID = TopicID.zero,
        subscriptionID: Int32 = 0,
        terminating: Bool = false,
        compressionType: Int8 = 0,
        metrics: ByteSlice = ByteSlice.empty
    ) {
        self.clientInstanceID = clientInstanceID
        self.subscriptionID = subscriptionID
        self.terminating = terminating
        self.compressionType = compressionType
        self.metrics = metrics
    }
}

extension PushTelemetryRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        clientInstanceID = try reader.readTopicID("PushTelemetryRequest.clientInstanceID")
        subscriptionID = try reader.readInt32("PushTelemetryRequest.subscriptionID")
        terminating = try reader.readBool("PushTelemetryRequest.terminating")
        compressionType = try reader.readInt8("PushTelemetryRequest.compressionType")
        metrics = try reader.readBytes("PushTelemetryRequest.metrics", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeTopicID(clientInstanceID)
        writer.writeInt32(subscriptionID)
        writer.writeBool(terminating)
        writer.writeInt8(compressionType)
        try writer.writeBytes(metrics, "PushTelemetryRequest.metrics", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
