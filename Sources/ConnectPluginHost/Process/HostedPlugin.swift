package import ConnectAPI
import JSON
import Logging

/// One version of a connector that lives outside of this process.
///
/// Connectors and tasks hold on to the version that they were made of. Safe to use from any thread.
package final class HostedPlugin: Sendable {
    /// What its `connector.json` says.
    package let manifest: PluginManifest
    /// Where it lies; its processes run there.
    package let directory: String
    /// What it says of itself.
    package let description: PluginDescription
    /// Whether it, or what replaced it, is still there.
    let presence: PluginPresence
    /// What its processes may take, and how many there are.
    let processes: PluginProcesses
    let logger: Logger

    init(
        _ manifest: PluginManifest, directory: String, description: PluginDescription, presence: PluginPresence,
        processes: PluginProcesses, logger: Logger
    ) {
        self.manifest = manifest
        self.directory = directory
        self.description = description
        self.presence = presence
        self.processes = processes
        self.logger = logger
    }

    /// Asks a process of the plug-in what it is, unless its `connector.json` says so.
    ///
    /// - Throws: what keeps the process from answering.
    static func load(
        _ manifest: PluginManifest, directory: String, presence: PluginPresence, processes: PluginProcesses,
        logger: Logger
    ) async throws -> HostedPlugin {
        func plugin(_ description: PluginDescription) -> HostedPlugin {
            HostedPlugin(
                manifest, directory: directory, description: description, presence: presence, processes: processes,
                logger: logger)
        }
        if let definition = manifest.definition { return plugin(try PluginDescription(definition)) }
        let unknown = plugin(try PluginDescription([:]))
        return plugin(try PluginDescription(try await PluginProcess.asking(unknown, "definition", [:])))
    }

    /// Makes the source connector.
    package func makeSource() -> any SourceConnector { HostedSourceConnector(self) }

    /// Makes the sink connector.
    package func makeSink() -> any SinkConnector { HostedSinkConnector(self) }
}
