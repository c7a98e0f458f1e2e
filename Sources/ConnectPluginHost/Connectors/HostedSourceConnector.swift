import ConnectAPI
import JSON

/// A source connector that a plug-in's process runs.
final class HostedSourceConnector: SourceConnector, Releasable {
    private let connector: HostedConnector

    init(_ plugin: HostedPlugin) { connector = HostedConnector(plugin) }

    var version: String { connector.plugin.manifest.version ?? "undefined" }
    var definition: ConfigDefinition { connector.plugin.description.definition }
    var taskClass: String { connector.taskClass }

    func start(context: any ConnectorContext, configuration: [String: String]) async throws {
        try await connector.start(context: context, configuration: configuration)
    }

    func taskConfigurations(maximum: Int) async throws -> [[String: String]] {
        try await connector.taskConfigurations(maximum: maximum)
    }

    func stop() async throws { try await connector.stop() }

    func release() { connector.release() }

    func validate(configuration: [String: String], values: [ConfigValue]) async throws -> [ConfigValue] {
        try await connector.validate(configuration: configuration, values: values)
    }

    func makeTask() -> any SourceTask { HostedSourceTask(connector.plugin) }

    /// Waits on the calling thread, which has to be one that connectors may block.
    func exactlyOnceSupport(configuration: [String: String]) throws -> ExactlyOnceSupport {
        let answer = try BlockingWait.value { [connector] in
            try await connector.ask("exactlyOnceSupport", configuration)
        }
        return switch answer?["support"]?.string {
        case "supported": .supported
        case "unsupported": .unsupported
        default: .unknown
        }
    }

    func alterOffsets(
        configuration: [String: String], offsets: [(partition: ConnectMap, offset: ConnectMap?)]
    ) async throws -> Bool {
        try await connector.alterOffsets(
            configuration: configuration,
            offsets: try offsets.map { partition, offset in
                [
                    "partition": try RecordWriter.json(of: partition),
                    "offset": try offset.map(RecordWriter.json(of:)) ?? .null,
                ]
            })
    }
}
