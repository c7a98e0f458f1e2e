import RecordFormat
import Testing

@testable import Coordination

/// Whoever waits for records that replicas do not get is told so after a while; the records stay on their way.
@Suite struct GroupPatienceTests {
    /// A host whose log ends no append before a test says so.
    private func makeHost() throws -> CoordinatorHarness {
        let host = try CoordinatorHarness.withTopics()
        host.isLogPrompt = false
        return host
    }

    private let partition = TopicPartition("topic", 0)

    @Test func offsetCommitIsAnsweredWhenItsTimeIsOver() throws {
        let host = try makeHost()
        let token = host.commit(.one(7))
        host.wait(.milliseconds(4_999))
        #expect(host.answers[token] == nil)
        host.wait(.milliseconds(1))
        #expect(host.committed(token)?.error == .coordinatorNotAvailable)
        #expect(host.committed(token)?.entries.map(\.error) == [.coordinatorNotAvailable])
        // It is still on its way: not seen yet, and not undone either.
        #expect(host.offset(partition) == nil && host.unfinished.count == 1)
        host.completeAppends()
        #expect(host.offset(partition) == 7)
    }

    @Test func eachCommitHasTheWholeTimeAndTheOrderStays() throws {
        let host = try makeHost()
        let first = host.commit(.one(1))
        host.wait(.seconds(3))
        let second = host.commit(.one(2))
        host.wait(.seconds(2))
        #expect(host.committed(first)?.error == .coordinatorNotAvailable && host.answers[second] == nil)
        host.completeAppends()
        #expect(host.committed(second)?.error == nil && host.offset(partition) == 2)
        // Nobody waits any more, and no timer is set for anyone.
        host.wait(.seconds(60))
        #expect(host.coordinator.pendingAppends.isEmpty)
    }

    @Test func appendThatFailsLateIsNotAnsweredAgain() throws {
        let host = try makeHost()
        let token = host.commit(.one(7))
        host.wait(.seconds(20))
        #expect(host.committed(token)?.error == .coordinatorNotAvailable)
        host.completeFirstAppend(.failure(.notLeader))
        #expect(host.offset(partition) == nil && host.coordinator.groups.isEmpty)
    }

    @Test func deletionsAndDeparturesAreAnsweredToo() throws {
        let host = try makeHost()
        host.isLogPrompt = true
        let member = host.formGroup(members: 1)[0]
        #expect(host.committed(host.commit(.one(1, member: member, generation: 1)))?.error == nil)
        host.isLogPrompt = false
        let leave = host.leave(GroupLeave(groupID: "group", members: [.init(memberID: member)]))
        host.wait(.seconds(5))
        #expect(host.left(leave)?.error == .coordinatorNotAvailable && host.state == .empty)
        let deletion = host.deleteGroup()
        host.wait(.seconds(5))
        #expect(host.answers[deletion] == .deleteGroup(.coordinatorNotAvailable))
        host.completeAppends()
        #expect(host.coordinator.groups.isEmpty)
    }

    // MARK: - Members of the classic protocol

    @Test func memberOfANewGroupJoinsAgainWhileTheGroupIsStored() throws {
        let host = try makeHost()
        let first = host.join(.consumer())
        let other = host.join(.consumer(requiresKnownMemberID: false))
        host.wait(.seconds(5))
        #expect(host.joined(first)?.error == .coordinatorNotAvailable && host.joined(first)?.memberID == .unknown)
        #expect(host.joined(other)?.error == .coordinatorNotAvailable)
        // The group's first record is on its way once, and who comes again waits for it as before.
        let again = host.join(.consumer(requiresKnownMemberID: false))
        host.wait(.seconds(4))
        #expect(host.answers[again] == nil && host.unfinished.count == 1)
        host.completeAppends()
        host.wait(.seconds(2))
        let result = try #require(host.joined(again))
        #expect(result.error == nil && result.generation == GenerationID(1) && result.members.count == 1)
        #expect(host.coordinator.describe("group").members.count == 1)
    }

