// Generated from Schemas/DescribeClientQuotas.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's DescribeClientQuotas API, versions 0-1.
public struct DescribeClientQuotasRequest: KafkaRequest, Hashable {
    public typealias Response = DescribeClientQuotasResponse

    public static var apiKey: APIKey { .describeClientQuotas }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 1 }

    /// What the entities must match, all of it; empty for all entities.
    public var components: [ComponentData] = []
    /// Whether to leave out entities that have types beside those named.
    public var strict: Bool = false

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        components: [ComponentData] = [],
        strict: Bool = false
    ) {
        self.components = components
        self.strict = strict
    }
}

extension DescribeClientQuotasRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 1
        components = try reader.readArray("DescribeClientQuotasRequest.components", version: version, compact: compact)
        strict = try reader.readBool("DescribeClientQuotasRequest.strict")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 1
        try writer.writeArray(components, "DescribeClientQuotasRequest.components", version: version, compact: compact)
        writer.writeBool(strict)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeClientQuotasRequest {
    /// A part of ``DescribeClientQuotasRequest``.
    public struct ComponentData: ProtocolStructure, Hashable {
        /// user, client-id or ip.
        public var entityType: String = ""
        /// 0 for the name in match, 1 for the default of the type, 2 for any name.
        public var matchType: Int8 = 0
        /// The name to match; null where there is none.
        public var match: String? = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            entityType: String = "",
            matchType: Int8 = 0,
            match: String? = ""
        ) {
            self.entityType = entityType
            self.matchType = matchType
            self.match = match
        }
    }
}

extension DescribeClientQuotasRequest.ComponentData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        entityType = try reader.readString("entityType", compact: compact)
        matchType = try reader.readInt8("matchType")
        match = try reader.readNullableString("match", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        try writer.writeString(entityType, "entityType", compact: compact)
        writer.writeInt8(matchType)
        try writer.writeNullableString(match, "match", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
