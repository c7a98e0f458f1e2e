package import AsyncHTTPClient
import NIOCore
import NIOPosix
import Synchronization
public import TransportSecurity

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Connections to other processes that serve the same API; the first request opens what is needed, and a process that is alone
/// opens nothing. Safe to use from any thread.
public final class PeerConnections: Sendable {
    /// Nothing is sent any more.
    public struct Closed: Error {
        /// Creates the error.
        public init() {}
    }

    /// How peers are reached.
    public struct Settings: Sendable {
        /// What https connections show and trust; `nil` for what the system trusts.
        public var tls: TLSSettings?
        /// How long a connection may take.
        public var connectTimeout: Duration
        /// Whether a peer that takes no connection is tried again until the time for its answer is over.
        public var retriesConnecting: Bool

        /// Creates settings.
        public init(tls: TLSSettings?, connectTimeout: Duration, retriesConnecting: Bool = false) {
            self.tls = tls
            self.connectTimeout = connectTimeout
            self.retriesConnecting = retriesConnecting
        }
    }

    private enum State {
        case idle
        case open(HTTPClient)
        case closed
    }

    private let settings: Settings
    private let state = Mutex(State.idle)

    /// Creates connections that are not open yet.
    public init(_ settings: Settings) { self.settings = settings }

    /// Makes a request.
    ///
    /// - Parameter limit: How long the head of the answer may take.
    /// - Throws: ``Closed``, and what keeps the peer from answering.
    package func execute(_ request: HTTPClientRequest, within limit: Duration) async throws -> HTTPClientResponse {
        try await client().execute(request, timeout: TimeAmount(limit))
    }

    /// Whether an error says that no connection came about, so that the request was not sent.
    ///
    /// Names fail with an error of their own, addresses with that of the system.
    public static func isUnsent(_ error: any Error) -> Bool {
        switch error {
        case is NIOConnectionError: true
        case let error as HTTPClientError: error == .connectTimeout
        case let error as IOError: [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode)
        default: false
        }
    }

    /// Ends the connections; nothing can be sent any more.
    public func close() async {
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
            case .closed: throw Closed()
            case .idle:
                var configuration = HTTPClient.Configuration()
                configuration.timeout.connect = TimeAmount(settings.connectTimeout)
                configuration.redirectConfiguration = .disallow
                configuration.connectionPool.retryConnectionEstablishment = settings.retriesConnecting
                if let tls = settings.tls { configuration.tlsConfiguration = try tls.clientConfiguration() }
                let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
                state = .open(client)
                return client
            }
        }
    }
}
