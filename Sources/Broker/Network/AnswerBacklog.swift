import NIOCore
import Synchronization

/// The answers in memory that wait for clients which are slow to take them, of all connections together.
///
/// A connection is not read while its answers wait, so that it has one answer above the mark of its write buffer at
/// most. Thousands of clients that never read would make much of that still; above the limit those are closed whose
/// answers have waited for longest. A client that reads at all is not among them.
///
/// Safe to use from any thread.
final class AnswerBacklog: Sendable {
    private struct Entry {
        var byteCount: Int
        /// Connections are listed in the order in which they began to wait.
        var order: UInt64
        var close: @Sendable () -> Void
    }

    private struct State {
        var total = 0
        var next: UInt64 = 0
        var entries: [ObjectIdentifier: Entry] = [:]
    }

    /// The most bytes.
    let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// The bytes that wait.
    var byteCount: Int { state.withLock { $0.total } }

    /// Notes how much waits for the client of a connection.
    ///
    /// - Parameters:
    ///   - byteCount: Bytes of its answers in memory.
    ///   - connection: The connection, by its handler.
    ///   - close: Closes it if its answers still wait; called from any thread when too much does.
    func note(_ byteCount: Int, of connection: ObjectIdentifier, close: @escaping @Sendable () -> Void) {
        let slowest = state.withLock { state -> [Entry] in
            let old = state.entries[connection]
            state.total += byteCount - (old?.byteCount ?? 0)
            state.entries[connection] = Entry(byteCount: byteCount, order: old?.order ?? state.next, close: close)
            state.next += 1
            var slowest: [Entry] = []
            while state.total > limit, let oldest = state.entries.min(by: { $0.value.order < $1.value.order }) {
                state.total -= oldest.value.byteCount
                state.entries[oldest.key] = nil
                slowest.append(oldest.value)
            }
            return slowest
        }
        for entry in slowest { entry.close() }
    }

    /// Notes that nothing waits any more, or that the connection has ended.
    func remove(_ connection: ObjectIdentifier) {
        state.withLock { state in
            if let entry = state.entries.removeValue(forKey: connection) { state.total -= entry.byteCount }
        }
    }
}
