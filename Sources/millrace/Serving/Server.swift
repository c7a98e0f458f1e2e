import Broker
import ConnectREST
import ConnectRuntime
import HTTPService
import KafkaClient
import KafkaProtocol
import Logging
import RESTProxy
import RegistryConverters
import SchemaClient
import SchemaRegistry

/// All components of one server, in the order in which they start: the broker, and what stands on it.
struct Server {
    private let broker: Broker
    private let client: KafkaClient
    private let schemas: SchemaClient
    private let components: [RunningComponent]
    /// Every bound address by component, as the ready file gives them.
    let addresses: [String: String]

    /// Starts every component.
    ///
    /// Kafka Connect and the registry may fail to start, because of what they find in their topics; the broker then serves
    /// without them, and their APIs say why. Wrong settings and ports in use are errors.
    ///
    /// - Throws: the error of the first that cannot start, after stopping the others; `CancellationError` when the task
    ///   was cancelled meanwhile, with everything stopped in good order.
    static func start(_ settings: ServerSettings, logger: Logger) async throws -> Server {
        let configuration = try BrokerConfiguration(settings.values)
        let etcd = try EtcdSettings(settings.values)
        // The broker's level is its own and changed by its own protocol, whatever becomes of the others over REST.
        var brokerLogger = logger
        brokerLogger.logLevel = logger.logLevel
        let broker =
            if let etcd {
                try await Broker.start(
                    configuration: configuration, logger: brokerLogger,
                    cluster: try etcd.makeStore(logger: brokerLogger))
            } else {
                try await Broker.start(configuration: configuration, logger: brokerLogger)
            }
        let client: KafkaClient
        do {
            client = try makeClient(of: broker, isAlone: etcd == nil, logger: logger)
        } catch {
            try? await broker.shutdown()
            throw error
        }
        do {
            try Task.checkCancellation()
            let (components, schemas) = try await makeComponents(
                settings, nodeID: configuration.nodeID, client: client, logger: logger)
            let running = components.map { RunningComponent($0, logger: logger) }
            do {
                var addresses = try await addresses(of: running, logger: logger)
                if let kafka = broker.addresses.first { addresses["kafka"] = "\(kafka.host):\(kafka.port)" }
                return Server(
                    broker: broker, client: client, schemas: schemas, components: running, addresses: addresses)
            } catch {
                await stop(running)
                throw error
            }
        } catch {
            await client.close()
            try? await broker.shutdown()
            throw error
        }
    }

    /// The client of what stands on the broker.
    ///
    /// In process where the broker is alone: records reach its handlers with no bytes in between. Of several brokers,
    /// others lead most of the partitions, and are reached as the brokers reach each other.
    private static func makeClient(of broker: Broker, isAlone: Bool, logger: Logger) throws -> KafkaClient {
        var configuration = KafkaClientConfiguration(clientID: "connect")
        guard !isAlone else { return KafkaClient(inProcess: broker, configuration: configuration, logger: logger) }
        let (address, tls) = try broker.accessOfNodes()
        configuration.tls = tls
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        return try KafkaClient(
            bootstrapServers: ["\(host):\(address.port)"], configuration: configuration, logger: logger)
    }

    // MARK: - Components

    private static func makeComponents(
        _ settings: ServerSettings, nodeID: Int32, client: KafkaClient, logger: Logger
    ) async throws -> ([Component], SchemaClient) {
        let registry = try RegistryService(
            configuration: try RegistryConfiguration(settings.registry), client: client,
            languages: RegistryConverters.languages, version: Version.current, commit: Version.commit, logger: logger)
        let own: @Sendable () -> SchemaClient = {
            SchemaClient(transport: OwnRegistry(service: registry), languages: RegistryConverters.languages)
        }
        let isElsewhere = settings.proxy["schema.registry.url"]?.isEmpty == false
        let schemas = isElsewhere ? try RegistryConverters.makeHTTPClient(settings.proxy) : own()
        let proxy = try RESTProxyService(
            settings: try RESTProxySettings(settings.proxy), client: client, schemas: RegistrySchemas(schemas),
            version: Version.current, logger: logger)
        let connect = try await makeConnect(settings, nodeID: nodeID, client: client, own, logger: logger)
        return ([Component(registry), Component(proxy), Component(connect)], schemas)
    }

    private static func makeConnect(
        _ settings: ServerSettings, nodeID: Int32, client: KafkaClient,
        _ ownRegistry: @escaping @Sendable () -> SchemaClient,
        logger: Logger
    ) async throws -> ConnectService {
        var properties = settings.component(ServerSettings.connectPrefix)
        // After a crash this node's worker takes its place in the group again, and not that of a newcomer beside a member
        // whose session has yet to end.
        if properties["group.instance.id"] == nil { properties["group.instance.id"] = "node-\(nodeID)" }
        let plugins = BuiltInPlugins.catalog(ownRegistry: ownRegistry)
        return try ConnectService(
            configuration: try await WorkerConfiguration.resolving(properties, plugins: plugins), client: client,
            plugins: plugins,
            version: ServerVersion(version: Version.current, commit: Version.commit), logger: logger)
    }

    /// Waits until every component listens and has started, or has given up; a cancellation ends them.
    static func addresses(
        of components: [RunningComponent], logger: Logger
    ) async throws -> [String: String] {
        try await withTaskCancellationHandler {
            var addresses: [String: String] = [:]
            for running in components {
                let component = running.component
                let listeners = try await component.addresses()
                logger.info("\(component.title) is served at \(listeners.map(\.description).joined(separator: ", "))")
                if let first = listeners.first { addresses[component.key] = first.local.description }
            }
            for running in components { await running.component.settle() }
            try Task.checkCancellation()
            return addresses
        } onCancel: {
            Task { await stop(components) }
        }
    }

    /// Stops components, those on top first.
    private static func stop(_ components: [RunningComponent]) async {
        for running in components.reversed() { await running.stop() }
    }

    /// Stops the components, those on top first.
    func shutdown() async throws {
        await Self.stop(components)
        await schemas.close()
        await client.close()
        try await broker.shutdown()
    }
}
