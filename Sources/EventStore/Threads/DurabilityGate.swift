internal import LogCore
internal import RecordFormat
internal import Synchronization

/// Where appenders wait until their records are on the device.
///
/// Waiters stand in the order of their offsets. After each round of the commit thread, one pass takes all from the
/// front that the sync has reached: tasks and threads alike, resumed in one batch after every lock is free. The threads
/// that came since the last round began share a room with one door. Safe to use from any thread.
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
        /// Where threads wait that come now; `nil` if there is none yet.
        var room: WaitingRoom?
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
            let outcome = state.withLockGivingWay { enter(offset, .task(continuation), &$0) }
            if let outcome { continuation.resume(returning: outcome.error) }
        }
        if let outcome { throw outcome }
    }

    /// Blocks the thread until everything below `offset` is durable.
    ///
    /// - Throws: the ``LogError`` of the sync that failed, or `.closed`.
    func waitBlocking(for offset: LogOffset) throws(LogError) {
        while true {
            let (outcome, room) = state.withLockGivingWay { state in
                let room = state.room ?? WaitingRoom()
                state.room = room
                return (enter(offset, .thread(room), &state), room)
            }
            guard let outcome = outcome ?? room.wait(for: offset) else { continue }
            if let error = outcome.error { throw error }
            return
        }
    }

    /// Gets in line, or returns how the wait has ended already.
    private func enter(_ offset: LogOffset, _ sleeper: Sleeper, _ state: inout State) -> Outcome? {
        if state.reached >= offset { return Outcome(error: nil) }
        if let failure = state.failure { return Outcome(error: failure) }
        // Appenders may get here in another order than they appended, but nearly never do.
        var place = state.waiters.count
        while place > 0, state.waiters[place - 1].offset > offset { place -= 1 }
        state.waiters.insert(Waiter(offset: offset, sleeper: sleeper), at: place)
        waiting.add(1)
        return nil
    }

    /// Notes that a sync begins: threads that come from now on wait for the next one, in a room of their own.
    func beginRound() { state.withLockGivingWay { $0.room = nil } }

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
        state.withLockGivingWay { state in
            let before = state.waiters.count
            defer { waiting.add(state.waiters.count - before) }
            state.reached = max(state.reached, offset)
            let error = state.failure ?? state.refusal.take()
            let leaving = error == nil ? state.waiters.prefix { $0.offset <= state.reached } : state.waiters[...]
            var rooms: [WaitingRoom] = []
            for waiter in leaving {
                batch.appenderCount += 1
                switch waiter.sleeper {
                case .task(let continuation):
                    batch.add(continuation, waiter.offset <= state.reached ? nil : error)
                case .thread(let room):
                    if rooms.last !== room, !rooms.contains(where: { $0 === room }) { rooms.append(room) }
                }
            }
            state.waiters.removeSubrange(..<leaving.endIndex)
            if !rooms.isEmpty {
                for room in rooms { batch.add(room, reached: state.reached, error) }
                // Whoever is in a room that opens too early lines up again.
                state.waiters.removeAll { waiter in rooms.contains { waiter.sleeper.isIn($0) } }
                if rooms.contains(where: { $0 === state.room }) { state.room = nil }
            }
            guard error != nil else { return false }
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
    case thread(WaitingRoom)

    func isIn(_ room: WaitingRoom) -> Bool {
        if case .thread(let own) = self { own === room } else { false }
    }
}

/// Those who may go on after a round, collected under locks and woken when all of them are free.
struct WakeBatch {
    private var tasks: [(continuation: CheckedContinuation<LogError?, Never>, error: LogError?)] = []
    private var rooms: [(room: WaitingRoom, reached: LogOffset, error: LogError?)] = []
    private var readers: [CheckedContinuation<Void, Never>] = []

    /// The number of appenders in the batch.
    var appenderCount = 0

    mutating func add(_ task: CheckedContinuation<LogError?, Never>, _ error: LogError?) { tasks.append((task, error)) }

    mutating func add(_ room: WaitingRoom, reached: LogOffset, _ error: LogError?) {
        rooms.append((room, reached, error))
    }

    mutating func add(_ reader: CheckedContinuation<Void, Never>) { readers.append(reader) }

    /// Wakes all.
    consuming func wake() {
        for (task, error) in tasks { task.resume(returning: error) }
        for (room, reached, error) in rooms { room.open(reached: reached, error: error) }
        for reader in readers { reader.resume() }
    }
}
