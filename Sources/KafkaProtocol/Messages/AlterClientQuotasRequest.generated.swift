// Generated from Schemas/AlterClientQuotas.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's AlterClientQuotas API, versions 0-1.
public struct AlterClientQuotasRequest: KafkaRequest, Hashable {
    public typealias Response = AlterClientQuotasResponse

    public static var apiKey: APIKey { .alterClientQuotas }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 1 }

    /// The changes, by entity.
    public var entries: [EntryData] = []
    /// Whether to check the request without doing it.
    public var validateOnly: Bool = false

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        entries: [EntryData] = [],
        validateOnly: Bool = false
    ) {
        self.entries = entries
        self.validateOnly = validateOnly
    }
}

extension AlterClientQuotasRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 1
        entries = try reader.readArray("AlterClientQuotasRequest.entries", version: version, compact: compact)
        validateOnly = try reader.readBool("AlterClientQuotasRequest.validateOnly")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 1
        try writer.writeArray(entries, "AlterClientQuotasRequest.entries", version: version, compact: compact)
        writer.writeBool(validateOnly)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension AlterClientQuotasRequest {
    /// A part of ``AlterClientQuotasRequest``.
    public struct EntryData: ProtocolStructure, Hashable {
        /// Whom the quotas are for: a user, a client, both, or an address.
        public var entity: [EntityData] = []
        /// The changes.
        public var ops: [OpData] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            entity: [EntityData] = [],
            ops: [OpData] = []
        ) {
            self.entity = entity
            self.ops = ops
        }
    }
}

extension AlterClientQuotasRequest.EntryData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        entity = try reader.readArray("entity", version: version, compact: compact)
        ops = try reader.readArray("ops", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        try writer.writeArray(entity, "entity", version: version, compact: compact)
        try writer.writeArray(ops, "ops", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension AlterClientQuotasRequest {
    /// A part of ``AlterClientQuotasRequest``.
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

extension AlterClientQuotasRequest.EntityData {
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

extension AlterClientQuotasRequest {
    /// A part of ``AlterClientQuotasRequest``.
    public struct OpData: ProtocolStructure, Hashable {
        /// The name of the quota, such as producer_byte_rate.
        public var key: String = ""
        /// The value to set, unless the quota is removed.
        public var value: Double = 0
        /// Whether to remove the quota.
        public var remove: Bool = false

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            key: String = "",
            value: Double = 0,
            remove: Bool = false
        ) {
            self.key = key
            self.value = value
            self.remove = remove
        }
    }
}

extension AlterClientQuotasRequest.OpData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        key = try reader.readString("key", compact: compact)
        value = try reader.readDouble("value")
        remove = try reader.readBool("remove")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        try writer.writeString(key, "key", compact: compact)
        writer.writeDouble(value)
        writer.writeBool(remove)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
