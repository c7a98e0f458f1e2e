import AsyncHTTPClient
import HTTPService
import HTTPTypes
import NIOCore
import NIOHTTP1
import Synchronization

/// Sends requests on to other proxies, which hold the consumer instances that they are for.
final class PeerProxies: Sendable {
    private enum State {
        /// Nobody has asked for anything yet, as in a proxy that is alone.
        case idle
        case open(HTTPClient)
        case closed
    }

    /// Says that a request was sent on once, and is not to be sent on again.
    static let forwardedName = "X-Rest-Forwarded"

    /// What goes on with a request; connections and lengths are each proxy's own.
    private static let forwardedFields: [HTTPField.Name] = [.accept, .contentType, .authorization]

    private let tls: TLSSettings?
    private let maximumAnswerSize: Int
    private let state = Mutex(State.idle)

    /// - Parameter tls: The settings of the https listeners, which the other proxies have too.
    init(tls: TLSSettings?, maximumAnswerSize: Int) {
        self.tls = tls
        self.maximumAnswerSize = maximumAnswerSize
    }

    /// Whether a request came from another proxy.
    static func isForwarded(_ request: ServiceRequest) -> Bool {
        HTTPField.Name(forwardedName).map { request.headers[$0] != nil } ?? false
    }

    /// Sends a request to another proxy and takes its answer.
    ///
    /// - Parameter patience: How long the answer may take.
    /// - Throws: What keeps the other proxy from answering.
    func send(_ request: ServiceRequest, to owner: String, patience: Duration) async throws -> ServiceResponse {
        var outgoing = HTTPClientRequest(url: Self.url(of: request, at: owner))
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for name in Self.forwardedFields {
            if let value = request.headers[name] { outgoing.headers.add(name: name.rawName, value: value) }
        }
        outgoing.headers.add(name: Self.forwardedName, value: "1")
        if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
        let answer = try await client().execute(outgoing, timeout: TimeAmount(patience))
        let body = try await answer.body.collect(upTo: maximumAnswerSize)
        var response = ServiceResponse(HTTPResponse.Status(code: Int(answer.status.code)))
        for name in [HTTPField.Name.contentType, .retryAfter] {
            if let value = answer.headers.first(name: name.rawName) { response.headers[name] = value }
        }
        response.body = Array(body.readableBytesView)
        return response
    }

    /// Ends the connections; nothing can be sent any more.
    func close() async {
        let client: HTTPClient? = state.withLock { state in
            defer { state = .closed }
            if case .open(let client) = state { return client }
            return nil
        }
        try? await client?.shutdown()
    }

    private func client() throws -> HTTPClient {
        try state.withLock { state in
            switch state {
            case .open(let client): return client
            case .closed: throw RESTError.brokerNotAvailable("the proxy is shutting down")
            case .idle:
                var configuration = HTTPClient.Configuration()
                // An owner that is gone does not answer, and a client waits meanwhile.
                configuration.timeout.connect = .seconds(2)
                configuration.redirectConfiguration = .disallow
                if let tls { configuration.tlsConfiguration = try tls.clientConfiguration() }
                let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
                state = .open(client)
                return client
            }
        }
    }

    private static func url(of request: ServiceRequest, at owner: String) -> String {
        var url = owner
        for segment in request.segments { url += "/" + PercentEncoding.pathSegment(segment) }
        let pairs = request.query.map {
            PercentEncoding.pathSegment($0.name) + "=" + PercentEncoding.pathSegment($0.value)
        }
        return pairs.isEmpty ? url : url + "?" + pairs.joined(separator: "&")
    }
}
