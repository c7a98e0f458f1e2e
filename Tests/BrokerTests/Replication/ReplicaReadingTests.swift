import Coordination
import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat
import Replication
import ServerHarness
import Testing

@testable import Broker

/// What clients are told by a leader that has only begun to lead (KIP-207), and by followers (KIP-392).
@Suite struct ReplicaReadingTests {
    private func list(
        _ server: TestBroker, _ time: Int64, replica: Int32 = -1, epoch: Int32 = -1,
        version: Int16 = ListOffsetsRequest.versions.upperBound
    ) async throws -> (ErrorCode, Int64) {
        let asked = ListOffsetsRequest.ListOffsetsPartition(
            partitionIndex: 0, currentLeaderEpoch: epoch, timestamp: time)
        let answer = try await server.ask(
            ListOffsetsRequest(replicaID: replica, topics: [.init(name: "t", partitions: [asked])]), version: version)
        let found = answer.topics[0].partitions[0]
        return (.of(found.errorCode), found.offset)
    }

    /// A consumer's fetch, which names its rack.
    private func fetch(
        from offset: Int64 = 0, rack: String = "", epoch: Int32 = -1, isolation: Int8 = 0, wait: Int32 = 0
    ) -> FetchRequest {
        FetchRequest(
            maxWaitMs: wait, minBytes: 1, isolationLevel: isolation,
            topics: [
                .init(
                    topic: "t",
                    partitions: [
                        .init(
                            partition: 0, currentLeaderEpoch: epoch, fetchOffset: offset, partitionMaxBytes: 1 << 20)
                    ])
            ],
            rackID: rack)
    }

