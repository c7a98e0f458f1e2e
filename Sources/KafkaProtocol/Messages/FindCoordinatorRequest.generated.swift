// Generated from Schemas/FindCoordinator.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's FindCoordinator API, versions 0-6.
public struct FindCoordinatorRequest: KafkaRequest, Hashable {
    public typealias Response = FindCoordinatorResponse

    public static var apiKey: APIKey { .findCoordinator }
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var firstFlexibleVersion: Int16 { 3 }

    /// The group or the transactional ID. Up to version 3.
    public var key: String = ""
    /// What the keys are: 0 groups, 1 transactional IDs (KIP-98), 2 share groups' partitions (KIP-932). From
    /// version 1 on.
    public var keyType: Int8 = 0
    /// The groups or transactional IDs. KIP-699. From version 4 on.
    public var coordinatorKeys: [String] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        key: String = "",
        keyType: Int8 = 0,
        coordinatorKeys: [String] = []
    ) {
        self.key = key
        self.keyType = keyType
        self.coordinatorKeys = coordinatorKeys
    }
}

extension FindCoordinatorRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        if version <= 3 { key = try reader.readString("FindCoordinatorRequest.key", compact: compact) }
        if version >= 1 { keyType = try reader.readInt8("FindCoordinatorRequest.keyType") }
        if version >= 4 {
            coordinatorKeys = try reader.readArray("FindCoordinatorRequest.coordinatorKeys", compact: compact)
        }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        if version > 3, !key.isEmpty {
            throw ProtocolError.fieldNotCarried("FindCoordinatorRequest.key", version: version)
        }
        if version < 1, keyType != 0 {
            throw ProtocolError.fieldNotCarried("FindCoordinatorRequest.keyType", version: version)
        }
        if version < 4, !coordinatorKeys.isEmpty {
            throw ProtocolError.fieldNotCarried("FindCoordinatorRequest.coordinatorKeys", version: version)
        }
        if version <= 3 { try writer.writeString(key, "FindCoordinatorRequest.key", compact: compact) }
        if version >= 1 { writer.writeInt8(keyType) }
        if version >= 4 {
            try writer.writeArray(coordinatorKeys, "FindCoordinatorRequest.coordinatorKeys", compact: compact)
        }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
