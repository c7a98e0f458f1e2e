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
    }

    /// What the client was told of a partition; -1 before the first answer.
    private struct Known {
        var target: FetchTarget
        var highWatermark: Int64 = -1
        var logStartOffset: Int64 = -1
    }

    private struct Session {
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

    private let slots: Int
    private let idleTime: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let sessions = Mutex<[Int32: Session]>([:])

    /// - Parameters:
    ///   - slots: Sessions kept at a time.
    ///   - idleTime: How long a session must have been unused to give way to a new one. Without such a time, more
    ///     clients than slots would take each other's sessions away all the time; those who get none fetch as before
    ///     KIP-227.
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
    func plan(_ request: FetchRequest) -> Plan {
        let named = request.topics.flatMap { topic in
            topic.partitions.map { FetchTarget(topic: topic.topic, topicID: topic.topicID, request: $0) }
        }
        // What needs no session takes no lock.
        if request.sessionEpoch == Self.finalEpoch, request.sessionID == 0 { return Plan(targets: named) }
        return sessions.withLock { sessions in
            if request.sessionEpoch == Self.finalEpoch || request.sessionEpoch == Self.initialEpoch {
                if request.sessionID != 0 { sessions[request.sessionID] = nil }
                guard request.sessionEpoch == Self.initialEpoch else { return Plan(targets: named) }
                return Plan(targets: named, sessionID: open(named, in: &sessions))
            }
            // Taken out while it changes: a second reference would have the whole of it copied.
            guard var session = sessions.removeValue(forKey: request.sessionID) else {
                return Plan(error: .fetchSessionIDNotFound)
            }
            defer { sessions[request.sessionID] = session }
            guard session.epoch == request.sessionEpoch else { return Plan(error: .invalidFetchSessionEpoch) }
            session.epoch = session.epoch == Int32.max ? 1 : session.epoch + 1
            update(&session, with: named, forgetting: request.forgottenTopicsData)
            session.lastUse = now()
            return Plan(targets: session.targets, sessionID: request.sessionID, isIncremental: true)
        }
    }

    /// Forgets a session whose client was not told of it.
    func close(_ id: Int32) { sessions.withLock { $0[id] = nil } }

    /// The number of sessions kept.
    var count: Int { sessions.withLock { $0.count } }

    /// Opens a session; returns its number, 0 if there is no room for one.
    private func open(_ targets: [FetchTarget], in sessions: inout [Int32: Session]) -> Int32 {
        let now = now()
        if sessions.count >= slots {
            guard let oldest = sessions.min(by: { $0.value.lastUse < $1.value.lastUse }),
                now - oldest.value.lastUse >= idleTime
            else { return 0 }
            sessions[oldest.key] = nil
        }
        var id: Int32
        repeat { id = Int32.random(in: 1...Int32.max) } while sessions[id] != nil
        var session = Session(epoch: 1, partitions: [:], lastUse: now)
        update(&session, with: targets, forgetting: [])
        sessions[id] = session
        return id
    }

    private func update(
        _ session: inout Session, with targets: [FetchTarget], forgetting: [FetchRequest.ForgottenTopic]
    ) {
        if !forgetting.isEmpty {
            let forgotten = Set(
                forgetting.flatMap { topic in
                    topic.partitions.map { Key(topic: topic.topic, topicID: topic.topicID, partition: $0) }
                })
            session.partitions.removeAll { forgotten.contains($0.key) }
        }
        for target in targets {
            let key = Key(topic: target.topic, topicID: target.topicID, partition: target.request.partition)
            session.partitions[key, default: Known(target: target)].target = target
        }
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
            hasRecords || data.errorCode != 0 || known.highWatermark != data.highWatermark
            || known.logStartOffset != data.logStartOffset
        session.partitions.values[index].highWatermark = data.highWatermark
        session.partitions.values[index].logStartOffset = data.logStartOffset
        if hasRecords { session.start = index + 1 }
        return isNews
    }
}
