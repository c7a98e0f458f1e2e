import KafkaProtocol
import NIOCore
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

/// Groups as their clients see them.
@Suite struct GroupLifeTests {
    /// One member that joins, syncs and goes on as consumers do.
    struct Member {
        let client: TestConnection
        let group: String
        var id = ""
        var instance: String?
        var generation: Int32 = -1
        var assignment = ""

        private var join: JoinGroupRequest {
            JoinGroupRequest(
                groupID: group, sessionTimeoutMs: 45_000, rebalanceTimeoutMs: 60_000, memberID: id,
                groupInstanceID: instance,
                protocolType: "consumer", protocols: [.init(name: "range", metadata: ByteSlice("m"))])
        }

        /// Joins and syncs, again and again until the group rests; the leader gives everyone its place in the order of
        /// member ids.
        mutating func enter() async throws {
            while true {
                let joined = try await client.ask(join)
                switch ErrorCode.of(joined.errorCode) {
                case .none: break
                case .memberIDRequired:
                    id = joined.memberID
                    continue
                case .rebalanceInProgress: continue
                case let error: throw TestFailure("join: \(error.name)")
                }
                id = joined.memberID
                generation = joined.generationID
                let places = joined.members.map(\.memberID).sorted().enumerated().map {
                    SyncGroupRequest.SyncGroupRequestAssignment(
                        memberID: $0.element, assignment: ByteSlice("\($0.offset)"))
                }
                let synced = try await client.ask(
                    SyncGroupRequest(
                        groupID: group, generationID: generation, memberID: id, groupInstanceID: instance,
                        protocolType: "consumer",
                        protocolName: "range", assignments: joined.leader == id ? places : []))
                switch ErrorCode.of(synced.errorCode) {
                case .none:
                    assignment = synced.assignment.string
                    return
                case .rebalanceInProgress, .illegalGeneration: continue
                case let error: throw TestFailure("sync: \(error.name)")
                }
            }
        }

        func heartbeat() async throws -> ErrorCode {
            .of(
                try await client.ask(
                    HeartbeatRequest(groupID: group, generationID: generation, memberID: id, groupInstanceID: instance)
                ).errorCode)
        }
    }

    private func member(_ server: TestBroker, _ group: String = "g", instance: String? = nil) async throws -> Member {
        var member = Member(client: try await server.connect(), group: group)
        member.instance = instance
        return member
    }

    private func commit(_ group: String, _ topic: String, _ offsets: [Int32: Int64]) -> OffsetCommitRequest {
        OffsetCommitRequest(
            groupID: group,
            topics: [
                .init(
                    name: topic,
                    partitions: offsets.map {
                        .init(partitionIndex: $0.key, committedOffset: $0.value, committedMetadata: "at \($0.value)")
                    })
            ])
    }

    private func committed(
        _ server: TestBroker, _ group: String, _ topic: String, _ partition: Int32
    ) async throws -> Int64 {
        let answer = try await server.ask(
            OffsetFetchRequest(groups: [
                .init(groupID: group, topics: [.init(name: topic, partitionIndexes: [partition])])
            ]), version: 9)
        return answer.groups[0].topics[0].partitions[0].committedOffset
    }

    @Test func fiftyClientsJoinOneGroupAndEachHasItsPlace() async throws {
        try await TestBroker.with(["group.initial.rebalance.delay.ms": "200"]) { server in
            try await server.makeGroupsReady()
            @Sendable func describe() async throws -> DescribeGroupsResponse.DescribedGroup {
                try await server.ask(DescribeGroupsRequest(groups: ["g"])).groups[0]
            }
            let members = try await withThrowingTaskGroup(of: Member.self) { tasks in
                for _ in 0..<50 {
                    tasks.addTask {
                        var member = try await self.member(server)
                        try await member.enter()
                        // Those who were early beat on, and come again until all are in one generation.
                        try await wait(for: "a group of fifty", within: .seconds(60)) {
                            while try await member.heartbeat() != .none { try await member.enter() }
                            let group = try await describe()
                            return group.groupState == "Stable" && group.members.count == 50
                        }
                        return member
                    }
                }
                return try await tasks.reduce(into: [Member]()) { $0.append($1) }
            }
            #expect(Set(members.map(\.generation)).count == 1)
            #expect(Set(members.map(\.assignment)) == Set((0..<50).map(String.init)))
            let described = try await describe()
            #expect(described.groupState == "Stable" && described.members.count == 50)
            #expect(described.members.allSatisfy { $0.clientID == "test" && $0.clientHost == "/127.0.0.1" })
        }
    }

