import Coordination
import RecordFormat

/// A coordinator of groups with a host that carries out what it asks for, at once and with success.
///
/// What it writes is read by a second coordinator: a record that it could not read again would lose a group.
struct GroupRun: ~Copyable {
    var coordinator = GroupRun.makeCoordinator()
    private var reader = GroupRun.makeCoordinator()
    private var elapsed = Duration.zero
    /// What it has had written.
    private(set) var written: [GroupRecord] = []
    /// What it has answered.
    private(set) var responses: [GroupResponse] = []

    /// More than any input has a use for: one that goes on beyond it asks for appends without end.
    private static let mostActions = 100_000
    /// Among the timers is one that comes again forever.
    private static let mostTimers = 40

    init() {}

    private static func makeCoordinator() -> GroupCoordinator {
        var coordinator = GroupCoordinator()
        coordinator.topicsChanged([
            "topic": CatalogedTopic(id: TopicID(high: 1, low: 2), partitionCount: 3),
            "a": CatalogedTopic(id: TopicID(high: 3, low: 4), partitionCount: 1),
        ])
        return coordinator
    }

    private var now: CoordinationTime {
        let passed = Int64(elapsed / .milliseconds(1))
        return CoordinationTime(
            instant: CoordinationInstant(sinceStart: elapsed), timestamp: Timestamp(milliseconds: 1_000_000 + passed))
    }

    /// Lets something happen, and carries out what follows from it.
    mutating func settle(_ event: (inout GroupCoordinator, CoordinationTime) -> [GroupAction]) {
        var actions = event(&coordinator, now)
        var done = 0
        while done < actions.count {
            demand(done < Self.mostActions, "appends without end")
            switch actions[done] {
            case .respond(_, let response): responses.append(response)
            case .append(let append):
                written += append.records
                for record in append.records { read(record) }
                actions += coordinator.appendCompleted(append.token, .success(()), at: now)
            case .appendMarker(_, let token): actions += coordinator.appendCompleted(token, .success(()), at: now)
            }
            done += 1
        }
    }

    private mutating func read(_ record: GroupRecord) {
        do {
            let isKept = try reader.replay(record)
            demand(isKept, "a record of no kind was written")
        } catch {
            fatalError("a record was written that cannot be read: \(error)")
        }
    }

    /// Lets timers fire, all that there are within `limit`, in the order of their moments.
    mutating func letTimePass(for limit: Duration = .seconds(30 * 24 * 3600)) {
        let end = elapsed + limit
        for _ in 0..<Self.mostTimers {
            guard let next = coordinator.nextDeadline, next.sinceStart <= end else { break }
            elapsed = max(elapsed, next.sinceStart)
            settle { $0.advance(to: $1) }
        }
        elapsed = end
        settle { $0.advance(to: $1) }
    }

    /// Asks for all that can be told of each group.
    borrowing func describe() {
        for listing in coordinator.listGroups() {
            _ = coordinator.describe(listing.groupID)
            _ = coordinator.describeConsumerGroup(listing.groupID)
            _ = coordinator.fetchOffsets(OffsetFetch(groupID: listing.groupID, partitions: nil))
        }
    }

    /// A member of the consumer protocol that joins, or leaves with epoch -1.
    static func heartbeat(_ group: GroupID, epoch: Int32 = 0) -> ConsumerHeartbeat {
        ConsumerHeartbeat(
            groupID: group, memberID: "member", epoch: epoch, rebalanceTimeoutMs: 5_000, topicNames: ["topic", "a"],
            owned: PartitionAssignment(), clientID: "fuzz", clientHost: "/127.0.0.1")
    }

    /// A member of the classic protocol that joins.
    static func join(_ group: GroupID, metadata: ByteSlice) -> GroupJoin {
        GroupJoin(
            groupID: group, clientID: "fuzz", clientHost: "/127.0.0.1", sessionTimeout: .seconds(10),
            rebalanceTimeout: .seconds(20), protocolType: "consumer",
            protocols: [GroupProtocol(name: "range", metadata: metadata)], requiresKnownMemberID: false)
    }
}
