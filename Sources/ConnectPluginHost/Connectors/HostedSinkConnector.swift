import ConnectAPI
import JSON
import RecordFormat

/// A sink connector that a plug-in's process runs.
final class HostedSinkConnector: SinkConnector, ForwardingConnector {
    let connector: HostedConnector

    init(_ plugin: HostedPlugin) { connector = HostedConnector(plugin) }

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
