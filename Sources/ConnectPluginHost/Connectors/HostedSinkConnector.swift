import ConnectAPI
import JSON
import RecordFormat

/// A sink connector that a plug-in's process runs.
final class HostedSinkConnector: SinkConnector, Releasable {
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

    func makeTask() -> any SinkTask { HostedSinkTask(connector.plugin) }

    func alterOffsets(configuration: [String: String], offsets: [TopicPartition: Int64?]) async throws -> Bool {
        try await connector.alterOffsets(
            configuration: configuration,
            offsets: offsets.sorted { $0.key < $1.key }.map { partition, offset in
                [
                    "topic": .string(partition.topic), "partition": .integer(partition.partition),
                    "offset": offset.map { .integer($0) } ?? .null,
                ]
            })
    }
}
