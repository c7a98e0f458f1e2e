import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat
import Replication
import ServerHarness
import Synchronization
import Testing

@testable import Broker

/// What a leader does with followers: node 1 leads, and the tests are node 2.
@Suite struct LeadingTests {
    @Test func nothingIsAcknowledgedBeforeTheFollowerHasIt() async throws {
        try await FollowedLeader.with { server, id, _ in
            let producer = try await server.connect()
            let follower = try await server.connect()
            // It waits at the leader's end, and is woken by the append alone.
            let waiting = try follower.begin(FollowedLeader.fetch(id, from: 0, wait: 3_600_000))
            let produced = try producer.begin(TestRecords.produce("t", try TestRecords.batch(["a"])), version: 12)
            let answer = try await waiting.get()
            #expect(try answer.values() == ["a"] && answer.only.highWatermark == 0)
            // What the leader alone has is not for clients, however durable it is there.
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
            try await wait(for: "the leader's own flush") { partition.log.watermarks.recoveryPoint == LogOffset(1) }
            #expect(try await server.values("t").isEmpty && partition.waitingCount.appends == 1)
            // The next fetch says that the follower has it on its device.
            let next = try await follower.ask(FollowedLeader.fetch(id, from: 1, last: 5))
            #expect(next.only.highWatermark == 1)
            #expect(try await produced.get().responses[0].partitionResponses[0].errorCode == 0)
            #expect(try await server.values("t") == ["a"])
        }
    }

    @Test func followersAreFencedByEpochs() async throws {
        try await FollowedLeader.with { server, id, _ in
            func refusal(_ request: FetchRequest) async throws -> ErrorCode {
                ErrorCode.of(try await server.ask(request).only.errorCode)
            }
            let first = try await refusal(FollowedLeader.fetch(id, from: 0))
            #expect(first == .none)
            #expect(try await refusal(FollowedLeader.fetch(id, from: 0, leaderEpoch: 4)) == .fencedLeaderEpoch)
            #expect(try await refusal(FollowedLeader.fetch(id, from: 0, leaderEpoch: 6)) == .unknownLeaderEpoch)
            #expect(try await refusal(FollowedLeader.fetch(id, from: 0, follower: 3)) == .notLeaderOrFollower)
            #expect(try await refusal(FollowedLeader.fetch(id, from: 0, brokerEpoch: 2)) == .none)
            // The process before that one.
            #expect(try await refusal(FollowedLeader.fetch(id, from: 0, brokerEpoch: 1)) == .staleBrokerEpoch)
            #expect(try await refusal(FollowedLeader.fetch(id, from: 9, brokerEpoch: 2)) == .offsetOutOfRange)
        }
    }

    @Test func logThatWentAnotherWayIsToldWhere() async throws {
        try await FollowedLeader.with(topic: [:]) { server, id, _ in
            for value in ["a", "b", "c"] { try await server.produce("t", acks: 1, [value]) }
            // Of epoch 5 the leader has three records, and the follower more of it.
            let longer = try await server.ask(FollowedLeader.fetch(id, from: 7, last: 5))
            #expect(longer.only.errorCode == 0 && longer.only.divergingEpoch.endOffset == 3)
            #expect(longer.only.divergingEpoch.epoch == 5 && longer.only.records?.byteCount ?? 0 == 0)
            // Of an older epoch the leader has nothing: whether they agree there nobody can tell.
            let other = try await server.ask(FollowedLeader.fetch(id, from: 2, last: 4))
            #expect(ErrorCode.of(other.only.errorCode) == .offsetOutOfRange)
        }
    }

    @Test func followerThatLagsLeavesAndComesBack() async throws {
        try await FollowedLeader.with(["replica.lag.time.max.ms": "200", "replica.fetch.wait.max.ms": "200"]) {
            server, id, proposals in
            let follower = try await server.connect()
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
            try await wait(for: "the follower to leave") { proposals.members == [[1]] }
            try await wait(for: "the set to be too small") { partition.isShortOfReplicas }
            let refused = try await server.produce("t", TestRecords.batch(["too few"]))
            #expect(ErrorCode.of(refused.errorCode) == .notEnoughReplicas)
            // It can be read on, and written to by those who do not ask for more.
            #expect(try await server.produce("t", acks: 1, ["one"]) == 0)
            #expect(try await server.values("t").isEmpty)
            _ = try await follower.ask(FollowedLeader.fetch(id, from: 0))
            _ = try await follower.ask(FollowedLeader.fetch(id, from: 1, last: 5))
            try await wait(for: "the follower to join") { proposals.members.starts(with: [[1], [1, 2]]) }
            try await wait(for: "the record to be replicated") {
                partition.log.watermarks.highWatermark == LogOffset(1)
            }
            #expect(try await server.values("t") == ["one"])
        }
    }
}
