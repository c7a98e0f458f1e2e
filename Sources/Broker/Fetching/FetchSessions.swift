import KafkaProtocol
import OrderedCollections
import RecordFormat
import Synchronization

/// The fetch sessions of all clients: which partitions each follows and what it was told last, so that a request need only name changes (KIP-227).
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
        var lastUse: UInt64
    }

    private struct State {
        var sessions: [Int32: Session] = [:]
        var uses: UInt64 = 0
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
    private let state = Mutex(State())

    /// - Parameter slots: Sessions kept at a time; the one used longest ago gives way.
    init(slots: Int) { self.slots = slots }

    /// Finds out which partitions `request` is about.
    func plan(_ request: FetchRequest) -> Plan {
        let named = request.topics.flatMap { topic in
            topic.partitions.map { FetchTarget(topic: topic.topic, topicID: topic.topicID, request: $0) }
        }
        return state.withLock { state in
            if request.sessionEpoch == Self.finalEpoch || request.sessionEpoch == Self.initialEpoch {
                if request.sessionID != 0 { state.sessions[request.sessionID] = nil }
                guard request.sessionEpoch == Self.initialEpoch, slots > 0 else { return Plan(targets: named) }
                return Plan(targets: named, sessionID: open(named, in: &state))
            }
            guard var session = state.sessions[request.sessionID] else { return Plan(error: .fetchSessionIDNotFound) }
            guard session.epoch == request.sessionEpoch else { return Plan(error: .invalidFetchSessionEpoch) }
            session.epoch = session.epoch == Int32.max ? 1 : session.epoch + 1
            update(&session, with: named, forgetting: request.forgottenTopicsData)
            state.uses += 1
            session.lastUse = state.uses
            state.sessions[request.sessionID] = session
            return Plan(
                targets: session.partitions.values.map(\.target), sessionID: request.sessionID, isIncremental: true)
        }
    }

    private func open(_ targets: [FetchTarget], in state: inout State) -> Int32 {
        if state.sessions.count >= slots, let oldest = state.sessions.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            state.sessions[oldest.key] = nil
        }
        var id: Int32
        repeat { id = Int32.random(in: 1...Int32.max) } while state.sessions[id] != nil
        state.uses += 1
        var session = Session(epoch: 1, partitions: [:], lastUse: state.uses)
        update(&session, with: targets, forgetting: [])
        state.sessions[id] = session
        return id
    }

    private func update(_ session: inout Session, with targets: [FetchTarget], forgetting: [FetchRequest.ForgottenTopic]) {
        for topic in forgetting {
            for partition in topic.partitions {
                session.partitions[Key(topic: topic.topic, topicID: topic.topicID, partition: partition)] = nil
            }
        }
        for target in targets {
            let key = Key(topic: target.topic, topicID: target.topicID, partition: target.request.partition)
            session.partitions[key, default: Known(target: target)].target = target
        }
    }

    /// Drops from an incremental answer what the client knows already, and remembers what it is told now.
    ///
    /// Partitions that had records go to the end of the line, so that a full answer does not starve those behind.
    func trim(_ response: inout FetchResponse, plan: Plan) {
        guard plan.sessionID != 0 else { return }
        state.withLock { state in
            guard var session = state.sessions[plan.sessionID] else { return }
            for topic in response.responses.indices {
                let (name, topicID) = (response.responses[topic].topic, response.responses[topic].topicID)
                response.responses[topic].partitions.removeAll { data in
                    let key = Key(topic: name, topicID: topicID, partition: data.partitionIndex)
                    return !note(data, key: key, in: &session) && plan.isIncremental
                }
            }
            if plan.isIncremental { response.responses.removeAll(where: \.partitions.isEmpty) }
            state.sessions[plan.sessionID] = session
        }
    }

    /// Remembers what the client is told of a partition; returns whether it is news.
    private func note(_ data: FetchResponse.PartitionData, key: Key, in session: inout Session) -> Bool {
        guard var known = session.partitions[key] else { return true }
        let hasRecords = (data.records?.byteCount ?? 0) > 0
        let isNews =
            hasRecords || data.errorCode != 0 || known.highWatermark != data.highWatermark
            || known.logStartOffset != data.logStartOffset
        known.highWatermark = data.highWatermark
        known.logStartOffset = data.logStartOffset
        session.partitions[key] = known
        if hasRecords, let moved = session.partitions.removeValue(forKey: key) { session.partitions[key] = moved }
        return isNews
    }
}
