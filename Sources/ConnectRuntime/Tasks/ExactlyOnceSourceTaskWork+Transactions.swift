import ConnectAPI
import KafkaClient
import Logging
import RecordFormat
import Synchronization

/// How the transactions of an exactly-once source task end.
extension ExactlyOnceSourceTaskWork {
    func carryOut(_ verdict: TransactionPacing.Verdict, _ resources: Resources) async throws {
        switch verdict {
        case .goOn: return
        case .commit: try await commit(resources)
        case .abort:
            try await abort(resources)
            // What was thrown away on purpose must not come again.
            try await commit(resources)
        }
    }

    /// Throws away the records of the open transaction; where the task goes on stays known.
    private func abort(_ resources: Resources) async throws {
        guard progress.withLock({ $0.isOpen }) else {
            environment.logger.warning(
                "there is no transaction to abort: no record came since the last one",
                metadata: ["task": "\(environment.id)"])
            return
        }
        try await resources.producer.abortTransaction()
        progress.withLock { progress in
            progress.isOpen = false
            for index in progress.sent.indices { progress.sent[index].dropAll() }
        }
    }

    /// Commits records and offsets together, and tells the task.
    private func commit(_ resources: Resources) async throws {
        // What could not be sent is kept by its dead letter.
        try await resources.conversion.flush()
        let offsets = progress.withLock { $0.committable.take(of: environment.id.connector) }
        if !offsets.isEmpty {
            try beginIfNeeded(resources)
            try await resources.producer.enqueue(
                contentsOf: offsets.map { try $0.record(in: settings.offsetsTopic.name) })
        }
        if progress.withLock({ $0.isOpen }) {
            try await environment.metrics.committing { try await resources.producer.commitTransaction() }
            // Without what was dropped or thrown away, as Kafka counts.
            let size = progress.withLock { $0.sent.reduce(0) { $0 + $1.writtenCount } }
            environment.metrics.note { $0.source.addTransaction(size, at: $1) }
            resources.offsets.take(offsets)
        }
        let sent = progress.withLock { progress in
            defer {
                progress.sent = []
                progress.sentCount = 0
                progress.isOpen = false
            }
            return progress.sent
        }
        guard !sent.isEmpty else { return }
        var places: [(record: SourceRecord, place: RecordPlace?)] = []
        for part in sent {
            let runs = try await part.runs()
            environment.metrics.note(acknowledged: part)
            if task.takesAcknowledgements { places += part.places(runs) }
            await environment.activeTopics?.note(runs.lazy.map(\.first.topic))
        }
        if task.takesAcknowledgements { try await task.commitRecords(places) }
        do {
            try await task.commit()
        } catch {
            // The offsets are stored all the same; as with Kafka, the task does not fail of it.
            environment.logger.warning(
                "a source task could not take note of stored offsets",
                metadata: ["task": "\(environment.id)", "error": "\(error)"])
        }
    }
}
