import AsyncHTTPClient
import ConnectRuntime
import HTTPService
import HTTPTypes
import NIOCore
import NIOHTTP1
import TransportSecurity

/// Carries requests to other workers' REST APIs over HTTP.
final class PeerClient: Sendable {
    /// The most bytes of an answer that are taken: every connector with its tasks is less.
    private static let maximumBodySize = 64 * 1024 * 1024

    /// As long as the other worker takes for a request, and a little more.
    private let timeout: Duration
    private let connections: PeerConnections

    /// - Parameter tls: The settings of the https listeners, which the other workers have too; `nil` for what the system trusts.
    init(timeout: Duration, tls: TLSSettings?) {
        self.timeout = timeout
        // A worker that is being started again is worth the wait.
        connections = PeerConnections(.init(tls: tls, connectTimeout: .seconds(10), retriesConnecting: true))
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
        let response: HTTPClientResponse
        do {
            response = try await connections.execute(outgoing, within: timeout)
        } catch is PeerConnections.Closed {
            throw ServiceError(.internalServerError, "the worker is shutting down")
        }
        let body = try await response.body.collect(upTo: Self.maximumBodySize)
        return PeerResponse(
            status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
            body: Array(body.readableBytesView))
    }

    /// Ends the connections; nothing can be sent any more.
    func close() async { await connections.close() }

    static func url(of request: PeerRequest) -> String {
        var url = request.worker
        while url.hasSuffix("/") { url.removeLast() }
        return url + PercentEncoding.path(request.path) + PercentEncoding.query(request.query)
    }
}
