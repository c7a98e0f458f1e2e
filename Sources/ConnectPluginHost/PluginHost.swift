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

    /// What is known of the plug-in at one place of `plugin.path`, whichever version it has there.
    private struct Place {
        let presence: PluginPresence
        /// What connectors are made of, while its successor is on its way, too.
        var loaded: HostedPlugin?
        var loading: (entry: PluginInventory.Entry, task: Task<Void, Never>)?
        var failure: Failure?
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
    /// By version, as the inventory has them.
    private var places: [PluginInventory.Key: Place] = [:]
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
        let tasks = places.values.compactMap(\.loading?.task)
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
        for place in places.values { place.loading?.task.cancel() }
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
                places[entry.key]?.failure = nil
                load(entry)
            case .replace(let key, let entry):
                places[entry.key] = places.removeValue(forKey: key)
                places[entry.key]?.failure = nil
                load(entry)
            case .remove(let key): remove(key)
            case .report(let directory, let problem):
                logger.error(
                    "a plug-in cannot be used", metadata: ["directory": "\(directory)", "error": "\(problem)"])
            }
        }
        for place in places.values where place.loading == nil {
            if let failure = place.failure, failure.next <= .now { load(failure.entry) }
        }
    }

    private func load(_ entry: PluginInventory.Entry) {
        var place = places[entry.key] ?? Place(presence: PluginPresence(of: entry.manifest.className))
        place.loading?.task.cancel()
        let task = Task { [processes, logger, presence = place.presence] in
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
        place.loading = (entry, task)
        places[entry.key] = place
    }

    private func finish(_ entry: PluginInventory.Entry, _ result: Result<HostedPlugin, any Error>) {
        // Another one is on its way by now, or nothing is there any more.
        guard places[entry.key]?.loading?.entry == entry, inventory.current[entry.key] == entry else { return }
        places[entry.key]?.loading = nil
        switch result {
        case .success(let plugin): register(plugin, at: entry.key)
        case .failure(let error): note(error, of: entry)
        }
    }

    private func register(_ plugin: HostedPlugin, at key: PluginInventory.Key) {
        places[key]?.failure = nil
        let metadata: Logger.Metadata = [
            "plugin": "\(key.className)", "directory": "\(plugin.directory)",
            "version": "\(key.version ?? "undefined")",
        ]
        let old = places[key]?.loaded
        guard registry.register(plugin, replacing: old) else {
            return logger.error(
                "a plug-in is not used: a connector of that class is linked into this program", metadata: metadata)
        }
        places[key]?.loaded = plugin
        let text = old == nil ? "added" : "replaced; connectors use it from their next restart on"
        logger.notice("a plug-in was \(text)", metadata: metadata)
    }

    private func remove(_ key: PluginInventory.Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        place.loading?.task.cancel()
        guard let plugin = place.loaded else { return }
        registry.unregister(plugin)
        place.presence.remove()
        logger.error(
            "a plug-in was removed from plugin.path: its connectors and tasks fail",
            metadata: [
                "plugin": "\(key.className)", "directory": "\(plugin.directory)",
                "version": "\(plugin.manifest.version ?? "undefined")",
            ])
    }

    /// Says once what keeps a plug-in from being used, and has it tried again: a machine that is busy is no reason
    /// for good.
    private func note(_ error: any Error, of entry: PluginInventory.Entry) {
        let before = places[entry.key]?.failure
        if before == nil {
            let message = (error as? ConnectError)?.message ?? "\(error)"
            logger.error(
                "a plug-in cannot be used",
                metadata: [
                    "plugin": "\(entry.key.className)", "version": "\(entry.key.version ?? "undefined")",
                    "directory": "\(entry.directory)", "error": "\(message)",
                ])
        }
        let pause = before.map { min($0.pause * 2, Self.longestPause) } ?? Self.firstPause
        places[entry.key]?.failure = Failure(entry: entry, pause: pause, next: .now + pause)
    }
}
