import DequeModule
import KafkaProtocol
import RecordFormat

/// What a consumer reads, where it stands, and what was fetched and not yet handed out.
struct ConsumerState {
    /// How partitions come to the consumer.
    enum Mode {
        case none
        case assigned
        case topics(Set<String>)
        case matching(@Sendable (String) -> Bool)

        var isSubscribed: Bool {
            switch self {
            case .none, .assigned: false
            case .topics, .matching: true
            }
        }
    }

    /// One partition of the assignment.
    struct Position {
        /// The next record to hand out; `nil` while it has to be found.
        var offset: LogOffset?
        /// The end to look for, when `seekToBeginning` or `seekToEnd` asked for one.
        var sought: Int64?
        /// Leader epoch of the last record handed out.
        var leaderEpoch = LeaderEpoch.none
        var isPaused = false
        /// Set while the application has to give the partition up, so that nothing more is handed out of it.
        var isBeingRevoked = false
        /// No fetch and no look-up before this, after an error.
        var retryAt: ContinuousClock.Instant?
        var failures = 0
        /// Told apart from a later stay of the same partition, and from before a seek.
        var version: UInt64
        /// A replica that the leader recommends, and until when (KIP-392).
        var preferredReplica: (node: Int32, until: ContinuousClock.Instant)?
        /// Whether the position was handed out to the application, so that a commit has something to say.
        var hasMoved = false

        /// Where to read on; `nil` while that is not known or the partition is to be left alone.
        var offsetToRead: LogOffset? { isPaused || isBeingRevoked || retryAt != nil ? nil : offset }
    }

    var mode = Mode.none
    var listener: (any RebalanceListener)?
    var partitions: [TopicPartition: Position] = [:]
    /// The partitions in the order that fetches go through: sorted when they change, and not for each fetch.
    private var order: [TopicPartition] = []
    private(set) var fetched = Deque<FetchedPartition>()
    private var nextAnswer: UInt64 = 0
    /// Brokers that a fetch is under way to.
    var fetchingNodes: Set<Int32> = []
    /// The fetch sessions by broker: those that are open, and those that a fetch under way asks for.
    private(set) var sessions: [Int32: FetchSession] = [:]
    /// Whether the leader of some partition may be unknown, as each look at all of them finds out.
    private var lacksLeaders = true
    /// Turns with every fetch, so that each partition comes first in turn.
    var fetchTurn = 0
    /// When the first of the delayed partitions is due, or before: one that was moved or taken away counts until then.
    private(set) var nextRetry: ContinuousClock.Instant?
    var isPolling = false
    var isClosed = false
    var isWakeupRequested = false
    var isLookingUp = false
    /// What a background step failed with, for the next poll to throw.
    var failure: (any Error)?
    var nextVersion: UInt64 = 0
    /// Whether an automatic commit has no answer yet.
    var isAutoCommitting = false
    var nextAutoCommit: ContinuousClock.Instant?

    // The group.
    var join: Task<Void, Never>?
    var joined: Result<GroupMembership, any Error>?
    /// Partition counts that the last assignment made as leader was based on.
    var assignedCounts: [String: Int32]?
    /// Topics that the predicate of the subscription chose when last joined.
    var matchedTopics: Set<String> = []
    var nextMetadataCheck: ContinuousClock.Instant?

    private mutating func makePosition(_ offset: LogOffset?) -> Position {
        nextVersion += 1
        return Position(offset: offset, version: nextVersion)
    }

    /// Makes `assignment` the partitions; those that stay keep their positions.
    mutating func setAssignment(_ assignment: Set<TopicPartition>) {
        for partition in partitions.keys where !assignment.contains(partition) { partitions[partition] = nil }
        for partition in assignment where partitions[partition] == nil { partitions[partition] = makePosition(nil) }
        order = assignment.sorted()
        lacksLeaders = true
        fetched.removeAll { !assignment.contains($0.partition) }
    }

    /// Moves a partition; what was fetched for its old place is dropped.
    mutating func move(
        _ partition: TopicPartition, to offset: LogOffset?, seeking sought: Int64? = nil
    ) throws(KafkaClientError) {
        guard let old = partitions[partition] else { throw Self.notAssigned(partition) }
        var position = makePosition(offset)
        position.sought = sought
        position.isPaused = old.isPaused
        position.hasMoved = offset != nil
        partitions[partition] = position
        fetched.removeAll { $0.partition == partition }
    }

    static func notAssigned(_ partition: TopicPartition) -> KafkaClientError {
        KafkaClientError(
            .notAssigned, "\(partition) is not assigned to this consumer; assign it or wait for the group to")
    }

    /// Has a partition left alone for a while.
    mutating func delay(_ partition: TopicPartition, by policy: BackoffPolicy, from now: ContinuousClock.Instant) {
        guard let failures = partitions[partition]?.failures else { return }
        let retryAt = now.advanced(by: policy.delay(afterFailures: failures + 1))
        partitions[partition]?.failures = failures + 1
        partitions[partition]?.retryAt = retryAt
        nextRetry = min(nextRetry ?? retryAt, retryAt)
    }

