// Generated from Schemas/ListConfigResources.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's ListConfigResources API, versions 0-1.
public struct ListConfigResourcesResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// What has settings of its own.
    public var configResources: [ConfigResource] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        configResources: [ConfigResource] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.configResources = configResources
    }
}

extension ListConfigResourcesResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("ListConfigResourcesResponse.throttleTimeMs")
        errorCode = try reader.readInt16("ListConfigResourcesResponse.errorCode")
        configResources = try reader.readArray("ListConfigResourcesResponse.configResources", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        try writer.writeArray(configResources, "ListConfigResourcesResponse.configResources", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ListConfigResourcesResponse {
    /// A part of ``ListConfigResourcesResponse``.
    public struct ConfigResource: ProtocolStructure, Hashable {
        /// The name of the topic, the number of the broker, and so on.
        public var resourceName: String = ""
        /// 2 for a topic, 4 for a broker, 8 for a broker's loggers, 16 for client metrics, 32 for a group.
        /// KIP-1142. Version 1 only.
        public var resourceType: Int8 = 16

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            resourceName: String = "",
            resourceType: Int8 = 16
        ) {
            self.resourceName = resourceName
            self.resourceType = resourceType
        }
    }
}

extension ListConfigResourcesResponse.ConfigResource {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        resourceName = try reader.readString("resourceName", compact: true)
        if version >= 1 { resourceType = try reader.readInt8("resourceType") }
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(resourceName, "resourceName", compact: true)
        if version >= 1 { writer.writeInt8(resourceType) }
        writer.writeTaggedFieldCount(0)
    }
}
