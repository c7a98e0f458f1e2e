import ConnectAPI
import JSON

/// A source connector that a plug-in's process runs.
final class HostedSourceConnector: SourceConnector, ForwardingConnector {
    let connector: HostedConnector

    init(_ plugin: HostedPlugin) { connector = HostedConnector(plugin) }

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
