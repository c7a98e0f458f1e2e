import KafkaProtocol
import NIOCore
import RecordFormat

/// A request on its way over a socket, with the types of request and answer closed over.
struct SocketCall: Sendable {
    let timeout: Duration
    let expectsResponse: Bool
    /// The bytes for the versions that the broker speaks, and the version chosen.
    let encode: @Sendable (APIVersionTable, Int32, String) throws -> (bytes: ByteBuffer, version: Int16)
    /// Reads the answer and tells the caller.
    let succeed: @Sendable (ByteSlice, Int16) -> Void
    /// Tells the caller why there is no answer.
    let fail: @Sendable (KafkaClientError) -> Void
    /// Tells the caller of a request without answer that its bytes are on their way.
    let finishUnanswered: @Sendable () -> Void

    init<Request: KafkaRequest>(
        _ call: BrokerCall<Request>, completion: @escaping @Sendable (Result<Request.Response, any Error>) -> Void
    ) {
        timeout = call.timeout
        expectsResponse = call.expectsResponse
        encode = { table, correlationID, clientID in
            let version = try call.version(offered: table[Request.apiKey])
            let request = try call.make(version)
            return (
                try WireFormat.encode(request, version: version, correlationID: correlationID, clientID: clientID),
                version
            )
        }
        succeed = { frame, version in
            completion(Result { try WireFormat.decode(Request.self, version: version, from: frame) })
        }
        fail = { completion(.failure($0)) }
        finishUnanswered = { completion(.success(Request.Response())) }
    }
}
