import AsyncHTTPClient
import HTTPService
import HTTPTypes
import NIOCore
import NIOHTTP1
import TransportSecurity

/// Sends requests on to other proxies, which hold the consumer instances that they are for.
final class PeerProxies: Sendable {
    /// Says that a request was sent on once, and is not to be sent on again.
    static let forwardedName = "X-Rest-Forwarded"

    /// What goes on with a request; connections and lengths are each proxy's own.
    private static let forwardedFields: [HTTPField.Name] = [.accept, .contentType, .authorization]

    private let maximumAnswerSize: Int
    private let connections: PeerConnections

    /// - Parameter tls: The settings of the https listeners, which the other proxies have too.
    init(tls: TLSSettings?, maximumAnswerSize: Int) {
        self.maximumAnswerSize = maximumAnswerSize
        // An owner that is gone does not answer, and a client waits meanwhile.
        connections = PeerConnections(.init(tls: tls, connectTimeout: .seconds(2)))
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
        var outgoing = HTTPClientRequest(
            url: owner + PercentEncoding.path(request.segments) + PercentEncoding.query(request.query))
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for name in Self.forwardedFields {
            if let value = request.headers[name] { outgoing.headers.add(name: name.rawName, value: value) }
        }
        outgoing.headers.add(name: Self.forwardedName, value: "1")
        if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
        let answer = try await connections.execute(outgoing, within: patience)
        let body = try await answer.body.collect(upTo: maximumAnswerSize)
        var response = ServiceResponse(HTTPResponse.Status(code: Int(answer.status.code)))
        for name in [HTTPField.Name.contentType, .retryAfter] {
            if let value = answer.headers.first(name: name.rawName) { response.headers[name] = value }
        }
        response.body = Array(body.readableBytesView)
        return response
    }

    /// Ends the connections; nothing can be sent any more.
    func close() async { await connections.close() }
}
