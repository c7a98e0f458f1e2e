import RecordFormat
import Testing

@testable import Coordination

@Suite struct ClassicGroupSyncTests {
    /// A group of two members that have joined and not asked for their assignments.
    private func makeGroup() throws -> (host: CoordinatorHarness, leader: GroupJoinResult, follower: GroupJoinResult) {
        let host = try CoordinatorHarness()
        let members = (0..<2).map { _ in host.joinNew() }
        host.wait(.seconds(6))
        let results = members.compactMap { host.joined($0.token) }
        return (host, try #require(results.first), try #require(results.last))
    }

    private func sync(_ member: GroupJoinResult, _ assignments: [MemberID: ByteSlice] = [:]) -> GroupSync {
        GroupSync(
            groupID: "group", memberID: member.memberID, generation: member.generation,
            protocolType: member.protocolType, protocolName: member.protocolName, assignments: assignments)
    }

    @Test func everyMemberGetsTheLeadersAssignment() throws {
        let (host, leader, follower) = try makeGroup()
        let waiting = host.sync(sync(follower))
        #expect(host.answers[waiting] == nil)
        let token = host.sync(sync(leader, [leader.memberID: ByteSlice("mine"), follower.memberID: ByteSlice("its")]))
        #expect(host.synced(waiting)?.assignment.string == "its")
        #expect(host.synced(token)?.assignment.string == "mine")
        #expect(host.synced(token)?.protocolType == "consumer")
        #expect(host.synced(token)?.protocolName == "range")
        #expect(host.state == .stable)
    }

    @Test func followersMayNotAssign() throws {
        let (host, _, follower) = try makeGroup()
        let token = host.sync(sync(follower, [follower.memberID: ByteSlice("mine")]))
        #expect(host.answers[token] == nil)
        #expect(host.state == .completingRebalance)
        #expect(host.unfinished.isEmpty)
    }

    @Test func assignmentIsGivenOnlyWhenDurable() throws {
        let (host, leader, follower) = try makeGroup()
        host.isLogPrompt = false
        let tokens = [host.sync(sync(leader)), host.sync(sync(follower))]
        #expect(tokens.allSatisfy { host.answers[$0] == nil })
        #expect(host.state == .completingRebalance)
        host.completeAppends()
        #expect(tokens.allSatisfy { host.synced($0)?.error == nil })
    }

    @Test func leaderThatAsksAgainDoesNotAppendTwice() throws {
        let (host, leader, _) = try makeGroup()
        host.isLogPrompt = false
        let first = host.sync(sync(leader))
        let second = host.sync(sync(leader))
        #expect(host.unfinished.count == 1)
        #expect(host.synced(first)?.error == .rebalanceInProgress)
        host.completeAppends()
        #expect(host.synced(second)?.error == nil)
    }

    @Test func failedAppendSendsEveryoneBackToJoin() throws {
        let (host, leader, follower) = try makeGroup()
        host.isLogPrompt = false
        let tokens = [host.sync(sync(leader)), host.sync(sync(follower))]
        host.completeFirstAppend(.failure(.notLeader))
        #expect(tokens.allSatisfy { host.synced($0)?.error == .notCoordinator })
        #expect(host.state == .preparingRebalance)
        host.isLogPrompt = true
        let again = [leader, follower].map { host.join(.consumer(member: $0.memberID)) }
        host.syncAll(again.compactMap { host.joined($0) })
        #expect(host.state == .stable)
        #expect(host.coordinator.describe("group").members.count == 2)
    }

    @Test func assignmentOfAGenerationThatIsOverIsDropped() throws {
        let (host, leader, follower) = try makeGroup()
        host.isLogPrompt = false
        let token = host.sync(sync(leader, [leader.memberID: ByteSlice("old")]))
        let join = host.join(.consumer(member: follower.memberID, topics: ["other"]))
        #expect(host.synced(token)?.error == .rebalanceInProgress)
        let leaderJoin = host.join(.consumer(member: leader.memberID))
        host.completeAppends()
        #expect(host.state == .completingRebalance)
        #expect(host.joined(join)?.generation == GenerationID(2))
        #expect(host.joined(leaderJoin)?.generation == GenerationID(2))
        #expect(host.coordinator.describe("group").members.allSatisfy { $0.assignment.isEmpty })
    }

    @Test func wrongMembersGenerationsAndProtocolsAreRefused() throws {
        let (host, leader, _) = try makeGroup()
        var request = sync(leader)
        request.memberID = "ghost"
        #expect(host.synced(host.sync(request))?.error == .unknownMemberID)
        request = sync(leader)
        request.generation = GenerationID(7)
        #expect(host.synced(host.sync(request))?.error == .illegalGeneration)
        request = sync(leader)
        request.protocolType = "connect"
        #expect(host.synced(host.sync(request))?.error == .inconsistentGroupProtocol)
        request = sync(leader)
        request.protocolName = "sticky"
        #expect(host.synced(host.sync(request))?.error == .inconsistentGroupProtocol)
        request.groupID = "none"
        #expect(host.synced(host.sync(request))?.error == .unknownMemberID)
        request.groupID = ""
        #expect(host.synced(host.sync(request))?.error == .invalidGroupID)
    }

    @Test func stableGroupRepeatsTheAssignment() throws {
        let (host, leader, follower) = try makeGroup()
        host.syncAll([leader, follower])
        #expect(host.synced(host.sync(sync(follower)))?.assignment.string == follower.memberID.rawValue)
    }

    @Test func syncDuringARebalanceSaysSo() throws {
        let (host, leader, follower) = try makeGroup()
        host.syncAll([leader, follower])
        _ = host.join(.consumer(member: leader.memberID))
        #expect(host.synced(host.sync(sync(follower)))?.error == .rebalanceInProgress)
    }

    @Test func membersThatNeverAskAreGivenUp() throws {
        let (host, leader, follower) = try makeGroup()
        let token = host.sync(sync(leader))
        #expect(host.synced(token)?.error == nil)
        for _ in 0..<12 {
            for member in [leader, follower] {
                _ = host.heartbeat(
                    .init(groupID: "group", memberID: member.memberID, generation: member.generation))
            }
            host.wait(.seconds(5))
        }
        #expect(host.state == .preparingRebalance)
        #expect(host.coordinator.describe("group").members.map(\.memberID) == [leader.memberID])
    }

    @Test func membersThatWaitForTheLeaderKeepTheirSessions() throws {
        let (host, leader, follower) = try makeGroup()
        let waiting = host.sync(sync(follower))
        for _ in 0..<4 {
            _ = host.heartbeat(.init(groupID: "group", memberID: leader.memberID, generation: leader.generation))
            host.wait(.seconds(5))
        }
        #expect(host.answers[waiting] == nil)
        _ = host.sync(sync(leader))
        #expect(host.synced(waiting)?.error == nil)
        // From the answer on the session counts again.
        host.wait(.seconds(10))
        #expect(host.coordinator.describe("group").members.isEmpty)
    }
}
