import RecordFormat

@testable import Coordination

/// What the scenarios of the consumer protocol say again and again.
extension CoordinatorHarness {
    static let topicA = TopicID(high: 1, low: 0xA)
    static let topicB = TopicID(high: 1, low: 0xB)

    /// A host with topic `a` of six partitions and topic `b` of two.
    static func withTopics(configuration: GroupCoordinatorConfiguration = .init()) throws -> CoordinatorHarness {
        let host = try CoordinatorHarness(configuration: configuration)
        host.setTopic("a", CatalogedTopic(id: topicA, partitionCount: 6))
        host.setTopic("b", CatalogedTopic(id: topicB, partitionCount: 2))
        return host
    }

    /// Sends a heartbeat and takes its answer, which the log is prompt enough to give at once.
    @discardableResult func beat(_ request: ConsumerHeartbeat) -> ConsumerHeartbeatResult {
        consumerAnswer(consumerHeartbeat(request)) ?? ConsumerHeartbeatResult(error: .unknownServerError)
    }

    /// Joins a member to topic `a`.
    @discardableResult func joinConsumer(
        _ id: MemberID, topics: [String] = ["a"], instance: GroupInstanceID? = nil
    ) -> ConsumerHeartbeatResult {
        beat(.join(id, topics: topics, instance: instance))
    }

    /// Joins members and lets them take turns until each has what it is to have.
    func settle(_ members: [MemberID], topics: [String] = ["a"]) -> [MemberID: PartitionAssignment] {
        for member in members { joinConsumer(member, topics: topics) }
        return settleJoined(members)
    }

    func settleJoined(_ members: [MemberID]) -> [MemberID: PartitionAssignment] {
        for _ in 0..<4 {
            for member in members {
                guard let current = consumerState()?.members[member]?.current else { continue }
                beat(.stay(member, epoch: current.epoch, owned: current.assigned))
            }
        }
        return consumerState()?.members.mapValues(\.current.assigned) ?? [:]
    }

    /// A member as the coordinator has it.
    func consumerMember(_ id: MemberID) -> CurrentAssignment? { consumerState()?.members[id]?.current }
}

extension ConsumerHeartbeat {
    /// A heartbeat that joins.
    static func join(
        _ id: MemberID, topics: [String]? = ["a"], expression: String? = nil, instance: GroupInstanceID? = nil
    ) -> ConsumerHeartbeat {
        ConsumerHeartbeat(
            groupID: "group", memberID: id, epoch: 0, instanceID: instance, rebalanceTimeoutMs: 30_000,
            topicNames: topics, expression: expression, owned: PartitionAssignment(), clientID: "client",
            clientHost: "/127.0.0.1")
    }

    /// A heartbeat of a member, which says what it has or that nothing has changed.
    static func stay(
        _ id: MemberID, epoch: Int32, owned: PartitionAssignment? = nil, instance: GroupInstanceID? = nil
    ) -> ConsumerHeartbeat {
        ConsumerHeartbeat(
            groupID: "group", memberID: id, epoch: epoch, instanceID: instance, owned: owned, clientID: "client",
            clientHost: "/127.0.0.1")
    }
}

extension PartitionAssignment {
    /// Partitions of topic `a`.
    static func a(_ partitions: Int32...) -> PartitionAssignment {
        PartitionAssignment([CoordinatorHarness.topicA: partitions])
    }
}
