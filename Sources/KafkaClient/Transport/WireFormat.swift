import KafkaProtocol
import NIOCore
import RecordFormat

/// Requests and answers as the bytes of a socket.
enum WireFormat {
    /// The version in which a new connection first asks what the broker speaks.
    static let newestNegotiation = ApiVersionsRequest.versions.upperBound

    /// A request's bytes, its length in front.
    static func encode<Request: KafkaRequest>(
        _ request: Request, version: Int16, correlationID: Int32, clientID: String
    ) throws -> ByteBuffer {
        let frame = try KafkaFrame.encodeRequest(
            request, version: version, correlationID: correlationID, clientID: clientID)
        var buffer = ByteBufferAllocator().buffer(capacity: frame.byteCount)
        for segment in frame.segments {
            switch segment {
            case .bytes(let bytes): bytes.withUnsafeBytes { _ = buffer.writeBytes($0) }
            case .external(let records): try records.readBytes().withUnsafeBytes { _ = buffer.writeBytes($0) }
            }
        }
        return buffer
    }

    /// The answer in a frame.
    ///
    /// - Throws: ``KafkaClientError`` with code `.malformedResponse`.
    static func decode<Request: KafkaRequest>(
        _ type: Request.Type, version: Int16, from frame: ByteSlice
    ) throws(KafkaClientError) -> Request.Response {
        do {
            return try KafkaFrame.decodeResponse(frame, to: type, version: version).response
        } catch {
            throw KafkaClientError(
                .malformedResponse, "the answer to \(Request.apiKey.name) \(version) cannot be read", cause: error)
        }
    }

    /// The number of the request that a frame answers.
    static func correlationID(of frame: ByteSlice) -> Int32? { try? KafkaFrame.correlationID(ofResponse: frame) }

    // MARK: Negotiation

    /// What a broker says to the question for its versions.
    enum Negotiation {
        case versions(APIVersionTable)
        /// It does not know the question in the version in which it was asked, but in this one (KIP-511).
        case tryVersion(Int16)
    }

    /// The question for the broker's versions.
    static func encodeNegotiation(version: Int16, correlationID: Int32, clientID: String) throws -> ByteBuffer {
        let request =
            version >= 3
            ? ApiVersionsRequest(clientSoftwareName: "millrace", clientSoftwareVersion: "1.0") : ApiVersionsRequest()
        return try encode(request, version: version, correlationID: correlationID, clientID: clientID)
    }

    /// The broker's answer to a question that was put in `version`.
    ///
    /// - Throws: ``KafkaClientError`` with code `.malformedResponse` or `.broker`.
    static func decodeNegotiation(_ frame: ByteSlice, version: Int16) throws(KafkaClientError) -> Negotiation {
        // A broker that does not know the version answers in version 0, whose error code comes first as in all others.
        let isRefused =
            frame.count >= 6 && frame[4] == 0 && frame[5] == UInt8(ErrorCode.unsupportedVersion.rawValue)
        let response = try decode(ApiVersionsRequest.self, version: isRefused ? 0 : version, from: frame)
        if isRefused {
            guard version > 0 else {
                throw KafkaClientError(.unsupportedVersion, "the broker does not tell which versions it speaks")
            }
            let offered = APIVersionTable(response)[.apiVersions]
            return .tryVersion(min(offered?.upperBound ?? 0, version - 1))
        }
        if let error = KafkaClientError(rawCode: response.errorCode, while: "asking for the broker's versions") {
            throw error
        }
        return .versions(APIVersionTable(response))
    }
}
