import EventStore
import KafkaClient
import KafkaProtocol
import LogCore
import Logging
import NIOCore
import RecordFormat
import Replication
import ServerHarness
import Synchronization
import Testing

@testable import Broker

/// A leader and a follower, two brokers in this process: node 1 leads topic "t", node 2 copies it.
@Suite struct FollowingTests {
    /// The topic's state as both are told it.
    private static let state = Result { try PartitionState.led(by: 1, in: 3, [1, 2]) }

    /// Makes a directory that has the topic, with records of an earlier epoch.
    private func directory(
        of node: Int32, _ id: TopicID, _ values: [String], in epoch: Int32 = 1, deletedBelow start: Int64 = 0
    ) async throws -> TestDirectory {
        let settings = ["node.id": "\(node)"]
        let directory = try TestDirectory()
        for state in [try PartitionState.led(by: node, in: epoch, [node]), try Self.state.get()] {
            try await TestBroker.with(settings, in: directory) { server in
                try await server.broker.metadata.put(
                    ClusterImage.Topic(
                        name: "t", id: id, partitions: [state], configuration: ["min.insync.replicas": "2"]))
            }
            guard state.leaderEpoch == LeaderEpoch(epoch), !values.isEmpty else { continue }
            try await TestBroker.with(settings, in: directory) { server in
                // A batch each, as they are on all replicas.
                for value in values { try await server.produce("t", acks: 1, [value]) }
                guard start > 0 else { return }
                let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
                try await wait(for: "the records to be durable") {
                    partition.log.watermarks.highWatermark.rawValue >= start
                }
                try partition.log.advanceLogStart(to: LogOffset(start))
            }
        }
        return directory
    }

    private func start(
        _ node: Int32, in directory: TestDirectory, leaderAt port: Int?
    ) async throws -> TestBroker {
        try await TestBroker.start(["node.id": "\(node)"], in: directory) { store, pool, now in
            SharedMetadata(
                try LocalMetadataStore(store: store, pool: pool, now: now),
                replication: .test(node, of: 2, store) { proposal, _, completion in completion(.accepted) }
            ) { image in
                var image = image
                image.brokers = .test(2)
                if let port {
                    image.set(
                        ClusterImage.Node(id: 1, endpoints: ["PLAINTEXT": .init(host: "127.0.0.1", port: port)]))
                }
                return image
            }
        }
    }

    private func withPair(
        _ ofLeader: [String], _ ofFollower: [String], followerEpoch: Int32 = 1, deletedBelow beginning: Int64 = 0,
        _ body: (TestBroker, TestBroker) async throws -> Void
    ) async throws {
        let id = TopicID.random()
        let leader = try await start(1, in: directory(of: 1, id, ofLeader, deletedBelow: beginning), leaderAt: nil)
        let follower = try await start(
            2, in: directory(of: 2, id, ofFollower, in: followerEpoch), leaderAt: leader.port)
        do {
            try await body(leader, follower)
            try await follower.broker.shutdown()
            try await leader.broker.shutdown()
        } catch {
            for server in [follower, leader] {
                try? await server.broker.shutdown()
                for line in server.log.lines(from: .warning) { print("broker: \(line)") }
            }
            throw error
        }
    }

    private func log(_ server: TestBroker) throws -> PartitionLog {
        try #require(server.broker.partitions.copy(TopicPartition("t", 0))).log
    }

    private func values(_ log: PartitionLog) throws -> [String] {
        var values: [String] = []
        try log.forEachBatch { batch in values += try batch.records().map { $0.value?.string ?? "" } }
        return values
    }

    @Test func followerCopiesAndTheLeaderAcknowledges() async throws {
        try await withPair([], []) { leader, follower in
            for index in 0..<20 {
                #expect(try await leader.produce("t", ["\(index)"]) == Int64(index))
            }
            let copy = try log(follower)
            // Whatever was acknowledged is on the follower's device.
            #expect(copy.watermarks.recoveryPoint == LogOffset(20))
            #expect(try values(copy) == (0..<20).map(String.init))
            #expect(copy.leaderEpochs.entries == (try log(leader)).leaderEpochs.entries)
            try await wait(for: "the follower to hear of it") { copy.watermarks.highWatermark == LogOffset(20) }
        }
    }

