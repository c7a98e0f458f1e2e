import KafkaProtocol
import Logging
public import RecordFormat
import Synchronization

extension KafkaConsumer {
    /// Commits the positions after everything that poll has returned.
    ///
    /// - Throws: As ``commit(_:)``.
    public func commit() async throws { try await commit(state.withLock(\.committable)) }

    /// Commits offsets; of each partition, that of the next record to read.
    ///
    /// - Throws: ``KafkaClientError``: `.invalidConfiguration` without a group, `.rebalanceNeeded` when the group has
    ///   moved on without this consumer (the next poll joins again; another member reads on from the last commit),
    ///   `.fenced`, `.closed`, or `.broker`.
    public func commit(_ offsets: [TopicPartition: OffsetAndMetadata]) async throws {
        guard let member, let groupOffsets else { throw Self.noGroup() }
        if offsets.isEmpty { return }
        let isSubscribed = try state.withLock { state in
            // A listener that is told of the end still commits as a member; afterwards a commit would pass for one by
            // nobody's member, and could take the group back behind what the next owner has committed.
            if case .none = state.mode { try Self.checkOpen(state) }
            return state.mode.isSubscribed
        }
        guard isSubscribed else {
            do {
                return try await groupOffsets.commit(offsets, by: .init())
            } catch let superseded as GroupOffsets.CommitSuperseded {
                throw superseded.error
            }
        }
        guard member.membership != nil else {
            throw KafkaClientError(
                .rebalanceNeeded,
                "the consumer is not in its group at the moment; poll again, what was read comes again")
        }
        try await member.commit(offsets)
    }

    /// The group's committed offsets; partitions without one are missing.
    ///
    /// - Throws: ``KafkaClientError``: `.invalidConfiguration` without a group, or what kept the answer away.
    public func committed(_ partitions: [TopicPartition]) async throws -> [TopicPartition: OffsetAndMetadata] {
        guard let groupOffsets else { throw Self.noGroup() }
        return try await groupOffsets.committed(partitions)
    }

    private static func noGroup() -> KafkaClientError {
        KafkaClientError(.invalidConfiguration, "the consumer has no groupID, so there is nowhere to keep offsets")
    }

    /// Commits what earlier polls returned, when the interval is over. Does not wait for the answer: a commit that
    /// fails is made up for by the next.
    func commitIfDue() async {
        guard configuration.isAutoCommitEnabled, member != nil else { return }
        let now = ContinuousClock.now
        let offsets = state.withLock { state -> [TopicPartition: OffsetAndMetadata] in
            guard let due = state.nextAutoCommit else {
                state.nextAutoCommit = now.advanced(by: configuration.autoCommitInterval)
                return [:]
            }
            // One at a time: an older commit that arrives late would take back a newer one.
            guard due <= now, !state.isAutoCommitting else { return [:] }
            state.nextAutoCommit = now.advanced(by: configuration.autoCommitInterval)
            let offsets = state.committable
            state.isAutoCommitting = !offsets.isEmpty
            return offsets
        }
        if offsets.isEmpty { return }
        Task {
            defer { state.withLock { $0.isAutoCommitting = false } }
            do { try await commit(offsets) } catch {
                client.logger.debug("an automatic commit failed", metadata: ["error": "\(error)"])
            }
        }
    }
}
