import Logging
import Synchronization

/// Writes changes to the topic, one after the other, while this registry is the writer.
///
/// Before the first one it claims the right to write: it writes a NOOP with a claim above all that it has read, and waits
/// until it has read that back, and with it all that was written before. A change is answered once its records were read
/// back and count. When it is not known whether records were written, the claim is given up, and the next change begins
/// with a new one: whatever of the old claim reaches the topic behind that counts for nothing.
final class RegistryWriter: Sendable {
    /// This registry is not the writer any more.
    struct NotWriter: Error {}

    private let log: any RecordLog
    private let state: RegistryState
    private let standing: Standing
    private let timeout: Duration
    private let logger: Logger
    private let queue = WriteQueue()
    private let current = Mutex<(any RecordWriter)?>(nil)

    /// How long a claim is tried for: some elections and restarts of brokers, and no longer than a request may wait.
    private static let claimPatience = Duration.seconds(10)
    /// The pause after a claim that failed.
    private static let claimPause = Duration.milliseconds(50)
    /// How often a change is planned anew because another one has claimed in between.
    private static let attemptLimit = 3

    /// Creates a writer that has no claim.
    ///
    /// - Parameter timeout: How long a write may take, and then reading it back (`kafkastore.timeout.ms`).
    init(log: any RecordLog, state: RegistryState, standing: Standing, timeout: Duration, logger: Logger) {
        self.log = log
        self.state = state
        self.standing = standing
        self.timeout = timeout
        self.logger = logger
    }

    /// Claims the right to write, so that the first change need not.
    func prepare() async {
        do {
            try await queue.pass { _ = try await claimed() }
        } catch {
            logger.warning("cannot claim the right to write yet", metadata: ["error": "\(error)"])
        }
    }

    /// Gives the right to write up.
    func resign() async { await current.withLock { $0.take() }?.close() }

    /// Plans a change on what was read and writes it.
    ///
    /// - Returns: The change's result and the store that has it.
    /// - Throws: What `plan` throws; ``NotWriter``, ``WriteFailure``; ``RegistryError`` 50001 when too many wait.
    func perform<Result: Sendable>(
        _ plan: @Sendable (SubjectStore) throws(RegistryError) -> RegistryChange<Result>
    ) async throws -> (Result, SubjectStore) {
        let deadline = ContinuousClock.now + Self.claimPatience
        return try await queue.pass {
            // While nothing can be written, those that wait are not to wait for each other's time to run out.
            guard ContinuousClock.now < deadline else { throw WriteFailure.timedOut }
            for attempt in 1... {
                let writer = try await claimed()
                await repair(writer)
                let change = try plan(state.store)
                guard !change.entries.isEmpty else { return (change.result, state.store) }
                do {
                    try await commit(change.entries, writer)
                    return (change.result, state.store)
                } catch WriteFailure.superseded where attempt < Self.attemptLimit {
                    continue
                }
            }
            throw WriteFailure.superseded
        }
    }

    // MARK: Claims

    private func claimed() async throws -> any RecordWriter {
        guard standing.place == .writer else { throw NotWriter() }
        if let writer = current.withLock({ $0 }) { return writer }
        let deadline = ContinuousClock.now + Self.claimPatience
        var failure = WriteFailure.timedOut
        while true {
            guard standing.place == .writer else { throw NotWriter() }
            do {
                return try await claim()
            } catch {
                failure = error
            }
            guard ContinuousClock.now < deadline else { throw failure }
            try await Task.sleep(for: Self.claimPause)
        }
    }

    private func claim() async throws(WriteFailure) -> any RecordWriter {
        let store = state.store
        let claim = WriterClaim(
            epoch: (store.claim?.epoch ?? 0) + 1, writer: .random(in: .min ... .max))
        let writer: any RecordWriter
        do {
            writer = try log.makeWriter(claim)
        } catch {
            throw .failed("\(error)")
        }
        do throws(WriteFailure) {
            let offsets = try await writer.write([RegistryEntry(.noop, .noop(highestIDs: store.highestIDs))])
            guard await state.wait(for: offsets.last ?? 0, within: timeout) else { throw WriteFailure.timedOut }
            guard state.store.claim == claim else { throw WriteFailure.superseded }
        } catch {
            await writer.close()
            throw error
        }
        logger.info("this registry writes", metadata: ["claim": "\(claim)"])
        current.withLock { $0 = writer }
        return writer
    }

    // MARK: Writing

    private func commit(_ entries: [RegistryEntry], _ writer: any RecordWriter) async throws(WriteFailure) {
        do throws(WriteFailure) {
            let offsets = try await writer.write(entries)
            guard await state.wait(for: offsets.max() ?? 0, within: timeout) else { throw WriteFailure.timedOut }
            guard state.counts(offsets) else { throw WriteFailure.superseded }
        } catch {
            // What is too large was not written; of everything else nobody knows.
            if error != .tooLarge { await resign() }
            throw error
        }
    }

    /// Writes what others may have taken for something else, because of records that do not count.
    private func repair(_ writer: any RecordWriter) async {
        let repairs = state.store.repairs
        guard !repairs.isEmpty else { return }
        logger.warning(
            "writing again what records that do not count have hidden", metadata: ["records": "\(repairs.count)"])
        do {
            try await commit(repairs, writer)
        } catch {
            logger.warning("cannot repair the schemas topic now", metadata: ["error": "\(error)"])
        }
    }
}
