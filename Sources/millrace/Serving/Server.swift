import Broker
import ConnectREST
import ConnectRuntime
import FileStream
import HTTPService
import KafkaClient
import KafkaProtocol
import Logging

/// All components of one server, in the order in which they start: the broker, and what stands on it.
struct Server {
    private let broker: Broker
    private let client: KafkaClient
    private let connect: ConnectService
    private let connectTask: Task<Void, any Error>
    /// Every bound address by component, as the ready file gives them.
    let addresses: [String: String]

    /// Starts every component.
    ///
    /// - Throws: the error of the first that cannot start, after stopping the others.
    static func start(_ settings: ServerSettings, logger: Logger) async throws -> Server {
        let broker = try await Broker.start(configuration: try BrokerConfiguration(settings.values), logger: logger)
        // In process: Connect's records reach the broker's handlers with no bytes in between.
        let client = KafkaClient(
            inProcess: broker, configuration: KafkaClientConfiguration(clientID: "connect"), logger: logger)
        do {
            let connect = try makeConnect(settings, client: client, logger: logger)
            let task = Task { try await connect.run() }
            do {
                let http = try await connect.addresses()
                try await connect.waitUntilReady()
                var addresses: [String: String] = [:]
                if let kafka = broker.addresses.first { addresses["kafka"] = "\(kafka.host):\(kafka.port)" }
                if let first = http.first { addresses["connect"] = "http://\(first.host):\(first.port)" }
                logger.info("Kafka Connect is served at \(http.map(\.description).joined(separator: ", "))")
                return Server(broker: broker, client: client, connect: connect, connectTask: task, addresses: addresses)
            } catch {
                await connect.shutdown()
                _ = await task.result
                throw error
            }
        } catch {
            await client.close()
            try? await broker.shutdown()
            throw error
        }
    }

    private static func makeConnect(
        _ settings: ServerSettings, client: KafkaClient, logger: Logger
    ) throws -> ConnectService {
        let plugins = PluginCatalog(version: Version.current)
        plugins.registerSource(FileStreamSourceConnector.className, version: Version.current) {
            FileStreamSourceConnector(version: Version.current)
        }
        plugins.registerSink(FileStreamSinkConnector.className, version: Version.current) {
            FileStreamSinkConnector(version: Version.current)
        }
        return try ConnectService(
            configuration: try WorkerConfiguration(settings.component("connect.")), client: client, plugins: plugins,
            version: ServerVersion(version: Version.current, commit: Version.commit), logger: logger)
    }

    /// Stops the components, those on top first.
    func shutdown() async throws {
        await connect.shutdown()
        _ = await connectTask.result
        await client.close()
        try await broker.shutdown()
    }
}
