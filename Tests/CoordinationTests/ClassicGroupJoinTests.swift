import RecordFormat
import Testing

@testable import Coordination

@Suite struct ClassicGroupJoinTests {
    @Test func firstJoinGivesAMemberIDToJoinWith() throws {
        let host = try CoordinatorHarness()
        let result = try #require(host.joined(host.join(.consumer())))
        #expect(result.error == .memberIDRequired)
        #expect(result.memberID == "client-1")
        #expect(result.generation == .none)
        #expect(host.state == .empty)
    }

    @Test func memberIDIsGivenOnlyWhenTheGroupIsDurable() throws {
        let host = try CoordinatorHarness()
        host.isLogPrompt = false
        let token = host.join(.consumer())
        #expect(host.answers[token] == nil)
        #expect(host.unfinished.count == 1)
        host.completeAppends()
        #expect(host.joined(token)?.error == .memberIDRequired)
    }

    @Test(arguments: [
        (GroupAppendFailure.unavailable, GroupError.coordinatorNotAvailable), (.notLeader, .notCoordinator),
        (.tooLarge, .unknownServerError),
    ])
    func failedCreationLeavesNoGroupAndARetryWorks(failure: GroupAppendFailure, error: GroupError) throws {
        let host = try CoordinatorHarness()
        host.isLogPrompt = false
        let token = host.join(.consumer())
        host.completeFirstAppend(.failure(failure))
        #expect(host.joined(token)?.error == error)
        #expect(host.coordinator.listGroups().isEmpty)
        host.isLogPrompt = true
        #expect(host.formGroup(members: 1).count == 1)
        #expect(host.state == .stable)
    }

    @Test func generationWaitsForTheGroupToBeDurable() throws {
        var configuration = GroupCoordinatorConfiguration()
        configuration.initialRebalanceDelay = .zero
        let host = try CoordinatorHarness(configuration: configuration)
        host.isLogPrompt = false
        let token = host.join(.consumer(requiresKnownMemberID: false))
        #expect(host.answers[token] == nil)
        host.completeAppends()
        #expect(host.joined(token)?.generation == GenerationID(1))
    }

    @Test func failedCreationAnswersEveryoneWhoJoinedMeanwhile() throws {
        let host = try CoordinatorHarness()
        host.isLogPrompt = false
        let tokens = (0..<3).map { _ in host.join(.consumer(requiresKnownMemberID: false)) }
        host.completeFirstAppend(.failure(.unavailable))
        #expect(tokens.allSatisfy { host.joined($0)?.error == .coordinatorNotAvailable })
        #expect(host.coordinator.listGroups().isEmpty)
    }

    @Test func oldClientsJoinAtOnce() throws {
        let host = try CoordinatorHarness()
        let token = host.join(.consumer(requiresKnownMemberID: false))
        #expect(host.answers[token] == nil)
        #expect(host.state == .preparingRebalance)
        host.wait(.seconds(3))
        let result = try #require(host.joined(token))
        #expect(result.error == nil)
        #expect(result.generation == GenerationID(1))
        #expect(result.leader == result.memberID)
        #expect(result.members.map(\.memberID) == [result.memberID])
        #expect(host.state == .completingRebalance)
    }

    @Test func initialDelayGrowsWhileMembersComeUpToTheRebalanceTimeout() throws {
        let host = try CoordinatorHarness()
        let first = host.joinNew()
        host.wait(.seconds(2))
        let second = host.joinNew()
        host.wait(.seconds(2))
        #expect(host.answers[first.token] == nil)
        host.wait(.seconds(2))
        #expect(host.joined(first.token)?.members.count == 2)
        #expect(host.joined(second.token)?.members.isEmpty == true)
        #expect(host.joined(second.token)?.leader == first.id)
    }

    @Test func initialDelayEndsWithTheRebalanceTimeout() throws {
        let host = try CoordinatorHarness()
        let first = host.joinNew()
        for _ in 0..<32 {
            _ = host.joinNew()
            host.wait(.seconds(2))
        }
        // 60 seconds have passed, and members came in each delay.
        #expect(host.joined(first.token)?.error == nil)
        #expect(host.joined(first.token) != nil)
    }

