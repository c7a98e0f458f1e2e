// Generated from Schemas/ListConfigResources.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's ListConfigResources API, versions 0-1.
public struct ListConfigResourcesRequest: KafkaRequest, Hashable {
    public typealias Response = ListConfigResourcesResponse

    public static var apiKey: APIKey { .listConfigResources }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// The types to list, in the numbers of the answer; empty for all. KIP-1142. Version 1 only.
    public var resourceTypes: [Int8] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        resourceTypes: [Int8] = []
    ) {
        self.resourceTypes = resourceTypes
    }
}

extension ListConfigResourcesRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        if version >= 1 {
            resourceTypes = try reader.readArray("ListConfigResourcesRequest.resourceTypes", compact: true)
        }
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        if version < 1, !resourceTypes.isEmpty {
            throw ProtocolError.fieldNotCarried("ListConfigResourcesRequest.resourceTypes", version: version)
        }
        if version >= 1 {
            try writer.writeArray(resourceTypes, "ListConfigResourcesRequest.resourceTypes", compact: true)
        }
        writer.writeTaggedFieldCount(0)
    }
}
