public import RecordFormat

/// Requests and responses as they are on a connection: a length of four bytes, a header, a body.
///
/// What is encoded here starts with the length; what is decoded here does not, because a connection needs it before
/// there is a frame.
public enum KafkaFrame {
    /// The bytes of the length before each frame.
    public static let lengthPrefixSize = 4

    /// A request on its way to a broker.
    ///
    /// - Throws: ``ProtocolError`` if `version` has no form for what `request` holds.
    public static func encodeRequest<Request: KafkaRequest>(
        _ request: Request, version: Int16, correlationID: Int32, clientID: String?
    ) throws(ProtocolError) -> EncodedFrame {
        let header = RequestHeader(
            apiKey: Request.apiKey, apiVersion: version, correlationID: correlationID, clientID: clientID)
        var writer = ProtocolWriter()
        writer.writeInt32(0)
        try header.encode(into: &writer)
        try request.encode(into: &writer, version: version)
        return try finish(writer)
    }

    /// A response on its way to a client.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - apiKey: The API that was asked.
    ///   - version: The request's version.
    ///   - correlationID: The request's number.
    /// - Throws: ``ProtocolError`` if `version` has no form for what `response` holds.
    public static func encodeResponse(
        _ response: some KafkaMessage, for apiKey: APIKey, version: Int16, correlationID: Int32
    ) throws(ProtocolError) -> EncodedFrame {
        var writer = ProtocolWriter()
        writer.writeInt32(0)
        ResponseHeader(correlationID: correlationID).encode(into: &writer, for: apiKey, version: version)
        try response.encode(into: &writer, version: version)
        return try finish(writer)
    }

    /// A request's header, and a reader that stands before its body.
    ///
    /// - Parameter frame: The bytes behind the length.
    public static func decodeRequestHeader(
        _ frame: ByteSlice
    ) throws(ProtocolError) -> (header: RequestHeader, body: ProtocolReader) {
        var reader = ProtocolReader(frame)
        let header = try RequestHeader(from: &reader)
        return (header, reader)
    }

    /// The number of the request that a response answers: the first thing in every response.
    ///
    /// - Parameter frame: The bytes behind the length.
    public static func correlationID(ofResponse frame: ByteSlice) throws(ProtocolError) -> Int32 {
        var reader = ProtocolReader(frame)
        return try reader.readInt32("ResponseHeader.correlationID")
    }

    /// The response to a request of type `Request` that was sent in `version`.
    ///
    /// - Parameter frame: The bytes behind the length.
    public static func decodeResponse<Request: KafkaRequest>(
        _ frame: ByteSlice, to request: Request.Type, version: Int16
    ) throws(ProtocolError) -> (header: ResponseHeader, response: Request.Response) {
        var reader = ProtocolReader(frame)
        let header = try ResponseHeader(from: &reader, for: Request.apiKey, version: version)
        return (header, try Request.Response(from: &reader, version: version))
    }

    private static func finish(_ writer: consuming ProtocolWriter) throws(ProtocolError) -> EncodedFrame {
        var writer = writer
        guard let length = Int32(exactly: writer.byteCount - lengthPrefixSize) else {
            throw ProtocolError.invalidLength("frame", writer.byteCount, limit: Int(Int32.max))
        }
        writer.replaceInt32(at: 0, with: length)
        return writer.finish()
    }
}
