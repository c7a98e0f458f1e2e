import ConnectAPI
import JSON
import Synchronization

/// What source and sink tasks of plug-ins have in common: the process from start to stop. Safe to use from any
/// thread.
final class HostedTask: Releasable {
    let plugin: HostedPlugin

    private struct State {
        var process: PluginProcess?
        /// Which of the calls that need not be made the task wants.
        var calls: Set<String> = []
        var isReleased = false
    }

    private let state = Mutex(State())

    init(_ plugin: HostedPlugin) { self.plugin = plugin }

    func start(
        _ configuration: [String: String], _ logger: ConnectLogger, _ with: JSONObject,
        _ handler: any PluginProcess.Handler
    ) async throws {
        try plugin.presence.check()
        let process = try await PluginProcess.start(
            plugin, .task, handler, for: .init(configuration: configuration, logger: logger))
        let isWanted = state.withLock { state in
            state.process = process
            return !state.isReleased
        }
        do {
            // The worker may have run out of patience meanwhile.
            guard isWanted else { throw ConnectError(.failed, "the worker has given the task up") }
            var with = with
            with["configuration"] = PluginValues.json(of: configuration)
            let answer = try await process.call("start", .object(with))
            let calls = try PluginDescription.calls(answer["calls"])
            state.withLock { $0.calls = calls }
        } catch {
            state.withLock { $0.process = nil }
            await process.terminate()
            throw error
        }
    }

    /// Asks for something, without waiting for the answer.
    func ask(_ call: String, _ with: JSONValue) throws -> PendingAnswer<JSONValue> { try running().ask(call, with) }

    /// Asks for something that need not be asked for; `nil` where the task does not want it.
    func call(ifWanted call: String, _ with: @autoclosure () throws -> JSONValue) async throws -> JSONValue? {
        guard state.withLock({ $0.calls.contains(call) }) else { return nil }
        return try await running().call(call, try with())
    }

    func stop() async throws { try await state.withLock { $0.process.take() }?.stop() }

    func release() {
        let process = state.withLock { state in
            state.isReleased = true
            return state.process.take()
        }
        guard let process else { return }
        Task { await process.terminate() }
    }

    private func running() throws -> PluginProcess {
        guard let process = state.withLock({ $0.process }) else {
            throw ConnectError(.failed, "The task of the plug-in \(plugin.manifest.className) is not running.")
        }
        return process
    }
}
