// Generated from Schemas/AlterClientQuotas.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's AlterClientQuotas API, versions 0-1.
public struct AlterClientQuotasResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 1 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What became of each.
    public var entries: [EntryData] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        entries: [EntryData] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.entries = entries
    }
}

extension AlterClientQuotasResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 1
        throttleTimeMs = try reader.readInt32("AlterClientQuotasResponse.throttleTimeMs")
        entries = try reader.readArray("AlterClientQuotasResponse.entries", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 1
        writer.writeInt32(throttleTimeMs)
        try writer.writeArray(entries, "AlterClientQuotasResponse.entries", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension AlterClientQuotasResponse {
    /// A part of ``AlterClientQuotasResponse``.
    public struct EntryData: ProtocolStructure, Hashable {
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = ""
        /// Whom the quotas are for.
        public var entity: [EntityData] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            errorCode: Int16 = 0,
            errorMessage: String? = "",
            entity: [EntityData] = []
        ) {
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.entity = entity
        }
    }
}

extension AlterClientQuotasResponse.EntryData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: compact)
        entity = try reader.readArray("entity", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 1
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: compact)
        try writer.writeArray(entity, "entity", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension AlterClientQuotasResponse {
    /// A part of ``AlterClientQuotasResponse``.
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

extension AlterClientQuotasResponse.EntityData {
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
