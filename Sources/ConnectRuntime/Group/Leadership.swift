import ConnectAPI
import Synchronization

/// Whether this worker leads its group, as far as it knows.
///
/// Safe to use from any thread.
final class Leadership: Sendable {
    private let isLeader = Mutex(false)

    /// Takes note of what a rebalance brought.
    func set(_ isLeader: Bool) { self.isLeader.withLock { $0 = isLeader } }

    /// Makes sure that this worker leads.
    ///
    /// - Throws: ``ConnectError`` with code `.unavailable`, retriable, if it does not or the group is rebalancing.
    func confirm() throws {
        guard !isLeader.withLock(\.self) else { return }
        throw ConnectError(
            .unavailable, "This worker does not lead the group now and may not write to the config topic; ask again",
            isRetriable: true)
    }
}
