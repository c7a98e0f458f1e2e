import RecordFormat
import Testing

@testable import Coordination

/// Members of both protocols in one group, and groups that go over from one protocol to the other.
@Suite struct ConsumerGroupMigrationTests {
    private static func hosts(policy: ConsumerMigrationPolicy = .bidirectional) throws -> CoordinatorHarness {
        var configuration = GroupCoordinatorConfiguration()
        configuration.consumerMigrationPolicy = policy
        return try CoordinatorHarness.withTopics(configuration: configuration)
    }

    /// Forms a classic group of one member that reads all of topic `a`.
    private static func classicMember(of host: CoordinatorHarness) throws -> (id: MemberID, generation: GenerationID) {
        let member = host.joinNew(.consumer(topics: ["a"]))
        host.wait(.seconds(3))
        let joined = try #require(host.joined(member.token))
        let assignment = ConsumerSubscription.assignment(["a": [0, 1, 2, 3, 4, 5]], version: 0)
        _ = host.sync(
            GroupSync(
                groupID: "group", memberID: member.id, generation: joined.generation,
                assignments: [member.id: assignment]))
        return (member.id, joined.generation)
    }

    private static func partitions(_ result: GroupSyncResult?) -> Set<Int32>? {
        result.flatMap { ConsumerSubscription.partitions(inAssignment: $0.assignment)?["a"] }
    }

    private static func type(_ host: CoordinatorHarness) -> GroupListing.GroupType? {
        host.coordinator.listGroups().first?.groupType
    }

    @Test func memberIDThatFitsNoRecordIsRefused() throws {
        let host = try Self.hosts()
        host.joinConsumer("new")
        // Bytes that are no text become longer on the way to a record.
        let long = MemberID(String(repeating: "\u{FFFD}", count: 11_000))
        let refused = host.joined(host.join(.consumer(member: long, topics: ["a"])))
        #expect(refused?.error == .unknownServerError)
        #expect(host.coordinator.describeConsumerGroup("group")?.members.map(\.memberID) == ["new"])
    }

