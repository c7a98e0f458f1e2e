/// What stands before the body of every response.
public struct ResponseHeader: Hashable, Sendable {
    /// The number that the request carried.
    public var correlationID: Int32

    /// Creates a header.
    public init(correlationID: Int32) { self.correlationID = correlationID }

    /// Whether the header of a response ends with tagged fields: it is of version 1 then, otherwise of version 0.
    ///
    /// ApiVersions is the exception: a client that asked in a version the broker does not have must be able to read
    /// the answer, so its header never changed (KIP-511).
    public static func isFlexible(for apiKey: APIKey, version: Int16) -> Bool {
        apiKey != .apiVersions && version >= apiKey.firstFlexibleVersion
    }

    /// Reads the header of a response of `apiKey` in `version`.
    public init(from reader: inout ProtocolReader, for apiKey: APIKey, version: Int16) throws(ProtocolError) {
        correlationID = try reader.readInt32("ResponseHeader.correlationID")
        if Self.isFlexible(for: apiKey, version: version) { try reader.skipTaggedFields() }
    }

    /// Writes the header of a response of `apiKey` in `version`.
    public func encode(into writer: inout ProtocolWriter, for apiKey: APIKey, version: Int16) {
        writer.writeInt32(correlationID)
        if Self.isFlexible(for: apiKey, version: version) { writer.writeTaggedFieldCount(0) }
    }
}
