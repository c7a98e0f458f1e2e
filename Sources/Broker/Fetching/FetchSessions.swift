import KafkaProtocol
import OrderedCollections
import RecordFormat
import Synchronization

/// The fetch sessions of all clients: which partitions each follows and what it was told last, so that a request need
/// only name changes (KIP-227).
///
/// Safe to use from any thread.
final class FetchSessions: Sendable {
    /// What a session knows a partition by.
    private struct Key: Hashable {
        var topic: String
        var topicID: TopicID
        var partition: Int32

        init(_ target: FetchTarget) {
            self.init(topic: target.topic, topicID: target.topicID, partition: target.request.partition)
        }

        init(topic: String, topicID: TopicID, partition: Int32) {
            self.topic = topic
            self.topicID = topicID
            self.partition = partition
        }
    }

    /// What the client was told of a partition; -1 before the first answer.
    private struct Known {
        var target: FetchTarget
        var highWatermark: Int64 = -1
        var logStartOffset: Int64 = -1
    }

    private struct Session {
        /// Whether its requests name topics by their identity; they cannot change over (KIP-516).
        let namesByID: Bool
        let creation: ContinuousClock.Instant
        var epoch: Int32
        var partitions: OrderedDictionary<Key, Known>
        /// Where the next answer begins: behind the last partition that had records, so that a full answer does not
        /// starve those that come after it.
        var start = 0
        var lastUse: ContinuousClock.Instant

        /// The partitions in the order in which the next answer takes them.
        var targets: [FetchTarget] {
            let values = partitions.values.elements
            let first = values.isEmpty ? 0 : start % values.count
            return values[first...].map(\.target) + values[..<first].map(\.target)
        }
    }

    /// How one request is to be served.
    struct Plan {
        var error: ErrorCode = .none
        var targets: [FetchTarget] = []
        /// The session's number for the answer; 0 outside of a session.
        var sessionID: Int32 = 0
        /// Whether the answer carries only what changed.
        var isIncremental = false
    }

    private static let initialEpoch: Int32 = 0
    private static let finalEpoch: Int32 = -1
    /// The partitions that a session may have: they stay in memory while their client does nothing, whether they exist
    /// or not. Who follows more names all of them each time.
    static let partitionLimit = 20_000

    private let slots: Int
    private let idleTime: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let sessions = Mutex<[Int32: Session]>([:])

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
    ///
    /// - Parameters:
    ///   - namesByID: Whether the request's version names topics by their identity.
    ///   - nameOf: Finds a topic's name. A session remembers it, so that it can tell a topic that is gone, or has
    ///     another identity by now, from one that was never there.
    func plan(_ request: FetchRequest, namesByID: Bool, nameOf: (TopicID) -> String?) -> Plan {
        let isFull = request.sessionEpoch == Self.finalEpoch || request.sessionEpoch == Self.initialEpoch
        // A session finds out by itself what is named twice.
        let named = isFull ? Self.targets(of: request) : Self.named(in: request)
        // What needs no session takes no lock.
        if request.sessionEpoch == Self.finalEpoch, request.sessionID == 0 { return Plan(targets: named) }
        return sessions.withLock { sessions in
            if isFull {
                if request.sessionID != 0 { sessions[request.sessionID] = nil }
                guard request.sessionEpoch == Self.initialEpoch else { return Plan(targets: named) }
                return Plan(targets: named, sessionID: open(named, namesByID, nameOf, in: &sessions))
            }
            // Taken out while it changes: a second reference would have the whole of it copied.
            guard var session = sessions.removeValue(forKey: request.sessionID) else {
                return Plan(error: .fetchSessionIDNotFound)
            }
            if let error = Self.fault(of: request, namesByID, in: session) {
                sessions[request.sessionID] = session
                return Plan(error: error)
            }
            update(&session, with: named, nameOf)
            forget(request.forgottenTopicsData, in: &session)
            // The client begins anew, and gets none.
            guard session.partitions.count <= Self.partitionLimit else { return Plan(error: .fetchSessionIDNotFound) }
            // A session without partitions ends; the client hears of none.
            guard !session.partitions.isEmpty else { return Plan(targets: Self.targets(of: request)) }
            session.epoch = session.epoch == Int32.max ? 1 : session.epoch + 1
            session.lastUse = now()
            let targets = session.targets
            sessions[request.sessionID] = session
            return Plan(targets: targets, sessionID: request.sessionID, isIncremental: true)
        }
    }

    private static func fault(of request: FetchRequest, _ namesByID: Bool, in session: Session) -> ErrorCode? {
        if session.epoch != request.sessionEpoch { return .invalidFetchSessionEpoch }
        return session.namesByID == namesByID ? nil : .fetchSessionTopicIDError
    }

