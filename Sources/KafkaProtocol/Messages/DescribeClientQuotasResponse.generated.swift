// Generated from Schemas/DescribeClientQuotas.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's DescribeClientQuotas API, versions 0-1.
public struct DescribeClientQuotasResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 1 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// What went wrong, in words; null if there are none.
    public var errorMessage: String? = ""
    /// The quotas, by entity; null if the request failed.
    public var entries: [EntryData]? = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        errorMessage: String? = "",
        entries: [EntryData]? = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.entries = entries
    }
}

extension DescribeClientQuotasResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 1
        throttleTimeMs = try reader.readInt32("DescribeClientQuotasResponse.throttleTimeMs")
        errorCode = try reader.readInt16("DescribeClientQuotasResponse.errorCode")
        errorMessage = try reader.readNullableString("DescribeClientQuotasResponse.errorMessage", compact: compact)
        entries = try reader.readNullableArray("DescribeClientQuotasResponse.entries", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 1
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "DescribeClientQuotasResponse.errorMessage", compact: compact)
        try writer.writeNullableArray(entries, "DescribeClientQuotasResponse.entries", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeClientQuotasResponse {
    /// A part of ``DescribeClientQuotasResponse``.
    public struct EntryData: ProtocolStructure, Hashable {
        /// Whom the quotas are for: a user, a client, both, or an address.
        public var entity: [EntityData] = []
        /// The quotas.
        public var values: [ValueData] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            entity: [EntityData] = [],
            values: [ValueData] = []
        ) {
            self.entity = entity
            self.values = values
        }
    }
}

extension DescribeClientQuotasResponse.EntryData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        entity = try reader.readArray("entity", version: version, compact: compact)
        values = try reader.readArray("values", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        try writer.writeArray(entity, "entity", version: version, compact: compact)
        try writer.writeArray(values, "values", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeClientQuotasResponse {
    /// A part of ``DescribeClientQuotasResponse``.
    public struct EntityData: ProtocolStructure, Hashable {
        /// user, client-id or ip.
        public var entityType: String = ""
        /// The name; null for the default of the type.
        public var entityName: String? = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            entityType: String = "",
            entityName: String? = ""
        ) {
            self.entityType = entityType
            self.entityName = entityName
        }
    }
}

extension DescribeClientQuotasResponse.EntityData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        entityType = try reader.readString("entityType", compact: compact)
        entityName = try reader.readNullableString("entityName", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        try writer.writeString(entityType, "entityType", compact: compact)
        try writer.writeNullableString(entityName, "entityName", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeClientQuotasResponse {
    /// A part of ``DescribeClientQuotasResponse``.
    public struct ValueData: ProtocolStructure, Hashable {
        /// The name of the quota, such as producer_byte_rate.
        public var key: String = ""
        /// The value of the quota.
        public var value: Double = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            key: String = "",
            value: Double = 0
        ) {
            self.key = key
            self.value = value
        }
    }
}

extension DescribeClientQuotasResponse.ValueData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        key = try reader.readString("key", compact: compact)
        value = try reader.readDouble("value")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        try writer.writeString(key, "key", compact: compact)
        writer.writeDouble(value)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