    @Test func followerCatchesUpWithWhatItMissed() async throws {
        try await withPair(["a", "b", "c"], ["a"]) { leader, follower in
            let copy = try log(follower)
            try await wait(for: "the records of before") { copy.watermarks.recoveryPoint == LogOffset(3) }
            #expect(try await leader.produce("t", ["d"]) == 3)
            #expect(try values(copy) == ["a", "b", "c", "d"])
        }
    }

    @Test func followerBeginsWhereTheLeaderBegins() async throws {
        try await withPair(["a", "b", "c", "d"], ["a"], deletedBelow: 3) { leader, follower in
            let copy = try log(follower)
            try await wait(for: "the copy") { copy.watermarks.recoveryPoint == LogOffset(4) }
            #expect(copy.watermarks.logStartOffset == LogOffset(3))
            #expect(try values(copy) == ["d"])
            #expect(try await leader.produce("t", ["e"]) == 4)
            #expect(try values(copy) == ["d", "e"])
        }
    }

    @Test func followerDropsWhatTheLeaderNeverHad() async throws {
        // It led an epoch of its own, in which nobody followed it.
        try await withPair(["a", "b"], ["x", "y", "z", "x", "y"], followerEpoch: 2) { leader, follower in
            let copy = try log(follower)
            try await wait(for: "the leader's records in their place") {
                copy.watermarks.recoveryPoint == LogOffset(2) && copy.watermarks.logEndOffset == LogOffset(2)
            }
            #expect(try await leader.produce("t", ["c"]) == 2)
            #expect(try values(copy) == ["a", "b", "c"])
            #expect(copy.leaderEpochs.entries.map(\.epoch.rawValue) == [1, 3])
        }
    }

    /// Tells a node that partition has another state.
    private func tell(_ server: TestBroker, _ state: PartitionState) throws {
        let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
        guard case .replicated(let replica) = partition.role else { throw TestFailure("a partition that is alone") }
        replica.bring(.stateChanged(state), to: partition)
    }

    @Test func leadershipMovesWithoutALoss() async throws {
        try await withPair([], []) { first, second in
            for index in 0..<5 { try await first.produce("t", ["\(index)"]) }
            // The second no longer hears of anything: what comes now is in the first's log alone.
            try tell(second, try .led(by: nil, in: 4, [1, 2], version: 1))
            let producer = try await first.connect()
            let lost = try producer.begin(
                TestRecords.produce("t", timeout: 3_600_000, try TestRecords.batch(["lost"])), version: 12)
            let old = try log(first)
            try await wait(for: "the append") { old.watermarks.logEndOffset == LogOffset(6) }
            // The second leads, and the first hears of it.
            let state = try PartitionState.led(by: 2, in: 5, [1, 2], version: 2)
            try tell(second, state)
            first.broker.fetchers?.learn([BrokerEndpoint(nodeID: 2, host: "127.0.0.1", port: second.port)])
            try tell(first, state)
            let answer = try await lost.get().responses[0].partitionResponses[0]
            #expect(ErrorCode.of(answer.errorCode) == .notLeaderOrFollower)
            let refused = try await first.produce("t", TestRecords.batch(["to a former leader"]))
            #expect(ErrorCode.of(refused.errorCode) == .notLeaderOrFollower)
            // What only the former leader had makes room for what the new one acknowledges.
            #expect(try await second.produce("t", ["5"]) == 5)
            #expect(try values(old) == (0..<6).map(String.init))
            #expect(old.leaderEpochs.entries == (try log(second)).leaderEpochs.entries)
            #expect(old.watermarks.recoveryPoint == LogOffset(6))
        }
    }
}
