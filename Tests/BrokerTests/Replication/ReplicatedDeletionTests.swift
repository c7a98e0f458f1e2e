import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat
import Replication
import ServerHarness
import Testing

@testable import Broker

/// Records that are deleted on all replicas (KIP-107).
@Suite struct ReplicatedDeletionTests {
    private func deletion(below offset: Int64, timeout: Int32 = 3_600_000) -> DeleteRecordsRequest {
        DeleteRecordsRequest(
            topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, offset: offset)])], timeoutMs: timeout)
    }

    /// Runs `body` against a leader with three records, all of which the follower has.
    private func withRecords(_ body: (TestBroker, TopicID) async throws -> Void) async throws {
        try await FollowedLeader.with { server, id, _ in
            for value in ["a", "b", "c"] { try await server.produce("t", acks: 1, [value]) }
            let log = try server.partitionLog
            try await wait(for: "the leader's flush") { log.watermarks.recoveryPoint == LogOffset(3) }
            let fetched = try await server.ask(FollowedLeader.fetch(id, from: 3, last: 5))
            #expect(fetched.only.highWatermark == 3)
            try await body(server, id)
        }
    }

    private func delete(
        _ server: TestBroker, below offset: Int64, timeout: Int32 = 3_600_000
    ) async throws -> (
        ErrorCode, Int64
    ) {
        outcome(try await server.ask(deletion(below: offset, timeout: timeout)))
    }

    private func outcome(_ answer: DeleteRecordsResponse) -> (ErrorCode, Int64) {
        let found = answer.topics[0].partitions[0]
        return (.of(found.errorCode), found.lowWatermark)
    }

    @Test func answerWaitsForTheFollowersLogToBeginThere() async throws {
        try await withRecords { server, id in
            let client = try await server.connect()
            let pending = try client.begin(deletion(below: 2))
            let copy = try server.copy
            try await wait(for: "the request to wait") { copy.waitingCount.deletions == 1 }
            #expect(copy.log.watermarks.logStartOffset == LogOffset(2) && copy.lowWatermark == LogOffset(0))
            // What the follower is told it has not done yet.
            let told = try await server.ask(FollowedLeader.fetch(id, from: 3, last: 5, start: 1))
            #expect(told.only.logStartOffset == 2 && copy.waitingCount.deletions == 1)
            _ = try await server.ask(FollowedLeader.fetch(id, from: 3, last: 5, start: 2))
            let answer = try await pending.get()
            #expect(outcome(answer) == (.none, 2))
            #expect(copy.waitingCount.deletions == 0)
            // Who asks for less waits for no one.
            #expect(try await delete(server, below: 1) == (.none, 2))
        }
    }

    @Test func answerIsGivenUpInTime() async throws {
        try await withRecords { server, _ in
            let late = try await delete(server, below: 2, timeout: 1)
            #expect(late == (.requestTimedOut, -1))
            let copy = try server.copy
            #expect(copy.waitingCount.deletions == 0 && copy.log.watermarks.logStartOffset == LogOffset(2))
        }
    }

    @Test func replicaThatIsAwayIsNotWaitedFor() async throws {
        try await withRecords { server, _ in
            let client = try await server.connect()
            let pending = try client.begin(deletion(below: 2))
            try await wait(for: "the request to wait") { try server.copy.waitingCount.deletions == 1 }
            try server.tell(.test(1))
            let answer = try await pending.get()
            #expect(outcome(answer) == (.none, 2))
        }
    }

    @Test func formerLeaderDoesNotAnswerForOthers() async throws {
        try await withRecords { server, _ in
            let client = try await server.connect()
            let pending = try client.begin(deletion(below: 2))
            try await wait(for: "the request to wait") { try server.copy.waitingCount.deletions == 1 }
            try server.tell(.led(by: 2, in: 6, [1, 2], version: 1))
            let answer = try await pending.get()
            #expect(outcome(answer) == (.notLeaderOrFollower, -1))
        }
    }

    @Test func followersDeleteWhatTheirLeaderDeletes() async throws {
        try await ReplicaPair.with(["a", "b", "c"], [], settings: ["replica.fetch.wait.max.ms": "20"]) {
            leader, follower in
            try await leader.produce("t", ["d"])
            #expect(try await delete(leader, below: 3) == (.none, 3))
            #expect(try follower.partitionLog.watermarks.logStartOffset == LogOffset(3))
            #expect(try await delete(follower, below: 3) == (.notLeaderOrFollower, -1))
        }
    }

    @Test func whatAnAcknowledgementMeansStaysAsItWas() async throws {
        try await FollowedLeader.with { server, _, _ in
            func change(
                _ resource: ConfigurationResource, _ key: String, _ operation: ConfigurationChange.Operation
            ) async throws -> ErrorCode {
                do {
                    try await server.broker.settings.configure(
                        resource, by: ConfigurationChange(operations: [key: operation]), validateOnly: false)
                    return .none
                } catch let refusal as RequestRefusal { return refusal.code }
            }
            let topic = ConfigurationResource(kind: .topic, name: "t")
            let refused = try await change(topic, "flush.messages", .set("2"))
            #expect(refused == .invalidConfig)
            // It is written down with the first change, so that another default is none of the topic's.
            #expect(try await change(topic, "retention.ms", .set("1000")) == .none)
            #expect(server.broker.metadata.image.topic("t")?.configuration["flush.messages"] == "1")
            #expect(try await change(.allBrokers, "log.flush.interval.messages", .set("2")) == .none)
            #expect(try server.copy.flushesEveryAppend)
            #expect(try await change(topic, "flush.messages", .delete) == .invalidConfig)
        }
    }
}
