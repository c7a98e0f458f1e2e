// Generated from Schemas/IncrementalAlterConfigs.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's IncrementalAlterConfigs API, versions 0-1.
public struct IncrementalAlterConfigsRequest: KafkaRequest, Hashable {
    public typealias Response = IncrementalAlterConfigsResponse

    public static var apiKey: APIKey { .incrementalAlterConfigs }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 1 }

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

extension IncrementalAlterConfigsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 1
        resources = try reader.readArray("IncrementalAlterConfigsRequest.resources", version: version, compact: compact)
        validateOnly = try reader.readBool("IncrementalAlterConfigsRequest.validateOnly")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 1
        try writer.writeArray(resources, "IncrementalAlterConfigsRequest.resources", version: version, compact: compact)
        writer.writeBool(validateOnly)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension IncrementalAlterConfigsRequest {
    /// A part of ``IncrementalAlterConfigsRequest``.
    public struct AlterConfigsResource: ProtocolStructure, Hashable {
        /// 2 for a topic, 4 for a broker, 8 for a broker's loggers, 16 for client metrics, 32 for a group.
        public var resourceType: Int8 = 0
        /// The name of the topic, the number of the broker, and so on; empty for all brokers.
        public var resourceName: String = ""
        /// The changes.
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

extension IncrementalAlterConfigsRequest.AlterConfigsResource {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        resourceType = try reader.readInt8("resourceType")
        resourceName = try reader.readString("resourceName", compact: compact)
        configs = try reader.readArray("configs", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        writer.writeInt8(resourceType)
        try writer.writeString(resourceName, "resourceName", compact: compact)
        try writer.writeArray(configs, "configs", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension IncrementalAlterConfigsRequest {
    /// A part of ``IncrementalAlterConfigsRequest``.
    public struct AlterableConfig: ProtocolStructure, Hashable {
        /// The name of the setting.
        public var name: String = ""
        /// 0 sets the value, 1 goes back to the default, 2 adds to a list, 3 takes out of a list.
        public var configOperation: Int8 = 0
        /// The value, or what to add or take out; null where there is none.
        public var value: String? = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            configOperation: Int8 = 0,
            value: String? = ""
        ) {
            self.name = name
            self.configOperation = configOperation
            self.value = value
        }
    }
}

extension IncrementalAlterConfigsRequest.AlterableConfig {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        name = try reader.readString("name", compact: compact)
        configOperation = try reader.readInt8("configOperation")
        value = try reader.readNullableString("value", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        try writer.writeString(name, "name", compact: compact)
        writer.writeInt8(configOperation)
        try writer.writeNullableString(value, "value", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
