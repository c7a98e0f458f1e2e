// Generated from Schemas/DeleteGroups.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's DeleteGroups API, versions 0-2.
public struct DeleteGroupsRequest: KafkaRequest, Hashable {
    public typealias Response = DeleteGroupsResponse

    public static var apiKey: APIKey { .deleteGroups }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// The groups to delete.
    public var groupsNames: [String] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupsNames: [String] = []
    ) {
        self.groupsNames = groupsNames
    }
}

extension DeleteGroupsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        groupsNames = try reader.readArray("DeleteGroupsRequest.groupsNames", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        try writer.writeArray(groupsNames, "DeleteGroupsRequest.groupsNames", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