    @Test func protocolIsElectedByVotes() throws {
        let host = try CoordinatorHarness()
        let tokens = [["range", "sticky"], ["sticky", "range"], ["sticky", "other", "range"]].map {
            host.joinNew(.consumer(protocols: $0)).token
        }
        host.wait(.seconds(12))
        #expect(tokens.allSatisfy { host.joined($0)?.protocolName == "sticky" })
    }

    @Test func memberWithoutACommonProtocolIsRefused() throws {
        let host = try CoordinatorHarness()
        _ = host.formGroup(protocols: ["range", "sticky"])
        #expect(host.joined(host.join(.consumer(protocols: ["other"])))?.error == .inconsistentGroupProtocol)
        #expect(host.joined(host.join(.consumer(protocolType: "connect")))?.error == .inconsistentGroupProtocol)
        #expect(host.state == .stable)
    }

    @Test func joinWithoutProtocolsMakesNoGroup() throws {
        let host = try CoordinatorHarness()
        #expect(host.joined(host.join(.consumer(protocols: [])))?.error == .inconsistentGroupProtocol)
        #expect(host.joined(host.join(.consumer(protocolType: "")))?.error == .inconsistentGroupProtocol)
        #expect(host.coordinator.listGroups().isEmpty)
        #expect(host.log.isEmpty)
    }

    @Test func anyProtocolTypeForms() throws {
        let host = try CoordinatorHarness()
        let member = host.joinNew(.consumer(protocols: ["sessioned"], protocolType: "connect"))
        host.wait(.seconds(3))
        #expect(host.joined(member.token)?.protocolType == "connect")
        #expect(host.coordinator.describe("group").protocolType == "connect")
    }

    @Test func unknownMembersAndEmptyGroupIDsAreRefused() throws {
        let host = try CoordinatorHarness()
        #expect(host.joined(host.join(.consumer(member: "ghost")))?.error == .unknownMemberID)
        #expect(host.joined(host.join(.consumer(group: "")))?.error == .invalidGroupID)
        _ = host.formGroup()
        #expect(host.joined(host.join(.consumer(member: "ghost")))?.error == .unknownMemberID)
    }

    @Test(arguments: [Duration.milliseconds(5999), .milliseconds(1_800_001)])
    func sessionTimeoutHasBounds(timeout: Duration) throws {
        let host = try CoordinatorHarness()
        var request = GroupJoin.consumer()
        request.sessionTimeout = timeout
        #expect(host.joined(host.join(request))?.error == .invalidSessionTimeout)
    }

    @Test func groupIsNoLargerThanItMayBe() throws {
        var configuration = GroupCoordinatorConfiguration()
        configuration.groupMaxSize = 2
        let host = try CoordinatorHarness(configuration: configuration)
        let members = host.formGroup(members: 2)
        #expect(host.joined(host.join(.consumer()))?.error == .groupMaxSizeReached)
        let again = members.map { host.join(.consumer(member: $0, topics: ["other"])) }
        #expect(again.allSatisfy { host.joined($0)?.error == nil })
    }