    @Test func newLeaderTellsNoEndThatMayGoBack() async throws {
        try await FollowedLeader.with { server, id, _ in
            let first = Timestamp(milliseconds: 1_000_000)
            let second = Timestamp(milliseconds: 2_000_000)
            _ = try await server.produce("t", acks: 1, TestRecords.batch(["a"], timestamp: first))
            _ = try await server.produce("t", acks: 1, TestRecords.batch(["b"], timestamp: second))
            // It leads anew, and does not know whether the records of before are replicated.
            try server.tell(.led(by: 1, in: 6, [1, 2], version: 1))
            for version in ListOffsetsRequest.versions {
                let code: ErrorCode = version >= 5 ? .offsetNotAvailable : .leaderNotAvailable
                #expect(try await list(server, -1, version: version) == (code, -1))
                #expect(try await list(server, 1, version: version) == (code, -1))
            }
            #expect(try await list(server, -3) == (.offsetNotAvailable, -1))
            #expect(try await list(server, -2) == (.none, 0))
            // Brokers and tools are told what there is.
            for replica in [Int32(2), -2] { #expect(try await list(server, -1, replica: replica) == (.none, 2)) }
            // As far as is known, it is told.
            _ = try await server.ask(FollowedLeader.fetch(id, from: 1, last: 5, leaderEpoch: 6))
            try await server.untilReplicated(below: 1)
            #expect(try await list(server, first.milliseconds) == (.none, 0))
            #expect(try await list(server, second.milliseconds) == (.offsetNotAvailable, -1))
            #expect(try await list(server, -1) == (.offsetNotAvailable, -1))
            _ = try await server.ask(FollowedLeader.fetch(id, from: 2, last: 5, leaderEpoch: 6))
            try await server.untilReplicated(below: 2)
            #expect(try await list(server, -1) == (.none, 2))
            #expect(try await list(server, second.milliseconds) == (.none, 1))
        }
    }

    private static let selector = ["replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector"]

    @Test func consumersAreSentToTheFollowerInTheirRack() async throws {
        let settings = Self.selector.merging(["broker.rack": "a"]) { $1 }
        try await FollowedLeader.with(settings, rackOfFollower: "b") { server, id, _ in
            try await server.produce("t", acks: 1, ["one"])
            // Nobody knows yet what the follower has.
            #expect(try await server.ask(fetch(rack: "b"), version: 12).only.preferredReadReplica == -1)
            _ = try await server.ask(FollowedLeader.fetch(id, from: 1, last: 5))
            try await server.untilReplicated(below: 1)
            for version in FetchRequest.versions {
                var request = fetch(rack: "b", wait: Int32.max)
                if version >= 13 { request.topics[0].topicID = id }
                let answer = try await server.ask(request, version: version)
                let expected: Int32 = version >= 11 ? 2 : -1
                #expect(answer.only.preferredReadReplica == expected && answer.only.errorCode == 0)
                #expect(try answer.values() == (version >= 11 ? [] : ["one"]) && answer.only.highWatermark == 1)
            }
            // It has not got that, its rack is another, and it does not say.
            try await server.produce("t", acks: 1, ["two"])
            for (offset, rack) in [(Int64(2), "b"), (0, "a"), (0, "c"), (0, "")] {
                let answer = try await server.ask(fetch(from: offset, rack: rack), version: 12)
                #expect(answer.only.preferredReadReplica == -1 && answer.only.errorCode == 0, "\(offset) \(rack)")
            }
            // Behind an old epoch nothing else is said.
            let fenced = try await server.ask(fetch(rack: "b", epoch: 4), version: 12)
            #expect(ErrorCode.of(fenced.only.errorCode) == .fencedLeaderEpoch)
            #expect(fenced.only.preferredReadReplica == -1)
        }
    }

    @Test func followerOutsideOfTheSetOrWithoutTheRecordIsNotNamed() async throws {
        let topic = ["min.insync.replicas": "1"]
        try await FollowedLeader.with(Self.selector, topic: topic, inSync: [1], rackOfFollower: "b") { server, id, _ in
            for value in ["a", "b", "c"] { try await server.produce("t", [value]) }
            _ = try await server.ask(FollowedLeader.fetch(id, from: 1, last: 5))
            #expect(try await server.ask(fetch(rack: "b"), version: 12).values() == ["a", "b", "c"])
            // In sync, and its log begins above what is asked for.
            try server.tell(.led(by: 1, in: 5, [1, 2], version: 1))
            _ = try await server.ask(FollowedLeader.fetch(id, from: 3, last: 5, start: 2))
            #expect(try await server.ask(fetch(from: 1, rack: "b"), version: 12).values() == ["b", "c"])
            #expect(try await server.ask(fetch(from: 2, rack: "b"), version: 12).only.preferredReadReplica == 2)
        }
        // Without the setting everyone reads from the leader.
        try await FollowedLeader.with(rackOfFollower: "b") { server, id, _ in
            try await server.produce("t", acks: 1, ["one"])
            _ = try await server.ask(FollowedLeader.fetch(id, from: 1, last: 5))
            try await server.untilReplicated(below: 1)
            #expect(try await server.ask(fetch(rack: "b"), version: 12).values() == ["one"])
        }
    }

    @Test func followerServesWhatIsReplicated() async throws {
        try await ReplicaPair.with(["a"], ["a"]) { leader, follower in
            let consumer = try await follower.connect()
            // It waits at the end, and is woken by the follower's high watermark.
            let waiting = try consumer.begin(fetch(from: 1, epoch: 3, wait: 3_600_000), version: 12)
            try await wait(for: "the fetch to wait") { try follower.copy.waitingCount.fetches == 1 }
            #expect(try await leader.produce("t", ["b"]) == 1)
            let answer = try await waiting.get()
            #expect(try answer.values() == ["b"] && answer.only.highWatermark == 2)
            func code(_ request: FetchRequest, version: Int16 = 12) async throws -> ErrorCode {
                .of(try await follower.ask(request, version: version).only.errorCode)
            }
            #expect(try await code(fetch(), version: 11) == .none)
            // Those of before know of no other than the leader.
            #expect(try await code(fetch(), version: 10) == .notLeaderOrFollower)
            #expect(try await code(fetch(epoch: 2)) == .fencedLeaderEpoch)
            #expect(try await code(fetch(epoch: 4)) == .unknownLeaderEpoch)
            #expect(try await code(fetch(from: 3)) == .offsetOutOfRange)
            // Everything else is the leader's to say; the epoch comes first.
            #expect(try await list(follower, -1) == (.notLeaderOrFollower, -1))
            #expect(try await list(follower, -1, epoch: 2) == (.fencedLeaderEpoch, -1))
            #expect(try await list(follower, -1, replica: -2) == (.none, 2))
            func end(_ current: Int32) async throws -> ErrorCode {
                let asked = OffsetForLeaderEpochRequest.OffsetForLeaderPartition(
                    partition: 0, currentLeaderEpoch: current, leaderEpoch: 1)
                let answer = try await follower.ask(
                    OffsetForLeaderEpochRequest(topics: [.init(topic: "t", partitions: [asked])]))
                return .of(answer.topics[0].partitions[0].errorCode)
            }
            #expect(try await end(3) == .notLeaderOrFollower)
            #expect(try await end(4) == .unknownLeaderEpoch)
        }
    }

    @Test func fetchesThatWaitHearOfAnotherEpoch() async throws {
        try await ReplicaPair.with([], []) { leader, follower in
            let consumer = try await leader.connect()
            let old = try await leader.connect()
            let waiting = try consumer.begin(fetch(epoch: 3, wait: 3_600_000), version: 12)
            let leaderOnly = try old.begin(fetch(wait: 3_600_000), version: 10)
            try await wait(for: "the fetches to wait") { try leader.copy.waitingCount.fetches == 2 }
            try leader.tell(.led(by: nil, in: 4, [1, 2], version: 1))
            let fenced = try await waiting.get()
            #expect(ErrorCode.of(fenced.only.errorCode) == .fencedLeaderEpoch)
            let refused = try await leaderOnly.get()
            #expect(ErrorCode.of(refused.only.errorCode) == .notLeaderOrFollower)
        }
    }

    @Test func readerOfCommittedRecordsSeesThemOnAFollower() async throws {
        func write(_ leader: TestBroker) async throws {
            let client = try await TransactionClient.start(leader)
            try await client.write("t", ["aborted"])
            #expect(try await client.end(.abort) == .none)
            try await client.write("t", ["committed"])
            #expect(try await client.end(.commit) == .none)
            try await client.write("t", ["open"])
        }
        try await ReplicaPair.with([], [], topic: ["min.insync.replicas": "1"], prepare: write) { _, follower in
            try await follower.untilReplicated(below: 5)
            let answer = try await follower.ask(fetch(isolation: 1), version: 12)
            #expect(answer.only.lastStableOffset == 4 && answer.only.highWatermark == 5)
            #expect(answer.only.abortedTransactions?.map(\.firstOffset) == [0])
            #expect(try await follower.committed("t") == ["committed"])
        }
    }
}
