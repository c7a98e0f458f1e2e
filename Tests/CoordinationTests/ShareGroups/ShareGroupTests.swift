import RecordFormat
import Testing

@testable import Coordination

@Suite struct ShareGroupTests {
    private static let topicID = TopicID(high: 1, low: 1)

    private func makeHost(partitions: Int32 = 3) throws -> CoordinatorHarness {
        let host = try CoordinatorHarness()
        host.setTopic("a", CatalogedTopic(id: Self.topicID, partitionCount: partitions))
        return host
    }

    private func beat(
        _ host: CoordinatorHarness, _ member: MemberID, epoch: Int32, topics: [String]? = nil,
        group: GroupID = "group", rack: String? = nil
    ) throws -> ShareHeartbeatResult {
        let token = host.shareHeartbeat(
            ShareHeartbeat(
                groupID: group, memberID: member, epoch: epoch, rackID: rack, topicNames: topics, clientID: "client",
                clientHost: "/127.0.0.1"))
        guard case .shareHeartbeat(let result) = try #require(host.answers[token]) else {
            throw GroupError.unknownServerError
        }
        return result
    }

    private func partitions(_ result: ShareHeartbeatResult) -> Set<Int32>? { result.assignment?[Self.topicID] }

    @Test func firstMemberReadsEverything() throws {
        let host = try makeHost()
        let result = try beat(host, "m1", epoch: 0, topics: ["a"])
        #expect(result.error == nil && result.epoch == 1 && result.heartbeatInterval == .seconds(5))
        #expect(partitions(result) == [0, 1, 2])
        // Nothing changed: nothing is said, and nothing is written.
        let length = host.log.count
        #expect(try beat(host, "m1", epoch: 1).assignment == nil)
        #expect(host.log.count == length)
        let shown = host.coordinator.describeShareGroup("group")
        let description = try #require(shown)
        #expect(description.state == "Stable" && description.assignor == "simple" && description.members.count == 1)
        #expect(host.coordinator.listGroups(types: ["Share"]).map(\.groupID) == ["group"])
        #expect(host.coordinator.listGroups(types: ["consumer"]).isEmpty)
        #expect(host.coordinator.describeConsumerGroup("group") == nil)
    }

    @Test func membersShareWhatThereIs() throws {
        let host = try makeHost(partitions: 2)
        #expect(partitions(try beat(host, "m1", epoch: 0, topics: ["a"])) == [0, 1])
        let second = try beat(host, "m2", epoch: 0, topics: ["a"])
        #expect(second.epoch == 2 && partitions(second)?.count == 1)
        // The first goes on to the new epoch with its next heartbeat, and no one waits for it.
        let first = try beat(host, "m1", epoch: 1)
        #expect(first.epoch == 2 && partitions(first)?.count == 1 && first.assignment != second.assignment)
        for member in ["m3", "m4", "m5"] as [MemberID] {
            #expect(partitions(try beat(host, member, epoch: 0, topics: ["a"]))?.count == 1)
        }
        var readers: [Int32: Int] = [:]
        for member in ["m1", "m2", "m3", "m4", "m5"] as [MemberID] {
            let result = try beat(host, member, epoch: 0, topics: ["a"])
            for partition in partitions(result) ?? [] { readers[partition, default: 0] += 1 }
        }
        #expect(readers.values.sorted() == [2, 3])
    }

    @Test func epochsFenceAndForgive() throws {
        let host = try makeHost()
        _ = try beat(host, "m1", epoch: 0, topics: ["a"])
        _ = try beat(host, "m2", epoch: 0, topics: ["a"])
        #expect(try beat(host, "m1", epoch: 1).epoch == 2)
        // The answer was lost.
        #expect(try beat(host, "m1", epoch: 1).epoch == 2)
        #expect(try beat(host, "m1", epoch: 3).error == .fencedMemberEpoch)
        #expect(try beat(host, "m3", epoch: 2).error == .unknownMemberID)
        _ = try beat(host, "m3", epoch: 0, topics: ["a"])
        #expect(try beat(host, "m1", epoch: 2).epoch == 3)
        #expect(try beat(host, "m1", epoch: 1).error == .fencedMemberEpoch)
        #expect(try beat(host, "m1", epoch: 3, group: "other").error == .groupIDNotFound)
    }

    @Test func nonsenseIsRefused() throws {
        let host = try makeHost()
        #expect(try beat(host, "m1", epoch: 0, topics: ["a"], group: " ").error == .invalidRequest)
        #expect(try beat(host, "", epoch: 0, topics: ["a"]).error == .invalidRequest)
        #expect(try beat(host, "m1", epoch: -2, topics: ["a"]).error == .invalidRequest)
        #expect(try beat(host, "m1", epoch: 0).error == .invalidRequest)
        #expect(try beat(host, "m1", epoch: 0, topics: []).error == .invalidRequest)
        #expect(try beat(host, "m1", epoch: 0, topics: ["a"], rack: "").error == .invalidRequest)
        let long = String(repeating: "x", count: 40_000)
        #expect(try beat(host, "m1", epoch: 0, topics: [long]).error == .invalidRequest)
        #expect(host.log.isEmpty && host.coordinator.listGroups().isEmpty)
    }

    @Test func silentMembersAreTakenOut() throws {
        let host = try makeHost()
        _ = try beat(host, "m1", epoch: 0, topics: ["a"])
        host.wait(.seconds(30))
        _ = try beat(host, "m2", epoch: 0, topics: ["a"])
        host.wait(.seconds(20))
        #expect(try beat(host, "m1", epoch: 1).error == .unknownMemberID)
        #expect(partitions(try beat(host, "m2", epoch: 2)) == [0, 1, 2])
        let left = try beat(host, "m2", epoch: -1)
        #expect(left.error == nil && left.epoch == -1)
        #expect(host.coordinator.describeShareGroup("group")?.state == "Empty")
        // An empty share group stays, however old it is: what has become of records has no age.
        host.wait(.seconds(30 * 24 * 3600))
        #expect(host.coordinator.describeShareGroup("group") != nil)
    }

    @Test func topicsThatChangeMakeAnEpoch() throws {
        let host = try makeHost()
        _ = try beat(host, "m1", epoch: 0, topics: ["a", "b"])
        host.setTopic("c", CatalogedTopic(id: TopicID(high: 3, low: 3), partitionCount: 1))
        #expect(try beat(host, "m1", epoch: 1).epoch == 1)
        host.setTopic("b", CatalogedTopic(id: TopicID(high: 2, low: 2), partitionCount: 1))
        let result = try beat(host, "m1", epoch: 1)
        #expect(result.epoch == 2 && result.assignment?.count == 4)
        host.setTopic("a", nil)
        #expect(try beat(host, "m1", epoch: 2).assignment?.count == 1)
    }

    @Test func otherProtocolsAreRefused() throws {
        let host = try makeHost()
        _ = try beat(host, "m1", epoch: 0, topics: ["a"])
        let consumer = host.consumerHeartbeat(
            ConsumerHeartbeat(
                groupID: "group", memberID: "c", epoch: 0, rebalanceTimeoutMs: 1000, topicNames: ["a"],
                owned: PartitionAssignment(), clientID: "", clientHost: ""))
        guard case .consumerHeartbeat(let refused) = host.answers[consumer] else { throw GroupError.invalidRequest }
        #expect(refused.error == .groupIDNotFound)
        let join = host.join(
            GroupJoin(
                groupID: "group", memberID: .unknown, clientID: "", clientHost: "", sessionTimeout: .seconds(10),
                rebalanceTimeout: .seconds(10), protocolType: "consumer",
                protocols: [GroupProtocol(name: "range", metadata: .empty)]))
        guard case .join(let joined) = host.answers[join] else { throw GroupError.invalidRequest }
        #expect(joined.error == .inconsistentGroupProtocol)
        let commit = host.commit(OffsetCommit(groupID: "group", entries: []))
        guard case .offsetCommit(let committed) = host.answers[commit] else { throw GroupError.invalidRequest }
        #expect(committed.error == .groupIDNotFound)

        let classic = host.join(
            GroupJoin(
                groupID: "classic", memberID: .unknown, clientID: "", clientHost: "", sessionTimeout: .seconds(10),
                rebalanceTimeout: .seconds(10), protocolType: "consumer",
                protocols: [GroupProtocol(name: "range", metadata: .empty)], requiresKnownMemberID: false))
        // It waits for others to join.
        #expect(host.answers[classic] == nil)
        #expect(try beat(host, "m1", epoch: 0, topics: ["a"], group: "classic").error == .groupIDNotFound)
    }

    @Test func groupsSurviveARestartAndCanBeDeleted() throws {
        let host = try makeHost()
        _ = try beat(host, "m1", epoch: 0, topics: ["a"])
        _ = try beat(host, "m2", epoch: 0, topics: ["a"], rack: "r")
        let before = host.coordinator.describeShareGroup("group")
        try host.restart()
        #expect(host.coordinator.describeShareGroup("group") == before)
        #expect(try beat(host, "m2", epoch: 2).error == nil)
        let refused = host.deleteGroup()
        #expect(host.answers[refused] == .deleteGroup(.nonEmptyGroup))
        _ = try beat(host, "m1", epoch: -1)
        _ = try beat(host, "m2", epoch: -1)
        let deleted = host.deleteGroup()
        #expect(host.answers[deleted] == .deleteGroup(nil))
        #expect(host.coordinator.listGroups().isEmpty)
        try host.restart()
        #expect(host.coordinator.listGroups().isEmpty)
        // The name is free for any protocol.
        #expect(try beat(host, "m1", epoch: 0, topics: ["a"]).epoch == 1)
    }

    @Test func failedAppendUndoesWhatRestedOnIt() throws {
        let host = try makeHost()
        _ = try beat(host, "m1", epoch: 0, topics: ["a"])
        host.isLogPrompt = false
        let token = host.shareHeartbeat(
            ShareHeartbeat(groupID: "group", memberID: "m2", epoch: 0, topicNames: ["a"], clientID: "", clientHost: ""))
        host.completeFirstAppend(.failure(.unavailable))
        guard case .shareHeartbeat(let result) = host.answers[token] else { throw GroupError.invalidRequest }
        #expect(result.error == .coordinatorNotAvailable)
        #expect(host.coordinator.describeShareGroup("group")?.members.count == 1)
    }

    @Test func groupSizeAndOverridesHold() throws {
        var configuration = GroupCoordinatorConfiguration()
        configuration.shareGroupMaxSize = 1
        let host = try CoordinatorHarness(configuration: configuration)
        host.setTopic("a", CatalogedTopic(id: Self.topicID, partitionCount: 1))
        _ = try beat(host, "m1", epoch: 0, topics: ["a"])
        #expect(try beat(host, "m2", epoch: 0, topics: ["a"]).error == .groupMaxSizeReached)
    }

    @Test func recordsHaveTheLayoutThatIsDrawn() throws {
        let records: [ShareGroupRecord] = [
            .member("m", ShareMemberMetadata(rackID: nil, clientID: "c", clientHost: "h", topicNames: ["a"])),
            .group(.init(epoch: 2, topicsHash: 3)), .targetEpoch(2),
            .target("m", PartitionAssignment([Self.topicID: [0, 1]])),
            .current("m", ShareMemberAssignment(epoch: 2, previousEpoch: 1, assigned: PartitionAssignment())),
            .member("m", nil), .group(nil), .targetEpoch(nil), .target("m", nil), .current("m", nil),
        ]
        for record in records {
            #expect(try DecodedGroupRecord(record.encoded(for: "g")) == .shareGroup("g", record))
        }
        let group = records[1].encoded(for: "g")
        #expect(group.key.array == [0, 11, 0, 1, 0x67])
        #expect(group.value == (try GroupRecordTests.drawn("share-group-value")))
        #expect(records[0].encoded(for: "g").key.array == [0, 10, 0, 1, 0x67, 0, 1, 0x6D])
        #expect(records[0].encoded(for: "g").value == (try GroupRecordTests.drawn("share-group-member-value")))
        #expect(records[4].encoded(for: "g").value == (try GroupRecordTests.drawn("share-group-current-value")))
    }
}
