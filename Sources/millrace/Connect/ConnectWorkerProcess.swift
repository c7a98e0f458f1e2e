import Broker
import ConnectREST
import ConnectRuntime
import HTTPService
import KafkaClient
import Logging
import Synchronization

/// A Connect worker that is a process of its own, on any Kafka cluster.
final class ConnectWorkerProcess: Sendable {
    private let client: KafkaClient
    private let service: ConnectService
    private let task: Task<Void, any Error>
    /// Every bound address by component, as the ready file gives them.
    let addresses: [String: String]

    private init(
        client: KafkaClient, service: ConnectService, task: Task<Void, any Error>, addresses: [String: String]
    ) {
        self.client = client
        self.service = service
        self.task = task
        self.addresses = addresses
    }

    /// Starts a worker, and its connectors.
    ///
    /// - Parameter connectors: What a standalone worker runs from the first.
    /// - Throws: what keeps the worker or one of the connectors from starting, after stopping what had started;
    ///   `CancellationError` when the task was cancelled meanwhile.
    static func start(
        _ settings: ConnectWorkerSettings, mode: ConnectWorkerSettings.Mode, connectors: [ConnectorFile],
        plugins: PluginCatalog, logger: Logger
    ) async throws -> ConnectWorkerProcess {
        let client = try KafkaClient(
            bootstrapServers: settings.bootstrapServers,
            configuration: KafkaClientConfiguration(clientID: settings.clientID), logger: logger)
        do {
            let service = try ConnectService(
                configuration: settings.worker, client: client, plugins: plugins,
                version: ServerVersion(version: Version.current, commit: Version.commit), logger: logger,
                isStandalone: mode == .standalone)
            let task = Task { try await service.run() }
            do {
                let addresses = try await addresses(of: service, connectors, logger)
                return ConnectWorkerProcess(client: client, service: service, task: task, addresses: addresses)
            } catch {
                await service.shutdown()
                _ = await task.result
                throw error
            }
        } catch {
            await client.close()
            throw error
        }
    }

    private static func addresses(
        of service: ConnectService, _ connectors: [ConnectorFile], _ logger: Logger
    ) async throws -> [String: String] {
        try await withTaskCancellationHandler {
            let http = try await service.addresses()
            do {
                try await service.waitUntilReady()
                for connector in connectors {
                    try await service.putConnector(
                        connector.name, connector.configuration, initialState: connector.initialState)
                    logger.info("connector \(connector.name) is set up")
                }
            } catch {
                // Being told to end is why nothing is ready.
                try Task.checkCancellation()
                throw error
            }
            try Task.checkCancellation()
            logger.info("Kafka Connect is served at \(http.map(\.description).joined(separator: ", "))")
            return http.first.map { ["connect": $0.local.description] } ?? [:]
        } onCancel: {
            Task { await service.shutdown() }
        }
    }

    /// Waits until the worker has ended, by itself or not.
    func wait() async { _ = await task.result }

    /// Stops the worker in good order.
    ///
    /// - Throws: what it ended of, if it did by itself.
    func shutdown() async throws {
        await service.shutdown()
        let result = await task.result
        await client.close()
        try result.get()
    }
}