    @Test func classicGroupTakesInAMemberOfTheOtherProtocol() throws {
        let host = try Self.hosts()
        let classic = try Self.classicMember(of: host)
        _ = host.commit(.one(7, partition: TopicPartition("a", 0), member: classic.id, generation: 1))
        let joined = host.joinConsumer("new")
        #expect(joined.epoch == 2 && joined.assignment == PartitionAssignment())
        #expect(Self.type(host) == .consumer && host.offset(TopicPartition("a", 0)) == 7)
        #expect(host.consumerMember(classic.id)?.assigned == .a(0, 1, 2, 3, 4, 5))

        // The classic member hears of it, gives everything up, and joins again.
        let heartbeat = GroupHeartbeat(groupID: "group", memberID: classic.id, generation: classic.generation)
        #expect(host.heartbeat(heartbeat) == .some(.rebalanceInProgress))
        let stale = host.sync(GroupSync(groupID: "group", memberID: classic.id, generation: classic.generation))
        #expect(host.synced(stale)?.error == .rebalanceInProgress)
        let rejoined = try #require(host.joined(host.join(.consumer(member: classic.id, topics: ["a"]))))
        #expect(rejoined.generation == GenerationID(2) && rejoined.members.isEmpty && rejoined.leader == nil)
        #expect(rejoined.protocolName == "range")
        let synced = host.sync(GroupSync(groupID: "group", memberID: classic.id, generation: rejoined.generation))
        let own = try #require(Self.partitions(host.synced(synced)))
        let others = try #require(host.beat(.stay("new", epoch: 2)).assignment)
        #expect(own.count == 3 && others[CoordinatorHarness.topicA] == Set(0..<6).subtracting(own))
        #expect(
            host.coordinator.describeConsumerGroup("group")?.members.map(\.usesClassicProtocol).sorted { $0 && !$1 }
                == [true, false])
    }

    @Test func upgradeSurvivesARestart() throws {
        let host = try Self.hosts()
        _ = try Self.classicMember(of: host)
        host.joinConsumer("new")
        let state = host.consumerState()
        try host.restart()
        #expect(host.consumerState() == state && state?.members.count == 2)
    }

    @Test func failedUpgradeLeavesTheClassicGroup() throws {
        let host = try Self.hosts()
        let classic = try Self.classicMember(of: host)
        host.isLogPrompt = false
        let join = host.consumerHeartbeat(.join("new"))
        let heartbeat = GroupHeartbeat(groupID: "group", memberID: classic.id, generation: classic.generation)
        #expect(host.heartbeat(heartbeat) == .some(.coordinatorNotAvailable))
        host.completeFirstAppend(.failure(.unavailable))
        #expect(host.consumerAnswer(join)?.error == .coordinatorNotAvailable)
        #expect(host.state == .stable && host.heartbeat(heartbeat) == .some(nil))
        host.wait(.seconds(12))
        host.completeAppends()
        #expect(host.state == .empty)
    }

    @Test(arguments: [ConsumerMigrationPolicy.downgrade, .disabled])
    func policyKeepsClassicGroupsClassic(policy: ConsumerMigrationPolicy) throws {
        let host = try Self.hosts(policy: policy)
        _ = try Self.classicMember(of: host)
        #expect(host.joinConsumer("new").error == .groupIDNotFound)
        #expect(Self.type(host) == .classic)
        // A group without members goes over whatever the policy.
        host.wait(.seconds(12))
        #expect(host.joinConsumer("new").epoch == 1)
        #expect(Self.type(host) == .consumer)
    }

    @Test func groupsThatAreNoConsumersStayWhatTheyAre() throws {
        let host = try Self.hosts()
        let member = host.joinNew(.consumer(protocolType: "connect"))
        host.wait(.seconds(3))
        #expect(host.joined(member.token)?.error == nil)
        #expect(host.joinConsumer("new").error == .groupIDNotFound)
        #expect(host.beat(.stay("new", epoch: 1)).error == .groupIDNotFound)
    }

    @Test func lastMemberOfTheProtocolLeavesAClassicGroup() throws {
        let host = try Self.hosts()
        let classic = try Self.classicMember(of: host)
        host.joinConsumer("new")
        _ = host.commit(.one(3, partition: TopicPartition("a", 1), member: "new", generation: 2))
        #expect(host.beat(.stay("new", epoch: -1)).error == nil)
        #expect(host.state == .preparingRebalance && Self.type(host) == .classic)
        #expect(host.offset(TopicPartition("a", 1)) == 3)
        let joined = try #require(host.joined(host.join(.consumer(member: classic.id, topics: ["a"]))))
        #expect(joined.leader == classic.id && joined.members.count == 1)
        try host.restart()
        #expect(Self.type(host) == .classic && host.offset(TopicPartition("a", 1)) == 3)
    }

    @Test func silenceOfTheLastMemberOfTheProtocolDoesTheSame() throws {
        let host = try Self.hosts()
        let classic = try Self.classicMember(of: host)
        host.joinConsumer("new")
        var generation = GenerationID(2)
        _ = host.join(.consumer(member: classic.id, topics: ["a"]))
        for _ in 0..<9 {
            host.wait(.seconds(5))
            let beat = GroupHeartbeat(groupID: "group", memberID: classic.id, generation: generation)
            if host.heartbeat(beat) == .some(.rebalanceInProgress) {
                let again = host.joined(host.join(.consumer(member: classic.id, topics: ["a"])))
                generation = again?.generation ?? generation
            }
            _ = host.sync(GroupSync(groupID: "group", memberID: classic.id, generation: generation))
        }
        #expect(Self.type(host) == .classic)
    }

    @Test func policyKeepsConsumerGroupsConsumer() throws {
        let host = try Self.hosts(policy: .upgrade)
        _ = try Self.classicMember(of: host)
        host.joinConsumer("new")
        host.beat(.stay("new", epoch: -1))
        #expect(Self.type(host) == .consumer && host.consumerState()?.members.count == 1)
    }

    @Test func emptyConsumerGroupBecomesClassicWithItsFirstMember() throws {
        let host = try Self.hosts(policy: .disabled)
        host.joinConsumer("new")
        _ = host.commit(.one(3, partition: TopicPartition("a", 1), member: "new", generation: 1))
        host.beat(.stay("new", epoch: -1))
        let classic = try Self.classicMember(of: host)
        #expect(host.state == .stable && Self.type(host) == .classic && host.offset(TopicPartition("a", 1)) == 3)
        try host.restart()
        #expect(host.state == .stable && host.offset(TopicPartition("a", 1)) == 3)
        #expect(host.coordinator.describe("group").members.map(\.memberID) == [classic.id])
    }

    @Test func failedFirstJoinLeavesTheEmptyConsumerGroup() throws {
        let host = try Self.hosts()
        host.joinConsumer("new")
        host.beat(.stay("new", epoch: -1))
        host.isLogPrompt = false
        let token = host.join(.consumer(topics: ["a"]))
        host.completeFirstAppend(.failure(.unavailable))
        #expect(host.joined(token)?.error == .coordinatorNotAvailable)
        #expect(Self.type(host) == .consumer)
    }

    @Test func staticMemberChangesItsProtocolInPlace() throws {
        let host = try Self.hosts()
        host.joinConsumer("s1", instance: "i")
        host.joinConsumer("m2")
        // As a classic client now, and without a word before.
        let joined = try #require(host.joined(host.join(.consumer(instance: "i", topics: ["a"]))))
        #expect(joined.error == nil && host.consumerState()?.staticMember("i")?.usesClassicProtocol == true)
        // And back: a classic member says nothing either when it goes.
        #expect(host.joinConsumer("s3", instance: "i").error == nil)
        #expect(host.consumerState()?.staticMember("i")?.id == "s3")
    }

    @Test func lastOneToChangeItsProtocolLeavesAClassicGroupAsItIs() throws {
        let host = try Self.hosts()
        host.joinConsumer("s1", instance: "i")
        let joined = try #require(host.joined(host.join(.consumer(instance: "i", topics: ["a"]))))
        #expect(joined.generation == GenerationID(1) && Self.type(host) == .classic && host.state == .stable)
        let sync = GroupSync(
            groupID: "group", memberID: joined.memberID, instanceID: "i", generation: joined.generation)
        #expect(Self.partitions(host.synced(host.sync(sync))) == Set(0..<6))
    }

    // MARK: - Classic members in a consumer group

    @Test func cooperativeMemberKeepsWhatItCan() throws {
        let host = try Self.hosts()
        let classic = try Self.classicMember(of: host)
        host.joinConsumer("new")
        func join(owned: [Int32]) throws -> Set<Int32> {
            var request = GroupJoin.consumer(member: classic.id, topics: ["a"])
            request.protocols = [GroupProtocol(name: "range", metadata: Self.subscription(owned: owned))]
            let joined = try #require(host.joined(host.join(request)))
            let sync = host.sync(
                GroupSync(groupID: "group", memberID: classic.id, generation: joined.generation))
            return try #require(Self.partitions(host.synced(sync)))
        }
        // It joins with all that it has, learns what it keeps, and joins again without the rest.
        let kept = try join(owned: [0, 1, 2, 3, 4, 5])
        #expect(kept.count == 3 && host.consumerMember(classic.id)?.state == .unrevokedPartitions)
        #expect(host.beat(.stay("new", epoch: 2)).assignment == nil)
        let beat = GroupHeartbeat(groupID: "group", memberID: classic.id, generation: GenerationID(1))
        #expect(host.heartbeat(beat) == .some(.rebalanceInProgress))
        #expect(try join(owned: kept.sorted()) == kept)
        #expect(host.beat(.stay("new", epoch: 2)).assignment?.count == 3)
    }

    @Test func classicMemberThatMissedItsAssignmentJoinsAgainAndReadsIt() throws {
        let host = try Self.hosts()
        host.joinConsumer("new")
        var client = SimulatedConsumer(name: "old", instance: "i", kind: .classic, topics: ["a"])
        client.start(at: .start)
        func join() throws -> GroupSync {
            let joined = try #require(host.joined(host.join(client.join)))
            client.member = joined.memberID
            client.epoch = joined.generation.rawValue
            return GroupSync(
                groupID: "group", memberID: joined.memberID, instanceID: "i", generation: joined.generation)
        }
        client.waiting = .sync(host.sync(try join()))
        host.beat(.stay("new", epoch: 1, owned: .a(0, 1, 2, 3, 4, 5)))
        _ = host.settleJoined(["new"])

        // For the group it has its assignment, whose answer it never hears: only a join brings it another.
        let (member, epoch) = (client.member, try #require(client.epoch))
        client.giveUpRequest()
        #expect(client.epoch == nil && client.member == member)
        let again = try join()
        #expect(again.memberID == member && again.generation.rawValue >= epoch)
        #expect(Self.partitions(host.synced(host.sync(again))) == [3, 4, 5])
        #expect(host.consumerMember("new")?.assigned == .a(0, 1, 2))
    }

    private static func subscription(owned: [Int32]) -> ByteSlice {
        var writer = RecordFieldWriter(version: 1)
        writer.count(1)
        writer.string("a")
        writer.integer(Int32(-1))
        writer.count(1)
        writer.string("a")
        writer.count(owned.count)
        for partition in owned { writer.integer(partition) }
        return writer.finish()
    }

    @Test func classicMemberThatDoesNotJoinAgainOrSyncIsOut() throws {
        let host = try Self.hosts()
        var classic = try Self.classicMember(of: host)
        host.joinConsumer("new")
        func live(_ seconds: Int) {
            for _ in 0..<seconds / 5 {
                host.wait(.seconds(5))
                let beat = GroupHeartbeat(groupID: "group", memberID: classic.id, generation: classic.generation)
                _ = host.heartbeat(beat)
                _ = host.settleJoined(["new"])
            }
        }
        live(60)
        #expect(host.consumerMember(classic.id) != nil)
        live(10)
        #expect(host.consumerMember(classic.id) == nil)

        let second = host.joinNew(.consumer(topics: ["a"]))
        classic = (second.id, host.joined(second.token)?.generation ?? .none)
        live(55)
        #expect(host.consumerMember(second.id) != nil)
        live(10)
        #expect(host.consumerMember(second.id) == nil)
    }

    @Test func classicRequestsOfAConsumerGroupAreChecked() throws {
        let host = try Self.hosts()
        let classic = try Self.classicMember(of: host)
        host.joinConsumer("new")
        func beat(_ id: MemberID, _ generation: Int32, _ instance: GroupInstanceID? = nil) -> GroupError?? {
            host.heartbeat(
                GroupHeartbeat(
                    groupID: "group", memberID: id, instanceID: instance, generation: GenerationID(generation)))
        }
        #expect(beat("none", 1) == .some(.unknownMemberID))
        #expect(beat("new", 2) == .some(.unknownMemberID))
        #expect(beat(classic.id, 9) == .some(.illegalGeneration))
        #expect(beat(classic.id, 1, "nobody") == .some(.unknownMemberID))
        let inconsistent = host.join(.consumer(member: classic.id, protocols: ["range"], protocolType: "connect"))
        #expect(host.joined(inconsistent)?.error == .inconsistentGroupProtocol)
        let stranger = host.join(.consumer(protocols: ["mine"], topics: ["a"]))
        #expect(host.joined(stranger)?.error == .inconsistentGroupProtocol)
        let leave = host.leave(
            GroupLeave(groupID: "group", members: [.init(memberID: "new"), .init(memberID: classic.id)]))
        #expect(host.left(leave)?.members.map(\.error) == [.unknownMemberID, nil])
        #expect(host.consumerState()?.members.keys.sorted() == ["new"])
    }
}
