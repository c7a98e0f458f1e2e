import AsyncHTTPClient
import HTTPService
import HTTPTypes
import NIOCore
import NIOHTTP1
import TransportSecurity

/// Sends requests on to the writer over HTTP. Safe to use from any thread.
final class WriterClient: Sendable {
    /// How long it waits, and what it sends and shows.
    struct Settings: Sendable {
        /// How long making a connection may take (`leader.connect.timeout.ms`).
        var connectTimeout = Duration.seconds(60)
        /// How long an answer may take (`leader.read.timeout.ms`).
        var readTimeout = Duration.seconds(60)
        /// Which fields go on with a request beside the usual ones (`inter.instance.headers.whitelist`).
        var headers: [String] = []
        /// What https connections show and trust; `nil` for what the system trusts.
        var tls: TLSSettings?
    }

    /// The writer takes no connection: the request was not sent.
    struct Unreachable: Error {}

    /// The field that says that a request was sent on, so that it goes no further.
    static let forwardedField = "X-Forward"
    /// The field of an answer that says how far the writer has read.
    static let offsetField = "Millrace-Offset"
    private static let usualFields = [
        "Content-Type", "Accept", "Authorization", "X-Request-ID", "Confluent-Accept-Unknown-Properties",
    ]
    /// The most bytes of an answer that are taken.
    private static let maximumBodySize = 16 << 20

    private let settings: Settings
    private let connections: PeerConnections

    init(_ settings: Settings) {
        self.settings = settings
        // A writer that is gone is found out at once, and not when the time for its answer is over.
        connections = PeerConnections(.init(tls: settings.tls, connectTimeout: settings.connectTimeout))
    }

    /// Sends a request on and takes the whole answer, whatever its status.
    ///
    /// - Throws: ``Unreachable`` when the request was not sent, so that another writer may have it; anything else when nobody
    ///   knows whether it was carried out.
    func forward(_ request: ServiceRequest, to url: String) async throws -> ServiceResponse {
        var outgoing = HTTPClientRequest(
            url: url + (request.segments.isEmpty ? "/" : PercentEncoding.path(request.segments))
                + PercentEncoding.query(request.query))
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for name in Self.usualFields + settings.headers {
            guard let field = HTTPField.Name(name), let value = request.headers[field] else { continue }
            outgoing.headers.replaceOrAdd(name: name, value: value)
        }
        outgoing.headers.replaceOrAdd(name: Self.forwardedField, value: "true")
        if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
        let answer: HTTPClientResponse
        do {
            answer = try await connections.execute(outgoing, within: settings.readTimeout)
        } catch let error where PeerConnections.isUnsent(error) {
            throw Unreachable()
        }
        let body = try await answer.body.collect(upTo: Self.maximumBodySize)
        var response = ServiceResponse(HTTPResponse.Status(code: Int(answer.status.code)))
        for name in ["Content-Type", Self.offsetField] {
            guard let field = HTTPField.Name(name), let value = answer.headers.first(name: name) else { continue }
            response.headers[field] = value
        }
        response.body = Array(body.readableBytesView)
        return response
    }

    /// Ends the connections; nothing can be sent any more.
    func close() async { await connections.close() }
}
