public import HTTPService
import HTTPTypes
public import KafkaClient
public import Logging

/// The REST Proxy whole: API v2 and v3 over HTTP, on a Kafka cluster.
///
/// ```swift
/// let service = try RESTProxyService(
///     settings: try RESTProxySettings(properties), client: client, schemas: registry, version: "1.0.0", logger: logger)
/// try await service.run()
/// ```
public final class RESTProxyService: Sendable {
    private let http: HTTPService
    private let clients: ProxyClients

    /// How long requests under way may keep an ordered shutdown.
    private static let requestPatience = Duration.seconds(3)

    /// Creates a service that serves nothing yet.
    ///
    /// - Parameter schemas: Where schemas come from; `nil` for a proxy without a registry.
    /// - Throws: ``HTTPServiceError`` for malformed listeners; ``KafkaClientError`` for producer settings that contradict
    ///   each other.
    public init(
        settings: RESTProxySettings, client: KafkaClient, schemas: (any SchemaService)? = nil, version: String,
        logger: Logger
    ) throws {
        clients = try ProxyClients(client, settings: settings, schemas: schemas)
        var routes = ProxyRoutes(endpoints: settings.endpoints)
        if settings.isV2Enabled { V2Routes(clients: clients, settings: settings).add(to: &routes) }
        if settings.isV3Enabled { V3Routes(clients: clients, settings: settings).add(to: &routes) }
        var table = routes.table
        table.add(OpenAPIDocument(title: "Kafka REST Proxy", version: version))
        http = HTTPService(
            configuration: try settings.http, routes: table, translate: { RESTError(any: $0).serviceError },
            logger: logger)
    }

    /// Serves until the task is cancelled or ``shutdown()`` is called; the client stays open.
    ///
    /// - Throws: What kept a listener from being bound.
    public func run() async throws {
        do {
            try await http.run()
        } catch {
            await clients.close()
            throw error
        }
        await clients.close()
    }

    /// Ends ``run()``: requests under way are answered, for a few seconds at most.
    public func shutdown() async { await http.shutdown(patience: Self.requestPatience) }

    /// The addresses that the API listens on, once every listener is bound.
    ///
    /// - Throws: What kept one from being bound.
    public func addresses() async throws -> [HTTPListener] { try await http.addresses() }
}
