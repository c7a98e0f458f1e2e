// Generated from Schemas/ApiVersions.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's ApiVersions API, versions 0-4.
public struct ApiVersionsRequest: KafkaRequest, Hashable {
    public typealias Response = ApiVersionsResponse

    public static var apiKey: APIKey { .apiVersions }
    public static var versions: ClosedRange<Int16> { 0...4 }
    public static var firstFlexibleVersion: Int16 { 3 }

    /// The name of the client library. KIP-511. From version 3 on.
    public var clientSoftwareName: String = ""
    /// The version of the client library. KIP-511. From version 3 on.
    public var clientSoftwareVersion: String = ""

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        clientSoftwareName: String = "",
        clientSoftwareVersion: String = ""
    ) {
        self.clientSoftwareName = clientSoftwareName
        self.clientSoftwareVersion = clientSoftwareVersion
    }
}

extension ApiVersionsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        if version >= 3 {
            clientSoftwareName = try reader.readString("ApiVersionsRequest.clientSoftwareName", compact: compact)
        }
        if version >= 3 {
            clientSoftwareVersion = try reader.readString("ApiVersionsRequest.clientSoftwareVersion", compact: compact)
        }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        if version >= 3 {
            try writer.writeString(clientSoftwareName, "ApiVersionsRequest.clientSoftwareName", compact: compact)
        }
        if version >= 3 {
            try writer.writeString(clientSoftwareVersion, "ApiVersionsRequest.clientSoftwareVersion", compact: compact)
        }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
