import ConnectAPI
import KafkaClient
import Logging

/// Source connectors that write exactly once (KIP-618).
extension DistributedHerder {
    /// Fences the former tasks of a source connector; the leader's part of starting the present ones.
    ///
    /// - Throws: ``RequestRefusal`` where this worker is not the leader; ``ConnectError`` with code `.failed` for a
    ///   worker that is alone, `.notFound`, `.invalidData` for a connector that is no source, or `.conflict` when its work
    ///   was divided anew meanwhile; what kept the producers from being fenced.
    public func fenceZombies(of connector: String) async throws {
        try await waitUntilReady()
        guard member != nil else {
            throw ConnectError(
                .failed, "Kafka Connect in standalone mode does not support exactly-once source connectors.")
        }
        try await requireLeadership()
        try await fencing.fence(connector)
    }

    /// What a task of this worker makes sure of before it writes; `nil` where tasks write at least once.
    ///
    /// - Parameter division: How often its connector had divided its work when the task's settings came of it.
    func exactlyOnceGuard(of task: ConnectorTaskID, division: Int) -> ExactlyOnceGuard? {
        guard configuration.exactlyOnceSourceSupport == .enabled else { return nil }
        return ExactlyOnceGuard(
            fence: { [weak self] _ in try await self?.haveFenced(for: task) },
            verify: { [weak self] in try await self?.verify($0, $1) }, generation: { _ in division })
    }

    /// How long a task waits before it asks a leader again that does not fence, and how often it does.
    private static let fencingPause = (delay: Duration.milliseconds(250), limit: 40)

    /// Has the leader fence the former tasks of a task's connector, whichever worker that is.
    private func haveFenced(for task: ConnectorTaskID) async throws {
        let connector = task.connector
        for attempt in 1... {
            // One that is given up meanwhile must not be waited for.
            guard standing.owned.tasks.contains(task) else { throw Self.revoked(task) }
            do {
                return try await askForFencing(of: connector)
            } catch  where attempt < Self.fencingPause.limit && Self.isForTheMoment(error) {
                logger.info(
                    "the leader does not fence a connector's former tasks now; trying again",
                    metadata: ["connector": "\(connector)", "error": "\(error)"])
                try await Task.sleep(for: Self.fencingPause.delay)
            }
        }
    }

    private static func isForTheMoment(_ error: any Error) -> Bool {
        error is RequestRefusal || (error as? ConnectError)?.isRetriable == true
    }

    private func askForFencing(of connector: String) async throws {
        do {
            try await requireLeadership(within: Self.fencingPause.delay)
            try await fencing.fence(connector)
        } catch RequestRefusal.elsewhere(let url?) {
            guard let peers else { throw RequestRefusal.elsewhere(url: url) }
            try await ask(
                peers, PeerRequest(method: "PUT", worker: url, path: ["connectors", connector, "fence"]))
        }
    }

    /// Makes sure that a task is still this worker's, and of the division that it was started for.
    private func verify(_ task: ConnectorTaskID, _ generation: Int) async throws {
        // What the leader has written of it must be known here.
        try await configs.readToEnd()
        let state = configs.snapshot
        guard state.taskGenerations[task.connector] ?? 0 == generation,
            task.task < state.tasks[task.connector]?.count ?? 0
        else {
            throw ConnectError(
                .failed,
                "Cannot start source task \(task) with exactly-once support as the connector has already generated a new"
                    + " set of task configs")
        }
        guard standing.owned.tasks.contains(task) else {
            throw Self.revoked(task)
        }
    }

    private static func revoked(_ task: ConnectorTaskID) -> ConnectError {
        ConnectError(.failed, "Cannot start source task \(task) as it has already been revoked from this worker")
    }

    /// Whether a connector's offsets are written in transactions.
    nonisolated func writesExactlyOnce(_ configuration: [String: String]) -> Bool {
        self.configuration.exactlyOnceSourceSupport == .enabled && plugins.kind(of: configuration) == .source
    }

    /// The committed offsets of such a connector.
    nonisolated func committedOffsets(
        of name: String, _ configuration: [String: String]
    ) async throws -> [ConnectMap: ConnectMap] {
        let settings = try TransactionSettings(configuration, worker: self.configuration)
        return try await transactionalClients().offsets(of: name, settings, worker: self.configuration)
    }

    /// Writes offsets of such a connector, whose tasks were fenced.
    nonisolated func writeCommitted(
        _ changes: [ConnectorOffset], of name: String, _ configuration: [String: String]
    ) async throws {
        guard !changes.isEmpty else { return }
        let settings = try TransactionSettings(configuration, worker: self.configuration)
        let records = changes.map { OffsetRecord(connector: name, partition: $0.partition, offset: $0.offset) }
        // Forgotten in the worker's topic first, or they would be found there again.
        let forgotten = records.filter { $0.offset == nil }
        if !settings.usesWorkerTopic && !forgotten.isEmpty { try await offsets.commit(forgotten) }
        let id = ConnectorTaskID(connector: name, task: 0)
        let producer = try transactionalClients().makeProducer(
            TransactionSettings.transactionalID(of: id, worker: self.configuration), settings.transactionTimeout)
        do {
            try await producer.initializeTransactions()
            try producer.beginTransaction()
            _ = try await producer.send(
                contentsOf: records.map { try $0.record(in: settings.offsetsTopic.name) })
            try await producer.commitTransaction()
        } catch {
            await producer.close()
            throw error
        }
        await producer.close()
    }

    private nonisolated func transactionalClients() throws -> TransactionalClients {
        guard let transactional else {
            throw ConnectError(.failed, "This worker does not have exactly-once source support enabled.")
        }
        return transactional
    }
}
