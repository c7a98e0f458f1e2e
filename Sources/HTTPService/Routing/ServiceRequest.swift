public import HTTPTypes
public import JSON

/// A request as routes get it: with its whole body, or with one that is still coming.
public struct ServiceRequest: Sendable {
    /// The method.
    public var method: HTTPRequest.Method
    /// The path's segments, percent-decoded one by one: a `%2F` does not divide.
    public var segments: [String]
    /// The query's names and values in order, percent-decoded.
    public var query: [(name: String, value: String)]
    /// The header fields, without `Host`.
    public var headers: HTTPFields
    /// The host that was asked, with its port if one was said; clients of HTTP/1.0 need not say any.
    public var authority: String?
    /// The body, decoded as `Content-Encoding` says; empty for a route that was added as streaming.
    public var body: [UInt8]
    /// Who asks.
    public var principal = Principal.anonymous
    /// What stood where the route's path has `{name}`.
    public var parameters: [String: String] = [:]

    /// What is still to come of the body.
    var stream: RequestBody?
    /// What is wrong with the path or the query.
    var problem: RequestTarget.Problem?
    private let target: String

    /// Creates a request.
    public init(method: HTTPRequest.Method, target: String, headers: HTTPFields = [:], body: [UInt8] = []) {
        let parts = RequestTarget(target)
        self.method = method
        self.target = target
        segments = parts.segments
        query = parts.query
        problem = parts.problem
        self.headers = headers
        self.body = body
    }

    /// Takes a request's head.
    init(_ head: RequestHead) {
        self.init(method: head.method, target: head.target, headers: head.fields)
        authority = head.authority
    }

    /// The path and query as they came.
    public var path: String { target }

    /// The body as it comes, for routes that were added as streaming; for others it is all there.
    public var bytes: RequestBody { stream ?? RequestBody(body) }

    /// The part of the path that stood where the route has `{name}`.
    ///
    /// - Precondition: The route's path has that part.
    public func parameter(_ name: String) -> String {
        guard let value = parameters[name] else { preconditionFailure("the route has no parameter \(name)") }
        return value
    }

    /// Every value of the query parameter `name`.
    public func queryValues(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }

    /// The query parameter `name` as a flag: `true` in any case is true, everything else false, as in JAX-RS.
    public func queryFlag(_ name: String) -> Bool? { queryValues(name).first.map { $0.lowercased() == "true" } }

    /// The body as JSON.
    ///
    /// - Throws: ``ServiceError`` with status 400 when it is none.
    public func json() throws -> JSONValue {
        do {
            return try JSONValue(parsing: body)
        } catch {
            throw ServiceError(.badRequest, "Malformed JSON: \(error)")
        }
    }
}
