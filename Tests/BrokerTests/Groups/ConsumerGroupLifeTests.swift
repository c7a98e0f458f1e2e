import Coordination
import KafkaProtocol
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

/// Groups of the consumer protocol as their clients see them (KIP-848).
@Suite struct ConsumerGroupLifeTests {
    /// One member that sends heartbeats as consumers do.
    struct Member {
        let client: TestConnection
        let id: String
        var epoch: Int32 = 0
        var instance: String?
        var assignment: [TopicID: [Int32]] = [:]

        init(_ id: String, _ server: TestBroker, instance: String? = nil) async throws {
            client = try await server.connect()
            self.id = id
            self.instance = instance
        }

        /// Sends a heartbeat; one that joins says what it wants, later ones what they have.
        @discardableResult mutating func beat(
            topics: [String]? = nil, expression: String? = nil, epoch: Int32? = nil, assignor: String? = nil
        ) async throws -> ConsumerGroupHeartbeatResponse {
            var request = ConsumerGroupHeartbeatRequest(
                groupID: "g", memberID: id, memberEpoch: epoch ?? self.epoch, instanceID: instance)
            request.subscribedTopicNames = topics
            request.subscribedTopicRegex = expression
            request.serverAssignor = assignor
            request.topicPartitions = assignment.map { .init(topicID: $0.key, partitions: $0.value) }
            if request.memberEpoch == 0 { request.rebalanceTimeoutMs = 30_000 }
            let answer = try await client.ask(request)
            if answer.errorCode == 0 { self.epoch = answer.memberEpoch }
            if let given = answer.assignment {
                assignment = Dictionary(uniqueKeysWithValues: given.topicPartitions.map { ($0.topicID, $0.partitions) })
            }
            return answer
        }

        var partitionCount: Int { assignment.values.reduce(0) { $0 + $1.count } }
    }

    /// Lets the members take turns until each has its share.
    private func settle(_ members: [Member], shares: [Int]) async throws -> [Member] {
        var members = members
        for _ in 0..<20 where members.map(\.partitionCount).sorted() != shares.sorted() {
            for index in members.indices { try await members[index].beat() }
        }
        #expect(members.map(\.partitionCount).sorted() == shares.sorted())
        return members
    }

    private func describe(_ server: TestBroker) async throws -> ConsumerGroupDescribeResponse.DescribedGroup {
        try await server.ask(ConsumerGroupDescribeRequest(groupIDs: ["g"])).groups[0]
    }

