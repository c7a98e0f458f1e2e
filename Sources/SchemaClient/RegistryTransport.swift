import HTTPService

/// A request to a Schema Registry.
public struct RegistryRequest: Sendable, Hashable {
    /// What is to be done.
    public enum Method: String, Sendable, Hashable {
        /// Reads.
        case get = "GET"
        /// Writes, or asks with a body.
        case post = "POST"
        /// Sets.
        case put = "PUT"
        /// Deletes.
        case delete = "DELETE"
    }

    /// What is to be done.
    public var method: Method
    /// The segments of the path, which may have any characters; a transport encodes them.
    public var path: [String]
    /// The parameters, in order.
    public var query: [Parameter]
    /// The body as JSON text; empty where there is none.
    public var body: [UInt8]

    /// A name of the query with its value.
    public struct Parameter: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The value.
        public var value: String

        /// Creates it.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Creates a request.
    public init(_ method: Method, _ path: [String], query: [Parameter] = [], body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
    }
}

extension RegistryRequest {
    /// Path and query as they stand in a request of HTTP.
    public var target: String {
        PercentEncoding.path(path) + PercentEncoding.query(query.map { (name: $0.name, value: $0.value) })
    }
}

/// What a Schema Registry answered.
public struct RegistryResponse: Sendable, Hashable {
    /// HTTP's status.
    public var status: Int
    /// The whole body.
    public var body: [UInt8]

    /// Creates an answer.
    public init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// Carries requests to a Schema Registry: by HTTP, or to one in this process.
public protocol RegistryTransport: Sendable {
    /// Makes a request and takes the whole answer.
    ///
    /// - Throws: ``SchemaClientError`` when there is none.
    func send(_ request: RegistryRequest) async throws -> RegistryResponse

    /// Ends what is open; nothing can be sent any more.
    func close() async
}