    /// Lets delayed partitions go on that are due.
    mutating func endDelays(at now: ContinuousClock.Instant) {
        guard let first = nextRetry, first <= now else { return }
        var due: [TopicPartition] = []
        nextRetry = nil
        for (partition, position) in partitions {
            guard let retryAt = position.retryAt else { continue }
            if retryAt <= now { due.append(partition) } else { nextRetry = min(nextRetry ?? retryAt, retryAt) }
        }
        for partition in due { partitions[partition]?.retryAt = nil }
    }

    /// Positions to commit: where the application stands in every partition that it was handed something of.
    var committable: [TopicPartition: OffsetAndMetadata] {
        var offsets: [TopicPartition: OffsetAndMetadata] = [:]
        for (partition, position) in partitions where position.hasMoved {
            guard let offset = position.offset else { continue }
            offsets[partition] = OffsetAndMetadata(offset, leaderEpoch: position.leaderEpoch)
        }
        return offsets
    }

    // MARK: Handing out

    /// The next answer that can be handed out, which stays at hand until it is removed.
    mutating func nextFetched() -> (fetched: FetchedPartition, position: LogOffset, version: UInt64)? {
        var index = 0
        var paused: Set<TopicPartition> = []
        while index < fetched.count {
            let answer = fetched[index]
            // Paused partitions keep what was fetched of them, and what was fetched behind that.
            if paused.contains(answer.partition) {
                index += 1
                continue
            }
            guard let position = partitions[answer.partition], let offset = position.offset,
                !position.isBeingRevoked, isOfUse(answer, at: offset)
            else {
                fetched.remove(at: index)
                continue
            }
            if !position.isPaused { return (answer, offset, position.version) }
            paused.insert(answer.partition)
            index += 1
        }
        return nil
    }

    /// Whether an answer says something of a place that the consumer has come to: one fetched ahead does not, when what
    /// came before it could not be read.
    private func isOfUse(_ answer: FetchedPartition, at offset: LogOffset) -> Bool {
        answer.errorCode == ErrorCode.none.rawValue ? answer.fetchOffset <= offset : answer.fetchOffset == offset
    }

    /// Removes an answer, unless that has happened meanwhile.
    mutating func removeFetched(_ answer: FetchedPartition) {
        if let index = fetched.firstIndex(where: { $0.number == answer.number }) { fetched.remove(at: index) }
    }

    /// Removes an answer that cannot be read, and what was fetched behind it, unless that has happened meanwhile.
    mutating func dropFetched(from answer: FetchedPartition) {
        guard fetched.contains(where: { $0.number == answer.number }) else { return }
        fetched.removeAll { $0.partition == answer.partition && $0.number >= answer.number }
    }

    /// Takes note of how much of an answer was handed out, unless it was removed meanwhile.
    mutating func updateFetched(_ answer: FetchedPartition) {
        if let index = fetched.firstIndex(where: { $0.number == answer.number }) { fetched[index] = answer }
    }

    // MARK: Fetching

    /// What is wanted of one broker.
    private struct Demand {
        var node: Int32
        /// Whether a fetch is under way to it, so that what is wanted has to wait.
        var isBusy: Bool
        /// In ascending order.
        var partitions: [WantedPartition] = []
        /// Which of them comes first in turn; `nil` where that one is behind them all.
        var start: Int?
    }

    /// The fetches to send now, one at most to each broker. Topics whose leader is not known are added to `unknown`.
    ///
    /// A partition of which one answer is at hand is fetched ahead, so that the broker and the way are not waited for when
    /// that has been handed out.
    ///
    /// - Parameters:
    ///   - aheadLimit: The bytes of answers at hand from which on nothing is fetched ahead.
    ///   - isPolled: Whether the application waits for records. If it does not, nothing at all is fetched at the limit.
    mutating func takeFetches(
        _ snapshot: ClusterSnapshot, at now: ContinuousClock.Instant, policy: BackoffPolicy, aheadLimit: Int,
        isPolled: Bool, unknown: inout Set<String>
    ) -> [Fetch] {
        let isFull = fetched.reduce(0) { $0 + $1.size } >= aheadLimit
        // Else partition after partition would be fetched for an application that is at work.
        if isFull, !isPolled { return [] }
        // Before one of the brokers answers nothing can be sent, so there is no need to look at each partition.
        if !lacksLeaders, !fetchingNodes.isEmpty, snapshot.brokers.keys.allSatisfy({ fetchingNodes.contains($0) }) {
            return []
        }
        let turn = order.isEmpty ? 0 : (fetchTurn + 1) % order.count
        let demands = gatherDemands(
            snapshot, at: now, policy: policy, ahead: offsetsAhead(isFull: isFull), turn: turn, unknown: &unknown)
        // Where no partition is read from any more, nobody comes by to end the session. The broker has it give way.
        for node in sessions.keys where !fetchingNodes.contains(node) && !demands.contains(where: { $0.node == node }) {
            sessions[node] = nil
        }
        var fetches: [Fetch] = []
        for demand in demands where !demand.partitions.isEmpty {
            var session = sessions[demand.node] ?? FetchSession()
            let request = session.next(demand.partitions, from: demand.start ?? 0)
            if request.isOfSession { sessions[demand.node] = session }
            fetches.append(Fetch(node: demand.node, partitions: demand.partitions, request: request))
            fetchingNodes.insert(demand.node)
        }
        if !fetches.isEmpty { fetchTurn = turn }
        return fetches
    }