    @Test func silentMemberExpiresAndItsPlaceIsGivenAway() async throws {
        try await TestBroker.with(["group.min.session.timeout.ms": "100"]) { server in
            try await server.makeGroupsReady()
            let client = try await server.connect()
            let first = try await client.ask(
                JoinGroupRequest(
                    groupID: "g", sessionTimeoutMs: 150, memberID: "", protocolType: "consumer",
                    protocols: [.init(name: "range")]),
                version: 0)
            #expect(first.errorCode == 0)
            try await wait(for: "group empty") {
                try await server.ask(DescribeGroupsRequest(groups: ["g"])).groups[0].groupState == "Empty"
            }
            let late = try await client.ask(HeartbeatRequest(groupID: "g", generationID: 1, memberID: first.memberID))
            #expect(ErrorCode.of(late.errorCode) == .unknownMemberID)
        }
    }

    @Test func staticMemberComesBackToItsPlace() async throws {
        try await TestBroker.with { server in
            try await server.makeGroupsReady()
            var first = try await member(server, instance: "one")
            try await first.enter()
            var again = try await member(server, instance: "one")
            try await again.enter()
            #expect(
                again.generation == first.generation && again.id != first.id && again.assignment == first.assignment)
            #expect(try await first.heartbeat() == .fencedInstanceID)
            #expect(try await again.heartbeat() == .none)
        }
    }

    @Test func offsetsAndGroupsAreThereAfterARestartAndACrash() async throws {
        let directory = try TestDirectory()
        let crashed = try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t", partitions: 2)
            try await server.makeGroupsReady()
            let client = try await server.connect()
            for round in 1...20 as ClosedRange<Int64> {
                for group in ["g", "h"] {
                    let answer = try await client.ask(commit(group, "t", [0: round, 1: round * 2]), version: 9)
                    #expect(answer.topics[0].partitions.allSatisfy { $0.errorCode == 0 })
                }
            }
            let deleted = try await client.ask(DeleteGroupsRequest(groupsNames: ["h"]))
            #expect(deleted.results[0].errorCode == 0)
            return try directory.copy()
        }
        for directory in [directory, crashed] {
            try await TestBroker.with(in: directory) { server in
                #expect(try await committed(server, "g", "t", 0) == 20)
                #expect(try await committed(server, "g", "t", 1) == 40)
                #expect(try await committed(server, "h", "t", 0) == -1)
                let listed = try await server.ask(ListGroupsRequest()).groups.map(\.groupID)
                #expect(listed == ["g"])
            }
        }
    }

    @Test func commitSentAheadOfAFetchIsSeenByIt() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            let client = try await server.connect()
            for round in 0..<20 as Range<Int64> {
                let committing = try client.begin(commit("g", "t", [0: round]), version: 9)
                let fetching = try client.begin(
                    OffsetFetchRequest(groups: [.init(groupID: "g", topics: [.init(name: "t", partitionIndexes: [0])])]
                    ), version: 9)
                _ = try await committing.get()
                #expect(try await fetching.get().groups[0].topics[0].partitions[0].committedOffset == round)
            }
        }
    }

    @Test func withoutItsTopicThereIsNoCoordinatorAndFindingItMakesOne() async throws {
        try await TestBroker.with { server in
            let client = try await server.connect()
            let early = try await client.ask(HeartbeatRequest(groupID: "g", generationID: 1, memberID: "m"))
            #expect(ErrorCode.of(early.errorCode) == .coordinatorNotAvailable)
            // Asked for by many at once, made once.
            let found = try await withThrowingTaskGroup(of: Int16.self) { tasks in
                for _ in 0..<10 {
                    tasks.addTask {
                        try await server.ask(FindCoordinatorRequest(coordinatorKeys: ["g"])).coordinators[0].errorCode
                    }
                }
                return try await tasks.reduce(into: [Int16]()) { $0.append($1) }
            }
            #expect(found == Array(repeating: 0, count: 10))
            let topic = try #require(server.broker.metadata.image.topic("__consumer_offsets"))
            #expect(topic.partitions.count == 3 && topic.configuration["cleanup.policy"] == "compact")
        }
    }

    @Test func shutdownAnswersThoseWhoWaitForTheGroup() async throws {
        let server = try await TestBroker.start(["group.initial.rebalance.delay.ms": "60000"])
        try await server.makeGroupsReady()
        let client = try await server.connect()
        let waiting = try client.begin(
            JoinGroupRequest(
                groupID: "g", sessionTimeoutMs: 6_000, memberID: "", protocolType: "consumer",
                protocols: [.init(name: "range")]),
            version: 0)
        try await wait(for: "group") { try await server.ask(ListGroupsRequest()).groups.count == 1 }
        try await server.broker.shutdown()
        #expect(ErrorCode.of(try await waiting.get().errorCode) != .none)
    }
}
