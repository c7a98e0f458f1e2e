import AsyncHTTPClient
import JSON
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// One exchange with one endpoint over HTTP: no retries, no failover, and a clear word on whether the request went out.
///
/// Safe to use from any task.
final class EtcdGateway: Sendable {
    /// How an exchange went wrong without an answer of etcd's.
    enum Broken: Error {
        /// There was no connection, so the request was never sent.
        case notSent(any Error)
        /// The request may have arrived; the answer did not.
        case answerLost(any Error)
    }

    /// What is sent beside the body.
    struct Request {
        /// Such as `/v3/kv/range`.
        var path: String
        /// What is asked.
        var body: JSONValue
        /// What `/v3/auth/authenticate` gave.
        var token: String?
    }

    private let client: HTTPClient
    /// Watches have connections of their own, which may be silent for longer.
    private let streaming: HTTPClient
    private let configuration: EtcdConfiguration

    /// Watches are few; each has one connection for as long as it lives.
    private static let streamLimit = 64

    /// - Throws: ``EtcdError`` with code `.invalidConfiguration` when a file of TLS cannot be read.
    init(_ configuration: EtcdConfiguration, eventLoopGroup: any EventLoopGroup) throws {
        self.configuration = configuration
        var settings = HTTPClient.Configuration()
        settings.tlsConfiguration = try configuration.makeTLSConfiguration()
        settings.httpVersion = .http1Only
        settings.redirectConfiguration = .disallow
        settings.timeout.connect = TimeAmount(configuration.connectTimeout)
        settings.timeout.read = TimeAmount(configuration.requestTimeout)
        // A member that cannot be reached is for the ring to pass by, at once.
        settings.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .shared(eventLoopGroup), configuration: settings)
        settings.timeout.read = TimeAmount(configuration.watchSilence)
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.streamLimit
        streaming = HTTPClient(eventLoopGroupProvider: .shared(eventLoopGroup), configuration: settings)
    }

    /// Closes all connections; what is under way fails.
    func shutdown() async throws {
        try await streaming.shutdown()
        try await client.shutdown()
    }

    /// Asks and reads the whole answer.
    ///
    /// - Throws: ``GatewayFailure`` when etcd refused; ``Broken`` when there is no answer; ``EtcdError`` with code
    ///   `.tooLarge` or `.malformedAnswer` when it cannot be used.
    func ask(_ request: Request, at endpoint: EtcdEndpoint, within limit: Duration) async throws -> GatewayFields {
        let (status, body) = try await exchange(request, at: endpoint, within: limit)
        guard status == 200 else { throw GatewayFailure(httpStatus: status, body: body) }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body)
        } catch {
            throw EtcdError(.malformedAnswer, "etcd's answer to \(request.path) is not JSON", cause: error)
        }
        return try GatewayFields(value, path: request.path)
    }

    private func exchange(
        _ request: Request, at endpoint: EtcdEndpoint, within limit: Duration
    ) async throws -> (status: UInt, body: [UInt8]) {
        let sent = httpRequest(request, to: endpoint)
        let (client, mostBytes) = (client, configuration.maximumAnswerBytes)
        let late = HTTPClientError.deadlineExceeded
        do {
            // The deadline of the client is for the head of the answer; a body that drips has to end too.
            return try await withDeadline(limit, failure: { Broken.answerLost(late) }) {
                let response = try await client.execute(sent, deadline: .now() + TimeAmount(limit))
                let body = try await response.body.collect(upTo: mostBytes)
                // A cancelled stream just ends, which must not pass for a whole answer.
                try Task.checkCancellation()
                return (response.status.code, Array(body.readableBytesView))
            }
        } catch let error as NIOTooManyBytesError {
            throw EtcdError(
                .tooLarge, "etcd's answer to \(request.path) is longer than \(mostBytes) bytes", cause: error)
        } catch {
            throw Self.classified(error)
        }
    }

    /// Opens a stream of lines.
    ///
    /// - Parameter limit: How long the endpoint has to begin its answer.
    /// - Throws: As ``ask(_:at:within:)`` does.
    func stream(
        _ request: Request, at endpoint: EtcdEndpoint, within limit: Duration
    ) async throws -> HTTPClientResponse.Body {
        do {
            let response = try await streaming.execute(
                httpRequest(request, to: endpoint), deadline: .now() + TimeAmount(limit))
            guard response.status.code != 200 else { return response.body }
            let body = try await response.body.collect(upTo: configuration.maximumAnswerBytes)
            throw GatewayFailure(httpStatus: response.status.code, body: Array(body.readableBytesView))
        } catch {
            throw Self.classified(error)
        }
    }

    private func httpRequest(_ request: Request, to endpoint: EtcdEndpoint) -> HTTPClientRequest {
        var sent = HTTPClientRequest(url: endpoint.description + request.path)
        sent.method = .POST
        sent.headers.add(name: "content-type", value: "application/json")
        // A member cut off from the others says so at once instead of letting the request wait for them, and ends its
        // watches: https://etcd.io/docs/v3.4/learning/design-client/ (`WithRequireLeader` of the Go client).
        sent.headers.add(name: "grpc-metadata-hasleader", value: "true")
        if let token = request.token { sent.headers.add(name: "authorization", value: token) }
        sent.body = .bytes(ByteBuffer(bytes: request.body.utf8))
        return sent
    }

    /// Tells whether a request that failed below HTTP can have reached etcd. Only what is known to happen before the
    /// first byte is sent counts as not sent.
    static func classified(_ error: any Error) -> any Error {
        switch error {
        case is CancellationError, is Broken, is GatewayFailure, is EtcdError: return error
        case let error as HTTPClientError:
            if error == .cancelled, Task.isCancelled { return CancellationError() }
            let early: [HTTPClientError] = [
                .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout, .alreadyShutdown, .invalidURL,
                .emptyHost,
            ]
            return early.contains(error) ? Broken.notSent(error) : Broken.answerLost(error)
        case let error as IOError where error.errnoCode == ECONNREFUSED: return Broken.notSent(error)
        case let error as NIOConnectionError: return Broken.notSent(error)
        case let error as ChannelError:
            if case .connectTimeout = error { return Broken.notSent(error) }
            return Broken.answerLost(error)
        case let error as NIOSSLError:
            if case .handshakeFailed = error { return Broken.notSent(error) }
            return Broken.answerLost(error)
        case let error as NIOSSLExtraError:
            let early = [NIOSSLExtraError.failedToValidateHostname, .serverHostnameImpossibleToMatch]
            return early.contains(error) ? Broken.notSent(error) : Broken.answerLost(error)
        default: return Broken.answerLost(error)
        }
    }
}
