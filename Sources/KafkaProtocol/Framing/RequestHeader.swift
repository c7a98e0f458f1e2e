/// What stands before the body of every request.
public struct RequestHeader: Hashable, Sendable {
    /// The API that is asked.
    public var apiKey: APIKey
    /// The version of the API that request and response are in.
    public var apiVersion: Int16
    /// A number that the response repeats.
    public var correlationID: Int32
    /// The name that the client gives itself; `nil` if it has none.
    public var clientID: String?

    /// Creates a header.
    public init(apiKey: APIKey, apiVersion: Int16, correlationID: Int32, clientID: String?) {
        self.apiKey = apiKey
        self.apiVersion = apiVersion
        self.correlationID = correlationID
        self.clientID = clientID
    }

    /// Whether the header ends with tagged fields: it is of version 2 then, otherwise of version 1 (KIP-482).
    public var isFlexible: Bool { apiVersion >= apiKey.firstFlexibleVersion }

    /// Reads a header.
    ///
    /// Versions above those of this module are read too, as the newest form: a broker answers them
    /// with UNSUPPORTED_VERSION. Of an API that is not known even by number, the form of the header is not known
    /// either; the name of the client is left out then, and `reader` stays before it.
    public init(from reader: inout ProtocolReader) throws(ProtocolError) {
        let apiKey = APIKey(rawValue: try reader.readInt16("RequestHeader.apiKey"))
        let apiVersion = try reader.readInt16("RequestHeader.apiVersion")
        let correlationID = try reader.readInt32("RequestHeader.correlationID")
        self.init(apiKey: apiKey, apiVersion: apiVersion, correlationID: correlationID, clientID: nil)
        guard apiKey.knownName != nil else { return }
        // The client's name kept its old form in version 2, so that brokers can read it before they know the version.
        clientID = try reader.readNullableString("RequestHeader.clientID", compact: false)
        // What a version of the future puts behind the name is its own business: it is refused by its number (KIP-511).
        if isFlexible && apiVersion <= apiKey.supportedVersions?.upperBound ?? -1 { try reader.skipTaggedFields() }
    }

    /// Writes the header.
    public func encode(into writer: inout ProtocolWriter) throws(ProtocolError) {
        writer.writeInt16(apiKey.rawValue)
        writer.writeInt16(apiVersion)
        writer.writeInt32(correlationID)
        try writer.writeNullableString(clientID, "RequestHeader.clientID", compact: false)
        if isFlexible { writer.writeTaggedFieldCount(0) }
    }
}
