// Generated from Schemas/ShareGroupDescribe.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's ShareGroupDescribe API, versions 1.
public struct ShareGroupDescribeRequest: KafkaRequest, Hashable {
    public typealias Response = ShareGroupDescribeResponse

    public static var apiKey: APIKey { .shareGroupDescribe }
    public static var versions: ClosedRange<Int16> { 1...1 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The groups to describe.
    public var groupIDs: [String] = []
    /// Whether to list what the client may do with each group. KIP-430.
    public var includeAuthorizedOperations: Bool = false

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        groupIDs: [String] = [],
        includeAuthorizedOperations: Bool = false
    ) {
        self.groupIDs = groupIDs
        self.includeAuthorizedOperations = includeAuthorizedOperations
    }
}

extension ShareGroupDescribeRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        groupIDs = try reader.readArray("ShareGroupDescribeRequest.groupIDs", compact: true)
        includeAuthorizedOperations = try reader.readBool("ShareGroupDescribeRequest.includeAuthorizedOperations")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        try writer.writeArray(groupIDs, "ShareGroupDescribeRequest.groupIDs", compact: true)
        writer.writeBool(includeAuthorizedOperations)
        writer.writeTaggedFieldCount(0)
    }
}
