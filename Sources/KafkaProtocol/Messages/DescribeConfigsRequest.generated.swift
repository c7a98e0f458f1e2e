// Generated from Schemas/DescribeConfigs.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's DescribeConfigs API, versions 0-4.
public struct DescribeConfigsRequest: KafkaRequest, Hashable {
    public typealias Response = DescribeConfigsResponse

    public static var apiKey: APIKey { .describeConfigs }
    public static var versions: ClosedRange<Int16> { 0...4 }
    public static var firstFlexibleVersion: Int16 { 4 }

    /// What to tell the settings of.
    public var resources: [DescribeConfigsResource] = []
    /// Whether to tell where else each setting could come from. KIP-226. From version 1 on.
    public var includeSynonyms: Bool = false
    /// Whether to tell what each setting means. KIP-569. From version 3 on.
    public var includeDocumentation: Bool = false

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        resources: [DescribeConfigsResource] = [],
        includeSynonyms: Bool = false,
        includeDocumentation: Bool = false
    ) {
        self.resources = resources
        self.includeSynonyms = includeSynonyms
        self.includeDocumentation = includeDocumentation
    }
}

extension DescribeConfigsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        resources = try reader.readArray("DescribeConfigsRequest.resources", version: version, compact: compact)
        if version >= 1 { includeSynonyms = try reader.readBool("DescribeConfigsRequest.includeSynonyms") }
        if version >= 3 { includeDocumentation = try reader.readBool("DescribeConfigsRequest.includeDocumentation") }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        if version < 1, includeSynonyms {
            throw ProtocolError.fieldNotCarried("DescribeConfigsRequest.includeSynonyms", version: version)
        }
        if version < 3, includeDocumentation {
            throw ProtocolError.fieldNotCarried("DescribeConfigsRequest.includeDocumentation", version: version)
        }
        try writer.writeArray(resources, "DescribeConfigsRequest.resources", version: version, compact: compact)
        if version >= 1 { writer.writeBool(includeSynonyms) }
        if version >= 3 { writer.writeBool(includeDocumentation) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeConfigsRequest {
    /// A part of ``DescribeConfigsRequest``.
    public struct DescribeConfigsResource: ProtocolStructure, Hashable {
        /// 2 for a topic, 4 for a broker, 8 for a broker's loggers, 16 for client metrics, 32 for a group.
        public var resourceType: Int8 = 0
        /// The name of the topic, the number of the broker, and so on.
        public var resourceName: String = ""
        /// The settings to tell; null for all.
        public var configurationKeys: [String]? = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            resourceType: Int8 = 0,
            resourceName: String = "",
            configurationKeys: [String]? = []
        ) {
            self.resourceType = resourceType
            self.resourceName = resourceName
            self.configurationKeys = configurationKeys
        }
    }
}

extension DescribeConfigsRequest.DescribeConfigsResource {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        resourceType = try reader.readInt8("resourceType")
        resourceName = try reader.readString("resourceName", compact: compact)
        configurationKeys = try reader.readNullableArray("configurationKeys", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        writer.writeInt8(resourceType)
        try writer.writeString(resourceName, "resourceName", compact: compact)
        try writer.writeNullableArray(configurationKeys, "configurationKeys", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
