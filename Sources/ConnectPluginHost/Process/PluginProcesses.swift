import Synchronization

/// The processes of plug-ins that run, and how much patience is had with them. Safe to use from any thread.
package final class PluginProcesses: Sendable {
    /// How long a process has for its end, once it was told to, before it gets SIGTERM, and again before SIGKILL.
    let patience: Duration
    /// The most bytes of a frame.
    let frameLimit: Int

    private struct State {
        var processes: [ObjectIdentifier: PluginProcess] = [:]
        var isShutDown = false
    }

    private let state = Mutex(State())

    /// Creates a table without processes.
    package init(patience: Duration, frameLimit: Int? = nil) {
        self.patience = patience
        self.frameLimit = frameLimit ?? FrameDecoder.defaultLimit
    }

    /// How many run.
    package var count: Int { state.withLock { $0.processes.count } }

    /// Adds one.
    ///
    /// - Returns: Whether it may run; `false` after ``shutdown()``.
    func add(_ process: PluginProcess) -> Bool {
        state.withLock { state in
            if !state.isShutDown { state.processes[ObjectIdentifier(process)] = process }
            return !state.isShutDown
        }
    }

    func remove(_ process: PluginProcess) { state.withLock { $0.processes[ObjectIdentifier(process)] = nil } }

    /// Ends all that run, and lets no other start.
    package func shutdown() async {
        let processes = state.withLock { state in
            state.isShutDown = true
            return Array(state.processes.values)
        }
        await withDiscardingTaskGroup { group in
            for process in processes { group.addTask { await process.terminate() } }
        }
    }
}
