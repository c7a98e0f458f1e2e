import ConnectAPI
package import Logging
import NIOPosix

/// Keeps the connectors of `plugin.path` known while the server runs: twice a second it looks at the directories,
/// and what is new there, other than before or gone is registered, replaced or removed.
///
/// - SeeAlso: docs/plugin-protocol.md
package actor PluginHost {
    /// A plug-in that could not be loaded, and when that is tried again.
    private struct Failure {
        var entry: PluginInventory.Entry
        var pause: Duration
        var next: ContinuousClock.Instant
    }

    /// The time between two looks; two have to see the same, so that a change counts within a second.
    private static let interval = Duration.milliseconds(400)
    /// How long a start waits for the plug-ins that it found: their connectors would fail without them.
    private static let startLimit = Duration.seconds(10)
    private static let firstPause = Duration.seconds(5)
    private static let longestPause = Duration.seconds(60)

    private let paths: [String]
    private let registry: any PluginRegistry
    private let processes: PluginProcesses
    private let logger: Logger

    private var inventory = PluginInventory()
    private var presences: [String: PluginPresence] = [:]
    private var loaded: [String: HostedPlugin] = [:]
    private var loading: [String: (entry: PluginInventory.Entry, task: Task<Void, Never>)] = [:]
    private var failures: [String: Failure] = [:]
    private var watch: Task<Void, Never>?

    /// Creates a host that does nothing yet.
    ///
    /// - Parameter paths: The directories of `plugin.path`.
    package init(paths: [String], registry: any PluginRegistry, patience: Duration, logger: Logger) {
        self.paths = paths.map(PluginDirectory.absolute)
        self.registry = registry
        self.logger = logger
        processes = PluginProcesses(patience: patience)
    }

    /// How many processes of plug-ins run.
    package nonisolated var processCount: Int { processes.count }

    /// Makes the plug-ins that there are known, and watches for others from then on. Without paths it does nothing.
    package func start() async {
        guard watch == nil, !paths.isEmpty else { return }
        await look(isFirst: true)
        let tasks = loading.values.map(\.task)
        let all = PendingAnswer<Void>()
        Task {
            for task in tasks { await task.value }
            all.complete(.success(()))
        }
        if !(await all.settles(within: Self.startLimit)) {
            logger.warning("not all plug-ins answer yet; connectors that need them fail until they do")
        }
        watch = Task { [weak self] in
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                await self?.look(isFirst: false)
            }
        }
    }

    /// Ends the watch and every process.
    package func shutdown() async {
        watch?.cancel()
        await watch?.value
        for loading in loading.values { loading.task.cancel() }
        await processes.shutdown()
    }

    // MARK: Looks

    private func look(isFirst: Bool) async {
        let paths = paths
        let sightings = try? await NIOThreadPool.singleton.runIfActive { PluginDirectory.look(at: paths) }
        guard let sightings, !Task.isCancelled else { return }
        for action in inventory.observe(sightings, isFirst: isFirst) {
            switch action {
            case .load(let entry):
                failures[entry.manifest.className] = nil
                load(entry)
            case .remove(let className): remove(className)
            case .report(let directory, let problem):
                logger.error(
                    "a plug-in cannot be used", metadata: ["directory": "\(directory)", "error": "\(problem)"])
            }
        }
        for (className, failure) in failures where failure.next <= .now && loading[className] == nil {
            load(failure.entry)
        }
    }

    private func load(_ entry: PluginInventory.Entry) {
        let className = entry.manifest.className
        loading[className]?.task.cancel()
        let presence = presences[className] ?? PluginPresence(of: className)
        presences[className] = presence
        let task = Task { [processes, logger] in
            let result: Result<HostedPlugin, any Error>
            do {
                result = .success(
                    try await HostedPlugin.load(
                        entry.manifest, directory: entry.directory, presence: presence, processes: processes,
                        logger: logger))
            } catch {
                result = .failure(error)
            }
            self.finish(entry, result)
        }
        loading[className] = (entry, task)
    }

    private func finish(_ entry: PluginInventory.Entry, _ result: Result<HostedPlugin, any Error>) {
        let className = entry.manifest.className
        // Another version is on its way by now, or nothing is there any more.
        guard loading[className]?.entry == entry, inventory.current[className] == entry else { return }
        loading[className] = nil
        switch result {
        case .success(let plugin): register(plugin)
        case .failure(let error): note(error, of: entry)
        }
    }

    private func register(_ plugin: HostedPlugin) {
        let className = plugin.manifest.className
        failures[className] = nil
        let metadata: Logger.Metadata = [
            "plugin": "\(className)", "directory": "\(plugin.directory)",
            "version": "\(plugin.manifest.version ?? "undefined")",
        ]
        guard registry.register(plugin) else {
            return logger.error(
                "a plug-in is not used: a connector of that class is linked into this program", metadata: metadata)
        }
        let isReplaced = loaded.updateValue(plugin, forKey: className) != nil
        let text = isReplaced ? "replaced; connectors use it from their next restart on" : "added"
        logger.notice("a plug-in was \(text)", metadata: metadata)
    }

    private func remove(_ className: String) {
        loading.removeValue(forKey: className)?.task.cancel()
        failures[className] = nil
        let presence = presences.removeValue(forKey: className)
        guard let plugin = loaded.removeValue(forKey: className) else { return }
        registry.unregister(plugin)
        presence?.remove()
        logger.error(
            "a plug-in was removed from plugin.path: its connectors and tasks fail",
            metadata: ["plugin": "\(className)", "directory": "\(plugin.directory)"])
    }

    /// Says once what keeps a plug-in from being used, and has it tried again: a machine that is busy is no reason
    /// for good.
    private func note(_ error: any Error, of entry: PluginInventory.Entry) {
        let className = entry.manifest.className
        let before = failures[className]
        if before == nil {
            let message = (error as? ConnectError)?.message ?? "\(error)"
            logger.error(
                "a plug-in cannot be used",
                metadata: [
                    "plugin": "\(className)", "directory": "\(entry.directory)", "error": "\(message)",
                ])
        }
        let pause = before.map { min($0.pause * 2, Self.longestPause) } ?? Self.firstPause
        failures[className] = Failure(entry: entry, pause: pause, next: .now + pause)
    }
}
