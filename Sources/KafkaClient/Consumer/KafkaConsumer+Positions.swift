import KafkaProtocol
public import RecordFormat
import Synchronization

extension KafkaConsumer {
    // MARK: Moving

    /// Goes on at `offset` in a partition.
    ///
    /// - Throws: ``KafkaClientError``: `.notAssigned`, `.invalidArgument` for a negative offset, `.closed`.
    public func seek(_ partition: TopicPartition, to offset: LogOffset) async throws {
        guard offset >= .zero else { throw KafkaClientError(.invalidArgument, "offset \(offset) is negative") }
        try state.withLock { state in
            try Self.checkOpen(state)
            try state.move(partition, to: offset)
        }
        signal.set()
    }

    /// Goes on with the oldest record of each partition; which that is, the next poll finds out.
    ///
    /// - Throws: ``KafkaClientError``: `.notAssigned`, `.closed`.
    public func seekToBeginning(_ partitions: [TopicPartition]) async throws {
        try seek(partitions, to: OffsetLookup.Mark.earliest)
    }

    /// Goes on with the next record to be written to each partition, as of the next poll.
    ///
    /// - Throws: ``KafkaClientError``: `.notAssigned`, `.closed`.
    public func seekToEnd(_ partitions: [TopicPartition]) async throws {
        try seek(partitions, to: OffsetLookup.Mark.latest)
    }

    private func seek(_ partitions: [TopicPartition], to mark: Int64) throws {
        try state.withLock { state in
            try Self.checkOpen(state)
            for partition in partitions { try state.move(partition, to: nil, seeking: mark) }
        }
        signal.set()
    }

    /// The next record that will be handed out of a partition, which is found out if need be.
    ///
    /// - Throws: ``KafkaClientError``: `.notAssigned`, `.noOffset`, or what kept the answer away for `apiTimeout`.
    public func position(of partition: TopicPartition) async throws -> LogOffset {
        try await client.retrying {
            let known = try self.state.withLock { state in
                guard let position = state.partitions[partition] else { throw ConsumerState.notAssigned(partition) }
                return position.offset
            }
            if let known { return known }
            try await self.findPositions([partition])
            guard let found = self.state.withLock({ $0.partitions[partition]?.offset }) else {
                throw KafkaClientError(.timeout, "the position of \(partition) is not known yet")
            }
            return found
        }
    }

    /// Hands out nothing of these partitions until ``resume(_:)``; they stay assigned.
    ///
    /// - Throws: ``KafkaClientError`` with code `.notAssigned`.
    public func pause(_ partitions: [TopicPartition]) throws { try setPaused(partitions, true) }

    /// Ends a ``pause(_:)``.
    ///
    /// - Throws: ``KafkaClientError`` with code `.notAssigned`.
    public func resume(_ partitions: [TopicPartition]) throws { try setPaused(partitions, false) }

    private func setPaused(_ partitions: [TopicPartition], _ isPaused: Bool) throws {
        try state.withLock { state in
            for partition in partitions where state.partitions[partition] == nil {
                throw ConsumerState.notAssigned(partition)
            }
            for partition in partitions { state.partitions[partition]?.isPaused = isPaused }
        }
        signal.set()
    }

    // MARK: Finding

    /// Starts to look for the positions that are missing; the poll goes on when they are there.
    func lookUpPositions() {
        let missing = state.withLock { state -> [TopicPartition] in
            guard !state.isLookingUp, !state.isClosed else { return [] }
            let missing = state.partitions.filter { $0.value.offset == nil && $0.value.retryAt == nil }.map(\.key)
            state.isLookingUp = !missing.isEmpty
            return missing
        }
        if missing.isEmpty { return }
        Task {
            do {
                try await findPositions(missing)
            } catch {
                let isRetriable = (error as? KafkaClientError)?.isRetriable ?? false
                state.withLock { state in
                    for partition in missing {
                        state.delay(partition, by: client.configuration.retryBackoff, from: .now)
                    }
                    if !isRetriable { state.failure = error }
                }
            }
            state.withLock { $0.isLookingUp = false }
            signal.set()
        }
    }

