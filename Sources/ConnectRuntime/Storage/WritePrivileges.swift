import ConnectAPI
import RecordFormat

/// The right to write to a log that one worker has at a time: the leader of the group.
///
/// A leader that does not know yet that it is none any more must not write: another worker may have begun to act on
/// what it read. The right is therefore kept by Kafka, which refuses whoever lost it. A write that fails may have other
/// reasons, though: the next one asks whether this worker still leads, and claims the right again then.
actor WritePrivileges {
    private enum State {
        /// Another worker may have it.
        case none
        /// It is this worker's.
        case claimed
        /// A write failed, and nobody said that another worker leads.
        case lost
    }

    private let log: any InternalLog
    private let confirmLeadership: @Sendable () async throws -> Void
    private let turns = Turnstile()
    private var state = State.none

    /// - Parameter confirmLeadership: Throws if this worker does not lead any more.
    init(log: any InternalLog, confirmLeadership: @escaping @Sendable () async throws -> Void) {
        self.log = log
        self.confirmLeadership = confirmLeadership
    }

    /// Takes the right.
    func claim() async throws {
        try await turns.pass { try await claimNow() }
    }

    private func claimNow() async throws {
        try await log.claimWritePrivileges()
        state = .claimed
    }

    /// Leaves the right to another worker.
    func release() { state = .none }

    /// Writes records.
    ///
    /// - Throws: ``ConnectError`` with code `.unavailable` without the right; what keeps the records from being written,
    ///   of which then none is.
    func write(_ records: [(key: ByteSlice, value: ByteSlice?)]) async throws {
        try await turns.pass {
            switch state {
            case .none:
                throw ConnectError(
                    .unavailable,
                    "This worker may not write to the config topic now, because it does not lead the group; ask again")
            case .lost:
                try await confirmLeadership()
                try await claimNow()
                do {
                    // Claiming takes a while, in which another worker may have become the leader.
                    try await confirmLeadership()
                } catch {
                    state = .none
                    throw error
                }
            case .claimed: break
            }
            do {
                try await log.writePrivileged(records)
            } catch {
                if state == .claimed { state = .lost }
                throw error
            }
        }
    }
}
