import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat
import ServerHarness
import Testing

@testable import Broker
@testable import Coordination

/// Groups go where the partition of `__consumer_offsets` is led that keeps them.
@Suite struct MovingGroupTests {
    private static let place = TopicPartition(InternalTopics.consumerOffsets, 0)

    private func withPair(_ body: (TestPair) async throws -> Void) async throws {
        try await TestPair.with { pair in
            try await pair.create("t", ledBy: [1])
            try await pair.create(InternalTopics.consumerOffsets, ledBy: [1])
            try await waitForCoordinator(pair[1])
            try await body(pair)
        }
    }

    private func waitForCoordinator(_ server: TestBroker) async throws {
        try await wait(for: "node \(server.broker.nodeID) to coordinate") {
            server.broker.groups.fault(for: "g") == nil
        }
    }

    private func commit(
        _ server: TestBroker, _ offset: Int64, generation: Int32 = -1, member: String = ""
    ) async throws -> ErrorCode {
        let answer = try await server.ask(
            OffsetCommitRequest(
                groupID: "g", generationIDOrMemberEpoch: generation, memberID: member,
                topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, committedOffset: offset)])]), version: 9
        )
        return .of(answer.topics[0].partitions[0].errorCode)
    }

    /// The group's offset, and the error that takes its place.
    private func offset(_ server: TestBroker) async throws -> (error: ErrorCode, offset: Int64?) {
        let answer = try await server.ask(
            OffsetFetchRequest(groups: [.init(groupID: "g", topics: [.init(name: "t", partitionIndexes: [0])])]),
            version: 9)
        return (.of(answer.groups[0].errorCode), answer.groups[0].topics.first?.partitions.first?.committedOffset)
    }

    private func coordinator(_ server: TestBroker) async throws -> Int32 {
        try await server.ask(FindCoordinatorRequest(coordinatorKeys: ["g"])).coordinators[0].nodeID
    }

    @Test func membersGoOnWithTheNewCoordinator() async throws {
        try await withPair { pair in
            var member = GroupLifeTests.Member(client: try await pair[1].connect(), group: "g")
            try await member.enter()
            #expect(try await commit(pair[1], 7, generation: member.generation, member: member.id) == .none)
            // Another one joins, and waits for the first to join again.
            let other = try await pair[1].connect()
            var join = JoinGroupRequest(
                groupID: "g", sessionTimeoutMs: 45_000, rebalanceTimeoutMs: 60_000, protocolType: "consumer",
                protocols: [.init(name: "range", metadata: ByteSlice("m"))])
            join.memberID = try await other.ask(join).memberID
            let waiting = try other.begin(join)
            try await wait(for: "the rebalance") { try await member.heartbeat() == .rebalanceInProgress }
            try await pair.move(Self.place, to: 2)
            #expect(ErrorCode.of(try await waiting.get().errorCode) == .notCoordinator)
            #expect(try await member.heartbeat() == .notCoordinator)
            #expect(try await commit(pair[1], 8, generation: member.generation, member: member.id) == .notCoordinator)
            try await waitForCoordinator(pair[2])
            for node in Int32(1)...2 { #expect(try await coordinator(pair[node]) == 2) }
            // What was committed is there, and so is the generation; the rebalance went with the former coordinator.
            #expect(try await offset(pair[2]).offset == 7)
            var moved = GroupLifeTests.Member(client: try await pair[2].connect(), group: "g")
            (moved.id, moved.generation) = (member.id, member.generation)
            #expect(try await moved.heartbeat() == .none)
            #expect(try await commit(pair[2], 9, generation: member.generation, member: member.id) == .none)
            #expect(try await pair[2].ask(ListGroupsRequest()).groups.map(\.groupID) == ["g"])
            #expect(try await pair[1].ask(ListGroupsRequest()).groups.isEmpty)
        }
    }

    @Test func coordinatorThatLeadsAgainKnowsWhatTheOtherDid() async throws {
        try await withPair { pair in
            var expected = Int64(0)
            for round in 0..<6 {
                let node: Int32 = round % 2 == 0 ? 1 : 2
                if round > 0 { #expect(try await offset(pair[node]).offset == expected) }
                for _ in 0..<3 {
                    expected += 1
                    #expect(try await commit(pair[node], expected) == .none)
                }
                try await pair.move(Self.place, to: 3 - node)
                try await waitForCoordinator(pair[3 - node])
            }
        }
    }

    @Test func electionsInQuickSuccessionEndWithTheLast() async throws {
        try await withPair { pair in
            #expect(try await commit(pair[1], 1) == .none)
            for round in 0..<20 { try pair.elect(round % 3 == 2 ? nil : Int32(round % 3 + 1), for: Self.place) }
            try pair.elect(1, for: Self.place)
            try await wait(for: "the last election") { pair.epoch(of: Self.place, on: 1) == LeaderEpoch(21) }
            try await waitForCoordinator(pair[1])
            #expect(try await offset(pair[1]).offset == 1)
            #expect(try await commit(pair[1], 2) == .none)
            #expect(try await offset(pair[2]).error == .notCoordinator)
        }
    }

    /// Puts an offset into a node's copy that the other has not seen.
    private func append(_ offset: Int64, to server: TestBroker) throws {
        let value = OffsetCommitValue(
            offset: LogOffset(offset), leaderEpoch: .none, metadata: "", commitTimestamp: WallClock.now())
        let record = GroupRecord.offsetCommit("g", TopicPartition("t", 0), value)
        var builder = RecordBatchBuilder()
        try builder.append(timestamp: WallClock.now(), key: record.key, value: record.value)
        let copy = try #require(server.broker.partitions.copy(Self.place))
        _ = try copy.log.append(try builder.finish(), from: .coordinator(LeaderEpoch(1)), now: WallClock.now())
        copy.didAppend(store: server.broker.store)
    }

    @Test func nothingIsAnsweredThatIsNotReplicated() async throws {
        try await withPair { pair in
            #expect(try await commit(pair[1], 1) == .none)
            // Nobody leads, and one node has a record that is not known to be anywhere else.
            try await pair.move(Self.place, to: 1)
            try pair.elect(nil, for: Self.place)
            try await wait(for: "the end of the epoch") { pair.epoch(of: Self.place, on: 1) == nil }
            try append(2, to: pair[2])
            // It leads, and the other has not heard of it.
            try pair.elect(2, for: Self.place, telling: [2])
            try await wait(for: "the election") { pair.epoch(of: Self.place, on: 2) != nil }
            #expect(try await offset(pair[2]).error == .coordinatorLoadInProgress)
            #expect(try await commit(pair[2], 3) == .coordinatorLoadInProgress)
            #expect(try await coordinator(pair[2]) == 2)
            #expect(ErrorCode.of(try await pair[2].ask(ListGroupsRequest()).errorCode) == .coordinatorLoadInProgress)
            // Clients do not know the error everywhere.
            let heartbeat = try await pair[2].ask(HeartbeatRequest(groupID: "g", generationID: 1, memberID: "m"))
            #expect(ErrorCode.of(heartbeat.errorCode) == .none)
            let sync = try await pair[2].ask(
                SyncGroupRequest(
                    groupID: "g", generationID: 1, memberID: "m", protocolType: "consumer", protocolName: "range"))
            #expect(ErrorCode.of(sync.errorCode) == .rebalanceInProgress)
            pair.catchUp(1)
            try await waitForCoordinator(pair[2])
            #expect(try await offset(pair[2]).offset == 2)
        }
    }
}
