// Generated from Schemas/DescribeConfigs.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's DescribeConfigs API, versions 0-4.
public struct DescribeConfigsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...4 }
    public static var firstFlexibleVersion: Int16 { 4 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What became of each.
    public var results: [DescribeConfigsResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        results: [DescribeConfigsResult] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.results = results
    }
}

extension DescribeConfigsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        throttleTimeMs = try reader.readInt32("DescribeConfigsResponse.throttleTimeMs")
        results = try reader.readArray("DescribeConfigsResponse.results", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 4
        writer.writeInt32(throttleTimeMs)
        try writer.writeArray(results, "DescribeConfigsResponse.results", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeConfigsResponse {
    /// A part of ``DescribeConfigsResponse``.
    public struct DescribeConfigsResult: ProtocolStructure, Hashable {
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = ""
        /// 2 for a topic, 4 for a broker, 8 for a broker's loggers, 16 for client metrics, 32 for a group.
        public var resourceType: Int8 = 0
        /// The name of the topic, the number of the broker, and so on.
        public var resourceName: String = ""
        /// The settings.
        public var configs: [DescribeConfigsResourceResult] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            errorCode: Int16 = 0,
            errorMessage: String? = "",
            resourceType: Int8 = 0,
            resourceName: String = "",
            configs: [DescribeConfigsResourceResult] = []
        ) {
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.resourceType = resourceType
            self.resourceName = resourceName
            self.configs = configs
        }
    }
}

extension DescribeConfigsResponse.DescribeConfigsResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: compact)
        resourceType = try reader.readInt8("resourceType")
        resourceName = try reader.readString("resourceName", compact: compact)
        configs = try reader.readArray("configs", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: compact)
        writer.writeInt8(resourceType)
        try writer.writeString(resourceName, "resourceName", compact: compact)
        try writer.writeArray(configs, "configs", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeConfigsResponse {
    /// A part of ``DescribeConfigsResponse``.
    public struct DescribeConfigsResourceResult: ProtocolStructure, Hashable {
        /// The name of the setting.
        public var name: String = ""
        /// The value of the setting; null if it is secret or not set.
        public var value: String? = ""
        /// Whether the setting cannot be changed.
        public var readOnly: Bool = false
        /// Whether the value is the default. Version 0 only.
        public var isDefault: Bool = false
        /// Where the value comes from: 1 topic, 2 and 3 dynamic broker settings, 4 static, 5 default. KIP-226. From
        /// version 1 on.
        public var configSource: Int8 = -1
        /// Whether the value is secret.
        public var isSensitive: Bool = false
        /// The values that the setting could have, the one in force first. KIP-226. From version 1 on.
        public var synonyms: [DescribeConfigsSynonym] = []
        /// 1 boolean, 2 string, 3 int, 4 short, 5 long, 6 double, 7 list, 8 class, 9 password. KIP-569. From
        /// version 3 on.
        public var configType: Int8 = 0
        /// What the setting means; null if not told. KIP-569. From version 3 on.
        public var documentation: String? = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            value: String? = "",
            readOnly: Bool = false,
            isDefault: Bool = false,
            configSource: Int8 = -1,
            isSensitive: Bool = false,
            synonyms: [DescribeConfigsSynonym] = [],
            configType: Int8 = 0,
            documentation: String? = ""
        ) {
            self.name = name
            self.value = value
            self.readOnly = readOnly
            self.isDefault = isDefault
            self.configSource = configSource
            self.isSensitive = isSensitive
            self.synonyms = synonyms
            self.configType = configType
            self.documentation = documentation
        }
    }
}

extension DescribeConfigsResponse.DescribeConfigsResourceResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        name = try reader.readString("name", compact: compact)
        value = try reader.readNullableString("value", compact: compact)
        readOnly = try reader.readBool("readOnly")
        if version <= 0 { isDefault = try reader.readBool("isDefault") }
        if version >= 1 { configSource = try reader.readInt8("configSource") }
        isSensitive = try reader.readBool("isSensitive")
        if version >= 1 { synonyms = try reader.readArray("synonyms", version: version, compact: compact) }
        if version >= 3 { configType = try reader.readInt8("configType") }
        if version >= 3 { documentation = try reader.readNullableString("documentation", compact: compact) }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        if version > 0, isDefault { throw ProtocolError.fieldNotCarried("isDefault", version: version) }
        try writer.writeString(name, "name", compact: compact)
        try writer.writeNullableString(value, "value", compact: compact)
        writer.writeBool(readOnly)
        if version <= 0 { writer.writeBool(isDefault) }
        if version >= 1 { writer.writeInt8(configSource) }
        writer.writeBool(isSensitive)
        if version >= 1 { try writer.writeArray(synonyms, "synonyms", version: version, compact: compact) }
        if version >= 3 { writer.writeInt8(configType) }
        if version >= 3 { try writer.writeNullableString(documentation, "documentation", compact: compact) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeConfigsResponse {
    /// A part of ``DescribeConfigsResponse``.
    public struct DescribeConfigsSynonym: ProtocolStructure, Hashable {
        /// The name of the setting there.
        public var name: String = ""
        /// The value there; null if it is secret or not set.
        public var value: String? = ""
        /// Where that is, in the numbers of configSource.
        public var source: Int8 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            value: String? = "",
            source: Int8 = 0
        ) {
            self.name = name
            self.value = value
            self.source = source
        }
    }
}

extension DescribeConfigsResponse.DescribeConfigsSynonym {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        name = try reader.readString("name", compact: compact)
        value = try reader.readNullableString("value", compact: compact)
        source = try reader.readInt8("source")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 4
        try writer.writeString(name, "name", compact: compact)
        try writer.writeNullableString(value, "value", compact: compact)
        writer.writeInt8(source)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
