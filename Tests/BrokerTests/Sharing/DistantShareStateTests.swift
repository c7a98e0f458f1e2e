import Coordination
import KafkaClient
import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat
import ServerHarness
import StorageHarness
import Testing

@testable import Broker

/// Queues whose state another node has: node 2 leads their partition, node 1 the state.
@Suite struct DistantShareStateTests {
    private static let records = TopicPartition("t", 0)
    private static let state = TopicPartition(InternalTopics.shareGroupState, 0)

    private func withPair(
        disk: FaultyFileSystem = FaultyFileSystem(), _ body: (TestPair, TopicID) async throws -> Void
    ) async throws {
        try await TestPair.with(TestBroker.sharing, fileSystems: [1: disk]) { pair in
            try await pair.create("t", ledBy: [2])
            try await pair.create(InternalTopics.consumerOffsets, ledBy: [1])
            // What a write waits for is the disk, which the test can hold.
            try await pair.create(
                InternalTopics.shareGroupState, ledBy: [1], configuration: ["flush.messages": "1"])
            for node in Int32(1)...2 {
                try await pair[node].configure("g", ["share.auto.offset.reset": "earliest"])
            }
            try await wait(for: "the group's coordinator") { pair[1].broker.groups.fault(for: "g") == nil }
            try await waitForStates(pair[1])
            try await body(pair, try #require(pair[1].broker.partitions.topic("t")).id)
        }
    }

    private func waitForStates(_ server: TestBroker) async throws {
        try await wait(for: "the states of queues") {
            if case .success = server.broker.shares.topic.coordinator(of: 0) { true } else { false }
        }
    }

    /// A member that has joined with its group's coordinator and reads where the partition is led.
    private func member(_ id: String, _ topicID: TopicID, _ pair: TestPair) async throws -> ShareClient {
        try await ShareClient(id, topicID, pair[1]).elsewhere(pair[2])
    }

    /// Has a member leave its group.
    private func leave(_ id: String, _ pair: TestPair) async throws {
        let left = try await pair[1].ask(ShareGroupHeartbeatRequest(groupID: "g", memberID: id, memberEpoch: -1))
        #expect(left.errorCode == 0)
    }

    /// What there is once the queue that was let go of has been read anew.
    private func fetch(_ member: inout ShareClient) async throws -> ShareClient.Given {
        var given = ShareClient.Given()
        try await wait(for: "records") {
            given = try await member.fetch(wait: 200)
            return given.error == .none && !given.values.isEmpty
        }
        return given
    }

    @Test func fetchWaitsForTheState() async throws {
        let disk = FaultyFileSystem()
        try await withPair(disk: disk) { pair, id in
            for value in ["0", "1", "2"] { try await pair[2].produce("t", [value]) }
            var one = try await member("one", id, pair)
            // The state is set up before anything is given away, and its node does not get to that for a while.
            #expect(try await ShareStateClient(group: "other", topicID: id, server: pair[1]).initialize(at: 0) == .none)
            let copy = try #require(pair[1].broker.partitions.copy(Self.state))
            disk.holdSyncs(of: try copy.descriptor)
            let end = copy.log.watermarks.logEndOffset
            #expect(try await one.fetch(wait: 0).values.isEmpty)
            let waiting = try one.client.begin(one.request(wait: 3_600_000), version: 2)
            try await wait(for: "the state to be set up") { copy.log.watermarks.logEndOffset > end }
            disk.releaseSyncs()
            let given = try ShareClient.given(try await waiting.get())
            one.sessionEpoch += 1
            #expect(given.error == .none && given.values == ["0", "1", "2"])
            #expect(try await one.acknowledge(0...1, 1) == .none)
            #expect(try await ShareStateClient(topicID: id, server: pair[1]).summary().startOffset == 2)
            // Another group's queue is set up beside it.
            #expect(try await ShareStateClient(group: "other", topicID: id, server: pair[1]).summary().startOffset == 0)
        }
    }

    @Test func writeWithoutAnAnswerIsNotGuessedAt() async throws {
        let disk = FaultyFileSystem()
        try await withPair(disk: disk) { pair, id in
            for value in ["0", "1", "2", "3"] { try await pair[2].produce("t", [value]) }
            var one = try await member("one", id, pair)
            #expect(try await one.fetch().values == ["0", "1", "2", "3"])
            let copy = try #require(pair[1].broker.partitions.copy(Self.state))
            let transport = try #require(pair[2].broker.fetchers).transport
            let end = copy.log.watermarks.logEndOffset
            disk.holdSyncs(of: try copy.descriptor)
            let member = one
            async let outcome = { () async throws -> ErrorCode in
                var member = member
                return try await member.acknowledge(0...1, 1)
            }()
            // The write is in the log, and its answer never comes.
            try await wait(for: "the write") { copy.log.watermarks.logEndOffset > end }
            transport.release(.shareStateWrites, KafkaClientError(.disconnected, "cut"))
            #expect(try await outcome == .coordinatorNotAvailable)
            one.sessionEpoch += 1
            disk.releaseSyncs()
            // It has arrived all the same; what the member held besides is there to be had again.
            let given = try await fetch(&one)
            #expect(given.values == ["2", "3"] && given.deliveryCounts == [1])
            #expect(try await one.acknowledge(2...3, 1) == .none)
            #expect(try await ShareStateClient(topicID: id, server: pair[1]).summary().startOffset == 4)
        }
    }

    @Test func administratorsReachWhatIsElsewhere() async throws {
        try await withPair { pair, id in
            for value in ["0", "1", "2", "3"] { try await pair[2].produce("t", [value]) }
            let coordinator = pair[1]
            var one = try await member("one", id, pair)
            #expect(try await coordinator.progress(["t": [0]]) == ["t": [.unread(0)]])
            #expect(try await one.fetch().values == ["0", "1", "2", "3"])
            #expect(try await one.acknowledge(0...1, 1) == .none)
            for topics in [["t": [Int32(0)]], nil] {
                let told = try await coordinator.progress(topics)
                #expect(told == ["t": [.at(0, 2, lag: 2)]])
            }
            #expect(try await coordinator.alter(["t": [(0, 1)]]).error == .nonEmptyGroup)
            try await leave("one", pair)
            let beyond = try await coordinator.alter(["t": [(0, 5)]])
            #expect(beyond.partitions == [.offsetOutOfRange])
            let altered = try await coordinator.alter(["t": [(0, 1)]])
            #expect(altered.partitions == [.none])
            #expect(try await coordinator.progress(nil) == ["t": [.at(0, 1, lag: 3)]])
            // A member that has not heard of it has its records no more.
            #expect(try await one.acknowledge(2...3, 1) == .notLeaderOrFollower)
            #expect(try await coordinator.progress(nil) == ["t": [.at(0, 1, lag: 3)]])
            var two = try await member("two", id, pair)
            #expect(try await fetch(&two).values == ["1", "2", "3"])
            #expect(try await two.acknowledge(1...3, 1) == .none)
            try await leave("two", pair)
            #expect(try await coordinator.delete(["t"]).partitions == [.none])
            #expect(try await coordinator.delete(["t"]).partitions == [.unknownTopicOrPartition])
            #expect(try await coordinator.progress(["t": [0]]) == ["t": [.unread(0)]])
            // Begun anew, and deleted with the group.
            two.sessionEpoch = 0
            var three = try await member("three", id, pair)
            _ = try await two.client.close()
            _ = try await one.client.close()
            try await wait(for: "the queue to be let go of") {
                !pair[2].broker.shares.sessions.hasAny(of: "g")
            }
            #expect(try await fetch(&three).values == ["0", "1", "2", "3"])
            try await leave("three", pair)
            let deleted = try await coordinator.ask(DeleteGroupsRequest(groupsNames: ["g"]))
            #expect(deleted.results.map(\.errorCode) == [0])
            #expect(try await ShareStateClient(topicID: id, server: pair[1]).summary().startOffset == -1)
        }
    }

    @Test func queueIsLetGoOfWithTheLastSession() async throws {
        try await withPair { pair, id in
            for value in ["0", "1"] { try await pair[2].produce("t", [value]) }
            var one = try await member("one", id, pair)
            #expect(try await one.fetch().values == ["0", "1"])
            #expect(try await one.acknowledge(0...0, 1) == .none)
            try await leave("one", pair)
            try await one.client.close()
            try await wait(for: "the session to end") { !pair[2].broker.shares.sessions.hasAny(of: "g") }
            #expect(try await pair[1].alter(["t": [(0, 0)]]).partitions == [.none])
            // The next member reads from where it was set, and not from where the queue was.
            var two = try await member("two", id, pair)
            let given = try await fetch(&two)
            #expect(given.values == ["0", "1"] && given.deliveryCounts == [1])
        }
    }
}
