public import HTTPService
import HTTPTypes
public import KafkaClient
public import Logging

/// The REST Proxy whole: API v2 and v3 over HTTP, on a Kafka cluster.
///
/// ```swift
/// let service = try RESTProxyService(
///     settings: try RESTProxySettings(properties), client: client, schemas: registry, version: "1.0.0",
///     logger: logger)
/// try await service.run()
/// ```
public final class RESTProxyService: Sendable {
    private let http: HTTPService
    private let clients: ProxyClients
    private let instances: ConsumerInstances
    private let peers: PeerProxies
    private let settings: RESTProxySettings

    /// How long requests under way may keep an ordered shutdown.
    private static let requestPatience = Duration.seconds(3)

    /// Creates a service that serves nothing yet.
    ///
    /// - Parameter schemas: Where schemas come from; `nil` for a proxy without a registry.
    /// - Throws: ``HTTPServiceError`` for malformed listeners; ``KafkaClientError`` for producer settings that
    ///   contradict each other.
    public init(
        settings: RESTProxySettings, client: KafkaClient, schemas: (any SchemaService)? = nil, version: String,
        logger: Logger
    ) throws {
        self.settings = settings
        clients = try ProxyClients(client, settings: settings, schemas: schemas)
        instances = ConsumerInstances(
            clients, settings: settings.consumers, proxyID: settings.id, logger: logger)
        peers = PeerProxies(
            tls: settings.tls, maximumAnswerSize: 4 * settings.consumers.requestMaximumBytes)
        let requests = InstanceRequests(instances: instances, peers: peers)
        let memory = RequestMemory(limit: settings.maximumMemory)
        var routes = ProxyRoutes(endpoints: settings.endpoints)
        if settings.isV2Enabled {
            V2Routes(clients: clients, settings: settings, memory: memory, instances: instances, requests: requests)
                .add(to: &routes)
        }
        if settings.isV3Enabled {
            try V3Routes(clients: clients, settings: settings, memory: memory).add(to: &routes)
        }
        var table = routes.table
        table.add(OpenAPIDocument(title: "Kafka REST Proxy", version: version, schemas: V2Schemas.all))
        http = HTTPService(
            configuration: try settings.http, routes: table, translate: { RESTError(any: $0).serviceError },
            logger: logger)
    }

    /// Serves until the task is cancelled or ``shutdown()`` is called; the client stays open.
    ///
    /// - Throws: What kept a listener from being bound.
    public func run() async throws {
        let housekeeping = Task { [http, instances, settings] in
            // What keeps the port from being bound, the server throws.
            guard let address = try? await http.addresses().first else { return }
            instances.setOwner(settings.owner(boundTo: address))
            await instances.run()
        }
        let result: Result<Void, any Error>
        do {
            result = .success(try await http.run())
        } catch {
            result = .failure(error)
        }
        housekeeping.cancel()
        await housekeeping.value
        await instances.close()
        await peers.close()
        await clients.close()
        try result.get()
    }

    /// Ends ``run()``: requests under way are answered, for a few seconds at most.
    public func shutdown() async { await http.shutdown(patience: Self.requestPatience) }

    /// The addresses that the API listens on, once every listener is bound.
    ///
    /// - Throws: What kept one from being bound.
    public func addresses() async throws -> [HTTPListener] {
        let addresses = try await http.addresses()
        if let first = addresses.first { instances.setOwner(settings.owner(boundTo: first)) }
        return addresses
    }
}
