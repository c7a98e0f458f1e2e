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

    /// What a route does.
    enum Action: Sendable {
        case answer(Handler)
        /// Answers with the body still coming.
        case stream(Handler)
        case webSocket(WebSocketRoute)
    }

    struct Route: Sendable {
        let method: HTTPRequest.Method
        let segments: [Segment]
        /// The types of its answers beside the table's.
        let produced: [String]
        let entry: Entry
        let action: Action
    }

    enum Segment: Sendable {
        case fixed(String)
        case parameter(String)
    }

    /// The routes, in the order in which they were added.
    private var routes: [Route] = []
    /// Where in ``routes`` those lie whose paths have so many segments.
    private var routesBySegments: [[Int]] = []
    let mediaTypes: [String]

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
        add(method, path, description, producing: produced, action: .answer(handler))
    }

    /// Adds a route whose handler gets the body while it comes, in ``ServiceRequest/bytes``, and may answer meanwhile.
    ///
    /// The body has no bound but the handler's own. An answer that is to go on while the body comes is one that is written
    /// bit by bit, ``ServiceResponse/init(_:type:stream:)``; what an answer leaves of the body is dropped.
    public mutating func add(
        streaming method: HTTPRequest.Method, _ path: String, _ description: RouteDescription? = nil,
        producing produced: [String] = [], _ handler: @escaping Handler
    ) {
        add(method, path, description, producing: produced, action: .stream(handler))
    }

    mutating func add(
        _ method: HTTPRequest.Method, _ path: String, _ description: RouteDescription?, producing produced: [String],
        action: Action
    ) {
        let segments = path.split(separator: "/").map { segment in
            segment.hasPrefix("{") ? Segment.parameter(String(segment.dropFirst().dropLast())) : .fixed(String(segment))
        }
        let entry = Entry(method: method, path: path, description: description)
        while routesBySegments.count <= segments.count { routesBySegments.append([]) }
        routesBySegments[segments.count].append(routes.count)
        routes.append(Route(method: method, segments: segments, produced: produced, entry: entry, action: action))
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

    /// The routes for a path, those with the most fixed segments.
    func candidates(for segments: [String]) -> [Route] {
        guard segments.count < routesBySegments.count else { return [] }
        var found: [Route] = []
        var fewest = Int.max
        for index in routesBySegments[segments.count] {
            guard let count = Self.parameterCount(of: routes[index], for: segments), count <= fewest else { continue }
            if count < fewest { found.removeAll() }
            fewest = count
            found.append(routes[index])
        }
        return found
    }

    /// How many of the segments stand for anything; `nil` when the route is not for this path.
    private static func parameterCount(of route: Route, for segments: [String]) -> Int? {
        var count = 0
        for (index, expected) in route.segments.enumerated() {
            switch expected {
            case .fixed(let text): if text != segments[index] { return nil }
            case .parameter: count += 1
            }
        }
        return count
    }
}
