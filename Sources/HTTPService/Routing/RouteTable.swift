public import HTTPTypes

/// Which request goes to which handler, and the answers for the ones that go nowhere.
///
/// Paths have fixed segments and `{name}` for any one segment; a fixed one wins. A trailing slash makes no difference.
/// HEAD is answered by GET's handler without the body; OPTIONS lists the methods. A path that exists with other methods
/// only is a 405, a body that is not said to be JSON a 415, a client that accepts no JSON gets a 406.
public struct RouteTable: Sendable {
    /// Answers a request; whatever it throws becomes an error body.
    public typealias Handler = @Sendable (ServiceRequest) async throws -> ServiceResponse

    /// A route as documents show it.
    public struct Entry: Sendable {
        /// The method.
        public let method: HTTPRequest.Method
        /// The path, with `{name}` for what may be anything.
        public let path: String
        /// What the route is for; `nil` for one that is not for clients, which documents leave out.
        public let description: RouteDescription?

        /// The names of what may be anything, in order.
        public var parameters: [String] {
            path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
        }
    }

    private struct Route: Sendable {
        let method: HTTPRequest.Method
        let segments: [Segment]
        /// The types of its answers beside the table's.
        let produced: [String]
        let entry: Entry
        let handler: Handler
    }

    private enum Segment: Sendable {
        case fixed(String)
        case parameter(String)
    }

    private var routes: [Route] = []
    private let mediaTypes: [String]

    /// Creates an empty table.
    ///
    /// - Parameter mediaTypes: The types of bodies that routes read and write, in lower case.
    public init(mediaTypes: [String] = ["application/json"]) { self.mediaTypes = mediaTypes }

    /// The routes, in the order in which they were added.
    public var entries: [Entry] { routes.map(\.entry) }

    /// Adds a route such as `/things/{name}/parts`.
    ///
    /// - Parameters:
    ///   - description: What the route is for, as documents show it; `nil` for one that is not for clients.
    ///   - produced: The types of answers that it has beside the table's, in lower case.
    public mutating func add(
        _ method: HTTPRequest.Method, _ path: String, _ description: RouteDescription? = nil,
        producing produced: [String] = [], _ handler: @escaping Handler
    ) {
        let segments = path.split(separator: "/").map { segment in
            segment.hasPrefix("{") ? Segment.parameter(String(segment.dropFirst().dropLast())) : .fixed(String(segment))
        }
        let entry = Entry(method: method, path: path, description: description)
        routes.append(Route(method: method, segments: segments, produced: produced, entry: entry, handler: handler))
    }

    /// Serves a document of the routes so far, and of this one, at ``OpenAPIDocument/path``.
    public mutating func add(_ document: OpenAPIDocument) {
        let description = RouteDescription(
            "This document.", answers: [.init(.ok, "The document.", .anyObject)])
        var described = self
        described.add(.get, OpenAPIDocument.path, description) { _ in ServiceResponse(.ok) }
        let answer = ServiceResponse(json: document.json(of: described))
        add(.get, OpenAPIDocument.path, description) { _ in answer }
    }

    /// Answers a request; errors become error bodies.
    ///
    /// - Parameter translate: Turns an error that is no ``ServiceError`` into one; the default is a 500 with its text.
    public func respond(
        to request: ServiceRequest, translate: @Sendable (any Error) -> ServiceError = Self.internalError
    ) async -> ServiceResponse {
        let response = await answer(request, translate)
        return request.method == .head ? response.withoutBody : response
    }

    private func answer(
        _ request: ServiceRequest, _ translate: @Sendable (any Error) -> ServiceError
    ) async -> ServiceResponse {
        do {
            return try await dispatch(request)
        } catch let error as ServiceError {
            var response = error.response
            if error.status == .methodNotAllowed { response.headers[.allow] = allowed(for: request) }
            return response
        } catch {
            return translate(error).response
        }
    }

    /// A 500 that tells what happened.
    public static let internalError: @Sendable (any Error) -> ServiceError = { error in
        ServiceError(.internalServerError, String(describing: error))
    }

    private func dispatch(_ request: ServiceRequest) async throws -> ServiceResponse {
        let candidates = matches(request.segments)
        guard !candidates.isEmpty else { throw ServiceError(plain: .notFound) }
        let method = request.method == .head ? .get : request.method
        guard let (route, parameters) = candidates.first(where: { $0.route.method == method }) else {
            guard method == .options else { throw ServiceError(plain: .methodNotAllowed) }
            return ServiceResponse(.ok, headers: [.allow: allowed(for: request)])
        }
        try checkMediaTypes(of: request, producing: mediaTypes + route.produced)
        var request = request
        request.parameters = parameters
        return try await route.handler(request)
    }

    /// The routes for a path, the ones with more fixed segments first.
    private func matches(_ segments: [String]) -> [(route: Route, parameters: [String: String])] {
        let found = routes.compactMap { route -> (route: Route, parameters: [String: String])? in
            guard route.segments.count == segments.count else { return nil }
            var parameters: [String: String] = [:]
            for (expected, segment) in zip(route.segments, segments) {
                switch expected {
                case .fixed(let text): if text != segment { return nil }
                case .parameter(let name): parameters[name] = segment
                }
            }
            return (route, parameters)
        }
        let fewest = found.map(\.parameters.count).min()
        return found.filter { $0.parameters.count == fewest }
    }

    private func allowed(for request: ServiceRequest) -> String {
        var methods = Set(matches(request.segments).map(\.route.method.rawValue))
        if methods.contains("GET") { methods.insert("HEAD") }
        methods.insert("OPTIONS")
        return methods.sorted().joined(separator: ",")
    }

    private func checkMediaTypes(of request: ServiceRequest, producing produced: [String]) throws {
        // A body without a type is refused as well, as Kafka's server does: any page that a browser shows may send one of
        // no type, or of a form's, to any address without asking first.
        let type = request.headers[.contentType].map(Self.essence)
        let isTyped = type.map(mediaTypes.contains) ?? request.body.isEmpty
        if request.method != .get, request.method != .head, !isTyped {
            throw ServiceError(.unsupportedMediaType, "HTTP 415 Unsupported Media Type")
        }
        guard let accept = request.headers[.accept], !accept.isEmpty else { return }
        let isAcceptable = accept.split(separator: ",").contains { range in
            let type = Self.essence(String(range))
            let refuses = range.split(separator: ";").dropFirst().contains { parameter in
                let text = parameter.filter { $0 != " " }.lowercased()
                return text.hasPrefix("q=") && Double(text.dropFirst(2)) == 0
            }
            return !refuses && (type == "*/*" || produced.contains { $0 == type || Self.range($0) == type })
        }
        guard isAcceptable else { throw ServiceError(plain: .notAcceptable) }
    }

    /// The range of all types like this one, such as `text/*`.
    private static func range(_ type: String) -> String { type.prefix { $0 != "/" } + "/*" }

    /// A media type in lower case without parameters and space.
    private static func essence(_ text: String) -> String {
        String(text.prefix { $0 != ";" }.filter { $0 != " " }).lowercased()
    }
}
