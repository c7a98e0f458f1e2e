import KafkaProtocol
import RecordFormat

/// A connection that a server has answered once, as clients begin.
struct RawConnection {
    private let connection: FrameConnection

    /// Connects to a server on this machine and asks for its versions.
    ///
    /// - Parameter server: Host and port.
    init(_ server: String) throws {
        connection = FrameConnection(try LoopbackSocket.connection(to: server), capacity: 4 << 10)
        try connection.enqueue(
            try KafkaFrame.encodeRequest(ApiVersionsRequest(), version: 0, correlationID: 1, clientID: "raw"))
        try connection.send()
        let frame = try connection.awaitFrame()
        let answer = try KafkaFrame.decodeResponse(frame, to: ApiVersionsRequest.self, version: 0).response
        guard answer.errorCode == ErrorCode.none.rawValue else {
            throw BenchFailure(description: "the server answers error \(answer.errorCode) when asked for its versions")
        }
    }
}
