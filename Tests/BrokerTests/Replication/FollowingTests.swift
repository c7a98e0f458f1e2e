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
    private func values(_ log: PartitionLog) throws -> [String] {
        var values: [String] = []
        try log.forEachBatch { batch in values += try batch.records().map { $0.value?.string ?? "" } }
        return values
    }

    @Test func followerCopiesAndTheLeaderAcknowledges() async throws {
        try await ReplicaPair.with([], []) { leader, follower in
            for index in 0..<20 {
                #expect(try await leader.produce("t", ["\(index)"]) == Int64(index))
            }
            let copy = try follower.partitionLog
            // Whatever was acknowledged is on the follower's device.
            #expect(copy.watermarks.recoveryPoint == LogOffset(20))
            #expect(try values(copy) == (0..<20).map(String.init))
            #expect(copy.leaderEpochs.entries == (try leader.partitionLog).leaderEpochs.entries)
            try await wait(for: "the follower to hear of it") { copy.watermarks.highWatermark == LogOffset(20) }
        }
    }

    @Test func followerCatchesUpWithWhatItMissed() async throws {
        try await ReplicaPair.with(["a", "b", "c"], ["a"]) { leader, follower in
            let copy = try follower.partitionLog
            try await wait(for: "the records of before") { copy.watermarks.recoveryPoint == LogOffset(3) }
            #expect(try await leader.produce("t", ["d"]) == 3)
            #expect(try values(copy) == ["a", "b", "c", "d"])
        }
    }

    @Test func followerCopiesBatchesThatOneFetchCannotHold() async throws {
        // Two fit into replica.fetch.max.bytes and a half: the leader cuts the third.
        let large = (0..<7).map { String(repeating: "\($0)", count: 420_000) }
        try await ReplicaPair.with(large, []) { leader, follower in
            let copy = try follower.partitionLog
            try await wait(for: "the copy") { copy.watermarks.recoveryPoint == LogOffset(7) }
            #expect(try values(copy) == large)
            #expect(try await leader.produce("t", ["a"]) == 7)
        }
    }

    @Test func followerBeginsWhereTheLeaderBegins() async throws {
        try await ReplicaPair.with(["a", "b", "c", "d"], ["a"], deletedBelow: 3) { leader, follower in
            let copy = try follower.partitionLog
            try await wait(for: "the copy") { copy.watermarks.recoveryPoint == LogOffset(4) }
            #expect(copy.watermarks.logStartOffset == LogOffset(3))
            #expect(try values(copy) == ["d"])
            #expect(try await leader.produce("t", ["e"]) == 4)
            #expect(try values(copy) == ["d", "e"])
        }
    }

    @Test func followerDropsWhatTheLeaderNeverHad() async throws {
        // It led an epoch of its own, in which nobody followed it.
        try await ReplicaPair.with(["a", "b"], ["x", "y", "z", "x", "y"], followerEpoch: 2) { leader, follower in
            let copy = try follower.partitionLog
            try await wait(for: "the leader's records in their place") {
                copy.watermarks.recoveryPoint == LogOffset(2) && copy.watermarks.logEndOffset == LogOffset(2)
            }
            #expect(try await leader.produce("t", ["c"]) == 2)
            #expect(try values(copy) == ["a", "b", "c"])
            #expect(copy.leaderEpochs.entries.map(\.epoch.rawValue) == [1, 3])
        }
    }

    @Test func leadershipMovesWithoutALoss() async throws {
        try await ReplicaPair.with([], []) { first, second in
            for index in 0..<5 { try await first.produce("t", ["\(index)"]) }
            // The second no longer hears of anything: what comes now is in the first's log alone.
            try second.tell(try .led(by: nil, in: 4, [1, 2], version: 1))
            let producer = try await first.connect()
            let lost = try producer.begin(
                TestRecords.produce("t", timeout: 3_600_000, try TestRecords.batch(["lost"])), version: 12)
            let old = try first.partitionLog
            try await wait(for: "the append") { old.watermarks.logEndOffset == LogOffset(6) }
            // The second leads, and the first hears of it.
            let state = try PartitionState.led(by: 2, in: 5, [1, 2], version: 2)
            try second.tell(state)
            first.broker.fetchers?.learn([BrokerEndpoint(nodeID: 2, host: "127.0.0.1", port: second.port)])
            try first.tell(state)
            let answer = try await lost.get().responses[0].partitionResponses[0]
            #expect(ErrorCode.of(answer.errorCode) == .notLeaderOrFollower)
            let refused = try await first.produce("t", TestRecords.batch(["to a former leader"]))
            #expect(ErrorCode.of(refused.errorCode) == .notLeaderOrFollower)
            // What only the former leader had makes room for what the new one acknowledges.
            #expect(try await second.produce("t", ["5"]) == 5)
            #expect(try values(old) == (0..<6).map(String.init))
            #expect(old.leaderEpochs.entries == (try second.partitionLog).leaderEpochs.entries)
            #expect(old.watermarks.recoveryPoint == LogOffset(6))
        }
    }
}
