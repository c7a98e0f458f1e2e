public import HTTPTypes
public import JSON

/// What a route answers.
public struct ServiceResponse: Sendable {
    /// The status.
    public var status: HTTPResponse.Status
    /// The header fields beside the ones that every answer has.
    public var headers: HTTPFields
    /// The body; empty for none.
    public var body: [UInt8]
    /// What writes the body bit by bit instead; see ``init(_:type:stream:)``.
    var stream: ServiceStream?

    /// Creates an answer without a body.
    public init(_ status: HTTPResponse.Status, headers: HTTPFields = [:]) {
        self.status = status
        self.headers = headers
        body = []
    }

    /// Creates an answer with a JSON body.
    public init(_ status: HTTPResponse.Status = .ok, json: JSONValue, headers: HTTPFields = [:]) {
        self.status = status
        self.headers = headers
        self.headers[.contentType] = "application/json"
        body = json.utf8
    }

    /// The answer as HEAD gets it: with the length of the body, and without the body.
    var withoutBody: ServiceResponse {
        var response = self
        if !body.isEmpty { response.headers[.contentLength] = String(body.count) }
        response.body = []
        response.stream = nil
        return response
    }
}

/// An answer that says what went wrong, as `{"error_code":…,"message":…}`.
public struct ServiceError: Error, Sendable, Hashable {
    /// The status.
    public var status: HTTPResponse.Status
    /// What the body gives as `error_code`: the status, or a finer number where an API has one.
    public var errorCode: Int
    /// What happened.
    public var message: String

    /// Creates an error.
    public init(_ status: HTTPResponse.Status, _ message: String, errorCode: Int? = nil) {
        self.status = status
        self.errorCode = errorCode ?? status.code
        self.message = message
    }

    /// Creates an error of the HTTP layer itself, with the message that JAX-RS servers give it.
    public init(plain status: HTTPResponse.Status) {
        self.init(status, "HTTP \(status.code) \(status.reasonPhrase)")
    }

    /// What a body gets that has too many bytes.
    static func bodyTooLarge(limit: Int) -> ServiceError {
        ServiceError(
            .contentTooLarge, "HTTP 413 Request Entity Too Large: a request's body may have \(limit) bytes at most")
    }

    /// The answer.
    public var response: ServiceResponse {
        ServiceResponse(status, json: ["error_code": .integer(errorCode), "message": .string(message)])
    }
}
