import Broker
import ConnectREST
import ConnectRuntime
import HTTPService
import KafkaClient
import KafkaProtocol
import Logging

/// All components of one server, in the order in which they start: the broker, and what stands on it.
struct Server {
    private let broker: Broker
    private let client: KafkaClient
    private let connect: ConnectService
    private let connectTask: Task<Void, Never>
    /// Every bound address by component, as the ready file gives them.
    let addresses: [String: String]

    /// Starts every component.
    ///
    /// Kafka Connect may fail to start, because of what it finds in its topics; the broker then serves without it, and
    /// Connect's API says why. Wrong settings and ports in use are errors.
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
            let connect = try await makeConnect(settings, nodeID: configuration.nodeID, client: client, logger: logger)
            let task = run(connect, logger)
            do {
                let http = try await addresses(of: connect)
                var addresses: [String: String] = [:]
                if let kafka = broker.addresses.first { addresses["kafka"] = "\(kafka.host):\(kafka.port)" }
                if let first = http.first { addresses["connect"] = first.local.description }
                logger.info("Kafka Connect is served at \(http.map(\.description).joined(separator: ", "))")
                return Server(broker: broker, client: client, connect: connect, connectTask: task, addresses: addresses)
            } catch {
                await connect.shutdown()
                await task.value
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
    /// others lead most of the partitions.
    private static func makeClient(of broker: Broker, isAlone: Bool, logger: Logger) throws -> KafkaClient {
        let configuration = KafkaClientConfiguration(clientID: "connect")
        guard !isAlone else { return KafkaClient(inProcess: broker, configuration: configuration, logger: logger) }
        let addresses = broker.addresses.map { address in
            (address.host.contains(":") ? "[\(address.host)]" : address.host) + ":\(address.port)"
        }
        return try KafkaClient(bootstrapServers: addresses, configuration: configuration, logger: logger)
    }

    private static func makeConnect(
        _ settings: ServerSettings, nodeID: Int32, client: KafkaClient, logger: Logger
    ) async throws -> ConnectService {
        var properties = settings.component(ServerSettings.connectPrefix)
        // After a crash this node's worker takes its place in the group again, and not that of a newcomer beside a member
        // whose session has yet to end.
        if properties["group.instance.id"] == nil { properties["group.instance.id"] = "node-\(nodeID)" }
        let plugins = BuiltInPlugins.catalog()
        return try ConnectService(
            configuration: try await WorkerConfiguration.resolving(properties, plugins: plugins), client: client,
            plugins: plugins,
            version: ServerVersion(version: Version.current, commit: Version.commit), logger: logger)
    }

    /// Runs Connect until it is shut down, and says so if it ends otherwise.
    private static func run(_ connect: ConnectService, _ logger: Logger) -> Task<Void, Never> {
        Task {
            do {
                try await connect.run()
            } catch {
                logger.critical("Kafka Connect ended: \(error)")
            }
        }
    }

    /// Waits until Connect's worker has started, or has given up; a cancellation ends it.
    private static func addresses(of connect: ConnectService) async throws -> [HTTPListener] {
        try await withTaskCancellationHandler {
            let addresses = try await connect.addresses()
            // Why it could not start is in the log and in its answers.
            try? await connect.waitUntilReady()
            try Task.checkCancellation()
            return addresses
        } onCancel: {
            Task { await connect.shutdown() }
        }
    }

    /// Stops the components, those on top first.
    func shutdown() async throws {
        await connect.shutdown()
        await connectTask.value
        await client.close()
        try await broker.shutdown()
    }
}
