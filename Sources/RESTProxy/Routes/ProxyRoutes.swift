import HTTPService
import HTTPTypes
import JSON

/// Gathers the routes of both APIs: what the settings leave out is not served, types are agreed on route by route, and
/// errors become bodies of the proxy.
struct ProxyRoutes {
    /// Answers a request; whatever it throws becomes an error body.
    typealias Handler = @Sendable (ProxyRequest) async throws -> ServiceResponse

    /// What a route reads and writes.
    struct MediaTypes: Sendable {
        /// The types of bodies that it reads, in lower case; empty for any.
        var consumed: [String]
        /// The types of answers that it writes, in lower case, the preferred one first.
        var produced: [String]
        /// Further types of bodies that it reads, which no document names.
        var tolerated: [String] = []

        /// `application/json` both ways, as API v3 has it.
        static let json = MediaTypes(consumed: ["application/json"], produced: ["application/json"])
    }

    /// The routes so far.
    private(set) var table: RouteTable
    /// Which routes are served.
    let endpoints: EndpointFilter

    /// Creates an empty table.
    init(endpoints: EndpointFilter) {
        self.endpoints = endpoints
        // What a route takes and gives it says itself; here is everything that any of them does.
        table = RouteTable(mediaTypes: MediaType.all)
    }

    /// Adds a route, unless the settings leave it out.
    ///
    /// - Parameters:
    ///   - name: The route's name in `api.endpoints.allowlist`, such as `api.v3.topics.list`.
    ///   - description: What the route is for, as documents show it.
    ///   - isStreaming: Whether the handler gets the body while it comes.
    mutating func add(
        _ method: HTTPRequest.Method, _ path: String, named name: String, _ description: RouteDescription,
        types: MediaTypes = .json, isStreaming: Bool = false, _ handler: @escaping Handler
    ) {
        guard endpoints.allows(name) || (name.hasSuffix("*") && endpoints.allowsSome(of: name)) else { return }
        let description = description.carrying(types)
        let consumed = types.consumed + types.tolerated
        let answer: RouteTable.Handler = { request in
            var type = types.produced.first ?? MediaType.json
            do {
                type = try MediaType.agree(on: types.produced, for: request.headers.value(of: .accept))
                if isStreaming || !request.body.isEmpty, !consumed.isEmpty {
                    try MediaType.check(request.headers.value(of: .contentType), isOneOf: consumed)
                }
                return try await handler(ProxyRequest(request: request, responseType: type))
            } catch {
                return RESTError(any: error).response(type: type)
            }
        }
        if isStreaming {
            table.add(streaming: method, path, description, producing: types.produced, answer)
        } else {
            table.add(method, path, description, producing: types.produced, answer)
        }
    }

    /// Adds a route for WebSockets, unless the settings leave it out.
    mutating func add(
        webSocket path: String, named name: String, _ description: RouteDescription, limits: WebSocketLimits,
        _ handler: @escaping RouteTable.WebSocketHandler
    ) {
        guard endpoints.allows(name) else { return }
        table.add(webSocket: path, description, limits: limits, handler)
    }
}

extension RouteDescription {
    /// The same with the media types that a route reads and writes.
    fileprivate func carrying(_ types: ProxyRoutes.MediaTypes) -> RouteDescription {
        var description = self
        if !types.consumed.isEmpty { description.bodyTypes = types.consumed }
        // Errors are JSON, whatever else the route writes; those of requests that come to no route are plain JSON.
        description.errorTypes = types.produced.filter { $0.hasSuffix("+json") } + [MediaType.json]
        for index in description.answers.indices {
            let isError = description.answers[index].status.code >= 400
            description.answers[index].types = isError ? description.errorTypes : types.produced
        }
        return description
    }
}

/// A request and the type that was agreed on for its answer.
struct ProxyRequest: Sendable {
    /// The request.
    let request: ServiceRequest
    /// The media type of the answer.
    let responseType: String

    /// The part of the path that stood where the route has `{name}`.
    func parameter(_ name: String) -> String { request.parameter(name) }

    /// The first value of a query parameter.
    func query(_ name: String) -> String? { request.queryValues(name).first }

    /// Which JSON stands for data with a schema: `json=plain` in the query.
    var jsonForm: JSONForm {
        get throws {
            guard let text = query("json") else { return .language }
            guard let form = JSONForm(rawValue: text) else {
                throw RESTError(400, "json is '\(text)'; it has to be default or plain")
            }
            return form
        }
    }

    /// An answer of the type that was agreed on.
    func answer(_ json: JSONValue) -> ServiceResponse {
        ServiceResponse(.ok, type: responseType, body: json.utf8)
    }
}
