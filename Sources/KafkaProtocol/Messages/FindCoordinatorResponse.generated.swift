// Generated from Schemas/FindCoordinator.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's FindCoordinator API, versions 0-6.
public struct FindCoordinatorResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var firstFlexibleVersion: Int16 { 3 }

    /// How long a quota delays the client, in milliseconds. KIP-13. From version 1 on.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did. Up to version 3.
    public var errorCode: Int16 = 0
    /// What went wrong, in words; null if there are none. Versions 1-3.
    public var errorMessage: String? = ""
    /// The broker that coordinates. Up to version 3.
    public var nodeID: Int32 = 0
    /// The host name to connect to. Up to version 3.
    public var host: String = ""
    /// The port to connect to. Up to version 3.
    public var port: Int32 = 0
    /// The coordinators, by key. KIP-699. From version 4 on.
    public var coordinators: [Coordinator] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        errorMessage: String? = "",
        nodeID: Int32 = 0,
        host: String = "",
        port: Int32 = 0,
        coordinators: [Coordinator] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.nodeID = nodeID
        self.host = host
        self.port = port
        self.coordinators = coordinators
    }
}

extension FindCoordinatorResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        if version >= 1 { throttleTimeMs = try reader.readInt32("FindCoordinatorResponse.throttleTimeMs") }
        if version <= 3 { errorCode = try reader.readInt16("FindCoordinatorResponse.errorCode") }
        if version >= 1 && version <= 3 {
            errorMessage = try reader.readNullableString("FindCoordinatorResponse.errorMessage", compact: compact)
        }
        if version <= 3 { nodeID = try reader.readInt32("FindCoordinatorResponse.nodeID") }
        if version <= 3 { host = try reader.readString("FindCoordinatorResponse.host", compact: compact) }
        if version <= 3 { port = try reader.readInt32("FindCoordinatorResponse.port") }
        if version >= 4 {
            coordinators = try reader.readArray("FindCoordinatorResponse.coordinators", version: version, compact: compact)
        }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        if version > 3, errorCode != 0 {
            throw ProtocolError.fieldNotCarried("FindCoordinatorResponse.errorCode", version: version)
        }
        if version > 3, nodeID != 0 {
            throw ProtocolError.fieldNotCarried("FindCoordinatorResponse.nodeID", version: version)
        }
        if version > 3, !host.isEmpty {
            throw ProtocolError.fieldNotCarried("FindCoordinatorResponse.host", version: version)
        }
        if version > 3, port != 0 {
            throw ProtocolError.fieldNotCarried("FindCoordinatorResponse.port", version: version)
        }
        if version < 4, !coordinators.isEmpty {
            throw ProtocolError.fieldNotCarried("FindCoordinatorResponse.coordinators", version: version)
        }
        if version >= 1 { writer.writeInt32(throttleTimeMs) }
        if version <= 3 { writer.writeInt16(errorCode) }
        if version >= 1 && version <= 3 {
            try writer.writeNullableString(errorMessage, "FindCoordinatorResponse.errorMessage", compact: compact)
        }
        if version <= 3 { writer.writeInt32(nodeID) }
        if version <= 3 { try writer.writeString(host, "FindCoordinatorResponse.host", compact: compact) }
        if version <= 3 { writer.writeInt32(port) }
        if version >= 4 {
            try writer.writeArray(coordinators, "FindCoordinatorResponse.coordinators", version: version, compact: compact)
        }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension FindCoordinatorResponse {
    /// A part of ``FindCoordinatorResponse``.
    public struct Coordinator: ProtocolStructure, Hashable {
        /// The group or the transactional ID.
        public var key: String = ""
        /// The broker that coordinates.
        public var nodeID: Int32 = 0
        /// The host name to connect to.
        public var host: String = ""
        /// The port to connect to.
        public var port: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            key: String = "",
            nodeID: Int32 = 0,
            host: String = "",
            port: Int32 = 0,
            errorCode: Int16 = 0,
            errorMessage: String? = ""
        ) {
            self.key = key
            self.nodeID = nodeID
            self.host = host
            self.port = port
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }
    }
}

extension FindCoordinatorResponse.Coordinator {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        key = try reader.readString("key", compact: true)
        nodeID = try reader.readInt32("nodeID")
        host = try reader.readString("host", compact: true)
        port = try reader.readInt32("port")
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(key, "key", compact: true)
        writer.writeInt32(nodeID)
        try writer.writeString(host, "host", compact: true)
        writer.writeInt32(port)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