    @Test func newMemberStartsARebalanceThatWaitsForTheOthers() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup()
        let third = host.joinNew()
        #expect(host.state == .preparingRebalance)
        #expect(
            host.heartbeat(.init(groupID: "group", memberID: members[0], generation: GenerationID(1)))
                == .some(.rebalanceInProgress))
        let tokens = members.map { host.join(.consumer(member: $0)) }
        let results = (tokens + [third.token]).compactMap { host.joined($0) }
        #expect(results.count == 3)
        #expect(results.allSatisfy { $0.generation == GenerationID(2) && $0.leader == members[0] })
    }

    @Test func rebalanceGoesOnWithoutMembersThatDoNotJoin() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup()
        let third = host.joinNew()
        let token = host.join(.consumer(member: members[1]))
        // The first member keeps its session alive and does not join: the rebalance timeout ends the wait.
        for _ in 0..<12 {
            _ = host.heartbeat(.init(groupID: "group", memberID: members[0], generation: GenerationID(1)))
            host.wait(.seconds(5))
        }
        let result = try #require(host.joined(token))
        #expect(result.leader == members[1])
        #expect(result.members.map(\.memberID) == [members[1], third.id])
    }

    @Test func joiningAgainWithoutChangesDoesNotDisturb() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup()
        let follower = try #require(host.joined(host.join(.consumer(member: members[1]))))
        #expect(follower.generation == GenerationID(1) && follower.members.isEmpty)
        #expect(host.state == .stable)
        // The leader alone can ask for a rebalance without a change.
        #expect(host.answer(host.join(.consumer(member: members[0]))) == nil)
        #expect(host.state == .preparingRebalance)
    }

    @Test func changedMetadataStartsARebalance() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup()
        _ = host.join(.consumer(member: members[1], topics: ["other"]))
        #expect(host.state == .preparingRebalance)
    }

    @Test func lostJoinAnswerCanBeAskedForAgain() throws {
        let host = try CoordinatorHarness()
        let members = (0..<2).map { _ in host.joinNew() }
        host.wait(.seconds(6))
        let leader = try #require(host.joined(host.join(.consumer(member: members[0].id))))
        #expect(leader.generation == GenerationID(1) && leader.members.count == 2)
        #expect(host.state == .completingRebalance)
        _ = host.join(.consumer(member: members[1].id, topics: ["other"]))
        #expect(host.state == .preparingRebalance)
    }

    @Test func secondJoinOfAMemberSupersedesTheFirst() throws {
        let host = try CoordinatorHarness()
        let member = host.joinNew()
        let again = host.join(.consumer(member: member.id))
        #expect(host.joined(member.token)?.error == .rebalanceInProgress)
        host.wait(.seconds(6))
        #expect(host.joined(again)?.error == nil)
        #expect(host.joined(again)?.members.count == 1)
    }

    @Test func newMemberThatWaitsTooLongIsGivenUp() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup(members: 1)
        var request = GroupJoin.consumer()
        request.rebalanceTimeout = .seconds(3600)
        let waiting = host.joinNew(request)
        for _ in 0..<61 {
            _ = host.heartbeat(.init(groupID: "group", memberID: members[0], generation: GenerationID(1)))
            host.wait(.seconds(5))
        }
        #expect(host.joined(waiting.token)?.error == .unknownMemberID)
    }

    @Test func pendingMemberThatNeverJoinsDoesNotHoldUpTheGroup() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup(members: 1)
        _ = host.join(.consumer())
        let token = host.join(.consumer(member: members[0]))
        #expect(host.answers[token] == nil)
        host.wait(.seconds(10))
        #expect(host.joined(token)?.generation == GenerationID(2))
    }

    /// Compact strings of the protocol can be longer than the strings of records.
    @Test func namesThatNoRecordCanHoldAreRefused() throws {
        let host = try CoordinatorHarness()
        let long = String(repeating: "n", count: 32768)
        #expect(host.joined(host.join(.consumer(group: GroupID(long))))?.error == .invalidGroupID)
        #expect(host.joined(host.join(.consumer(instance: GroupInstanceID(long))))?.error == .unknownServerError)
        #expect(host.joined(host.join(.consumer(protocols: [long])))?.error == .unknownServerError)
        #expect(host.joined(host.join(.consumer(protocolType: long)))?.error == .unknownServerError)
        var request = GroupJoin.consumer()
        request.clientID = long
        #expect(host.joined(host.join(request))?.error == .unknownServerError)
        #expect(host.committed(host.commit(.one(1, group: GroupID(long))))?.error == .invalidGroupID)
        let partition = TopicPartition(long, 0)
        #expect(host.committed(host.commit(.one(1, partition: partition)))?.entries[0].error == .unknownServerError)
        #expect(host.coordinator.listGroups().isEmpty)
    }
}
