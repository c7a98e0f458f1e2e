import ConnectAPI
import Logging

@testable import ConnectPluginHost
@testable import ConnectRuntime

extension PluginCatalog {
    /// Adds a source connector as `plugin.path` would have it, with keys of its own; nothing of it is ever started.
    @discardableResult func addHosted(
        _ className: String, _ version: String?, keys: String = "", replacing old: HostedPlugin? = nil
    ) async throws -> HostedPlugin {
        let member = version.map { "\"version\": \"\($0)\", " } ?? ""
        let text = """
            {"class": "\(className)", "type": "source", \(member)"executable": "/bin/false",
             "definition": {"keys": [\(keys)]}}
            """
        let manifest = try PluginManifest.parse(Array(text.utf8))[0]
        let plugin = try await HostedPlugin.load(
            manifest, directory: "/", presence: PluginPresence(of: className),
            processes: PluginProcesses(patience: .seconds(1)), logger: Logger(label: "plugins"))
        guard register(plugin, replacing: old) else { throw ConnectError(.alreadyExists, className) }
        return plugin
    }
}