    /// What a request names, as often as it does.
    private static func named(in request: FetchRequest) -> [FetchTarget] {
        request.topics.flatMap { topic in
            topic.partitions.map { FetchTarget(topic: topic.topic, topicID: topic.topicID, request: $0) }
        }
    }

    /// What a request names: a partition counts once, as it was named last.
    private static func targets(of request: FetchRequest) -> [FetchTarget] {
        var targets: OrderedDictionary<Key, FetchTarget> = [:]
        for target in named(in: request) { targets[Key(target)] = target }
        return targets.values.elements
    }

    /// Forgets a session whose client was not told of it.
    func close(_ id: Int32) { sessions.withLock { $0[id] = nil } }

    /// The number of sessions kept.
    var count: Int { sessions.withLock { $0.count } }

    /// Opens a session; returns its number, 0 if there is no room for one.
    private func open(
        _ targets: [FetchTarget], _ namesByID: Bool, _ nameOf: (TopicID) -> String?, in sessions: inout [Int32: Session]
    ) -> Int32 {
        guard targets.count <= Self.partitionLimit else { return 0 }
        let now = now()
        var session = Session(namesByID: namesByID, creation: now, epoch: 1, partitions: [:], lastUse: now)
        update(&session, with: targets, nameOf)
        if sessions.count >= slots {
            guard let other = sessionToGiveWay(to: session, in: sessions) else { return 0 }
            sessions[other] = nil
        }
        var id: Int32
        repeat { id = Int32.random(in: 1...Int32.max) } while sessions[id] != nil
        sessions[id] = session
        return id
    }

    /// The session that is given up for `new`: one that nobody uses, or else the smallest of those that have had their
    /// time, if it is smaller, for what a session saves grows with its partitions.
    private func sessionToGiveWay(to new: Session, in sessions: [Int32: Session]) -> Int32? {
        guard let oldest = sessions.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return nil }
        if new.lastUse - oldest.value.lastUse >= idleTime { return oldest.key }
        let smallest = sessions.lazy.filter { new.creation - $0.value.creation >= self.idleTime }
            .min { $0.value.partitions.count < $1.value.partitions.count }
        guard let smallest, smallest.value.partitions.count < new.partitions.count else { return nil }
        return smallest.key
    }

    private func update(_ session: inout Session, with targets: [FetchTarget], _ nameOf: (TopicID) -> String?) {
        for target in targets {
            session.partitions[Key(target), default: Known(target: target)].target.request = target.request
        }
        if session.namesByID { resolve(in: &session, nameOf) }
    }

    /// Finds the names that are not known yet.
    private func resolve(in session: inout Session, _ nameOf: (TopicID) -> String?) {
        for index in session.partitions.values.indices {
            let target = session.partitions.values[index].target
            if target.resolvedName == nil {
                session.partitions.values[index].target.resolvedName = nameOf(target.topicID)
            }
        }
    }

    private func forget(_ topics: [FetchRequest.ForgottenTopic], in session: inout Session) {
        guard !topics.isEmpty else { return }
        let forgotten = Set(
            topics.flatMap { topic in
                topic.partitions.map { Key(topic: topic.topic, topicID: topic.topicID, partition: $0) }
            })
        session.partitions.removeAll { forgotten.contains($0.key) }
    }

    /// Drops from an incremental answer what the client knows already, and remembers what it is told now.
    func trim(_ response: inout FetchResponse, plan: Plan) {
        guard plan.sessionID != 0 else { return }
        sessions.withLock { sessions in
            guard var session = sessions.removeValue(forKey: plan.sessionID) else { return }
            defer { sessions[plan.sessionID] = session }
            for topic in response.responses.indices {
                let (name, topicID) = (response.responses[topic].topic, response.responses[topic].topicID)
                response.responses[topic].partitions.removeAll { data in
                    let key = Key(topic: name, topicID: topicID, partition: data.partitionIndex)
                    return !note(data, key: key, in: &session) && plan.isIncremental
                }
            }
            if plan.isIncremental { response.responses.removeAll(where: \.partitions.isEmpty) }
        }
    }

    /// Remembers what the client is told of a partition; returns whether it is news.
    private func note(_ data: FetchResponse.PartitionData, key: Key, in session: inout Session) -> Bool {
        guard let index = session.partitions.index(forKey: key) else { return true }
        let hasRecords = (data.records?.byteCount ?? 0) > 0
        let known = session.partitions.values[index]
        let isNews =
            hasRecords || data.errorCode != 0 || data.divergingEpoch != .init()
            || data.preferredReadReplica >= 0 || known.highWatermark != data.highWatermark
            || known.logStartOffset != data.logStartOffset
        // Behind an error, that it is over is news.
        session.partitions.values[index].highWatermark = data.errorCode == 0 ? data.highWatermark : -1
        session.partitions.values[index].logStartOffset = data.logStartOffset
        if hasRecords { session.start = index + 1 }
        return isNews
    }
}
