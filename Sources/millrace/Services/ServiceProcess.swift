import KafkaClient
import Logging
import RESTProxy
import RegistryConverters
import SchemaClient
import SchemaRegistry

/// A REST proxy or a registry that is a process of its own, on any Kafka cluster.
struct ServiceProcess: Sendable {
    private let client: KafkaClient
    private let schemas: SchemaClient?
    private let running: RunningComponent
    /// The bound address by component, as the ready file gives it.
    let addresses: [String: String]

    /// Starts it.
    ///
    /// - Throws: what keeps it from starting, after stopping what had started; `CancellationError` when the task was
    ///   cancelled meanwhile.
    static func start(_ settings: ServiceSettings, logger: Logger) async throws -> ServiceProcess {
        let client = try KafkaClient(
            bootstrapServers: settings.bootstrapServers,
            configuration: KafkaClientConfiguration(clientID: settings.clientID, tls: settings.security.tls),
            logger: logger)
        var schemas: SchemaClient?
        do {
            let component: Component
            switch settings.kind {
            case .restProxy:
                if settings.properties["schema.registry.url"]?.isEmpty == false {
                    schemas = try RegistryConverters.makeHTTPClient(settings.properties)
                }
                component = Component(
                    try RESTProxyService(
                        settings: try RESTProxySettings(settings.properties), client: client,
                        schemas: schemas.map { RegistrySchemas($0) }, version: Version.current, logger: logger))
            case .schemaRegistry:
                component = Component(
                    try RegistryService(
                        configuration: try RegistryConfiguration(settings.properties), client: client,
                        languages: RegistryConverters.languages, version: Version.current, commit: Version.commit,
                        logger: logger))
            }
            let running = RunningComponent(component, logger: logger)
            do {
                let addresses = try await Server.addresses(of: [running], logger: logger)
                return ServiceProcess(client: client, schemas: schemas, running: running, addresses: addresses)
            } catch {
                await running.stop()
                throw error
            }
        } catch {
            await schemas?.close()
            await client.close()
            throw error
        }
    }

    /// Waits until it has ended, by itself or not.
    func wait() async { await running.wait() }

    /// Stops it in good order.
    func shutdown() async {
        await running.stop()
        await schemas?.close()
        await client.close()
    }
}
