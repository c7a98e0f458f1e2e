/// A request of one worker to another's REST API.
public struct PeerRequest: Sendable {
    /// The method.
    public var method: String
    /// Where the other worker's API is reached, such as `http://10.0.0.1:8083/`.
    public var worker: String
    /// The path's segments, as they are before percent-encoding.
    public var path: [String]
    /// The query's names and values.
    public var query: [(name: String, value: String)]
    /// Header fields beside the body's type and length.
    public var headers: [(name: String, value: String)]
    /// The body, JSON; empty for none.
    public var body: [UInt8]

    /// Creates a request.
    public init(
        method: String, worker: String, path: [String], query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], body: [UInt8] = []
    ) {
        self.method = method
        self.worker = worker
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

/// What a worker answered another one.
public struct PeerResponse: Sendable {
    /// The HTTP status.
    public var status: Int
    /// The header fields.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]

    /// Creates an answer.
    public init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Carries requests to other workers; bounds the time and the size of an answer.
public typealias PeerTransport = @Sendable (PeerRequest) async throws -> PeerResponse