    /// Finds out what is wanted of each broker that leads a partition, also of those of which nothing is wanted now.
    ///
    /// Goes through all partitions for each fetch, of which there may be hundreds a second: a partition is looked up once, a
    /// topic once for all of its partitions.
    private mutating func gatherDemands(
        _ snapshot: ClusterSnapshot, at now: ContinuousClock.Instant, policy: BackoffPolicy,
        ahead: [TopicPartition: LogOffset?], turn: Int, unknown: inout Set<String>
    ) -> [Demand] {
        var demands: [Demand] = []
        // The place among them of the last partition's broker, which is the next one's more often than not.
        var place = 0
        var name: String?
        var topic: TopicSnapshot?
        lacksLeaders = false
        for (index, partition) in order.enumerated() {
            guard let position = partitions[partition] else { continue }
            if partition.topic != name {
                name = partition.topic
                topic = snapshot.topics[partition.topic]
            }
            var next = position.offsetToRead
            if let offset = next, !ahead.isEmpty { next = ahead[partition, default: offset] }
            guard let known = topic?.leadership(of: partition.partition) else {
                lacksLeaders = true
                if next != nil {
                    unknown.insert(partition.topic)
                    delay(partition, by: policy, from: now)
                }
                continue
            }
            var node = known.leader
            if let preferred = position.preferredReplica, preferred.until > now { node = preferred.node }
            if demands.isEmpty || demands[place].node != node {
                place = demands.firstIndex { $0.node == node } ?? demands.count
                if place == demands.count { demands.append(Demand(node: node, isBusy: fetchingNodes.contains(node))) }
            }
            guard let offset = next, !demands[place].isBusy else { continue }
            if index >= turn, demands[place].start == nil { demands[place].start = demands[place].partitions.count }
            demands[place].partitions.append(
                WantedPartition(partition: partition, offset: offset, leaderEpoch: known.epoch))
        }
        return demands
    }

    /// For each partition that answers are at hand of, where to fetch ahead; `nil` where that is not to be done.
    private func offsetsAhead(isFull: Bool) -> [TopicPartition: LogOffset?] {
        if fetched.isEmpty { return [:] }
        return Dictionary(fetched.map { ($0.partition, isFull ? nil : $0.nextFetchOffset) }) { _, _ in nil }
    }

    /// Whether an answer goes on where the consumer stands, or behind what is at hand of its partition.
    private func isNext(_ answer: FetchedPartition) -> Bool {
        guard let offset = partitions[answer.partition]?.offset else { return false }
        guard let last = fetched.last(where: { $0.partition == answer.partition }) else {
            return offset == answer.fetchOffset
        }
        return last.nextFetchOffset == answer.fetchOffset
    }

    /// Has a partition fetched from its leader again; returns whether it was fetched from another replica.
    mutating func forgetReplica(of partition: TopicPartition) -> Bool {
        partitions[partition]?.preferredReplica.take() != nil
    }

    /// Has the session of a fetch's broker, if it has one still, go on by what came of the fetch.
    mutating func moveSession(after fetch: Fetch, _ answer: FetchSession.Answer) {
        guard var session = sessions.removeValue(forKey: fetch.node) else { return }
        session.receive(answer, to: fetch.request)
        // What the broker keeps nothing of begins like any other.
        if session.isOpen { sessions[fetch.node] = session }
    }

    /// Gives up the sessions; what brokers may have of them is theirs to forget.
    mutating func takeSessions() -> [(node: Int32, id: Int32)] {
        defer { sessions = [:] }
        return sessions.filter { $0.value.isOpen }.map { (node: $0.key, id: $0.value.id) }
    }

    /// Takes what a fetch brought.
    ///
    /// - Parameter replicaAge: How long a recommended replica is fetched from before the leader is asked again.
    mutating func receive(
        _ answers: [FetchedPartition], from node: Int32, at now: ContinuousClock.Instant, replicaAge: Duration
    ) {
        fetchingNodes.remove(node)
        for answer in answers where isNext(answer) {
            if answer.errorCode == ErrorCode.none.rawValue, answer.preferredReplica >= 0 {
                partitions[answer.partition]?.preferredReplica = (answer.preferredReplica, now.advanced(by: replicaAge))
            } else {
                nextAnswer += 1
                fetched.append(answer)
                fetched[fetched.count - 1].number = nextAnswer
            }
        }
    }
}
