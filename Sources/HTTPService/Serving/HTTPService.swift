import HTTPTypes
import HummingbirdCore
public import Logging
import NIOCore
public import NIOPosix
import ServiceLifecycle
import Synchronization
public import TransportSecurity

/// Serves a ``RouteTable`` on one or more listeners.
///
/// ``run()`` serves until its task is cancelled or ``shutdown()`` is called; requests under way are then answered
/// first. Safe to use from any thread.
public final class HTTPService: Sendable {
    /// Limits and listeners.
    public struct Configuration: Sendable {
        /// Where to listen.
        public var listeners: [HTTPListener]
        /// What the server of https listeners shows and asks for; only such listeners need it.
        public var tls: TLSSettings?
        /// Who may ask; everybody when there is none.
        public var authentication: BasicAuthentication?
        /// Which pages of other sites may ask.
        public var crossOrigin: CrossOriginPolicy?
        /// Header fields that answers get beside their own.
        public var responseHeaders: ResponseHeaderRules = .none
        /// The most bytes that a request's body may have; more is a 413.
        public var maximumBodySize: Int
        /// The bounds of what else a client may send.
        public var limits = HTTPLimits()
        /// How long clients may take.
        public var timeouts = HTTPTimeouts()
        /// Which answers are compressed.
        public var compression = CompressionSettings()
        /// Whether clients that know of HTTP/2 get it; the others get HTTP/1.1 as ever.
        public var isHTTP2Enabled = true
        /// Whether routes run on the thread of their connection, which saves each request two changes of threads. Nothing
        /// that blocks may run there.
        public var runsOnEventLoops = true

        /// Creates a configuration.
        public init(listeners: [HTTPListener], maximumBodySize: Int = 8 * 1024 * 1024) {
            self.listeners = listeners
            self.maximumBodySize = maximumBodySize
        }
    }

    private typealias HTTPServer = Server<ListenerChannel>

    private struct State {
        var servers: [HTTPServer] = []
        var runs: [Task<Void, any Error>] = []
        var addresses: [Int: HTTPListener] = [:]
        var failure: (any Error)?
        var isShuttingDown = false
        var waiters: [CheckedContinuation<[HTTPListener], any Error>] = []
    }

    private let configuration: Configuration
    private let exchange: HTTPExchange
    private let eventLoopGroup: MultiThreadedEventLoopGroup
    private let logger: Logger
    private let state = Mutex(State())

    /// Creates a service that serves nothing yet.
    ///
    /// - Parameters:
    ///   - translate: Turns errors that routes throw into answers.
    ///   - eventLoopGroup: Where connections run.
    public init(
        configuration: Configuration, routes: RouteTable,
        translate: @escaping @Sendable (any Error) -> ServiceError = RouteTable.internalError,
        eventLoopGroup: MultiThreadedEventLoopGroup = .singleton, logger: Logger
    ) {
        self.configuration = configuration
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
        exchange = HTTPExchange(
            routes: routes, translate: translate, configuration: configuration, logger: logger)
    }

