import AsyncHTTPClient
import ConnectRuntime
import HTTPService
import HTTPTypes
import NIOCore
import NIOHTTP1
import Synchronization

/// Carries requests to other workers' REST APIs over HTTP.
final class PeerClient: Sendable {
    /// As long as the other worker takes for a request, and a little more.
    private let timeout: Duration
    /// The settings of the https listeners, which the other workers have too; `nil` for what the system trusts.
    private let tls: TLSSettings?
    /// The most bytes of an answer that are taken: every connector with its tasks is less.
    private static let maximumBodySize = 64 * 1024 * 1024

    private enum State {
        /// Nobody has asked for anything yet, as in most workers that are alone.
        case idle
        case open(HTTPClient)
        case closed
    }

    private let state = Mutex(State.idle)

    init(timeout: Duration, tls: TLSSettings?) {
        self.timeout = timeout
        self.tls = tls
    }

    /// Makes a request and takes the whole answer.
    ///
    /// - Throws: what keeps the other worker from being reached.
    func send(_ request: PeerRequest) async throws -> PeerResponse {
        var outgoing = HTTPClientRequest(url: Self.url(of: request))
        outgoing.method = HTTPMethod(rawValue: request.method)
        for (name, value) in request.headers { outgoing.headers.add(name: name, value: value) }
        if !request.body.isEmpty {
            outgoing.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
            outgoing.body = .bytes(request.body)
        }
        let response = try await client().execute(outgoing, timeout: TimeAmount(timeout))
        let body = try await response.body.collect(upTo: Self.maximumBodySize)
        return PeerResponse(
            status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
            body: Array(body.readableBytesView))
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
            case .closed: throw ServiceError(.internalServerError, "the worker is shutting down")
            case .idle:
                var configuration = HTTPClient.Configuration()
                configuration.timeout.connect = .seconds(10)
                configuration.redirectConfiguration = .disallow
                if let tls { configuration.tlsConfiguration = try tls.clientConfiguration() }
                let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
                state = .open(client)
                return client
            }
        }
    }

    static func url(of request: PeerRequest) -> String {
        var url = request.worker
        while url.hasSuffix("/") { url.removeLast() }
        for segment in request.path { url += "/" + PercentEncoding.pathSegment(segment) }
        let pairs = request.query.map {
            PercentEncoding.pathSegment($0.name) + "=" + PercentEncoding.pathSegment($0.value)
        }
        return pairs.isEmpty ? url : url + "?" + pairs.joined(separator: "&")
    }
}
