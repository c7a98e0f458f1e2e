public import ConnectRuntime
public import HTTPService
public import KafkaClient
public import Logging
import TransportSecurity

/// Kafka Connect whole: a worker and its REST API.
///
/// ```swift
/// let plugins = PluginCatalog(version: "1.0.0")
/// plugins.registerSource(FileStreamSourceConnector.className, version: "1.0.0") { FileStreamSourceConnector(version: "1.0.0") }
/// let service = try ConnectService(
///     configuration: try WorkerConfiguration(properties), client: client, plugins: plugins,
///     version: ServerVersion(version: "1.0.0", commit: "unknown"), logger: logger)
/// try await service.run()
/// ```
public final class ConnectService: Sendable {
    let herder: DistributedHerder
    private let http: ConnectHTTP
    private let peers: PeerClient
    private let logger: Logger

    /// How long requests under way may keep an ordered shutdown: the answers of a worker that is well take less.
    private static let requestPatience = Duration.seconds(3)

    /// Creates a service that does nothing yet.
    ///
    /// - Parameter isStandalone: Whether the worker is alone and keeps its state itself, in memory and a file of offsets.
    /// - Throws: ``HTTPServiceError`` for malformed listeners; what the client throws for its configuration.
    public init(
        configuration: WorkerConfiguration, client: KafkaClient, plugins: PluginCatalog, version: ServerVersion,
        logger: Logger, isStandalone: Bool = false
    ) throws {
        let peers = PeerClient(
            timeout: configuration.requestTimeout + .seconds(5),
            tls: TLSSettings(configuration.properties, prefix: RESTConfiguration.listenersPrefix))
        self.peers = peers
        let transport: PeerTransport = { try await peers.send($0) }
        herder =
            isStandalone
            ? try StandaloneHerder.make(configuration, client: client, plugins: plugins, logger: logger)
            : try DistributedHerder(
                configuration, client: client, plugins: plugins, peers: transport, logger: logger)
        self.logger = logger
        let routes = ConnectRoutes(
            herder: herder, configuration: configuration, plugins: plugins, version: version,
            forwarding: RequestForwarding(peers: transport))
        http = try ConnectHTTP(routes, logger: herder.loggers.logger(.rest))
    }

    /// Runs the worker and its API until the task is cancelled, ``shutdown()`` is called, or the API cannot go on.
    ///
    /// A worker that cannot start, because its topics are damaged, say, is no end: the API stays up, its `/health` and
    /// every other answer give the reason.
    ///
    /// Ending, requests are no longer taken, those under way are answered, and then connectors and tasks stop in good
    /// order: offsets are committed, statuses written. The client stays open.
    ///
    /// - Throws: What kept a listener from being bound.
    public func run() async throws {
        // A task of its own, which the caller's cancellation does not reach: the order of the end would be lost.
        let life = Task { try await live() }
        try await withTaskCancellationHandler {
            try await life.value
        } onCancel: {
            Task { await shutdown() }
        }
    }

    private func live() async throws {
        do {
            try await serve()
        } catch {
            await peers.close()
            throw error
        }
        await peers.close()
    }

    private func serve() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [http, herder] in
                // Without its API a worker has no purpose.
                defer { herder.shutdown() }
                try await http.run()
            }
            group.addTask { [http, herder, logger] in
                // The port may be chosen by the system, and it is part of the worker's name in statuses. What keeps it
                // from being bound, the other task throws.
                guard let address = try? await http.advertisedAddress() else { return herder.shutdown() }
                herder.setAdvertisedAddress(
                    scheme: address.scheme.rawValue, host: address.local.host, port: address.port)
                do {
                    try await herder.run()
                } catch {
                    logger.critical("Kafka Connect cannot run: \(error)")
                }
            }
            try await group.waitForAll()
        }
    }

    /// Ends ``run()``: first the API, for a few seconds at most, then the worker.
    public func shutdown() async {
        herder.endFollowing()
        await http.shutdown(patience: Self.requestPatience)
        herder.shutdown()
    }

    /// The addresses that the API listens on, once every listener is bound.
    ///
    /// - Throws: What kept one from being bound.
    public func addresses() async throws -> [HTTPListener] { try await http.addresses() }

    /// The addresses that the admin endpoints alone have; empty when they are on the others, or nowhere.
    ///
    /// - Throws: What kept one from being bound.
    public func adminAddresses() async throws -> [HTTPListener] { try await http.adminAddresses() }

    /// Waits until the worker has started.
    ///
    /// - Throws: ``ConnectError`` with code `.unavailable` and the reason when it could not.
    public func waitUntilReady() async throws { try await herder.waitUntilReady() }
}
