import RecordFormat
import Testing

@testable import Coordination

@Suite struct ClassicGroupStaticMemberTests {
    /// A stable group of two static members, `a` (the leader) and `b`.
    private func makeGroup() throws -> (host: CoordinatorHarness, leader: MemberID, follower: MemberID) {
        let host = try CoordinatorHarness()
        let tokens = ["a", "b"].map { host.join(.consumer(instance: GroupInstanceID($0))) }
        host.wait(.seconds(6))
        let results = tokens.compactMap { host.joined($0) }
        #expect(results.map(\.memberID) == ["a-1", "b-2"])
        host.syncAll(results)
        #expect(host.state == .stable)
        return (host, results[0].memberID, results[1].memberID)
    }

    @Test func staticMemberJoinsAtOnce() throws {
        let (host, leader, _) = try makeGroup()
        #expect(host.coordinator.describe("group").members.map(\.instanceID) == ["a", "b"])
        #expect(host.coordinator.describe("group").members[0].memberID == leader)
    }

    @Test func restartedFollowerGetsItsAssignmentBackWithoutARebalance() throws {
        let (host, leader, follower) = try makeGroup()
        let result = try #require(host.joined(host.join(.consumer(instance: "b"))))
        #expect(result.error == nil && result.generation == GenerationID(1))
        #expect(result.memberID != follower && result.leader == leader && !result.skipsAssignment)
        #expect(host.state == .stable)
        let sync = host.sync(GroupSync(groupID: "group", memberID: result.memberID, generation: result.generation))
        #expect(host.synced(sync)?.assignment.string == follower.rawValue)
        // The old id is fenced wherever it shows up with its instance id.
        let fenced = GroupError.fencedInstanceID
        #expect(
            host.heartbeat(
                .init(groupID: "group", memberID: follower, instanceID: "b", generation: GenerationID(1)))
                == .some(fenced))
        #expect(host.joined(host.join(.consumer(member: follower, instance: "b")))?.error == fenced)
        let stale = GroupSync(groupID: "group", memberID: follower, instanceID: "b", generation: GenerationID(1))
        #expect(host.synced(host.sync(stale))?.error == fenced)
        let leave = host.leave(GroupLeave(groupID: "group", members: [.init(memberID: follower, instanceID: "b")]))
        #expect(host.left(leave)?.members.first?.error == fenced)
        var commit = OffsetCommit.one(1, member: follower, generation: 1)
        commit.instanceID = "b"
        #expect(host.committed(host.commit(commit))?.error == fenced)
    }

    @Test func restartedLeaderIsToldToSkipTheAssignment() throws {
        let (host, leader, _) = try makeGroup()
        let result = try #require(host.joined(host.join(.consumer(instance: "a"))))
        #expect(result.skipsAssignment && result.leader == result.memberID && result.memberID != leader)
        #expect(result.members.count == 2)
    }

    @Test func restartedLeaderOfAnOldClientIsNotToldThatItLeads() throws {
        let (host, leader, _) = try makeGroup()
        let result = try #require(
            host.joined(host.join(.consumer(instance: "a", supportsSkippingAssignment: false))))
        #expect(!result.skipsAssignment && result.leader == leader && result.members.isEmpty)
    }

    @Test func newMemberIDIsGivenOnlyWhenDurable() throws {
        let (host, _, _) = try makeGroup()
        host.isLogPrompt = false
        let token = host.join(.consumer(instance: "b"))
        #expect(host.answers[token] == nil)
        host.completeAppends()
        #expect(host.joined(token)?.error == nil)
    }

    @Test func failedAppendGivesTheOldMemberIDBack() throws {
        let (host, leader, follower) = try makeGroup()
        host.isLogPrompt = false
        let token = host.join(.consumer(instance: "a"))
        host.completeFirstAppend(.failure(.unavailable))
        #expect(host.joined(token)?.error == .coordinatorNotAvailable)
        #expect(host.coordinator.describe("group").members.map(\.memberID) == [leader, follower])
        #expect(
            host.heartbeat(.init(groupID: "group", memberID: leader, instanceID: "a", generation: GenerationID(1)))
                == .some(nil))
        host.isLogPrompt = true
        #expect(host.joined(host.join(.consumer(instance: "a")))?.error == nil)
    }

    @Test func rebalanceDuringTheAppendAnswersTheRejoinInstead() throws {
        let (host, leader, _) = try makeGroup()
        host.isLogPrompt = false
        let rejoin = host.join(.consumer(instance: "b"))
        let leaderJoin = host.join(.consumer(member: leader, instance: "a"))
        #expect(host.joined(rejoin)?.generation == GenerationID(2))
        #expect(host.joined(leaderJoin)?.members.count == 2)
        host.completeAppends()
        #expect(host.state == .completingRebalance)
    }

    @Test(arguments: [false, true]) func appendThatEndsDuringARebalanceLeavesTheRejoinToIt(isFailure: Bool) throws {
        let (host, leader, _) = try makeGroup()
        host.isLogPrompt = false
        let rejoin = host.join(.consumer(instance: "b"))
        let third = host.join(.consumer(instance: "c"))
        #expect(host.state == .preparingRebalance)
        host.completeFirstAppend(isFailure ? .failure(.unavailable) : .success(()))
        #expect(host.answers[rejoin] == nil)
        _ = host.join(.consumer(member: leader, instance: "a"))
        #expect(host.joined(rejoin)?.generation == GenerationID(2))
        #expect(host.joined(third)?.generation == GenerationID(2))
    }

    @Test func changeOfTheElectedProtocolRebalances() throws {
        let host = try CoordinatorHarness()
        let tokens = ["a", "b"].map {
            host.join(.consumer(instance: GroupInstanceID($0), protocols: ["range", "sticky"]))
        }
        host.wait(.seconds(6))
        host.syncAll(tokens.compactMap { host.joined($0) })
        #expect(host.coordinator.describe("group").protocolName == "range")
        _ = host.join(.consumer(instance: "b", protocols: ["sticky"]))
        #expect(host.state == .preparingRebalance)
    }

    @Test func rejoinBeforeTheAssignmentRebalances() throws {
        let host = try CoordinatorHarness()
        let tokens = ["a", "b"].map { host.join(.consumer(instance: GroupInstanceID($0))) }
        host.wait(.seconds(6))
        let follower = try #require(host.joined(tokens[1]))
        let waiting = host.sync(
            GroupSync(groupID: "group", memberID: follower.memberID, generation: follower.generation))
        _ = host.join(.consumer(instance: "b"))
        #expect(host.synced(waiting)?.error == .fencedInstanceID)
        #expect(host.state == .preparingRebalance)
    }

    @Test func rejoinDuringTheJoinFencesTheWaitingJoin() throws {
        let host = try CoordinatorHarness()
        let first = host.join(.consumer(instance: "a"))
        let second = host.join(.consumer(instance: "a"))
        #expect(host.joined(first)?.error == .fencedInstanceID)
        host.wait(.seconds(6))
        #expect(host.joined(second)?.members.count == 1)
    }

    @Test func absentStaticMemberKeepsItsPlaceUntilItsSessionEnds() throws {
        let (host, leader, follower) = try makeGroup()
        let token = host.join(.consumer(member: leader, instance: "a"))
        #expect(host.answers[token] == nil)
        host.wait(.seconds(10))
        let result = try #require(host.joined(token))
        #expect(result.members.map(\.memberID) == [leader])
        #expect(!host.coordinator.describe("group").members.map(\.memberID).contains(follower))
    }

    @Test func administratorTakesOutAStaticMemberByItsInstanceID() throws {
        let (host, leader, _) = try makeGroup()
        let request = GroupLeave(
            groupID: "group",
            members: [.init(memberID: .unknown, instanceID: "b"), .init(memberID: .unknown, instanceID: "c")])
        let result = try #require(host.left(host.leave(request)))
        #expect(result.members.map(\.error) == [nil, .unknownMemberID])
        #expect(host.coordinator.describe("group").members.map(\.memberID) == [leader])
    }
}
