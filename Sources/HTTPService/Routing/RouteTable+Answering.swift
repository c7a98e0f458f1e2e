import HTTPTypes

extension RouteTable {
    /// The route of a request, with what stood where its path has `{name}`.
    struct Match: Sendable {
        let route: Route
        let parameters: [String: String]
    }

    /// What is known of a request from its head.
    enum Finding: Sendable {
        case route(Match)
        case webSocket(WebSocketRoute, [String: String])
        /// It goes nowhere.
        case answer(ServiceResponse)
    }

    /// A 500 that tells what happened.
    public static let internalError: @Sendable (any Error) -> ServiceError = { error in
        ServiceError(.internalServerError, String(describing: error))
    }

    /// Answers a request; errors become error bodies.
    ///
    /// - Parameter translate: Turns an error that is no ``ServiceError`` into one; the default is a 500 with its text.
    public func respond(
        to request: ServiceRequest, translate: @Sendable (any Error) -> ServiceError = Self.internalError
    ) async -> ServiceResponse {
        let response =
            switch find(request) {
            case .route(let match): await answer(request, match, translate: translate)
            case .webSocket: Self.upgradeRequired
            case .answer(let response): response
            }
        return request.method == .head ? response.withoutBody : response
    }

    /// Finds the route of a request.
    ///
    /// - Parameter wantsWebSocket: Whether the client asks for a WebSocket, which another route than GET's may be for.
    func find(_ request: ServiceRequest, wantsWebSocket: Bool = false) -> Finding {
        let candidates = candidates(for: request.segments)
        guard !candidates.isEmpty else { return .answer(ServiceError(plain: .notFound).response) }
        let method = request.method == .head ? .get : request.method
        var socket: Route?
        for route in candidates where route.method == method {
            if case .webSocket = route.action {
                socket = route
            } else if !wantsWebSocket {
                return match(route, request)
            }
        }
        if let socket, wantsWebSocket { return match(socket, request) }
        if socket != nil { return .answer(Self.upgradeRequired) }
        if let route = candidates.first(where: { $0.method == method }) { return match(route, request) }
        let allowed = Self.allowed(candidates)
        guard method == .options else {
            var response = ServiceError(plain: .methodNotAllowed).response
            response.headers[.allow] = allowed
            return .answer(response)
        }
        return .answer(ServiceResponse(.ok, headers: [.allow: allowed]))
    }

    private func match(_ route: Route, _ request: ServiceRequest) -> Finding {
        var parameters: [String: String] = [:]
        for (index, segment) in route.segments.enumerated() {
            if case .parameter(let name) = segment { parameters[name] = request.segments[index] }
        }
        if case .webSocket(let socket) = route.action { return .webSocket(socket, parameters) }
        return .route(Match(route: route, parameters: parameters))
    }

    /// Has a request answered by its route.
    func answer(
        _ request: ServiceRequest, _ match: Match, translate: @Sendable (any Error) -> ServiceError
    ) async -> ServiceResponse {
        do {
            try checkMediaTypes(of: request, producing: match.route.produced)
            var request = request
            request.parameters = match.parameters
            switch match.route.action {
            case .answer(let handler), .stream(let handler): return try await handler(request)
            case .webSocket: return Self.upgradeRequired
            }
        } catch let error as ServiceError {
            var response = error.response
            if error.status == .methodNotAllowed {
                response.headers[.allow] = Self.allowed(candidates(for: request.segments))
            }
            return response
        } catch {
            return translate(error).response
        }
    }

    private static func allowed(_ candidates: [Route]) -> String {
        var methods = Set(candidates.map(\.method.rawValue))
        if methods.contains("GET") { methods.insert("HEAD") }
        methods.insert("OPTIONS")
        return methods.sorted().joined(separator: ",")
    }

    // MARK: Media types

    /// Whether a body's type is one that routes read, and the client takes one that the route writes.
    func checkMediaTypes(of request: ServiceRequest, producing produced: [String]) throws(ServiceError) {
        // A body without a type is refused as well, as Kafka's server does: any page that a browser shows may send one of
        // no type, or of a form's, to any address without asking first.
        if request.method != .get, request.method != .head {
            let isTyped =
                if let type = request.headers.value(of: .contentType) {
                    mediaTypes.contains(type) || mediaTypes.contains(Self.essence(type))
                } else {
                    request.body.isEmpty && request.stream == nil
                }
            guard isTyped else { throw ServiceError(.unsupportedMediaType, "HTTP 415 Unsupported Media Type") }
        }
        // What nearly every client says is not taken apart.
        guard let accept = request.headers.value(of: .accept), !accept.isEmpty, accept != "*/*",
            !mediaTypes.contains(accept), !produced.contains(accept)
        else { return }
        let isAcceptable = accept.split(separator: ",").contains { range in
            let type = Self.essence(range)
            let refuses = range.split(separator: ";").dropFirst().contains { parameter in
                let text = parameter.filter { $0 != " " }.lowercased()
                return text.hasPrefix("q=") && Double(text.dropFirst(2)) == 0
            }
            func takes(_ types: [String]) -> Bool { types.contains { $0 == type || Self.range($0) == type } }
            return !refuses && (type == "*/*" || takes(mediaTypes) || takes(produced))
        }
        guard isAcceptable else { throw ServiceError(plain: .notAcceptable) }
    }

    /// The range of all types like this one, such as `text/*`.
    private static func range(_ type: String) -> String { type.prefix { $0 != "/" } + "/*" }

    /// A media type in lower case without parameters and space.
    private static func essence(_ text: some StringProtocol) -> String {
        String(text.prefix { $0 != ";" }.filter { $0 != " " }).lowercased()
    }
}