    /// Serves until the task is cancelled or ``shutdown()`` is called.
    ///
    /// - Throws: What keeps a listener from being bound, or ends one; ``HTTPServiceError`` for keys and certificates that
    ///   cannot be used.
    public func run() async throws {
        let servers: [HTTPServer]
        do {
            servers = try makeServers()
        } catch {
            finishWaiting(throwing: error)
            throw error
        }
        let runs: [Task<Void, any Error>]? = state.withLock { state in
            guard !state.isShuttingDown else { return nil }
            state.servers = servers
            // Tasks that the caller's cancellation does not reach: a server ends by shutdown, which answers what is under
            // way; cancelling cuts it off.
            state.runs = servers.map { server in Task<Void, any Error> { try await server.run() } }
            return state.runs
        }
        guard let runs else { return finishWaiting(throwing: CancellationError()) }
        do {
            try await withTaskCancellationHandler {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for run in runs { group.addTask { try await run.value } }
                    do {
                        try await group.waitForAll()
                    } catch {
                        // Before the shutdown, which waits until it is known whether the listeners are bound.
                        finishWaiting(throwing: error)
                        await shutdown()
                        throw error
                    }
                }
            } onCancel: {
                Task { await self.shutdown() }
            }
        } catch {
            finishWaiting(throwing: error)
            throw error
        }
        finishWaiting(throwing: CancellationError())
    }

    /// Stops listening, has requests under way answered, and ends ``run()``, also when that is still to come.
    ///
    /// - Parameter patience: How long requests under way may take; what is not answered then is cut off. `nil` waits
    ///   for all of them.
    public func shutdown(patience: Duration? = nil) async {
        let servers = state.withLock { state in
            state.isShuttingDown = true
            return state.servers
        }
        guard !servers.isEmpty else { return finishWaiting(throwing: CancellationError()) }
        // A server in the middle of binding its port cannot be told to end.
        _ = try? await addresses()
        let timer = patience.map { patience in
            Task {
                try await Task.sleep(for: patience)
                for run in state.withLock({ $0.runs }) { run.cancel() }
            }
        }
        for server in servers { try? await server.shutdownGracefully() }
        timer?.cancel()
    }

    /// The addresses that the service listens on, with the ports that were chosen, in the order of the configuration.
    ///
    /// Waits until every listener is bound.
    ///
    /// - Throws: What kept one from being bound; `CancellationError` when the service was shut down before.
    public func addresses() async throws -> [HTTPListener] {
        try await withCheckedThrowingContinuation { continuation in
            let answer: Result<[HTTPListener], any Error>? = state.withLock { state in
                if let failure = state.failure { return .failure(failure) }
                if let addresses = boundAddresses(state) { return .success(addresses) }
                state.waiters.append(continuation)
                return nil
            }
            if let answer { continuation.resume(with: answer) }
        }
    }

    private func makeServers() throws -> [HTTPServer] {
        var executors: [ObjectIdentifier: LoopTaskExecutor] = [:]
        for eventLoop in eventLoopGroup.makeIterator() {
            executors[ObjectIdentifier(eventLoop)] = LoopTaskExecutor(eventLoop)
        }
        var encrypted: ListenerChannel?
        if configuration.listeners.contains(where: { $0.scheme == .https }) {
            guard let tls = configuration.tls else {
                throw HTTPServiceError("An https listener needs a certificate and its key; set ssl.keystore.location")
            }
            let context = try tls.serverContext(isHTTP2Enabled: configuration.isHTTP2Enabled)
            encrypted = ListenerChannel(
                pipeline: ConnectionPipeline(exchange: exchange, tls: context, executors: executors))
        }
        let plain = ListenerChannel(
            pipeline: ConnectionPipeline(exchange: exchange, tls: nil, executors: executors))
        return configuration.listeners.enumerated().map { index, listener in
            makeServer(listener, listener.scheme == .https ? encrypted ?? plain : plain, index: index)
        }
    }

    private func makeServer(_ listener: HTTPListener, _ channel: ListenerChannel, index: Int) -> HTTPServer {
        Server(
            childChannelSetup: channel,
            configuration: ServerConfiguration(
                address: .hostname(listener.host.isEmpty ? "0.0.0.0" : listener.host, port: listener.port),
                availableConnectionsDelegate: configuration.limits.connections.map {
                    MaximumAvailableConnections($0, logger: logger)
                }),
            onServerRunning: { [self] channel in
                var address = listener
                address.port = channel.localAddress?.port ?? listener.port
                bound(index, address)
            }, eventLoopGroup: eventLoopGroup, logger: logger)
    }

    private func bound(_ index: Int, _ address: HTTPListener) {
        let ready: (waiters: [CheckedContinuation<[HTTPListener], any Error>], addresses: [HTTPListener])? =
            state.withLock { state in
                state.addresses[index] = address
                guard let addresses = boundAddresses(state) else { return nil }
                defer { state.waiters = [] }
                return (state.waiters, addresses)
            }
        guard let ready else { return }
        for waiter in ready.waiters { waiter.resume(returning: ready.addresses) }
    }

    private func boundAddresses(_ state: borrowing State) -> [HTTPListener]? {
        let count = configuration.listeners.count
        guard state.addresses.count == count else { return nil }
        let addresses = state.addresses
        return (0..<count).compactMap { addresses[$0] }
    }

    private func finishWaiting(throwing error: any Error) {
        let waiters = state.withLock { state in
            if state.addresses.count < configuration.listeners.count { state.failure = error }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(throwing: error) }
    }
}
