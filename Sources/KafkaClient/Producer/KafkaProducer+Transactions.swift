import KafkaProtocol
public import RecordFormat
import Synchronization

/// Transactions (KIP-98): what is sent between begin and commit, to any partitions, is seen by readers of committed
/// records as a whole or not at all.
///
/// One task at a time makes these calls. A call that takes longer than `maximumBlockTime` throws; initializing,
/// committing and aborting may then be tried again.
extension KafkaProducer {
    /// Gets an identity: fences other producers of the same transactional id, and has what they left open aborted.
    ///
    /// - Throws: ``KafkaClientError`` with code `.invalidState` without a `transactionalID` or when called again, or
    ///   what kept the identity away.
    public func initializeTransactions() async throws {
        let coordinator = try transactionCoordinator()
        try state.withLock { state in
            try Self.checkGoingOn(state)
            try state.transaction?.beginInitialization()
        }
        do {
            let identity = try await coordinator.initialize(
                timeout: configuration.transactionTimeout, until: transactionDeadline, checking: checkGoingOn)
            state.withLock { state in
                state.adopt(identity)
                state.transaction?.finishInitialization(nil)
            }
        } catch {
            let failure = Self.clientError(error)
            state.withLock { $0.transaction?.finishInitialization(failure) }
            throw error is CancellationError ? error : TransactionState.explained(failure)
        }
    }

    /// Begins a transaction; the cluster hears of it with the first record or offset.
    ///
    /// - Throws: ``KafkaClientError`` with code `.invalidState` while another one is open, `.fenced`, …
    public func beginTransaction() throws {
        _ = try transactionCoordinator()
        try state.withLock { state in
            try Self.checkGoingOn(state)
            try state.transaction?.begin()
        }
    }

    /// Commits the transaction: waits for every record, and has readers see all of them.
    ///
    /// - Throws: ``KafkaClientError`` with code `.transactionFailed` when a record could not be written, after which the
    ///   transaction is to be aborted; `.fenced` when another producer took over; what kept the answer away, after
    ///   which the commit may have happened or not, and is to be tried again.
    public func commitTransaction() async throws {
        let coordinator = try transactionCoordinator()
        try state.withLock { try $0.transaction?.beginCommit() }
        try await flush()
        // What the coordinator heard of only after the end would be part of the next transaction, or begin it.
        await waitForAdditions()
        let producer = try state.withLock { state in
            try state.transaction?.endsAtCoordinator() == true ? state.currentIdentity : nil
        }
        if let producer {
            do {
                try await coordinator.end(producer, isCommitted: true, until: transactionDeadline)
            } catch let error as KafkaClientError where !error.isRetriable {
                throw fail(error, isFatal: error.errorCode == .invalidTxnState)
            }
        }
        state.withLock { $0.transaction?.finish() }
    }

    /// Aborts the transaction: readers of committed records see none of it.
    ///
    /// What has not left yet fails with `.transactionFailed`; what is under way is waited for.
    ///
    /// - Throws: ``KafkaClientError`` with code `.invalidState` without a transaction, `.fenced`, or what kept the answer
    ///   away, after which it may be tried again.
    public func abortTransaction() async throws {
        let coordinator = try transactionCoordinator()
        let (underWay, actions) = try state.withLock { try $0.beginAbort() }
        perform(actions)
        for outcome in underWay { try await outcome.wait() }
        // What the coordinator were told only now would open the next transaction behind everyone's back.
        await waitForAdditions()
        let (producer, isBegun, needsFreshEpoch) = state.withLock { state in
            (
                state.currentIdentity, state.transaction?.isBegun ?? .no,
                state.transaction?.needsFreshEpoch ?? false
            )
        }
        try checkNotFailed()
        guard let producer else { return }
        do {
            if isBegun != .no { try await endAborted(producer, isBegun, coordinator) }
            if needsFreshEpoch {
                let identity = try await coordinator.initialize(
                    timeout: configuration.transactionTimeout, replacing: producer, until: transactionDeadline,
                    checking: checkNotFailed)
                state.withLock { $0.adopt(identity) }
            }
        } catch let error as KafkaClientError where !error.isRetriable {
            throw fail(error, isFatal: true)
        }
        state.withLock { $0.transaction?.finish() }
    }

    private func endAborted(
        _ producer: ProducerIdentity, _ begin: TransactionState.Begin, _ coordinator: TransactionCoordinator
    ) async throws {
        do {
            try await coordinator.end(producer, isCommitted: false, until: transactionDeadline)
        } catch let error as KafkaClientError where error.errorCode == .invalidTxnState && begin == .perhaps {
            // It has none, so it never heard of the partitions.
        }
    }

