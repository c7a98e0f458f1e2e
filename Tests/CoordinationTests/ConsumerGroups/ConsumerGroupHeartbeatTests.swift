import RecordFormat
import Testing

@testable import Coordination

@Suite struct ConsumerGroupHeartbeatTests {
    @Test func firstMemberGetsEverything() throws {
        let host = try CoordinatorHarness.withTopics()
        let result = host.joinConsumer("m1")
        #expect(
            result
                == ConsumerHeartbeatResult(
                    memberID: "m1", epoch: 1, heartbeatInterval: .seconds(5), assignment: .a(0, 1, 2, 3, 4, 5)))
        #expect(host.coordinator.describeConsumerGroup("group")?.state == "Stable")
        // Nothing changed: nothing is said, and nothing is written.
        let length = host.log.count
        #expect(host.beat(.stay("m1", epoch: 1)).assignment == nil)
        #expect(host.log.count == length)
    }

    @Test func answersWaitForTheLogAndShowNothingBefore() throws {
        let host = try CoordinatorHarness.withTopics()
        host.isLogPrompt = false
        let join = host.consumerHeartbeat(.join("m1"))
        #expect(host.consumerAnswer(join) == nil)
        #expect(host.coordinator.listGroups().isEmpty)
        // A heartbeat that changes nothing rests on what came before.
        let again = host.consumerHeartbeat(.stay("m1", epoch: 1))
        let other = host.consumerHeartbeat(.join("m2"))
        #expect(host.unfinished.count == 1)
        host.completeFirstAppend()
        #expect(host.consumerAnswer(join)?.error == nil && host.consumerAnswer(join)?.epoch == 1)
        #expect(host.consumerAnswer(again)?.epoch == 1 && host.consumerAnswer(other) == nil)
        host.completeFirstAppend()
        #expect(host.consumerAnswer(other)?.epoch == 2)
    }

    @Test func failedAppendUndoesWhatRestedOnIt() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        host.isLogPrompt = false
        let before = host.consumerState()
        let tokens = [host.consumerHeartbeat(.join("m2")), host.consumerHeartbeat(.join("m3"))]
        host.completeFirstAppend(.failure(.unavailable))
        #expect(tokens.allSatisfy { host.consumerAnswer($0)?.error == .coordinatorNotAvailable })
        #expect(host.consumerState() == before && host.unfinished.isEmpty)
        // The members are watched as before.
        host.isLogPrompt = true
        host.wait(.seconds(50))
        #expect(host.consumerState()?.members.isEmpty == true)
    }

    // MARK: - Reconciliation, step by step

    @Test func partitionsMoveWhenTheirOwnerHasGivenThemUp() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        // The second member waits for what the first has.
        let second = host.joinConsumer("m2")
        #expect(second.epoch == 2 && second.assignment == PartitionAssignment())
        #expect(host.consumerMember("m2")?.state == .unreleasedPartitions)
        #expect(host.coordinator.describeConsumerGroup("group")?.state == "Reconciling")

        // The first is told what it keeps, and stays in its epoch until the rest is given up.
        let told = host.beat(.stay("m1", epoch: 1))
        #expect(told.epoch == 1 && told.assignment == .a(0, 1, 2))
        #expect(host.consumerMember("m1")?.state == .unrevokedPartitions)
        #expect(host.consumerMember("m1")?.pendingRevocation == .a(3, 4, 5))
        #expect(host.beat(.stay("m2", epoch: 2)).assignment == nil)
        #expect(host.beat(.stay("m1", epoch: 1)).epoch == 1)
        #expect(host.beat(.stay("m1", epoch: 1, owned: .a(0, 1, 2, 5))).epoch == 1)

        let given = host.beat(.stay("m1", epoch: 1, owned: .a(0, 1, 2)))
        #expect(given.epoch == 2 && given.assignment == nil)
        #expect(host.consumerMember("m1")?.state == .stable)
        let got = host.beat(.stay("m2", epoch: 2))
        #expect(got.epoch == 2 && got.assignment == .a(3, 4, 5))
        #expect(host.consumerState()?.phase == .stable)
    }

    @Test func assignmentThatIsOnItsWayIntoTheMembersHandsIsNotGivenUp() throws {
        let host = try CoordinatorHarness.withTopics()
        #expect(host.joinConsumer("m1").assignment == .a(0, 1, 2, 3, 4, 5))
        host.joinConsumer("m2")
        // The first says all of itself once more, and has not taken in yet what it was told.
        let told = host.beat(.stay("m1", epoch: 1, owned: PartitionAssignment()))
        #expect(told.epoch == 1 && told.assignment == .a(0, 1, 2))
        #expect(host.beat(.stay("m2", epoch: 2)).assignment == nil)
        // It took in the one, and then the other.
        #expect(host.beat(.stay("m1", epoch: 1, owned: .a(0, 1, 2, 3, 4, 5))).epoch == 1)
        #expect(host.beat(.stay("m2", epoch: 2)).assignment == nil)
        #expect(host.beat(.stay("m1", epoch: 1, owned: .a(0, 1, 2))).epoch == 2)
        #expect(host.beat(.stay("m2", epoch: 2)).assignment == .a(3, 4, 5))
    }

    @Test func memberOnItsWayToMoreThanItSaysIsToldWhatItKeeps() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        host.joinConsumer("m2")
        let told = host.beat(.stay("m1", epoch: 1, owned: .a(0)))
        #expect(told.epoch == 1 && told.assignment == .a(0, 1, 2))
        #expect(host.beat(.stay("m2", epoch: 2)).assignment == nil)
        #expect(host.beat(.stay("m1", epoch: 1, owned: .a(0, 1, 2, 3))).epoch == 1)
        #expect(host.beat(.stay("m1", epoch: 1, owned: .a(0, 1, 2))).epoch == 2)
        #expect(host.beat(.stay("m2", epoch: 2)).assignment == .a(3, 4, 5))
    }

    @Test func memberThatStillHasNothingWhenItWasToldWhatItKeepsIsBelieved() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        host.joinConsumer("m2")
        #expect(host.beat(.stay("m1", epoch: 1, owned: PartitionAssignment())).assignment == .a(0, 1, 2))
        #expect(host.beat(.stay("m1", epoch: 1, owned: PartitionAssignment())).epoch == 2)
        #expect(host.beat(.stay("m2", epoch: 2)).assignment == .a(3, 4, 5))
    }

    @Test func memberThatHasNothingAndKeepsNothingIsNotAsked() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        var other = ConsumerHeartbeat.stay("m1", epoch: 1, owned: PartitionAssignment())
        other.topicNames = ["b"]
        let told = host.beat(other)
        #expect(told.epoch == 2 && told.assignment == PartitionAssignment([CoordinatorHarness.topicB: [0, 1]]))
    }

    @Test func memberThatJoinsAgainHasGivenUpWhatItDoesNotKeep() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        host.joinConsumer("m2")
        let told = host.joinConsumer("m1")
        #expect(told.epoch == 2 && told.assignment == .a(0, 1, 2))
        #expect(host.beat(.stay("m2", epoch: 2)).assignment == .a(3, 4, 5))
    }

    @Test func memberThatHasJustWhatItKeepsHasNothingToAcknowledge() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        host.joinConsumer("m2")
        let told = host.beat(.stay("m1", epoch: 1, owned: .a(0, 1, 2)))
        #expect(told.epoch == 2 && told.assignment == .a(0, 1, 2))
        #expect(host.beat(.stay("m2", epoch: 2)).assignment == .a(3, 4, 5))
    }

    @Test func partitionsOfOneThatLeavesAreFree() throws {
        let host = try CoordinatorHarness.withTopics()
        _ = host.settle(["m1", "m2"])
        #expect(host.beat(.stay("m2", epoch: -1)) == ConsumerHeartbeatResult(memberID: "m2", epoch: -1))
        #expect(host.consumerState()?.phase == .assigning)
        let result = host.beat(.stay("m1", epoch: 2))
        #expect(result.epoch == 3 && result.assignment == .a(0, 1, 2, 3, 4, 5))
        #expect(host.beat(.stay("m2", epoch: 2)).error == .unknownMemberID)
    }

    @Test func memberThatDoesNotGiveUpInTimeIsOut() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        host.joinConsumer("m2")
        host.beat(.stay("m1", epoch: 1))
        for _ in 0..<3 {
            host.wait(.seconds(9))
            #expect(host.beat(.stay("m1", epoch: 1)).error == nil)
            host.beat(.stay("m2", epoch: 2))
        }
        host.wait(.seconds(4))
        #expect(host.beat(.stay("m1", epoch: 1)).error == .unknownMemberID)
        #expect(host.beat(.stay("m2", epoch: 2)).assignment == .a(0, 1, 2, 3, 4, 5))
    }

    @Test func silentMemberIsOutAfterItsSession() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        host.wait(.seconds(44))
        #expect(host.beat(.stay("m1", epoch: 1)).error == nil)
        host.wait(.seconds(44))
        #expect(host.consumerState()?.members.count == 1)
        host.wait(.seconds(1))
        #expect(host.consumerState()?.phase == .empty && host.consumerState()?.groupEpoch == 2)
    }

    // MARK: - Epochs

    @Test func wrongEpochsAreFencedAndALostAnswerIsNot() throws {
        let host = try CoordinatorHarness.withTopics()
        _ = host.settle(["m1", "m2"])
        #expect(host.beat(.stay("m1", epoch: 3)).error == .fencedMemberEpoch)
        #expect(host.beat(.stay("m1", epoch: 1)).error == .fencedMemberEpoch)
        #expect(host.beat(.stay("m1", epoch: 1, owned: .a(0, 5))).error == .fencedMemberEpoch)
        #expect(host.beat(.stay("m1", epoch: 1, owned: .a(0))).epoch == 2)
        // Fenced, a member gives up all and joins again by its own name.
        #expect(host.joinConsumer("m1").assignment == .a(0, 1, 2))
        #expect(host.beat(.stay("none", epoch: 1)).error == .unknownMemberID)
        var elsewhere = ConsumerHeartbeat.stay("m1", epoch: 1)
        elsewhere.groupID = "none"
        #expect(host.beat(elsewhere).error == .groupIDNotFound)
    }

    @Test func requestsThatMakeNoSenseAreRefused() throws {
        let host = try CoordinatorHarness.withTopics()
        func refusal(_ id: MemberID = "m1", _ change: (inout ConsumerHeartbeat) -> Void) -> GroupError? {
            var request = ConsumerHeartbeat.join(id)
            change(&request)
            return host.beat(request).error
        }
        #expect(refusal { $0.groupID = "" } == .invalidRequest)
        #expect(refusal { $0.instanceID = "" } == .invalidRequest)
        #expect(refusal { $0.rackID = " " } == .invalidRequest)
        #expect(refusal("") { _ in } == .invalidRequest)
        #expect(refusal { $0.rebalanceTimeoutMs = -1 } == .invalidRequest)
        #expect(refusal { $0.owned = nil } == .invalidRequest)
        #expect(refusal { $0.owned = .a(1) } == .invalidRequest)
        #expect(refusal { $0.topicNames = nil } == .invalidRequest)
        #expect(refusal { $0.epoch = -3 } == .invalidRequest)
        #expect(refusal { $0.epoch = -2 } == .invalidRequest)
        #expect(refusal { $0.serverAssignor = "mine" } == .unsupportedAssignor)
        #expect(refusal { $0.expression = "a(" } == .invalidRegularExpression)
        #expect(host.coordinator.groups.isEmpty)
        // Before version 1 the coordinator made up the names.
        var old = ConsumerHeartbeat.join("")
        old.requiresMemberID = false
        #expect(host.beat(old).memberID?.isUnknown == false)
    }

    @Test func fullGroupTakesNobodyIn() throws {
        var configuration = GroupCoordinatorConfiguration()
        configuration.consumerGroupMaxSize = 1
        let host = try CoordinatorHarness.withTopics(configuration: configuration)
        host.joinConsumer("m1")
        #expect(host.joinConsumer("m2").error == .groupMaxSizeReached)
        #expect(host.beat(.stay("m1", epoch: 1)).error == nil)
    }

    @Test func settingsOfAGroupHoldWithinTheirBounds() throws {
        let host = try CoordinatorHarness.withTopics()
        host.setOverrides(ConsumerGroupOverrides(sessionTimeout: .seconds(50), heartbeatInterval: .seconds(60)))
        #expect(host.joinConsumer("m1").heartbeatInterval == .seconds(15))
        host.wait(.seconds(49))
        #expect(host.consumerState()?.members.count == 1)
        host.wait(.seconds(1))
        #expect(host.consumerState()?.members.isEmpty == true)
    }

    // MARK: - Topics

    @Test func newPartitionsAndDeletedTopicsAreSeenWithTheNextHeartbeat() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1", topics: ["a", "later"])
        host.setTopic("a", CatalogedTopic(id: CoordinatorHarness.topicA, partitionCount: 7))
        let grown = host.beat(.stay("m1", epoch: 1))
        #expect(grown.epoch == 2 && grown.assignment == .a(0, 1, 2, 3, 4, 5, 6))
        let later = TopicID(high: 2, low: 2)
        host.setTopic("later", CatalogedTopic(id: later, partitionCount: 1))
        #expect(host.beat(.stay("m1", epoch: 2)).assignment?[later] == [0])
        host.setTopic("a", nil)
        let shrunk = host.beat(.stay("m1", epoch: 3))
        #expect(shrunk.epoch == 3 && shrunk.assignment == PartitionAssignment([later: [0]]))
        #expect(host.beat(.stay("m1", epoch: 3, owned: PartitionAssignment([later: [0]]))).epoch == 4)
        // A topic that nobody wants changes nothing.
        host.setTopic("other", CatalogedTopic(id: TopicID(high: 3, low: 3), partitionCount: 1))
        #expect(host.beat(.stay("m1", epoch: 4)).epoch == 4)
    }

    @Test func changedSubscriptionStartsAnEpoch() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("m1")
        var request = ConsumerHeartbeat.stay("m1", epoch: 1, owned: PartitionAssignment())
        request.topicNames = ["b"]
        let result = host.beat(request)
        #expect(result.epoch == 2 && result.assignment == PartitionAssignment([CoordinatorHarness.topicB: [0, 1]]))
    }

    @Test func expressionsFollowTheTopics() throws {
        let host = try CoordinatorHarness.withTopics()
        let joined = host.beat(.join("m1", topics: nil, expression: "[ac]"))
        #expect(joined.assignment == .a(0, 1, 2, 3, 4, 5))
        let added = TopicID(high: 2, low: 3)
        host.setTopic("c", CatalogedTopic(id: added, partitionCount: 1))
        #expect(host.beat(.stay("m1", epoch: 1)).assignment?[added] == [0])
        #expect(host.coordinator.describeConsumerGroup("group")?.members.first?.expression == "[ac]")
        #expect(host.consumerState()?.expressions["[ac]"]?.topics == ["a", "c"])
        // An empty expression is none any more.
        var request = ConsumerHeartbeat.stay("m1", epoch: 2, owned: PartitionAssignment())
        request.expression = ""
        request.topicNames = ["b"]
        #expect(host.beat(request).assignment?.partitions.keys.map { $0 } == [CoordinatorHarness.topicB])
        #expect(host.consumerState()?.expressions.isEmpty == true)
    }

    @Test func expressionThatTakesTooLongIsRefused() throws {
        let host = try CoordinatorHarness.withTopics()
        // At thousands of places at once, whatever the name.
        let costly = "((.?){1000}){3}"
        #expect(try TopicPattern(costly).matches("a"))
        for number in 0..<200 {
            let topic = CatalogedTopic(id: TopicID(high: 9, low: UInt64(number)), partitionCount: 1)
            host.setTopic(String(repeating: "t", count: 100) + "\(number)", topic)
        }
        #expect(host.beat(.join("m1", topics: nil, expression: costly)).error == .invalidRegularExpression)
        #expect(host.beat(.join("m1", topics: nil, expression: "t+[0-9]+")).error == nil)
        #expect(host.consumerState()?.expressions["t+[0-9]+"]?.topics.count == 200)
    }

    @Test func expressionsShowNoTopicsThatTheMemberMustNotSee() throws {
        let host = try CoordinatorHarness.withTopics()
        let token = host.consumerHeartbeat(.join("m1", topics: nil, expression: ".*")) { $0 != "b" }
        #expect(host.consumerAnswer(token)?.assignment == .a(0, 1, 2, 3, 4, 5))
    }

    @Test func mostMembersChooseTheAssignor() throws {
        let host = try CoordinatorHarness.withTopics()
        for (id, assignor) in [("m1", "range"), ("m2", "range"), ("m3", "uniform")] {
            var request = ConsumerHeartbeat.join(MemberID(id))
            request.serverAssignor = assignor
            host.beat(request)
        }
        #expect(host.coordinator.describeConsumerGroup("group")?.assignor == "range")
    }

    // MARK: - Static members

    @Test func staticMemberComesBackToWhatItHad() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("s1", instance: "i")
        host.joinConsumer("m2")
        host.beat(.stay("s1", epoch: 1, owned: .a(0, 1, 2), instance: "i"))
        host.beat(.stay("m2", epoch: 2))
        // While it is there nobody takes its place.
        #expect(host.joinConsumer("s2", instance: "i").error == .unreleasedInstanceID)
        #expect(host.beat(.stay("s1", epoch: -2, instance: "i")).epoch == -2)
        #expect(host.beat(.stay("m2", epoch: 2)).assignment == nil)
        let back = host.joinConsumer("s2", instance: "i")
        #expect(back.epoch == 2 && back.assignment == .a(0, 1, 2))
        #expect(host.consumerState()?.groupEpoch == 2)
        #expect(host.beat(.stay("s1", epoch: 2, instance: "i")).error == .fencedInstanceID)
        #expect(host.beat(.stay("s3", epoch: 2, instance: "j")).error == .unknownMemberID)
        #expect(host.beat(.stay("s1", epoch: -1, instance: "i")).error == .fencedInstanceID)
        #expect(host.beat(.stay("s2", epoch: -1, instance: "i")).error == nil)
        #expect(host.consumerState()?.members.keys.sorted() == ["m2"])
    }

    @Test func staticMemberThatStaysAwayIsOutAfterItsSession() throws {
        let host = try CoordinatorHarness.withTopics()
        host.joinConsumer("s1", instance: "i")
        host.beat(.stay("s1", epoch: -2, instance: "i"))
        host.wait(.seconds(44))
        #expect(host.consumerState()?.members.count == 1)
        host.wait(.seconds(1))
        #expect(host.consumerState()?.members.isEmpty == true)
        #expect(host.joinConsumer("s2", instance: "i").error == nil)
    }
}
