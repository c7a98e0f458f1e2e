import KafkaProtocol
import Synchronization

/// The fetch sessions of all clients, so that a request need only name changes (KIP-227).
///
/// Safe to use from any thread.
final class FetchSessions: Sendable {
    /// How one request is to be served.
    struct Plan {
        var error: ErrorCode = .none
        /// What to look at.
        var entries: [FetchPlan.Entry] = []
        var session: FetchSession?
        /// Whether the answer carries only what changed.
        var isIncremental = false

        /// The session's number for the answer; 0 outside of a session.
        var sessionID: Int32 { session?.id ?? 0 }

        init(error: ErrorCode) { self.error = error }

        /// Outside of a session.
        init(_ targets: [FetchTarget], _ reader: FetchReader) {
            entries = targets.enumerated().map { slot, target in
                var entry = reader.entry(target)
                entry.slot = slot
                return entry
            }
        }

        init(_ session: FetchSession, _ entries: [FetchPlan.Entry], isIncremental: Bool) {
            self.session = session
            self.entries = entries
            self.isIncremental = isIncremental
        }
    }

    private static let initialEpoch: Int32 = 0
    private static let finalEpoch: Int32 = -1
    /// The partitions that a session may have: they stay in memory while their client does nothing, whether they exist
    /// or not. Who follows more names all of them each time.
    static let partitionLimit = 20_000

    private let slots: Int
    private let idleTime: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let sessions = Mutex<[Int32: FetchSession]>([:])

    /// - Parameters:
    ///   - slots: Sessions kept at a time.
    ///   - idleTime: How long a session must have been unused to give way to a new one, or have been there to give way
    ///     to a larger one. Without such a time, more clients than slots would take each other's sessions away all the
    ///     time; those who get none fetch as before KIP-227.
    ///   - now: The time, injected so that tests can move it.
    init(
        slots: Int, idleTime: Duration = .seconds(120),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.slots = slots
        self.idleTime = idleTime
        self.now = now
    }

    /// Finds out which partitions `request` is about.
    func plan(_ request: FetchRequest, _ reader: FetchReader) -> Plan {
        let isFull = request.sessionEpoch == Self.finalEpoch || request.sessionEpoch == Self.initialEpoch
        if isFull {
            close(request.sessionID)
            let targets = FetchTarget.distinct(in: request)
            guard request.sessionEpoch == Self.initialEpoch, let session = open(targets, reader) else {
                return Plan(targets, reader)
            }
            return Plan(session, session.takeAll(), isIncremental: false)
        }
        guard let session = sessions.withLock({ $0[request.sessionID] }) else {
            return Plan(error: .fetchSessionIDNotFound)
        }
        switch session.take(request, reader, now: now()) {
        case .goesOn(let entries): return Plan(session, entries, isIncremental: true)
        case .refused(let error): return Plan(error: error)
        case .isEmpty:
            // The client hears of no session any more.
            close(session.id)
            return Plan(FetchTarget.distinct(in: request), reader)
        case .isTooLarge:
            // The client begins anew, and gets none.
            close(session.id)
            return Plan(error: .fetchSessionIDNotFound)
        }
    }

    /// Forgets a session; 0 is none.
    func close(_ id: Int32) {
        guard id != 0 else { return }
        sessions.withLock { $0.removeValue(forKey: id) }?.watch.end()
    }

    /// The number of sessions kept.
    var count: Int { sessions.withLock { $0.count } }

    /// Opens a session if there is room for one.
    private func open(_ targets: [FetchTarget], _ reader: FetchReader) -> FetchSession? {
        guard targets.count <= Self.partitionLimit else { return nil }
        let now = now()
        var other: FetchSession?
        let id = sessions.withLock { sessions -> Int32? in
            if sessions.count >= slots {
                other = sessionToGiveWay(to: targets.count, now, in: sessions)
                guard let other else { return nil }
                sessions[other.id] = nil
            }
            var id: Int32
            repeat { id = Int32.random(in: 1...Int32.max) } while sessions[id] != nil
            return id
        }
        other?.watch.end()
        guard let id else { return nil }
        // Without the lock: others need not wait while thousands of partitions are looked up.
        let session = FetchSession(id: id, targets, reader, now: now)
        let isRoom = sessions.withLock { sessions in
            guard sessions.count < slots, sessions[id] == nil else { return false }
            sessions[id] = session
            return true
        }
        return isRoom ? session : nil
    }

    /// The session that is given up for a new one of `count` partitions: one that nobody uses, or else the smallest of those
    /// that have had their time, if it is smaller, for what a session saves grows with its partitions.
    private func sessionToGiveWay(
        to count: Int, _ now: ContinuousClock.Instant, in sessions: [Int32: FetchSession]
    ) -> FetchSession? {
        let oldest = sessions.values.lazy.map { ($0, $0.lastUse) }.min { $0.1 < $1.1 }
        guard let oldest else { return nil }
        if now - oldest.1 >= idleTime { return oldest.0 }
        let smallest = sessions.values.lazy.filter { now - $0.creation >= self.idleTime }
            .map { ($0, $0.count) }.min { $0.1 < $1.1 }
        guard let smallest, smallest.1 < count else { return nil }
        return smallest.0
    }
}
