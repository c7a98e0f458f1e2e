import ConnectAPI
import KafkaClient
import RecordFormat

/// Where connectors go on reading, for users to see and to set (KIP-875).
extension DistributedHerder {
    /// What came of setting offsets.
    public enum OffsetChange: Sendable {
        /// The connector knows of it, or has nothing to know.
        case complete
        /// The connector did not vouch for it: it may keep offsets in a system of its own.
        case frameworkOnly
    }

    /// A connector's offsets, in the order of their partitions.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound`; what the client throws.
    public func offsets(of name: String) async throws -> [ConnectorOffset] {
        try await waitUntilReady()
        guard let configuration = configs.snapshot.connectors[name] else { throw Self.notFound(name) }
        let offsets: [ConnectorOffset] =
            switch plugins.kind(of: configuration) {
            case .source where writesExactlyOnce(configuration):
                try await committedOffsets(of: name, configuration).map {
                    ConnectorOffset(partition: $0.key, offset: $0.value)
                }
            case .source: self.offsets.offsets(of: name).map { ConnectorOffset(partition: $0.key, offset: $0.value) }
            case .sink:
                try await withGroupOffsets(of: name, configuration) { offsets, group in
                    try await offsets.offsets(of: group).map { ConnectorOffset($0.key, $0.value) }
                }
            case .unknown: []
            }
        return offsets.sorted { "\(ConnectValue.map($0.partition))" < "\(ConnectValue.map($1.partition))" }
    }

    /// Sets offsets of a stopped connector; those that are not named stay.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound`, or `.invalidData` while the connector is not stopped and for
    ///   offsets that it cannot have.
    public func alterOffsets(of name: String, _ changes: [ConnectorOffset]) async throws -> OffsetChange {
        try await change(name) { _ in changes }
    }

    /// Has a stopped connector begin anew.
    ///
    /// - Throws: as ``alterOffsets(of:_:)``.
    public func resetOffsets(of name: String) async throws -> OffsetChange {
        try await change(name) { offsets in offsets.map { ConnectorOffset(partition: $0.partition, offset: nil) } }
    }

    /// Asks the connector first, which may take its time and holds up no one else by it, and writes then.
    private func change(
        _ name: String, _ changes: ([ConnectorOffset]) -> [ConnectorOffset]
    ) async throws -> OffsetChange {
        try await waitUntilReady()
        try await requireLeadership()
        let configuration = try stoppedConnector(name)
        // What a task says in its last moments must not come behind the change.
        await waitForTasks(of: name)
        try await waitForTasksElsewhere(of: name)
        // Nor what one says that another worker takes for dead.
        if writesExactlyOnce(configuration) { try await fencing.fence(name) }
        let changes = changes(try await offsets(of: name))
        switch try plugins.makeConnector(for: configuration) {
        case let source as any SourceConnector:
            let isKnown = try await onThread { [transformer] in
                try await transformer.using(configuration) { resolved in
                    try await source.alterOffsets(
                        configuration: resolved.values, offsets: changes.map { ($0.partition, $0.offset) })
                }
            }
            try await write(name, as: configuration) {
                if writesExactlyOnce(configuration) {
                    return try await writeCommitted(changes, of: name, configuration)
                }
                try await offsets.commit(
                    changes.map { OffsetRecord(connector: name, partition: $0.partition, offset: $0.offset) })
            }
            return isKnown ? .complete : .frameworkOnly
        case let sink as any SinkConnector:
            let positions = try changes.map { try $0.sinkPosition() }
            let all = Dictionary(positions.map { ($0.partition, $0.offset) }) { $1 }
            let isKnown = try await onThread { [transformer] in
                try await transformer.using(configuration) { resolved in
                    try await sink.alterOffsets(
                        configuration: resolved.values, offsets: all.mapValues { $0?.rawValue })
                }
            }
            try await write(name, as: configuration) {
                try await withGroupOffsets(of: name, configuration) { offsets, group in
                    try await setGroupOffsets(all, offsets, group)
                }
            }
            return isKnown ? .complete : .frameworkOnly
        default: return .frameworkOnly
        }
    }

    /// Waits until other workers have ended their tasks: each then forgets its tasks' statuses.
    private func waitForTasksElsewhere(of name: String) async throws {
        guard member != nil else { return }
        let deadline = ContinuousClock.now + configuration.taskShutdownTimeout + configuration.abandonmentTimeout
        while statusStore.tasks(of: name).contains(where: { $0.status.workerID != statuses.workerID }) {
            // A worker that died with its tasks says nothing any more.
            guard ContinuousClock.now < deadline else { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Writes while the connector stays as it was when it was asked: stopped, and with the same configuration.
    private func write(
        _ name: String, as configuration: [String: String], _ body: () async throws -> Void
    ) async throws {
        try await taskWrites.pass {
            guard try stoppedConnector(name) == configuration else {
                throw ConnectError(
                    .conflict,
                    "Cannot complete request momentarily due to stale configuration (typically caused by a concurrent config"
                        + " change)")
            }
            try await body()
        }
    }

    /// The configuration of a connector that is stopped and has no tasks.
    private func stoppedConnector(_ name: String) throws -> [String: String] {
        let state = configs.snapshot
        guard let configuration = state.connectors[name] else { throw Self.notFound(name) }
        guard state.targetState(of: name) == .stopped, (state.tasks[name] ?? []).isEmpty else {
            throw ConnectError(
                .invalidData,
                "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the"
                    + " specified connector by issuing a 'PUT' request to the '/connectors/\(name)/stop' endpoint")
        }
        return configuration
    }

    private func setGroupOffsets(
        _ offsets: [TopicPartition: LogOffset?], _ groupOffsets: any ConsumerGroupOffsets, _ group: String
    ) async throws {
        let set = offsets.compactMapValues { $0 }
        if !set.isEmpty { try await groupOffsets.set(set, of: group) }
        let removed = offsets.filter { $0.value == nil }.keys.sorted()
        if !removed.isEmpty { try await groupOffsets.remove(removed, of: group) }
    }

    /// Asks for a sink connector's offsets where they are: under the group and in the cluster that its configuration names.
    private func withGroupOffsets<Result: Sendable>(
        of name: String, _ configuration: [String: String],
        _ body: (any ConsumerGroupOffsets, _ group: String) async throws -> Result
    ) async throws -> Result {
        let values = try await transformer.resolve(configuration).values
        let group = SinkTaskWork.groupID(of: name, values)
        let admin = try ClientSettings(.admin, worker: self.configuration.properties, connector: values)
        guard admin.bootstrapServers != nil, let client = try clients.makeAdmin?(name, admin) else {
            return try await body(groupOffsets, group)
        }
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(KafkaGroupOffsets(client: client), group))
        } catch {
            result = .failure(error)
        }
        await client.close()
        return try result.get()
    }
}
