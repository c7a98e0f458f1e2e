import ConnectAPI
import Logging
import RecordFormat
import Synchronization

extension SinkTaskWork {
    /// Has the task make its records durable and commits the offsets that it allows.
    ///
    /// A commit that Kafka does not take is made up for by the next; until then a crash has the records come again.
    ///
    /// - Throws: what the task throws; it has failed then, and nothing is committed any more.
    func commit(only partitions: Set<TopicPartition>? = nil) async throws {
        let (consumer, offsets) = state.withLock { state in
            state.nextCommit = .now + environment.worker.offsetFlushInterval
            guard !state.hasFailed, !state.isAbandoned else { return (state.consumer, [TopicPartition: LogOffset]()) }
            let offsets = state.put.filter { entry in
                (partitions?.contains(entry.key) ?? true) && state.committed[entry.key] != entry.value
            }
            return (state.consumer, offsets)
        }
        guard let consumer, !offsets.isEmpty, let allowed = try await preCommit(offsets), !isAbandoned else { return }
        // An offset beyond what was put would skip records; a task that names one has a mistake that must not lose
        // data.
        let committed = allowed.filter { entry in offsets[entry.key].map { entry.value <= $0 } ?? false }
        guard !committed.isEmpty else { return }
        do {
            try await consumer.commit(committed)
        } catch {
            environment.logger.warning(
                "cannot commit the offsets of a sink task; the next commit makes up for it",
                metadata: ["task": "\(environment.id)", "error": "\(error)"])
            return
        }
        state.withLock { $0.committed.merge(committed) { $1 } }
    }

    /// What the task allows to be committed; `nil` when it can say that later only.
    private func preCommit(_ offsets: [TopicPartition: LogOffset]) async throws -> [TopicPartition: LogOffset]? {
        do {
            let allowed = try await task.preCommit(offsets)
            // A record that was not put is kept by its dead letter.
            try await state.withLock({ $0.conversion })?.errors.flush()
            return allowed
        } catch let error as ConnectError where error.isRetriable {
            environment.logger.warning(
                "a sink task cannot keep its records yet; their offsets are committed later",
                metadata: ["task": "\(environment.id)", "error": "\(error)"])
            return nil
        } catch {
            state.withLock { $0.hasFailed = true }
            throw error
        }
    }
}

extension SinkTaskWork: SinkConsumerListener {
    func assigned(_ partitions: [TopicPartition]) async throws {
        guard !partitions.isEmpty, !isAbandoned else { return }
        context.setAssignment(context.assignment.union(partitions))
        try await task.open(partitions)
        // Before the first record is read: a task that keeps offsets itself says here where to begin.
        guard !isAbandoned else { return }
        try await applyRequests()
        let (consumer, isHolding) = state.withLock { ($0.consumer, $0.held != nil) }
        if isHolding { try consumer?.pause(partitions) }
    }

    func revoked(_ partitions: [TopicPartition]) async throws {
        let partitions = Set(partitions).intersection(context.assignment)
        guard !partitions.isEmpty, !isAbandoned else { return }
        do {
            try await commit(only: partitions)
        } catch {
            try await release(partitions)
            throw error
        }
        try await release(partitions)
    }

    func lost(_ partitions: [TopicPartition]) async throws {
        try await release(Set(partitions).intersection(context.assignment))
    }

    private func release(_ partitions: Set<TopicPartition>) async throws {
        guard !partitions.isEmpty, !isAbandoned else { return }
        context.setAssignment(context.assignment.subtracting(partitions))
        state.withLock { state in
            for partition in partitions {
                state.put[partition] = nil
                state.committed[partition] = nil
            }
            // Whoever has them next reads these records again.
            state.held?.remove(partitions)
        }
        try await task.close(Array(partitions))
    }
}
