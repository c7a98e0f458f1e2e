public import ConnectRuntime
public import HTTPService
public import KafkaClient
public import Logging

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
    private let herder: DistributedHerder
    private let http: HTTPService

    /// Creates a service that does nothing yet.
    ///
    /// - Throws: ``HTTPServiceError`` for malformed listeners; what the client throws for its configuration.
    public init(
        configuration: WorkerConfiguration, client: KafkaClient, plugins: PluginCatalog, version: ServerVersion,
        logger: Logger
    ) throws {
        herder = try DistributedHerder(configuration, client: client, plugins: plugins, logger: logger)
        http = try Self.makeHTTP(herder, configuration, plugins, version, logger)
    }

    /// Creates the HTTP side over a herder.
    static func makeHTTP(
        _ herder: DistributedHerder, _ configuration: WorkerConfiguration, _ plugins: PluginCatalog,
        _ version: ServerVersion, _ logger: Logger
    ) throws -> HTTPService {
        let routes = ConnectRoutes(herder: herder, configuration: configuration, plugins: plugins, version: version)
        return HTTPService(
            configuration: HTTPService.Configuration(listeners: try HTTPListener.list(configuration.listeners)),
            routes: routes.table, translate: ConnectRoutes.translate, logger: logger)
    }

    /// Runs the worker and its API until the task is cancelled, ``shutdown()`` is called, or one of them cannot go on.
    ///
    /// Ending, requests are no longer taken, those under way are answered, and then connectors and tasks stop in good
    /// order: offsets are committed, statuses written. The client stays open.
    ///
    /// - Throws: What kept a listener from being bound or the worker from starting.
    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [http] in try await http.run() }
            group.addTask { [herder, http] in
                // The port may be chosen by the system, and it is part of the worker's name in statuses.
                guard let address = try await http.addresses().first else { return }
                herder.setAdvertisedAddress(host: address.host, port: address.port)
                try await herder.run()
            }
            do {
                // Whichever ends first takes the other one with it.
                try await group.next()
                await shutdown()
                try await group.waitForAll()
            } catch {
                await shutdown()
                throw error
            }
        }
    }

    /// Ends ``run()``.
    public func shutdown() async {
        herder.shutdown()
        await http.shutdown()
    }

    /// The addresses that the API listens on, once every listener is bound.
    ///
    /// - Throws: What kept one from being bound.
    public func addresses() async throws -> [HTTPListener] { try await http.addresses() }

    /// How ready the worker is; the API is up before.
    public var health: DistributedHerder.Health { herder.health }

    /// Waits until the worker has started.
    ///
    /// - Throws: ``ConnectError`` with code `.unavailable` when it could not.
    public func waitUntilReady() async throws { try await herder.waitUntilReady() }
}
