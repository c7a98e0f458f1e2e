import Coordination
import KafkaProtocol
import OrderedCollections
import RecordFormat
import Synchronization

/// The share sessions of all members: which partitions each follows, so that a request need only name changes (KIP-932).
///
/// Safe to use from any thread.
final class ShareSessions: Sendable {
    /// What a session is known by.
    private struct Key: Hashable {
        var groupID: GroupID
        var member: MemberID
    }

    /// A partition as requests name it.
    struct Target: Hashable, Sendable {
        var topicID: TopicID
        var partition: Int32
    }

    private struct Session {
        /// The connection that opened it, and that it ends with.
        let connection: ConnectionInfo.ID?
        var epoch: Int32
        var targets: OrderedSet<Target>
        var lastUse: ContinuousClock.Instant
    }

    /// How one request is to be served.
    struct Plan {
        var error = ErrorCode.none
        /// The partitions to look at, in the order in which this answer takes them.
        var targets: [Target] = []
        /// Whether the session ends with the request.
        var isFinal = false
        /// Whether the answer names only partitions that there is something to say of.
        var isIncremental = false
    }

    static let initialEpoch: Int32 = 0
    static let finalEpoch: Int32 = -1

    private let slots: Int
    private let idleTime: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let sessions = Mutex<[Key: Session]>([:])

    /// - Parameters:
    ///   - slots: Sessions kept at a time.
    ///   - idleTime: How long a session must have been unused to give way to a new one.
    ///   - now: The time, injected so that tests can move it.
    init(
        slots: Int, idleTime: Duration = .seconds(120),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.slots = slots
        self.idleTime = idleTime
        self.now = now
    }

    /// The number of sessions kept.
    var count: Int { sessions.withLock { $0.count } }

    /// Whether any member of a group has a session.
    ///
    /// - Complexity: O(*n*) in the number of sessions.
    func hasAny(of groupID: GroupID) -> Bool {
        sessions.withLock { sessions in sessions.keys.contains { $0.groupID == groupID } }
    }

    /// Finds out which partitions a fetch is about.
    func plan(
        fetch groupID: GroupID, _ member: MemberID, epoch: Int32, adding: [Target], forgetting: [Target],
        by connection: ConnectionInfo.ID? = nil
    ) -> Plan {
        let key = Key(groupID: groupID, member: member)
        return sessions.withLock { sessions in
            if epoch == Self.initialEpoch {
                if sessions[key] == nil, let error = Self.makeRoom(in: &sessions, slots, now() - idleTime) {
                    return Plan(error: error)
                }
                let session = Session(
                    connection: connection, epoch: 1, targets: OrderedSet(adding), lastUse: now())
                sessions[key] = session
                return Plan(targets: Array(session.targets))
            }
            // Taken out while it changes: a second reference would have the whole of it copied.
            guard var session = sessions.removeValue(forKey: key) else { return Plan(error: .shareSessionNotFound) }
            if epoch == Self.finalEpoch { return Plan(targets: Array(session.targets), isFinal: true) }
            defer { sessions[key] = session }
            guard session.epoch == epoch else { return Plan(error: .invalidShareSessionEpoch) }
            session.epoch = epoch == .max ? 1 : epoch + 1
            session.lastUse = now()
            session.targets.formUnion(adding)
            session.targets.subtract(forgetting)
            // Each answer begins with another partition, so that a full one starves none.
            let all = session.targets.elements
            let first = all.isEmpty ? 0 : Int(epoch) % all.count
            return Plan(targets: Array(all[first...] + all[..<first]), isIncremental: true)
        }
    }

    /// Checks the epoch of an acknowledgement, which belongs to a session like a fetch.
    func plan(acknowledge groupID: GroupID, _ member: MemberID, epoch: Int32) -> Plan {
        if epoch == Self.initialEpoch { return Plan(error: .invalidShareSessionEpoch) }
        return plan(fetch: groupID, member, epoch: epoch, adding: [], forgetting: [])
    }

    /// Ends the sessions that a connection has opened.
    ///
    /// - Returns: Whose they were, and what they followed.
    func end(of connection: ConnectionInfo.ID) -> [(groupID: GroupID, member: MemberID, targets: [Target])] {
        sessions.withLock { sessions in
            let ended = sessions.filter { $0.value.connection == connection }
            for key in ended.keys { sessions[key] = nil }
            return ended.map { ($0.groupID, $0.member, $1.targets.elements) }
        }
    }

    private static func makeRoom(
        in sessions: inout [Key: Session], _ slots: Int, _ latest: ContinuousClock.Instant
    ) -> ErrorCode? {
        guard sessions.count >= slots else { return nil }
        guard let oldest = sessions.min(by: { $0.value.lastUse < $1.value.lastUse }),
            oldest.value.lastUse <= latest
        else { return .shareSessionLimitReached }
        sessions[oldest.key] = nil
        return nil
    }
}
