import RecordFormat
import Testing

@testable import Coordination

/// Offsets of groups of the consumer protocol, and the APIs that groups of all protocols have.
@Suite struct ConsumerGroupOffsetsTests {
    private let partition = TopicPartition("a", 0)

    private func commit(
        _ host: CoordinatorHarness, _ offset: Int64, member: MemberID = .unknown, epoch: Int32 = -1
    ) -> GroupError? {
        host.committed(host.commit(.one(offset, partition: partition, member: member, generation: epoch)))?
            .entries[0].error
    }

    @Test func commitsNeedTheMembersEpoch() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        #expect(commit(host, 1, member: "m1", epoch: 1) == nil)
        #expect(commit(host, 2, member: "m1", epoch: 0) == .staleMemberEpoch)
        #expect(commit(host, 2, member: "m1", epoch: 2) == .staleMemberEpoch)
        #expect(commit(host, 2, member: "none", epoch: 1) == .unknownMemberID)
        #expect(commit(host, 2) == .unknownMemberID)
        var old = OffsetCommit.one(2, partition: partition, member: "m1", generation: 1)
        old.knowsMemberEpochs = false
        #expect(host.committed(host.commit(old))?.error == .unsupportedVersion)
        #expect(host.offset(partition) == 1)
        host.beat(.stay("m1", epoch: -1))
        #expect(commit(host, 3) == nil && host.offset(partition) == 3)
    }

    @Test func fetchesOfMembersNeedTheirEpoch() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        func fetch(_ member: MemberID?, _ epoch: Int32) -> GroupError? {
            host.coordinator.fetchOffsets(
                OffsetFetch(groupID: "group", memberID: member, epoch: epoch, partitions: [partition])
            ).error
        }
        #expect(fetch("m1", 1) == nil)
        #expect(fetch(nil, -1) == nil)
        #expect(fetch("m1", 2) == .staleMemberEpoch)
        #expect(fetch("m2", 1) == .unknownMemberID)
        #expect(fetch(nil, 1) == .unknownMemberID)
    }

    @Test func offsetsThatAreReadStay() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        #expect(commit(host, 1, member: "m1", epoch: 1) == nil)
        func delete(_ topic: String) -> GroupError? {
            let request = OffsetDelete(groupID: "group", partitions: [TopicPartition(topic, 0)])
            guard case .offsetDelete(let result) = host.answer(host.deleteOffsets(request)) else { return nil }
            return result.entries[0].error ?? result.error
        }
        #expect(delete("a") == .groupSubscribedToTopic)
        #expect(delete("b") == nil)
        // Not read any more, an offset expires by its age.
        var request = ConsumerHeartbeat.stay("m1", epoch: 1)
        request.topicNames = ["b"]
        host.beat(request)
        host.wait(.seconds(6 * 24 * 3600))
        #expect(host.offset(partition) == 1)
        host.wait(.seconds(2 * 24 * 3600))
        #expect(host.offset(partition) == nil)
        #expect(delete("a") == .groupIDNotFound)
    }

    @Test func groupIsDeletedWhenNobodyIsInIt() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        #expect(host.answer(host.deleteGroup()) == .deleteGroup(.nonEmptyGroup))
        #expect(commit(host, 1, member: "m1", epoch: 1) == nil)
        host.beat(.stay("m1", epoch: -1))
        host.isLogPrompt = false
        let token = host.deleteGroup()
        let join = host.consumerHeartbeat(.join("m2"))
        #expect(host.consumerAnswer(join)?.error == .coordinatorNotAvailable)
        host.completeAppends()
        #expect(host.answer(token) == .deleteGroup(nil))
        #expect(host.coordinator.groups.isEmpty)
        try host.restart()
        #expect(host.coordinator.groups.isEmpty)
    }

    @Test func failedDeletionLeavesTheGroup() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        host.beat(.stay("m1", epoch: -1))
        host.isLogPrompt = false
        let token = host.deleteGroup()
        host.completeFirstAppend(.failure(.unavailable))
        #expect(host.answer(token) == .deleteGroup(.coordinatorNotAvailable))
        host.isLogPrompt = true
        #expect(host.joinConsumer("m2").error == nil)
    }

    @Test func eachApiKnowsTheGroupsOfItsProtocol() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        _ = host.commit(.one(1, group: "simple"))
        #expect(!host.coordinator.describe("group").exists && host.coordinator.describe("simple").exists)
        #expect(host.coordinator.describeConsumerGroup("simple") == nil)
        let description = host.coordinator.describeConsumerGroup("group")
        let described = try #require(description)
        #expect(described.groupEpoch == 1 && described.assignmentEpoch == 1 && described.assignor == "uniform")
        let member = try #require(described.members.first)
        #expect(member.assignment == member.target && member.assignment.first?.topic == "a")
        #expect(member.assignment.first?.partitions == [0, 1, 2, 3, 4, 5])
        func listed(_ types: [String], states: [String] = []) -> [GroupID] {
            host.coordinator.listGroups(states: states, types: types).map(\.groupID)
        }
        #expect(listed([]) == ["group", "simple"])
        #expect(listed(["Consumer"]) == ["group"] && listed(["classic"]) == ["simple"])
        #expect(listed([], states: ["stable"]) == ["group"])
    }

    @Test func whoWaitsHearsThatTheCoordinatorIsGone() throws {
        let host = try CoordinatorHarness.withTopics()
        host.isLogPrompt = false
        let tokens = [host.consumerHeartbeat(.join("m1")), host.consumerHeartbeat(.join("m2"))]
        host.resign()
        #expect(tokens.allSatisfy { host.consumerAnswer($0)?.error == .notCoordinator })
    }
}
