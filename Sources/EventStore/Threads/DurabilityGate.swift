internal import LogCore
internal import RecordFormat
internal import Synchronization

/// Where appenders wait until their records are on the device.
///
/// Waiters stand in the order of their offsets. After each round of the commit thread, one pass takes all from the
/// front that the sync has reached: tasks and threads alike, resumed in one batch after every lock is free. Safe to use
/// from any thread.
///
/// Why no wakeup is lost: a waiter looks at `reached` and gets in line under the lock, and the commit thread raises
/// `reached` and looks at the line under the same lock. Whichever comes second sees the other.
final class DurabilityGate: Sendable {
    private struct Waiter {
        var offset: LogOffset
        var sleeper: Sleeper
    }

    private struct State {
        /// Below it, everything is durable, and readable where there are no replicas.
        var reached: LogOffset
        var waiters: [Waiter] = []
        /// Why nothing more will become durable.
        var failure: LogError?
        /// Why those who are in line now have to be sent away, though later ones need not be.
        var refusal: LogError?
        /// Whether readers have been told of the failure.
        var isFailureTold = false
    }

    private let state: Mutex<State>
    /// Counts those in line here and at the gates of the store's other logs.
    private let waiting: WaiterCount

    init(reached: LogOffset, waiting: WaiterCount) {
        state = Mutex(State(reached: reached))
        self.waiting = waiting
    }

    /// Why nothing more will become durable: a failed sync, or the log is closed.
    var failure: LogError? { state.withLock { $0.failure } }

    /// Suspends until everything below `offset` is durable; cancellation does not end the wait, which a sync bounds.
    ///
    /// - Throws: the ``LogError`` of the sync that failed or could not be tried, or `.closed`.
    func wait(for offset: LogOffset) async throws(LogError) {
        let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<LogError?, Never>) in
            if let outcome = enter(offset, .task(continuation)) { continuation.resume(returning: outcome.error) }
        }
        if let outcome { throw outcome }
    }

    /// Blocks the thread until everything below `offset` is durable.
    ///
    /// - Throws: the ``LogError`` of the sync that failed, or `.closed`.
    func waitBlocking(for offset: LogOffset) throws(LogError) {
        let bed = Signal<Outcome?>(nil)
        let outcome = enter(offset, .thread(bed)) ?? bed.wait(timeout: nil) { outcome, _ in outcome }
        if let error = outcome?.error { throw error }
    }

    /// Gets in line, or returns how the wait has ended already.
    private func enter(_ offset: LogOffset, _ sleeper: Sleeper) -> Outcome? {
        state.withLock { state in
            if state.reached >= offset { return Outcome(error: nil) }
            if let failure = state.failure { return Outcome(error: failure) }
            // Appenders may get here in another order than they appended, but nearly never do.
            var place = state.waiters.count
            while place > 0, state.waiters[place - 1].offset > offset { place -= 1 }
            state.waiters.insert(Waiter(offset: offset, sleeper: sleeper), at: place)
            waiting.add(1)
            return nil
        }
    }

    /// Notes that nothing more will become durable; ``open(to:into:)`` tells those who wait.
    func fail(_ error: LogError) {
        state.withLock { state in
            if state.failure == nil { state.failure = error }
        }
    }

    /// Notes that a sync could not be tried; ``open(to:into:)`` tells those who wait, and the next may come.
    func refuse(_ error: LogError) { state.withLock { $0.refusal = error } }

    /// Takes everyone out of the line who waits for less than `offset`, and after a failure everyone else too.
    ///
    /// - Returns: Whether readers have to hear of a failure for the first time.
    func open(to offset: LogOffset, into batch: inout WakeBatch) -> Bool {
        state.withLock { state in
            let before = state.waiters.count
            defer { waiting.add(state.waiters.count - before) }
            state.reached = max(state.reached, offset)
            let reached = state.waiters.prefix { $0.offset <= state.reached }.count
            for waiter in state.waiters[..<reached] { batch.add(waiter.sleeper, Outcome(error: nil)) }
            state.waiters.removeSubrange(..<reached)
            guard let error = state.failure ?? state.refusal.take() else { return false }
            for waiter in state.waiters { batch.add(waiter.sleeper, Outcome(error: error)) }
            state.waiters.removeAll()
            guard state.failure != nil else { return false }
            defer { state.isFailureTold = true }
            return !state.isFailureTold
        }
    }
}

/// How a wait ended: well, or with an error.
struct Outcome: Sendable {
    var error: LogError?
}

/// Someone who waits for a sync.
enum Sleeper: Sendable {
    case task(CheckedContinuation<LogError?, Never>)
    case thread(Signal<Outcome?>)
}

/// Those who may go on after a round, collected under locks and woken when all of them are free.
struct WakeBatch {
    private var sleepers: [(Sleeper, Outcome)] = []
    private var readers: [CheckedContinuation<Void, Never>] = []

    /// The number of appenders in the batch.
    var appenderCount: Int { sleepers.count }

    mutating func add(_ sleeper: Sleeper, _ outcome: Outcome) { sleepers.append((sleeper, outcome)) }

    mutating func add(_ reader: CheckedContinuation<Void, Never>) { readers.append(reader) }

    /// Wakes all.
    consuming func wake() {
        for (sleeper, outcome) in sleepers {
            switch sleeper {
            case .task(let continuation): continuation.resume(returning: outcome.error)
            case .thread(let bed):
                bed.update { slot in
                    slot = outcome
                    return true
                }
            }
        }
        for reader in readers { reader.resume() }
    }
}
