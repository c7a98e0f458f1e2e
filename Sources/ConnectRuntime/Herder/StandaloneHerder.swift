import ConnectAPI
public import KafkaClient
public import Logging

/// A worker that is alone: connectors and statuses live as long as it does, source offsets are in a file.
///
/// It is the herder of a group of one, on logs of another kind: what is wanted and what everything does is kept the same
/// way, so that both modes answer alike.
public enum StandaloneHerder {
    /// The key of the file that source offsets are kept in.
    public static let offsetFileKey = "offset.storage.file.filename"

    /// Makes the herder.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` when the configuration names no file.
    public static func make(
        _ configuration: WorkerConfiguration, client: KafkaClient, plugins: PluginCatalog, logger: Logger
    ) throws -> DistributedHerder {
        guard let path = configuration.properties[offsetFileKey]?.trimmingSpace, !path.isEmpty else {
            throw ConnectError(
                .invalidConfiguration,
                "Missing required configuration \"\(offsetFileKey)\" which has no default value.")
        }
        guard configuration.exactlyOnceSourceSupport == .disabled else {
            throw ConnectError(
                .invalidConfiguration,
                "exactly.once.source.support is for distributed workers: offsets in a file are in no transaction")
        }
        return DistributedHerder(
            configuration, configLog: TransientLog(), offsetLog: FileLog(path: path, logger: logger),
            statusLog: TransientLog(), clients: WorkerClients(client: client), plugins: plugins, logger: logger
        ) { try await client.cluster().clusterID }
    }
}
