import Coordination
import KafkaProtocol
import NIOCore
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

/// The queues of share groups go where their partition is led, and what has become of records goes with their state.
@Suite struct MovingShareGroupTests {
    private static let records = TopicPartition("t", 0)
    private static let state = TopicPartition(InternalTopics.shareGroupState, 0)

    private func withPair(_ body: (TestPair, TopicID) async throws -> Void) async throws {
        try await TestPair.with(TestBroker.sharing) { pair in
            try await pair.create("t", ledBy: [1])
            for topic in [InternalTopics.consumerOffsets, InternalTopics.shareGroupState] {
                try await pair.create(topic, ledBy: [1])
            }
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

    @Test func whatIsDoneWithStaysDoneWithTheNextLeader() async throws {
        try await withPair { pair, id in
            for value in ["0", "1", "2", "3"] { try await pair[1].produce("t", [value]) }
            var one = try await ShareClient("one", id, pair[1])
            #expect(try await one.fetch().values == ["0", "1", "2", "3"])
            #expect(try await one.acknowledge(0...0, 1) == .none)
            #expect(try await one.acknowledge(2...2, 1) == .none)
            // Another waits for records when the partition moves.
            let two = try await ShareClient("two", id, pair[1])
            let waiting = try two.client.begin(two.request(wait: 3_600_000), version: 2)
            let queue = try #require(pair[1].broker.partitions.copy(Self.records))
            try await wait(for: "the fetch to wait") { queue.waitingCount.fetches > 0 }
            try await pair.move(Self.records, to: 2)
            #expect(try ShareClient.given(try await waiting.get()).error == .notLeaderOrFollower)
            #expect(try await one.acknowledge(1...1, 1) == .notLeaderOrFollower)
            // Its leader has not the state, and asks for it.
            var moved = try await two.elsewhere(pair[2])
            let given = try await moved.fetch()
            #expect(given.values == ["1", "3"] && given.deliveryCounts == [1, 1])
            #expect(try await moved.acknowledge(1...1, 1) == .none)
            try await pair.move(Self.state, to: 2)
            try await waitForStates(pair[2])
            #expect(try await moved.acknowledge(3...3, 1) != .none)
            let rest = try await moved.fetch()
            #expect(rest.values == ["3"] && rest.deliveryCounts == [1])
            #expect(try await moved.acknowledge(3...3, 1) == .none)
        }
    }

    @Test func leaderThatIsElectedAgainGoesOnWithTheState() async throws {
        try await withPair { pair, id in
            for value in ["0", "1", "2"] { try await pair[1].produce("t", [value]) }
            var one = try await ShareClient("one", id, pair[1])
            for done in Int64(0)...1 {
                #expect(try await one.fetch().values.first == "\(done)")
                #expect(try await one.acknowledge(done...done, 1) == .none)
                try await pair.move(Self.records, to: 2)
                try await pair.move(Self.records, to: 1)
                one = try await one.elsewhere(pair[1])
            }
            #expect(try await one.fetch().values == ["2"])
        }
    }

    @Test func queueEndsWithTheLeadershipOfItsState() async throws {
        try await withPair { pair, id in
            for value in ["0", "1"] { try await pair[1].produce("t", [value]) }
            var one = try await ShareClient("one", id, pair[1])
            #expect(try await one.fetch().values == ["0", "1"])
            #expect(try await one.acknowledge(0...0, 1) == .none)
            try await pair.move(Self.state, to: 2)
            try await waitForStates(pair[2])
            // Nobody has it any more: as far as the new queue knows it has not been given away yet.
            #expect(try await one.acknowledge(1...1, 1) == .invalidRecordState)
            #expect(try await one.fetch().values == ["1"])
            try await pair.move(Self.state, to: 1)
            try await waitForStates(pair[1])
            #expect(try await one.acknowledge(1...1, 1) == .invalidRequest)
            #expect(try await one.fetch().values == ["1"])
            #expect(try await one.acknowledge(1...1, 1) == .none)
        }
    }
}
