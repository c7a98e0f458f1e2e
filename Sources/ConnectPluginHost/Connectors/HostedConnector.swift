import ConnectAPI
import JSON
import Synchronization

/// What source and sink connectors of plug-ins have in common: a process from start to stop, and short-lived ones
/// for questions to an instance that was never started.
final class HostedConnector: Releasable {
    let plugin: HostedPlugin

    private struct State {
        var process: PluginProcess?
        var isReleased = false
    }

    private let state = Mutex(State())

    init(_ plugin: HostedPlugin) { self.plugin = plugin }

    var taskClass: String {
        let name = plugin.manifest.className
        let suffix = "Connector"
        return plugin.description.taskClass ?? (name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name)
            + "Task"
    }

    // MARK: Life

    func start(context: any ConnectorContext, configuration: [String: String]) async throws {
        try plugin.presence.check()
        let process = try await PluginProcess.start(
            plugin, .connector, Service(context: context),
            for: .init(configuration: configuration, logger: context.logger))
        let isWanted = state.withLock { state in
            state.process = process
            return !state.isReleased
        }
        do {
            // The worker may have run out of patience meanwhile.
            guard isWanted else { throw ConnectError(.failed, "the worker has given the connector up") }
            _ = try await process.call("start", ["configuration": PluginValues.json(of: configuration)])
        } catch {
            state.withLock { $0.process = nil }
            await process.terminate()
            throw error
        }
        plugin.presence.observe(by: self) { error in Task { await context.raise(error) } }
        Task {
            guard let failure = await process.failure(), !process.isEnding else { return }
            await context.raise(failure)
        }
    }

    func taskConfigurations(maximum: Int) async throws -> [[String: String]] {
        guard let process = state.withLock({ $0.process }) else {
            throw ConnectError(.failed, "a connector that is not started has no tasks")
        }
        return try PluginValues.configurations(
            try await process.call("taskConfigurations", ["maximum": .integer(maximum)])["tasks"])
    }

    func stop() async throws {
        plugin.presence.forget(self)
        try await state.withLock { $0.process.take() }?.stop()
    }

    func release() {
        plugin.presence.forget(self)
        let process = state.withLock { state in
            state.isReleased = true
            return state.process.take()
        }
        guard let process else { return }
        Task { await process.terminate() }
    }

    // MARK: Questions

    func validate(configuration: [String: String], values: [ConfigValue]) async throws -> [ConfigValue] {
        guard let answer = try await ask("validate", configuration, ["values": PluginValues.json(of: values)]) else {
            return values
        }
        return try PluginValues.configValues(answer["values"])
    }

    /// Whether the plug-in vouches for offsets that a user wants to set.
    func alterOffsets(configuration: [String: String], offsets: [JSONValue]) async throws -> Bool {
        try await ask("alterOffsets", configuration, ["offsets": .array(offsets)])?["vouches"]?.bool ?? false
    }

    /// Asks a process of its own about a configuration; `nil` where the plug-in does not want to be asked.
    func ask(
        _ call: String, _ configuration: [String: String], _ more: [String: JSONValue] = [:]
    ) async throws -> JSONValue? {
        guard plugin.description.calls.contains(call) else { return nil }
        try plugin.presence.check()
        var with = JSONObject()
        with["configuration"] = PluginValues.json(of: configuration)
        for (name, value) in more { with[name] = value }
        return try await PluginProcess.asking(plugin, call, .object(with), about: .init(configuration: configuration))
    }

    /// What a connector may say while it runs.
    private struct Service: PluginProcess.Handler {
        let context: any ConnectorContext

        func serve(_ call: String, _ with: JSONValue) async throws -> JSONValue {
            throw ConnectError(.failed, "there is no '\(call)' that a connector can ask for")
        }

        func notice(_ notice: String, _ with: JSONValue) async throws {
            switch notice {
            case "requestTaskReconfiguration": await context.requestTaskReconfiguration()
            case "raise": await context.raise(PluginFailure(with["error"] ?? with).error)
            default: throw ConnectError(.failed, "a notice '\(notice)' that there is not for connectors")
            }
        }
    }
}
