// Generated from Schemas/ListGroups.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's ListGroups API, versions 0-5.
public struct ListGroupsRequest: KafkaRequest, Hashable {
    public typealias Response = ListGroupsResponse

    public static var apiKey: APIKey { .listGroups }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var firstFlexibleVersion: Int16 { 3 }

    /// The states to list groups of; empty for all. KIP-518. From version 4 on.
    public var statesFilter: [String] = []
    /// The types to list groups of; empty for all. KIP-848. Version 5 only.
    public var typesFilter: [String] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        statesFilter: [String] = [],
        typesFilter: [String] = []
    ) {
        self.statesFilter = statesFilter
        self.typesFilter = typesFilter
    }
}

extension ListGroupsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        if version >= 4 { statesFilter = try reader.readArray("ListGroupsRequest.statesFilter", compact: compact) }
        if version >= 5 { typesFilter = try reader.readArray("ListGroupsRequest.typesFilter", compact: compact) }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        if version < 4, !statesFilter.isEmpty {
            throw ProtocolError.fieldNotCarried("ListGroupsRequest.statesFilter", version: version)
        }
        if version < 5, !typesFilter.isEmpty {
            throw ProtocolError.fieldNotCarried("ListGroupsRequest.typesFilter", version: version)
        }
        if version >= 4 { try writer.writeArray(statesFilter, "ListGroupsRequest.statesFilter", compact: compact) }
        if version >= 5 { try writer.writeArray(typesFilter, "ListGroupsRequest.typesFilter", compact: compact) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
