import HTTPTypes

/// A route whose requests become WebSockets.
struct WebSocketRoute: Sendable {
    let handler: RouteTable.WebSocketHandler
    let subprotocols: [String]
    let limits: WebSocketLimits
}

extension RouteTable {
    /// Serves a WebSocket until it returns, which closes the connection with 1000.
    ///
    /// A ``ServiceError`` below 500 that it throws closes with 1008 and the message, anything else with 1011. The task is
    /// cancelled once the client has gone.
    public typealias WebSocketHandler =
        @Sendable (_ request: ServiceRequest, _ connection: WebSocketConnection) async throws -> Void

    /// Adds a route for WebSockets (RFC 6455) beside the others of its path, GET's too.
    ///
    /// Who asks is known and allowed to by then, as for other routes. A page of another site gets none unless the
    /// cross-origin policy lets it ask: browsers themselves do not look. WebSockets are opened over HTTP/1.1; a plain GET
    /// is answered 426 if the path has no other route for it.
    ///
    /// - Parameters:
    ///   - description: What the route is for, as documents show it; `nil` for one that is not for clients.
    ///   - subprotocols: Those that the route speaks, best first; a client that names some gets the first that it names too,
    ///     and none if there is no such one.
    public mutating func add(
        webSocket path: String, _ description: RouteDescription? = nil, subprotocols: [String] = [],
        limits: WebSocketLimits = WebSocketLimits(), _ handler: @escaping WebSocketHandler
    ) {
        let route = WebSocketRoute(handler: handler, subprotocols: subprotocols, limits: limits)
        add(.get, path, description, producing: [], action: .webSocket(route))
    }

    /// The answer to who asks for a WebSocket's path without asking for a WebSocket.
    static var upgradeRequired: ServiceResponse {
        var response = ServiceError(.upgradeRequired, "HTTP 426 Upgrade Required: this is a WebSocket").response
        response.headers[.upgrade] = "websocket"
        response.headers[.secWebSocketVersion] = WebSocketHandshake.version
        return response
    }
}