    @Test func membersThatAskAgainGetTheAssignmentThatWasOnItsWay() throws {
        let host = try makeHost()
        host.isLogPrompt = true
        let members = (0..<2).map { _ in host.joinNew() }
        host.wait(.seconds(6))
        let results = members.compactMap { host.joined($0.token) }
        host.isLogPrompt = false
        let tokens = host.syncAll(results)
        host.wait(.seconds(5))
        #expect(tokens.allSatisfy { host.synced($0)?.error == .coordinatorNotAvailable })
        #expect(host.state == .completingRebalance && host.unfinished.count == 1)
        // They look for the coordinator and join again, which is no new round, and the leader assigns anew.
        for member in results {
            let token = host.join(.consumer(member: member.memberID))
            #expect(host.joined(token)?.error == nil && host.joined(token)?.generation == member.generation)
        }
        let leader = try #require(results.first { $0.leader == $0.memberID })
        let retried = host.sync(
            GroupSync(
                groupID: "group", memberID: leader.memberID, generation: leader.generation,
                assignments: [leader.memberID: ByteSlice("another")]))
        #expect(host.unfinished.count == 1 && host.answers[retried] == nil)
        host.completeAppends()
        #expect(host.state == .stable && host.synced(retried)?.assignment.string == leader.memberID.rawValue)
    }

    @Test func staticMemberThatComesBackTwiceHasOnePlace() throws {
        let host = try makeHost()
        host.isLogPrompt = true
        let formed = host.join(.consumer(instance: "a"))
        host.wait(.seconds(6))
        host.syncAll([try #require(host.joined(formed))])
        host.isLogPrompt = false
        let first = host.join(.consumer(instance: "a"))
        host.wait(.seconds(5))
        #expect(host.joined(first)?.error == .coordinatorNotAvailable && host.joined(first)?.memberID == .unknown)
        let second = host.join(.consumer(instance: "a"))
        #expect(host.unfinished.count == 2)
        host.completeFirstAppend()
        #expect(host.answers[second] == nil)
        host.completeFirstAppend()
        let result = try #require(host.joined(second))
        #expect(result.error == nil && result.generation == GenerationID(1) && host.state == .stable)
        #expect(host.coordinator.describe("group").members.map(\.memberID) == [result.memberID])
    }

    // MARK: - Members of the other protocols

    @Test func heartbeatsOfConsumersAreAnsweredAndTheirEventsStay() throws {
        let host = try makeHost()
        let join = host.consumerHeartbeat(.join("m1"))
        host.wait(.seconds(3))
        // It shares the next append, and with it the end of the wait for the one before.
        let other = host.consumerHeartbeat(.join("m2"))
        host.wait(.seconds(2))
        #expect(host.consumerAnswer(join)?.error == .coordinatorNotAvailable)
        #expect(host.consumerAnswer(other)?.error == .coordinatorNotAvailable)
        let again = host.consumerHeartbeat(.join("m1"))
        host.completeAppends()
        #expect(host.consumerAnswer(again)?.error == nil && host.consumerState()?.members.count == 2)
        #expect(host.coordinator.describeConsumerGroup("group")?.members.count == 2)
    }

    @Test func groupGoesOverWhileItsMemberHasBeenSentAway() throws {
        let host = try makeHost()
        host.isLogPrompt = true
        let member = host.joinNew(.consumer(topics: ["a"]))
        host.wait(.seconds(3))
        let generation = try #require(host.joined(member.token)).generation
        let assignment = ConsumerSubscription.assignment(["a": [0, 1, 2, 3, 4, 5]], version: 0)
        _ = host.sync(
            GroupSync(
                groupID: "group", memberID: member.id, generation: generation, assignments: [member.id: assignment]))
        host.isLogPrompt = false
        let upgrade = host.consumerHeartbeat(.join("m1"))
        host.wait(.seconds(5))
        #expect(host.consumerAnswer(upgrade)?.error == .coordinatorNotAvailable)
        #expect(host.coordinator.groups["group"]?.isConverting == true)
        host.completeAppends()
        #expect(host.consumerState()?.members.keys.sorted() == [member.id, "m1"].sorted())
    }

    @Test func heartbeatsOfShareGroupsAreAnswered() throws {
        let host = try makeHost()
        let token = host.shareHeartbeat(
            ShareHeartbeat(
                groupID: "group", memberID: "m1", epoch: 0, rackID: nil, topicNames: ["a"], clientID: "client",
                clientHost: "/127.0.0.1"))
        host.wait(.seconds(5))
        guard case .shareHeartbeat(let result) = host.answers[token] else { throw GroupError.unknownServerError }
        #expect(result.error == .coordinatorNotAvailable)
        host.completeAppends()
        #expect(host.coordinator.describeShareGroup("group")?.members.map(\.memberID) == ["m1"])
    }
}