    /// Finds where to start: at what a seek asked for, at the group's offset, or where the reset policy says.
    ///
    /// - Throws: ``KafkaClientError``; what was found before is kept.
    private func findPositions(_ partitions: [TopicPartition]) async throws {
        var marks: [TopicPartition: Int64] = [:]
        var versions: [TopicPartition: UInt64] = [:]
        state.withLock { state in
            for partition in partitions {
                guard let position = state.partitions[partition], position.offset == nil else { continue }
                versions[partition] = position.version
                marks[partition] = position.sought
            }
        }
        let unsought = versions.keys.filter { marks[$0] == nil }
        let committed = try await groupOffsets?.committed(unsought.sorted()) ?? [:]
        for (partition, offset) in committed { set(partition, offset.offset, version: versions[partition]) }
        let rest = unsought.filter { committed[$0] == nil }
        switch configuration.autoOffsetReset {
        case .earliest: for partition in rest { marks[partition] = OffsetLookup.Mark.earliest }
        case .latest: for partition in rest { marks[partition] = OffsetLookup.Mark.latest }
        case .none:
            if let partition = rest.min() {
                throw KafkaClientError(
                    .noOffset,
                    "no offset is committed for \(partition); seek to one, commit one, or set autoOffsetReset")
            }
        }
        if marks.isEmpty { return }
        var failure: KafkaClientError?
        for (partition, answer) in await lookup.find(marks) {
            switch answer {
            case .success(let found): set(partition, found?.offset ?? .zero, version: versions[partition])
            case .failure(let error): failure = failure.map { $0.isRetriable ? error : $0 } ?? error
            }
        }
        if let failure { throw failure }
    }

    private func set(_ partition: TopicPartition, _ offset: LogOffset, version: UInt64?) {
        state.withLock { state in
            guard let position = state.partitions[partition], position.version == version, position.offset == nil else {
                return
            }
            state.partitions[partition]?.offset = offset
            state.partitions[partition]?.sought = nil
            state.partitions[partition]?.failures = 0
        }
    }

    private var lookup: OffsetLookup { OffsetLookup(client: client, isolationLevel: configuration.isolationLevel) }

    // MARK: Asking

    /// The partitions of a topic.
    ///
    /// - Throws: As ``KafkaClient/partitions(of:)``.
    public func partitions(of topic: String) async throws -> [PartitionDescription] {
        try await client.partitions(of: topic)
    }

    /// The offset of the oldest record of each partition; of an empty one, of the next to be written.
    ///
    /// - Throws: ``KafkaClientError`` for the first partition without an answer.
    public func beginningOffsets(_ partitions: [TopicPartition]) async throws -> [TopicPartition: LogOffset] {
        try await ends(partitions, OffsetLookup.Mark.earliest)
    }

    /// The offset after the last record of each partition that this consumer could read.
    ///
    /// - Throws: ``KafkaClientError`` for the first partition without an answer.
    public func endOffsets(_ partitions: [TopicPartition]) async throws -> [TopicPartition: LogOffset] {
        try await ends(partitions, OffsetLookup.Mark.latest)
    }

    private func ends(_ partitions: [TopicPartition], _ mark: Int64) async throws -> [TopicPartition: LogOffset] {
        let marks = Dictionary(partitions.map { ($0, mark) }) { first, _ in first }
        return try await lookup.findRetrying(marks).mapValues { try $0.get()?.offset ?? .zero }
    }

    /// The first record at or after each time; partitions without one are missing from the answer.
    ///
    /// - Throws: ``KafkaClientError`` for the first partition without an answer.
    public func offsets(
        forTimes times: [TopicPartition: Timestamp]
    ) async throws -> [TopicPartition: OffsetAndTimestamp] {
        for (partition, time) in times where time.milliseconds < 0 {
            throw KafkaClientError(.invalidArgument, "the time \(time) for \(partition) is before 1970")
        }
        var found: [TopicPartition: OffsetAndTimestamp] = [:]
        for (partition, answer) in try await lookup.findRetrying(times.mapValues(\.milliseconds)) {
            found[partition] = try answer.get()
        }
        return found
    }
}
