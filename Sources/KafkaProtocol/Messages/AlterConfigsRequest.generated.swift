// Generated from Schemas/AlterConfigs.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's AlterConfigs API, versions 0-2.
public struct AlterConfigsRequest: KafkaRequest, Hashable {
    public typealias Response = AlterConfigsResponse

    public static var apiKey: APIKey { .alterConfigs }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// What to change the settings of.
    public var resources: [AlterConfigsResource] = []
    /// Whether to check the request without doing it.
    public var validateOnly: Bool = false

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        resources: [AlterConfigsResource] = [],
        validateOnly: Bool = false
    ) {
        self.resources = resources
        self.validateOnly = validateOnly
    }
}

extension AlterConfigsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        resources = try reader.readArray("AlterConfigsRequest.resources", version: version, compact: compact)
        validateOnly = try reader.readBool("AlterConfigsRequest.validateOnly")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        try writer.writeArray(resources, "AlterConfigsRequest.resources", version: version, compact: compact)
        writer.writeBool(validateOnly)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension AlterConfigsRequest {
    /// A part of ``AlterConfigsRequest``.
    public struct AlterConfigsResource: ProtocolStructure, Hashable {
        /// 2 for a topic, 4 for a broker, 8 for a broker's loggers, 16 for client metrics, 32 for a group.
        public var resourceType: Int8 = 0
        /// The name of the topic, the number of the broker, and so on; empty for all brokers.
        public var resourceName: String = ""
        /// The settings, all of them.
        public var configs: [AlterableConfig] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            resourceType: Int8 = 0,
            resourceName: String = "",
            configs: [AlterableConfig] = []
        ) {
            self.resourceType = resourceType
            self.resourceName = resourceName
            self.configs = configs
        }
    }
}

extension AlterConfigsRequest.AlterConfigsResource {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        resourceType = try reader.readInt8("resourceType")
        resourceName = try reader.readString("resourceName", compact: compact)
        configs = try reader.readArray("configs", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        writer.writeInt8(resourceType)
        try writer.writeString(resourceName, "resourceName", compact: compact)
        try writer.writeArray(configs, "configs", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension AlterConfigsRequest {
    /// A part of ``AlterConfigsRequest``.
    public struct AlterableConfig: ProtocolStructure, Hashable {
        /// The name of the setting.
        public var name: String = ""
        /// The value of the setting; null for the default.
        public var value: String? = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            value: String? = ""
        ) {
            self.name = name
            self.value = value
        }
    }
}

extension AlterConfigsRequest.AlterableConfig {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        name = try reader.readString("name", compact: compact)
        value = try reader.readNullableString("value", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        try writer.writeString(name, "name", compact: compact)
        try writer.writeNullableString(value, "value", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
