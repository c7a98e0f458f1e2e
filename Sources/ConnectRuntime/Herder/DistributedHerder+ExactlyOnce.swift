import ConnectAPI
import KafkaClient

/// Source connectors that write exactly once (KIP-618).
extension DistributedHerder {
    /// Fences the former tasks of a source connector; the leader's part of starting the present ones.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound`, `.invalidData` for a connector that is no source, or
    ///   `.conflict` when its work was divided anew meanwhile; what kept the producers from being fenced.
    public nonisolated func fenceZombies(of connector: String) async throws {
        try await waitUntilReady()
        try await fencing.fence(connector)
    }

    /// What tasks of this worker make sure of before they write.
    ///
    /// - Parameter fence: Reaches the leader's ``fenceZombies(of:)``.
    static func exactlyOnceGuard(
        _ configs: ConfigStore, fence: @escaping @Sendable (_ connector: String) async throws -> Void
    ) -> ExactlyOnceGuard {
        ExactlyOnceGuard(
            fence: fence,
            verify: { task, generation in
                let state = configs.snapshot
                guard state.taskGenerations[task.connector] ?? 0 == generation,
                    task.task < state.tasks[task.connector]?.count ?? 0
                else {
                    throw ConnectError(
                        .failed,
                        "Cannot start source task \(task) with exactly-once support as the connector has already generated"
                            + " a new set of task configs")
                }
            }, generation: { configs.snapshot.taskGenerations[$0] ?? 0 })
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
