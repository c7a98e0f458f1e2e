import RecordFormat
import Testing

@testable import Coordination

@Suite struct ClassicGroupOffsetsTests {
    private let partition = TopicPartition("topic", 0)

    @Test func offsetIsSeenOnlyWhenDurable() throws {
        let host = try CoordinatorHarness()
        host.isLogPrompt = false
        let token = host.commit(.one(5, metadata: "note"))
        #expect(host.answers[token] == nil && host.offset(partition) == nil)
        let stable = OffsetFetch(groupID: "group", partitions: [partition], requiresStable: true)
        #expect(host.coordinator.fetchOffsets(stable).entries[0].error == .unstableOffsetCommit)
        host.completeAppends()
        #expect(host.committed(token)?.entries.map(\.error) == [nil])
        #expect(host.offset(partition) == 5)
        #expect(host.coordinator.fetchOffsets(stable).entries[0].committed?.metadata == "note")
    }

    @Test func failedCommitChangesNothing() throws {
        let host = try CoordinatorHarness()
        _ = host.commit(.one(5))
        host.isLogPrompt = false
        let token = host.commit(.one(6))
        host.completeFirstAppend(.failure(.unavailable))
        #expect(host.committed(token)?.entries.map(\.error) == [.coordinatorNotAvailable])
        #expect(host.offset(partition) == 5)
        let stable = OffsetFetch(groupID: "group", partitions: [partition], requiresStable: true)
        #expect(host.coordinator.fetchOffsets(stable).entries[0].error == nil)
    }

    @Test func failedFirstCommitLeavesNoGroup() throws {
        let host = try CoordinatorHarness()
        host.isLogPrompt = false
        _ = host.commit(.one(5))
        host.completeFirstAppend(.failure(.tooLarge))
        #expect(host.coordinator.listGroups().isEmpty)
    }