    /// Commits a group's offsets with the transaction.
    ///
    /// - Parameters:
    ///   - offsets: The next record to read, by partition.
    ///   - group: The group, and the member that has read.
    /// - Throws: ``KafkaClientError`` for offsets that were refused, after which the transaction is to be aborted.
    public func sendOffsets(
        _ offsets: [TopicPartition: OffsetAndMetadata], of group: ConsumerGroupMetadata
    ) async throws {
        let coordinator = try transactionCoordinator()
        let producer = try state.withLock { state in
            try Self.checkOpen(state)
            return state.currentIdentity
        }
        guard let producer, !offsets.isEmpty else { return }
        do {
            do {
                try await coordinator.addOffsets(of: group.groupID, for: producer, until: transactionDeadline)
                state.withLock { $0.transaction?.noteOffsets(isKnown: true) }
            } catch {
                state.withLock { $0.transaction?.noteOffsets(isKnown: false) }
                throw error
            }
            try await TransactionalOffsets(
                client: client, transactionalID: coordinator.transactionalID, producer: producer, group: group
            ).commit(offsets, until: transactionDeadline)
        } catch {
            throw fail(error)
        }
    }

    // MARK: What the producer's other parts need

    /// Tells the coordinator of partitions that records wait for.
    func addPartitions(_ partitions: [TopicPartition]) async {
        var failure: KafkaClientError?
        do {
            guard let producer = state.withLock(\.currentIdentity) else {
                throw TransactionState.misuse("no identity was had")
            }
            try await transactionCoordinator().add(partitions, for: producer, until: transactionDeadline) { [self] in
                state.withLock { $0.transaction?.takesBatches ?? false }
            }
        } catch {
            failure = Self.clientError(error)
        }
        perform(
            state.withLock {
                $0.finishAdding(partitions, failure, at: .now, leader: client.metadata.leader(of:))
            })
        pump()
    }

    /// Has a transaction fail of which a record could not be handed over; it would be committed without it.
    func failTransaction(_ error: any Error) { _ = fail(error) }

    /// Aborts what is open, before the producer is closed.
    func abortOnClose(within timeout: Duration) async {
        guard timeout > .zero, state.withLock({ $0.transaction?.hasTransaction ?? false }) else { return }
        let abortion = Task { try await abortTransaction() }
        let limit = client.scheduler.schedule(after: timeout) { abortion.cancel() }
        _ = await abortion.result
        limit.cancel()
    }

    /// Waits until the coordinator is told of nothing.
    private func waitForAdditions() async {
        await withCheckedContinuation { continuation in
            let isSettled = state.withLock { state in
                guard state.transaction?.isAdding == true else { return true }
                state.additionWaiters.append(continuation)
                return false
            }
            if isSettled { continuation.resume() }
        }
    }

    /// Takes note of a failure.
    ///
    /// - Returns: What to throw.
    private func fail(_ error: any Error, isFatal: Bool = false) -> any Error {
        let failure = TransactionState.explained(Self.clientError(error))
        let actions = state.withLock { state in
            var actions = ProducerState.Actions()
            if isFatal { state.transaction?.end(failure) } else { state.transaction?.fail(failure) }
            state.dropUnwritable(into: &actions)
            return actions
        }
        perform(actions)
        return error is CancellationError ? error : failure
    }

    private func transactionCoordinator() throws -> TransactionCoordinator {
        guard let coordinator else {
            throw KafkaClientError(
                .invalidState, "set transactionalID in the producer's configuration to use transactions")
        }
        return coordinator
    }

    private var transactionDeadline: ContinuousClock.Instant { .now.advanced(by: configuration.maximumBlockTime) }

    /// Throws what ended the producer, or that it is closed.
    @Sendable private func checkGoingOn() throws { try state.withLock { try Self.checkGoingOn($0) } }

    /// Throws what ended the producer; one that is being closed may still abort.
    @Sendable private func checkNotFailed() throws { if let failure = state.withLock(\.failure) { throw failure } }

    private static func checkGoingOn(_ state: borrowing ProducerState) throws(KafkaClientError) {
        if let failure = state.failure { throw failure }
        if state.isClosing { throw KafkaClientError(.closed, "the producer is closed") }
    }

    private static func clientError(_ error: any Error) -> KafkaClientError {
        error as? KafkaClientError ?? KafkaClientError(.closed, "the call was given up", cause: error)
    }
}