    @Test func membersShareTheTopicsAndARestartChangesNothing() async throws {
        let directory = try TestDirectory()
        let before = try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t", partitions: 6)
            try await server.makeGroupsReady()
            var members = [try await Member("one", server), try await Member("two", server)]
            for index in members.indices { try await members[index].beat(topics: ["t"]) }
            members = try await settle(members, shares: [3, 3])
            let described = try await describe(server)
            #expect(described.groupState == "Stable" && described.groupEpoch == 2 && described.assignmentEpoch == 2)
            #expect(described.assignorName == "uniform")
            #expect(described.members.map(\.memberID) == ["one", "two"])
            #expect(described.members.allSatisfy { $0.assignment == $0.targetAssignment && $0.memberType == 1 })
            #expect(described.members[0].assignment.topicPartitions[0].topicName == "t")
            return described
        }
        try await TestBroker.with(in: directory) { server in
            #expect(try await describe(server) == before)
            // New partitions are given out, and who leaves leaves its own to the other.
            var one = try await Member("one", server)
            one.epoch = 2
            try await one.beat(topics: ["t"])
            _ = try await server.ask(CreatePartitionsRequest(topics: [.init(name: "t", count: 8, assignments: nil)]))
            var two = try await Member("two", server)
            two.epoch = 2
            two.assignment = [:]
            let members = try await settle([one, two], shares: [4, 4])
            two = members[1]
            #expect(try await two.beat(epoch: -1).memberEpoch == -1)
            _ = try await settle([members[0]], shares: [8])
        }
    }

    @Test func expressionsFollowTopicsThatComeAndGo() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("orders-eu")
            try await server.makeGroupsReady()
            var member = try await Member("one", server)
            #expect(ErrorCode.of(try await member.beat(expression: "orders-(").errorCode) == .invalidRegularExpression)
            #expect(try await member.beat(expression: ".*").errorCode == 0)
            #expect(member.partitionCount == 1)
            try await server.createTopic("orders-us", partitions: 2)
            member = try await settle([member], shares: [3])[0]
            _ = try await server.ask(DeleteTopicsRequest(topics: [.init(name: "orders-eu")]))
            member = try await settle([member], shares: [2])[0]
            #expect(try await describe(server).members[0].subscribedTopicRegex == ".*")
        }
    }

    @Test func offsetsNeedTheMembersEpoch() async throws {
        try await TestBroker.with { server in
            let id = try await server.createTopic("t")
            try await server.makeGroupsReady()
            var member = try await Member("one", server)
            try await member.beat(topics: ["t"])
            func commit(_ epoch: Int32, _ name: String, version: Int16 = 9) async throws -> ErrorCode {
                let partition = OffsetCommitRequest.OffsetCommitRequestPartition(
                    partitionIndex: 0, committedOffset: 5)
                let answer = try await server.ask(
                    OffsetCommitRequest(
                        groupID: "g", generationIDOrMemberEpoch: epoch, memberID: name,
                        topics: [.init(name: "t", partitions: [partition])]), version: version)
                return .of(answer.topics[0].partitions[0].errorCode)
            }
            #expect(try await commit(1, "one") == .none)
            #expect(try await commit(2, "one") == .staleMemberEpoch)
            #expect(try await commit(1, "two") == .unknownMemberID)
            #expect(try await commit(1, "one", version: 8) == .unsupportedVersion)
            func fetch(_ name: String?, _ epoch: Int32) async throws -> ErrorCode {
                let answer = try await server.ask(
                    OffsetFetchRequest(groups: [
                        .init(
                            groupID: "g", memberID: name, memberEpoch: epoch,
                            topics: [.init(topicID: id, partitionIndexes: [0])])
                    ]))
                return .of(answer.groups[0].errorCode)
            }
            #expect(try await fetch("one", 1) == .none)
            #expect(try await fetch(nil, -1) == .none)
            #expect(try await fetch("one", 9) == .staleMemberEpoch)
            #expect(try await fetch("two", 1) == .unknownMemberID)
        }
    }

    @Test func refusalsHaveTheirCodes() async throws {
        try await TestBroker.with(["group.consumer.max.size": "1"]) { server in
            try await server.createTopic("t")
            var early = try await Member("one", server)
            #expect(ErrorCode.of(try await early.beat(topics: ["t"]).errorCode) == .coordinatorNotAvailable)
            try await server.makeGroupsReady()
            var one = try await Member("one", server, instance: "i")
            #expect(ErrorCode.of(try await one.beat().errorCode) == .invalidRequest)
            #expect(ErrorCode.of(try await one.beat(epoch: 3).errorCode) == .groupIDNotFound)
            #expect(ErrorCode.of(try await one.beat(topics: ["t"], assignor: "x").errorCode) == .unsupportedAssignor)
            #expect(try await one.beat(topics: ["t"]).errorCode == 0)
            var two = try await Member("two", server)
            #expect(ErrorCode.of(try await two.beat(topics: ["t"]).errorCode) == .groupMaxSizeReached)
            #expect(ErrorCode.of(try await two.beat(epoch: 1).errorCode) == .groupMaxSizeReached)
            #expect(ErrorCode.of(try await one.beat(epoch: 7).errorCode) == .fencedMemberEpoch)
            let described = try await server.ask(ConsumerGroupDescribeRequest(groupIDs: ["g", "none"])).groups
            #expect(described.map { ErrorCode.of($0.errorCode) } == [.none, .groupIDNotFound])
        }
    }

    @Test func staticMembersFenceEachOther() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            var one = try await Member("one", server, instance: "i")
            try await one.beat(topics: ["t"])
            var two = try await Member("two", server, instance: "i")
            #expect(ErrorCode.of(try await two.beat(topics: ["t"]).errorCode) == .unreleasedInstanceID)
            #expect(try await one.beat(epoch: -2).memberEpoch == -2)
            #expect(try await two.beat(topics: ["t"]).errorCode == 0 && two.partitionCount == 1)
            #expect(ErrorCode.of(try await one.beat(epoch: 1).errorCode) == .fencedInstanceID)
        }
    }

    @Test func silentMemberIsGivenUp() async throws {
        let settings = [
            "group.consumer.min.session.timeout.ms": "100", "group.consumer.session.timeout.ms": "150",
            "group.consumer.min.heartbeat.interval.ms": "20", "group.consumer.heartbeat.interval.ms": "50",
        ]
        try await TestBroker.with(settings) { server in
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            var one = try await Member("one", server)
            #expect(try await one.beat(topics: ["t"]).heartbeatIntervalMs == 50)
            try await wait(for: "group empty") { try await describe(server).groupState == "Empty" }
            #expect(ErrorCode.of(try await one.beat().errorCode) == .unknownMemberID)
        }
    }

    @Test func classicMemberGoesOverWithItsGroup() async throws {
        try await TestBroker.with { server in
            let id = try await server.createTopic("t", partitions: 2)
            try await server.makeGroupsReady()
            let client = try await server.connect()
            var join = JoinGroupRequest(
                groupID: "g", sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 10_000, memberID: "",
                protocolType: "consumer",
                protocols: [.init(name: "range", metadata: try ConsumerProtocolSubscription(topics: ["t"]).encoded(0))])
            join.memberID = try await client.ask(join).memberID
            var joined = try await client.ask(join)
            let whole = ConsumerProtocolAssignment(assignedPartitions: [.init(topic: "t", partitions: [0, 1])])
            func sync(_ assignment: ByteSlice? = nil) async throws -> SyncGroupResponse {
                try await client.ask(
                    SyncGroupRequest(
                        groupID: "g", generationID: joined.generationID, memberID: joined.memberID,
                        protocolType: "consumer", protocolName: "range",
                        assignments: assignment.map { [.init(memberID: joined.memberID, assignment: $0)] } ?? []))
            }
            #expect(try await sync(whole.encoded(0)).errorCode == 0)
            var other = try await Member("new", server)
            #expect(try await other.beat(topics: ["t"]).errorCode == 0)
            let listed = try await server.ask(ListGroupsRequest(typesFilter: ["consumer"])).groups
            #expect(listed.map(\.groupType) == ["consumer"])
            let beat = HeartbeatRequest(
                groupID: "g", generationID: joined.generationID, memberID: joined.memberID)
            #expect(ErrorCode.of(try await client.ask(beat).errorCode) == .rebalanceInProgress)
            joined = try await client.ask(join)
            #expect(joined.errorCode == 0 && joined.leader == "")
            let share = try await sync().assignment
            let own = try ConsumerProtocolAssignment(decoding: share).assignedPartitions.flatMap(\.partitions)
            other = try await settle([other], shares: [1])[0]
            #expect(Set(own + (other.assignment[id] ?? [])) == [0, 1] && own.count == 1)
            #expect(try await describe(server).members.map(\.memberType).sorted() == [0, 1])
            // The last one of the new protocol leaves a classic group.
            try await other.beat(epoch: -1)
            #expect(try await server.ask(ListGroupsRequest(typesFilter: ["classic"])).groups.count == 1)
            let described = try await server.ask(DescribeGroupsRequest(groups: ["g"])).groups[0]
            #expect(described.groupState == "PreparingRebalance")
        }
    }

    @Test func offsetsAreDeletedUnlessTheyAreRead() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try await server.createTopic("u")
            try await server.makeGroupsReady()
            var member = try await Member("one", server)
            try await member.beat(topics: ["t"])
            let answer = try await server.ask(
                OffsetDeleteRequest(
                    groupID: "g",
                    topics: ["t", "u", "v"].map { .init(name: $0, partitions: [.init(partitionIndex: 0)]) }))
            #expect(
                answer.topics.map { ErrorCode.of($0.partitions[0].errorCode) }
                    == [.groupSubscribedToTopic, .none, .unknownTopicOrPartition])
            let unknown = try await server.ask(OffsetDeleteRequest(groupID: "none"))
            #expect(ErrorCode.of(unknown.errorCode) == .groupIDNotFound)
        }
    }

    @Test func settingsOfAGroupAreCheckedAndHold() async throws {
        try await TestBroker.with { server in
            let configuration = server.broker.configuration
            #expect(throws: Never.self) {
                try configuration.validateGroup(["consumer.heartbeat.interval.ms": "7000"])
            }
            for wrong in [
                ["consumer.heartbeat.interval.ms": "1"], ["consumer.session.timeout.ms": "61000"], ["other": "1"],
            ] {
                #expect(throws: ConfigurationError.self) { try configuration.validateGroup(wrong) }
            }
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            server.broker.groups.setConfiguration(["consumer.heartbeat.interval.ms": "7000"], of: "g")
            var member = try await Member("one", server)
            #expect(try await member.beat(topics: ["t"]).heartbeatIntervalMs == 7000)
            server.broker.groups.setConfiguration([:], of: "g")
            #expect(try await member.beat().heartbeatIntervalMs == 5000)
        }
    }

    @Test func settingsThatDoNotGoTogetherAreRefused() {
        for wrong in [
            ["group.consumer.session.timeout.ms": "1000"], ["group.consumer.max.heartbeat.interval.ms": "10"],
            ["group.consumer.assignors": "mine"], ["group.consumer.migration.policy": "sideways"],
        ] {
            #expect(throws: ConfigurationError.self) { try BrokerConfiguration(wrong) }
        }
    }
}

extension ConsumerProtocolSubscription {
    fileprivate func encoded(_ version: Int16) throws -> ByteSlice { try ConsumerGroupLifeTests.bytes(self, version) }
}

extension ConsumerProtocolAssignment {
    fileprivate func encoded(_ version: Int16) throws -> ByteSlice { try ConsumerGroupLifeTests.bytes(self, version) }

    fileprivate init(decoding bytes: ByteSlice) throws {
        var reader = ProtocolReader(bytes)
        let version = try reader.readInt16("version")
        try self.init(from: &reader, version: version)
    }
}

extension ConsumerGroupLifeTests {
    /// The bytes behind their version.
    fileprivate static func bytes(_ message: some KafkaMessage, _ version: Int16) throws -> ByteSlice {
        var writer = ProtocolWriter()
        writer.writeInt16(version)
        try message.encode(into: &writer, version: version)
        return try writer.finish().joined()
    }
}