    @Test func membersCommitInTheirGenerationAlone() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup()
        func error(_ request: OffsetCommit) -> GroupError? { host.committed(host.commit(request))?.error }
        #expect(error(.one(1, member: members[0], generation: 1)) == nil)
        #expect(error(.one(2, member: members[0], generation: 2)) == .illegalGeneration)
        #expect(error(.one(2, member: "ghost", generation: 1)) == .unknownMemberID)
        #expect(error(.one(2)) == .unknownMemberID)
        #expect(error(.one(2, group: "other", generation: 1)) == .groupIDNotFound)
        #expect(host.offset(partition) == 1)
        // During a rebalance the last generation may still commit what it has read.
        _ = host.join(.consumer(member: members[0]))
        #expect(error(.one(3, member: members[1], generation: 1)) == nil)
        let token = host.join(.consumer(member: members[1]))
        #expect(host.joined(token)?.generation == GenerationID(2))
        #expect(error(.one(4, member: members[1], generation: 2)) == .rebalanceInProgress)
        #expect(host.offset(partition) == 3)
    }

    @Test func commitsKeepASessionAlive() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup(members: 1)
        for offset in 0..<5 {
            host.wait(.seconds(9))
            _ = host.commit(.one(Int64(offset), member: members[0], generation: 1))
        }
        #expect(host.state == .stable)
    }

    @Test func longMetadataIsRefusedByPartition() throws {
        let host = try CoordinatorHarness()
        let other = TopicPartition("topic", 1)
        var request = OffsetCommit.one(1, metadata: String(repeating: "m", count: 4097))
        request.entries.append(.init(partition: other, offset: LogOffset(2)))
        #expect(host.committed(host.commit(request))?.entries.map(\.error) == [.offsetMetadataTooLarge, nil])
        #expect(host.offset(partition) == nil && host.offset(other) == 2)
        request.entries.removeLast()
        #expect(host.committed(host.commit(request))?.entries.map(\.error) == [.offsetMetadataTooLarge])
    }

    @Test func fetchOfAllIsSortedAndUnknownGroupsHaveNone() throws {
        let host = try CoordinatorHarness()
        for (topic, number) in [("b", 1), ("a", 2), ("b", 0)] {
            _ = host.commit(.one(9, partition: TopicPartition(topic, Int32(number))))
        }
        let all = host.coordinator.fetchOffsets(OffsetFetch(groupID: "group", partitions: nil))
        #expect(all.entries.map(\.partition.description) == ["a-2", "b-0", "b-1"])
        #expect(host.coordinator.fetchOffsets(OffsetFetch(groupID: "none", partitions: nil)).entries.isEmpty)
        let none = host.coordinator.fetchOffsets(OffsetFetch(groupID: "none", partitions: [partition]))
        #expect(none.entries == [.init(partition: partition, committed: nil)])
    }

    @Test func deletedOffsetsAreGoneUnlessTheirTopicIsRead() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup()
        let other = TopicPartition("other", 0)
        for partition in [partition, other] {
            _ = host.commit(.one(1, partition: partition, member: members[0], generation: 1))
        }
        let token = host.deleteOffsets(OffsetDelete(groupID: "group", partitions: [partition, other]))
        guard case .offsetDelete(let result) = host.answers[token] else {
            Issue.record("no answer")
            return
        }
        #expect(result.entries.map(\.error) == [.groupSubscribedToTopic, nil])
        #expect(host.offset(partition) == 1 && host.offset(other) == nil)
    }

    @Test func offsetsOfDeletedTopicsGo() throws {
        let host = try CoordinatorHarness()
        _ = host.commit(.one(1))
        _ = host.commit(.one(1, partition: TopicPartition("other", 0)))
        host.topicsDeleted(["topic"])
        #expect(host.offset(partition) == nil)
        #expect(host.offset(TopicPartition("other", 0)) == 1)
    }

    @Test func deletedGroupIsGoneWhenThatIsDurable() throws {
        let host = try CoordinatorHarness()
        _ = host.commit(.one(1))
        host.isLogPrompt = false
        let late = host.commit(.one(2, partition: TopicPartition("topic", 1)))
        let delete = host.deleteGroup()
        #expect(host.answers[delete] == nil && host.offset(partition) == 1)
        #expect(host.joined(host.join(.consumer()))?.error == .coordinatorNotAvailable)
        #expect(host.answer(host.deleteGroup()) == .deleteGroup(.coordinatorNotAvailable))
        host.completeAppends()
        #expect(host.answers[delete] == .deleteGroup(nil))
        #expect(host.committed(late)?.error == nil)
        #expect(host.coordinator.listGroups().isEmpty && host.offset(partition) == nil)
        // The offset that was on its way when the deletion came is deleted as well.
        let again = try CoordinatorHarness(replaying: host.log)
        #expect(again.coordinator.listGroups().isEmpty)
        #expect(host.answer(host.deleteGroup()) == .deleteGroup(.groupIDNotFound))
    }

    @Test func failedDeletionLeavesTheGroupAsItWas() throws {
        let host = try CoordinatorHarness()
        _ = host.commit(.one(1))
        host.isLogPrompt = false
        let delete = host.deleteGroup()
        host.completeFirstAppend(.failure(.unavailable))
        #expect(host.answers[delete] == .deleteGroup(.coordinatorNotAvailable))
        #expect(host.state == .empty && host.offset(partition) == 1)
        host.isLogPrompt = true
        #expect(host.answer(host.deleteGroup()) == .deleteGroup(nil))
    }

    @Test func groupWithMembersIsNotDeleted() throws {
        let host = try CoordinatorHarness()
        _ = host.formGroup()
        #expect(host.answer(host.deleteGroup()) == .deleteGroup(.nonEmptyGroup))
    }

    @Test func offsetsOfASimpleGroupExpireAfterTheirCommit() throws {
        let host = try CoordinatorHarness()
        _ = host.commit(.one(1))
        host.wait(.seconds(7 * 24 * 3600 - 600))
        #expect(host.offset(partition) == 1)
        host.wait(.seconds(1200))
        #expect(host.offset(partition) == nil)
        #expect(host.coordinator.listGroups().isEmpty)
    }

    @Test func offsetsExpireOnceTheGroupHasBeenEmptyForLongEnough() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup(members: 1)
        _ = host.commit(.one(1, member: members[0], generation: 1))
        for _ in 0..<(8 * 24 * 60 * 8) {
            _ = host.heartbeat(.init(groupID: "group", memberID: members[0], generation: GenerationID(1)))
            host.wait(.milliseconds(7500))
        }
        // Eight days old, and in use.
        #expect(host.offset(partition) == 1)
        host.wait(.seconds(6 * 24 * 3600))
        #expect(host.state == .empty && host.offset(partition) == 1)
        host.wait(.seconds(24 * 3600 + 1200))
        #expect(host.coordinator.listGroups().isEmpty)
    }

    @Test func offsetsOfATopicNoLongerReadExpire() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup(members: 1)
        let other = TopicPartition("other", 0)
        for partition in [partition, other] {
            _ = host.commit(.one(1, partition: partition, member: members[0], generation: 1))
        }
        for _ in 0..<(8 * 24 * 60 * 8) {
            _ = host.heartbeat(.init(groupID: "group", memberID: members[0], generation: GenerationID(1)))
            host.wait(.milliseconds(7500))
        }
        #expect(host.offset(partition) == 1 && host.offset(other) == nil)
    }

    @Test func clientsOwnRetentionCounts() throws {
        let host = try CoordinatorHarness()
        _ = host.commit(.one(1, retention: .seconds(3600)))
        #expect(host.log.last?.value?.array.prefix(2) == [0, 1])
        host.wait(.seconds(4300))
        #expect(host.offset(partition) == nil)
    }

    @Test(arguments: [Int64.max, .min])
    func aRetentionBeyondAllTimeIsNoHarm(milliseconds: Int64) throws {
        let host = try CoordinatorHarness()
        _ = host.commit(.one(1, retention: .milliseconds(milliseconds)))
        host.wait(.seconds(8 * 24 * 3600))
        #expect(host.offset(partition) == (milliseconds > 0 ? 1 : nil))
    }

    @Test func listingsFilterByStateAndType() throws {
        let host = try CoordinatorHarness()
        _ = host.formGroup()
        _ = host.commit(.one(1, group: "simple"))
        #expect(host.coordinator.listGroups().map(\.groupID) == ["group", "simple"])
        #expect(host.coordinator.listGroups(states: ["STABLE"]).map(\.groupID) == ["group"])
        #expect(host.coordinator.listGroups(states: ["Empty", "Dead"]).map(\.groupID) == ["simple"])
        #expect(host.coordinator.listGroups(types: ["Classic"]).count == 2)
        #expect(host.coordinator.listGroups(types: ["consumer"]).isEmpty)
    }

    @Test func descriptionShowsMetadataOfStableGroupsAlone() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup()
        let stable = host.coordinator.describe("group")
        #expect(stable.protocolName == "range" && stable.members.map(\.memberID) == members)
        #expect(stable.members[0].metadata == GroupJoin.subscription(to: ["topic"]))
        #expect(stable.members[0].assignment.string == members[0].rawValue)
        _ = host.join(.consumer(member: members[0]))
        let preparing = host.coordinator.describe("group")
        #expect(preparing.state == .preparingRebalance && preparing.protocolName.isEmpty)
        #expect(preparing.members[0].metadata.isEmpty)
        #expect(!host.coordinator.describe("none").exists && host.coordinator.describe("none").state == .dead)
    }
}
