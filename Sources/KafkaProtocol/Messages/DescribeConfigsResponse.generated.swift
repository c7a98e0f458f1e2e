// Generated from Schemas/DescribeConfigs.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's DescribeConfigs API, versions 0-4.
public struct DescribeConfigsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...4 }
    public static var firstFlexibleVersion: Int16 { 4 }

    /// The field `throttleTimeMs`.
    public var throttleTimeMs: Int32 = 0
    /// The field `results`.
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
        /// The field `errorCode`.
        public var errorCode: Int16 = 0
        /// The field `errorMessage`.
        public var errorMessage: String? = ""
        /// The field `resourceType`.
        public var resourceType: Int8 = 0
        /// The field `resourceName`.
        public var resourceName: String = ""
        /// The field `configs`.
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
        /// The field `name`.
        public var name: String = ""
        /// The field `value`.
        public var value: String? = ""
        /// The field `readOnly`.
        public var readOnly: Bool = false
        /// The field `isDefault`. Version 0 only.
        public var isDefault: Bool = false
        /// The field `configSource`. From version 1 on.
        public var configSource: Int8 = -1
        /// The field `isSensitive`.
        public var isSensitive: Bool = false
        /// The field `synonyms`. From version 1 on.
        public var synonyms: [DescribeConfigsSynonym] = []
        /// The field `configType`. From version 3 on.
        public var configType: Int8 = 0
        /// The field `documentation`. From version 3 on.
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
        /// The field `name`.
        public var name: String = ""
        /// The field `value`.
        public var value: String? = ""
        /// The field `source`.
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
