import KafkaClient
import RecordFormat
import Synchronization

extension ConsumerInstance {
    /// Takes note of what was answered with, for commits and for whoever goes on with the instance.
    func noteAnswered(_ records: [InstanceRecords.Pending]) {
        let ends = state.withLock { $0.records.answered(records) }
        shadow.note(ends, generation: generation)
    }

    /// The generation in which the group gave the instance its partitions; `nil` for an assignment of its own.
    private var generation: Int32? { target.isSubscription ? consumer.membership?.generation : nil }

    // MARK: Commits

    /// Commits the places that answers have got to.
    ///
    /// - Throws: ``KafkaClientError``.
    func commitAnswered() async throws {
        let places = state.withLock { $0.records.places }
        try await consumer.commit(places.mapValues { OffsetAndMetadata($0) })
    }

    /// Commits what earlier reads answered, when the interval is over.
    func commitIfDue() async {
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            let due = state.nextCommit
            if due.map({ $0 <= now }) ?? true {
                state.nextCommit = now.advanced(by: settings.base.autoCommitInterval)
            }
            return due.map { $0 <= now } ?? false
        }
        // What fails now is made up for by the next.
        if isDue { try? await commitAnswered() }
    }

    // MARK: Moving

    /// Goes on elsewhere: at offsets, and with the first records at or after times; where there is none, nothing
    /// changes, as in the original.
    ///
    /// - Throws: ``RESTError`` with code 40903 for a partition that is not the instance's.
    func seek(_ offsets: [TopicPartition: LogOffset], times: [TopicPartition: Timestamp] = [:]) async throws {
        try await betweenReads {
            try checkAssigned(offsets.keys)
            try checkAssigned(times.keys)
            let found = times.isEmpty ? [:] : try await consumer.offsets(forTimes: times).mapValues(\.offset)
            try await move(to: offsets.merging(found) { _, found in found })
        }
    }

    /// Goes on with the oldest records of partitions.
    func seek(toBeginningOf partitions: [TopicPartition]) async throws {
        try await betweenReads {
            try checkAssigned(partitions)
            try await move(to: try await consumer.beginningOffsets(partitions))
        }
    }

    /// Goes on with the next records to be written to partitions.
    func seek(toEndOf partitions: [TopicPartition]) async throws {
        try await betweenReads {
            try checkAssigned(partitions)
            try await move(to: try await consumer.endOffsets(partitions))
        }
    }

    private func checkAssigned(_ partitions: some Sequence<TopicPartition>) throws {
        let assigned = consumer.assignment
        guard let other = partitions.first(where: { !assigned.contains($0) }) else { return }
        throw RESTError.illegalState("No current assignment for partition \(other)")
    }

    private func move(to places: [TopicPartition: LogOffset]) async throws {
        for (partition, offset) in places {
            try await consumer.seek(partition, to: offset)
            state.withLock { $0.records.move(partition, to: offset) }
        }
        shadow.note(places, generation: generation)
        await shadow.store()
    }
}
