import ConnectAPI
import Logging
import Synchronization

/// Sees to it that no task of a connector's former divisions can write any more, before one of the present does
/// (KIP-618); the leader's business.
///
/// The config topic tells how many tasks may have been writing since the last fencing. Their transactional ids are
/// fenced, and then the number of the present ones is written. Fencings of one connector that are asked for meanwhile
/// are the same one. Safe to use from any thread.
final class ZombieFencing: Sendable {
    private let configs: ConfigStore
    private let worker: WorkerConfiguration
    private let plugins: PluginCatalog
    private let fenceProducers: @Sendable (_ transactionalIDs: [String]) async throws -> Void
    private let logger: Logger
    private let active = Mutex<[String: Task<Void, any Error>]>([:])

    /// - Parameter fenceProducers: Fences the producers of transactional ids.
    init(
        configs: ConfigStore, worker: WorkerConfiguration, plugins: PluginCatalog, logger: Logger,
        fenceProducers: @escaping @Sendable (_ transactionalIDs: [String]) async throws -> Void
    ) {
        self.configs = configs
        self.worker = worker
        self.plugins = plugins
        self.logger = logger
        self.fenceProducers = fenceProducers
    }

    /// Fences the former tasks of a connector, unless that is done.
    ///
    /// - Throws: ``ConnectError``: `.notFound`, `.invalidData` for a connector that is no source, `.conflict` when its
    ///   work was divided anew meanwhile; what kept the producers from being fenced.
    func fence(_ connector: String) async throws {
        let (task, isFirst) = active.withLock { active in
            if let task = active[connector] { return (task, false) }
            // A task of its own: those who wait for it may give up, one by one.
            let task = Task { try await self.fenceNow(connector) }
            active[connector] = task
            return (task, true)
        }
        defer { if isFirst { active.withLock { $0[connector] = nil } } }
        try await task.value
    }

    private func fenceNow(_ connector: String) async throws {
        let state = configs.snapshot
        guard let configuration = state.connectors[connector] else {
            throw ConnectError(.notFound, "Connector \(connector) not found")
        }
        guard plugins.kind(of: configuration) == .source else {
            throw ConnectError(.invalidData, "Connector \(connector) is not a source connector")
        }
        guard state.pendingFencing.contains(connector) else { return }
        let count = state.tasks[connector]?.count ?? 0
        // A single task fences its single predecessor when it begins, and without a number no task has written yet.
        if let former = state.fencedTaskCounts[connector], former != 1 || count != 1 {
            let ids = (0..<former).map { number in
                TransactionSettings.transactionalID(
                    of: ConnectorTaskID(connector: connector, task: number), worker: worker)
            }
            logger.info(
                "fencing former tasks of a connector", metadata: ["connector": "\(connector)", "tasks": "\(former)"])
            try await fenceProducers(ids)
            guard configs.snapshot.taskGenerations[connector] == state.taskGenerations[connector] else {
                throw ConnectError(
                    .conflict, "Fencing failed because new task configurations were generated for the connector")
            }
        }
        try await configs.putFencedTasks(connector, taskCount: count)
    }
}
