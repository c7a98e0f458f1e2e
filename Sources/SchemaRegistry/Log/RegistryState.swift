import Logging
import Synchronization

/// The store that follows the topic, and how far it has read. Safe to use from any thread.
final class RegistryState: Sendable {
    private struct Waiter {
        var offset: Int64
        var continuation: CheckedContinuation<Bool, Never>
        var timer: Task<Void, Never>?

        func resume(_ isRead: Bool) {
            timer?.cancel()
            continuation.resume(returning: isRead)
        }
    }

    private struct State {
        var store = SubjectStore()
        /// Everything before it was read.
        var position: Int64 = 0
        /// The latest records that did not count, to tell who wrote them.
        var discounted: [Int64] = []
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
    }

    /// How many records that did not count are remembered: more than may be on their way at once.
    private static let discountedLimit = 4096

    private let logger: Logger
    private let state = Mutex(State())

    init(logger: Logger) { self.logger = logger }

    /// What is known now.
    var store: SubjectStore { state.withLock { $0.store } }

    /// Everything before this offset was read.
    var position: Int64 { state.withLock { $0.position } }

    /// Takes records in order.
    func apply(_ records: [LoggedRecord]) {
        // Reading JSON takes longer than everything else and needs no lock.
        let decoded = records.map { ($0, decode($0)) }
        let outcomes = state.withLock { state in
            decoded.map { record, entry in
                let claim = record.writer.flatMap(WriterClaim.init(parsing:))
                let outcome = entry.map {
                    state.store.apply($0, writer: claim, timestamp: record.timestamp)
                }
                if let outcome, outcome != .applied { state.discounted.append(record.offset) }
                state.discounted.removeFirst(max(0, state.discounted.count - Self.discountedLimit))
                return outcome
            }
        }
        for ((record, entry), outcome) in zip(decoded, outcomes) {
            guard let outcome, outcome != .applied, let entry, entry.key != .noop else { continue }
            logger.warning(
                "a record does not count", metadata: ["offset": "\(record.offset)", "reason": "\(outcome)"])
        }
        if let last = records.last { reached(last.offset + 1) }
    }

    private func decode(_ record: LoggedRecord) -> RegistryEntry? {
        guard let key = record.key else {
            logger.warning("a record without a key is passed over", metadata: ["offset": "\(record.offset)"])
            return nil
        }
        do {
            return try RegistryEntry(key: key, value: record.value)
        } catch {
            switch error {
            case .foreign(let keyType):
                logger.debug(
                    "a record of others is passed over",
                    metadata: ["offset": "\(record.offset)", "keytype": "\(keyType.prefix(100))"])
            case .malformed(let reason):
                logger.warning(
                    "a malformed record is passed over",
                    metadata: ["offset": "\(record.offset)", "reason": "\(reason.prefix(200))"])
            }
            return nil
        }
    }

    /// Takes note that everything before an offset was read.
    func reached(_ position: Int64) {
        let ready = state.withLock { state in
            state.position = max(state.position, position)
            let found = state.waiters.filter { $0.value.offset < state.position }
            for number in found.keys { state.waiters[number] = nil }
            return Array(found.values)
        }
        for waiter in ready { waiter.resume(true) }
    }

    /// Waits until the record at an offset was read.
    ///
    /// - Returns: Whether it was within the time.
    func wait(for offset: Int64, within limit: Duration) async -> Bool {
        await withCheckedContinuation { continuation in
            let isRead = state.withLock { state in
                if state.position > offset { return true }
                state.nextWaiter += 1
                let number = state.nextWaiter
                let timer = Task {
                    try? await Task.sleep(for: limit)
                    self.giveUp(number)
                }
                state.waiters[number] = Waiter(offset: offset, continuation: continuation, timer: timer)
                return false
            }
            if isRead { continuation.resume(returning: true) }
        }
    }

    private func giveUp(_ number: UInt64) {
        state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(false)
    }

    /// Whether records that were read count, all of them.
    func counts(_ offsets: [Int64]) -> Bool {
        let offsets = Set(offsets)
        return state.withLock { state in !state.discounted.contains { offsets.contains($0) } }
    }
}
