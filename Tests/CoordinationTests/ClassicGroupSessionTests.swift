import RecordFormat
import Testing

@testable import Coordination

@Suite struct ClassicGroupSessionTests {
    private func heartbeat(_ member: MemberID, _ generation: Int32 = 1) -> GroupHeartbeat {
        GroupHeartbeat(groupID: "group", memberID: member, generation: GenerationID(generation))
    }

    @Test func heartbeatsKeepAMember() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup(members: 1)
        for _ in 0..<10 {
            host.wait(.seconds(9))
            #expect(host.heartbeat(heartbeat(members[0])) == .some(nil))
        }
        #expect(host.state == .stable)
    }

    @Test func silentMemberIsGivenUpAndTheOthersRebalance() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup(members: 2)
        host.wait(.seconds(9))
        _ = host.heartbeat(heartbeat(members[0]))
        host.wait(.seconds(1))
        #expect(host.state == .preparingRebalance)
        #expect(host.heartbeat(heartbeat(members[0])) == .some(.rebalanceInProgress))
        #expect(host.heartbeat(heartbeat(members[1])) == .some(.unknownMemberID))
        let token = host.join(.consumer(member: members[0]))
        #expect(host.joined(token)?.generation == GenerationID(2))
    }

    @Test func groupWhoseMembersAllFallSilentIsEmpty() throws {
        let host = try CoordinatorHarness()
        _ = host.formGroup(members: 3)
        host.wait(.seconds(120))
        #expect(host.state == .empty)
        #expect(host.coordinator.describe("group").protocolType == "consumer")
    }

    @Test func wrongHeartbeatsAreRefused() throws {
        let host = try CoordinatorHarness()
        #expect(host.heartbeat(heartbeat("ghost")) == .some(.unknownMemberID))
        let members = host.formGroup()
        #expect(host.heartbeat(heartbeat("ghost")) == .some(.unknownMemberID))
        #expect(host.heartbeat(heartbeat(members[0], 2)) == .some(.illegalGeneration))
        var request = heartbeat(members[0])
        request.instanceID = "nobody"
        #expect(host.heartbeat(request) == .some(.unknownMemberID))
        request.groupID = ""
        #expect(host.heartbeat(request) == .some(.invalidGroupID))
    }

    @Test func leavingMembersAreReplacedByTheOthers() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup()
        let leave = host.leave(GroupLeave(groupID: "group", members: [.init(memberID: members[0])]))
        #expect(host.left(leave)?.members.map(\.error) == [nil])
        #expect(host.state == .preparingRebalance)
        let token = host.join(.consumer(member: members[1]))
        #expect(host.joined(token)?.leader == members[1])
    }

    @Test func lastMemberHearsOfItsLeavingWhenItIsDurable() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup(members: 1)
        host.isLogPrompt = false
        let leave = host.leave(GroupLeave(groupID: "group", members: [.init(memberID: members[0])]))
        #expect(host.answers[leave] == nil)
        host.completeAppends()
        #expect(host.left(leave)?.error == nil)
        #expect(host.state == .empty)
        let last = try #require(host.log.last)
        guard case .groupMetadata("group", let value?) = try DecodedGroupRecord(last) else {
            Issue.record("not the group's metadata")
            return
        }
        #expect(value.members.isEmpty && value.generation == GenerationID(2) && value.protocolType == "consumer")
    }

    @Test func leavingWithAFailedAppendSaysSoAndTheMemberIsGone() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup(members: 1)
        host.isLogPrompt = false
        let leave = host.leave(GroupLeave(groupID: "group", members: [.init(memberID: members[0])]))
        host.completeFirstAppend(.failure(.unavailable))
        #expect(host.left(leave)?.error == .coordinatorNotAvailable)
        #expect(host.state == .empty)
    }

    @Test func batchOfLeavesIsAnsweredOneByOne() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup(members: 3)
        let pending = try #require(host.joined(host.join(.consumer())))
        let request = GroupLeave(
            groupID: "group", members: [members[0], "ghost", members[2], pending.memberID].map { .init(memberID: $0) })
        #expect(host.left(host.leave(request))?.members.map(\.error) == [nil, .unknownMemberID, nil, nil])
        #expect(host.coordinator.describe("group").members.map(\.memberID) == [members[1]])
        let unknown = GroupLeave(groupID: "none", members: [.init(memberID: "ghost")])
        #expect(host.left(host.leave(unknown))?.members.map(\.error) == [.unknownMemberID])
        #expect(host.left(host.leave(GroupLeave(groupID: "", members: [])))?.error == .invalidGroupID)
    }

    @Test func leavingWhileWaitingAnswersTheWaitingRequest() throws {
        let host = try CoordinatorHarness()
        let members = (0..<2).map { _ in host.joinNew() }
        _ = host.leave(GroupLeave(groupID: "group", members: [.init(memberID: members[0].id)]))
        #expect(host.joined(members[0].token)?.error == .unknownMemberID)
        host.wait(.seconds(6))
        let result = try #require(host.joined(members[1].token))
        #expect(result.leader == members[1].id)
        let sync = host.sync(
            GroupSync(groupID: "group", memberID: "nobody", generation: result.generation))
        #expect(host.synced(sync)?.error == .unknownMemberID)
    }

    @Test func leavingDuringTheInitialDelayDoesNotEndIt() throws {
        let host = try CoordinatorHarness()
        let members = (0..<2).map { _ in host.joinNew() }
        _ = host.leave(GroupLeave(groupID: "group", members: members.map { .init(memberID: $0.id) }))
        #expect(host.state == .preparingRebalance)
        host.wait(.seconds(6))
        #expect(host.state == .empty)
    }

    @Test func resigningAnswersEveryoneWhoWaits() throws {
        let host = try CoordinatorHarness()
        let joining = host.joinNew()
        host.isLogPrompt = false
        let pending = host.join(.consumer(group: "new"))
        let commit = host.commit(.one(1, group: "simple"))
        host.resign()
        #expect(host.joined(pending)?.error == .notCoordinator)
        #expect(host.committed(commit)?.error == .notCoordinator)
        #expect(host.joined(joining.token)?.error == .notCoordinator)
        #expect(host.coordinator.listGroups().isEmpty)
        #expect(host.coordinator.nextDeadline == nil)
    }
}
