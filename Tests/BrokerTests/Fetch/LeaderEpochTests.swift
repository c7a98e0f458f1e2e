import KafkaProtocol
import LogCore
import RecordFormat
import Replication
import Testing

@testable import Broker

/// Leader epochs in the requests that carry one (KIP-101, KIP-320, KIP-595, KIP-951).
@Suite struct LeaderEpochTests {
    /// A broker whose partition "t"-0 has three records of epoch 0, two of epoch 2, and is led in epoch 3.
    private func withThreeEpochs(_ body: (TestBroker, TopicID) async throws -> Void) async throws {
        let directory = try TestDirectory()
        let epochs: [(Int32, Int)] = [(0, 3), (2, 2), (3, 0)]
        var id = TopicID.zero
        for (epoch, records) in epochs {
            try await TestBroker.with(in: directory) { server in
                if epoch == 0 { id = try await server.createTopic("t") }
                if records > 0 { try await server.produce("t", (0..<records).map { "\(epoch) \($0)" }) }
                var topic = try #require(server.broker.metadata.image.topic("t"))
                let next = try #require((epochs.map(\.0) + [3]).first { $0 > epoch || $0 == 3 })
                topic.partitions[0] = try .led(by: 1, in: next, [1])
                try await server.broker.metadata.put(topic)
            }
        }
        try await TestBroker.with(in: directory) { try await body($0, id) }
    }

    private func fetch(
        _ server: TestBroker, _ id: TopicID, current: Int32 = -1, lastFetched: Int32 = -1, from offset: Int64 = 0,
        version: Int16 = FetchRequest.versions.upperBound, wait: Int32 = 0
    ) async throws -> FetchResponse {
        let partition = FetchRequest.FetchPartition(
            currentLeaderEpoch: current, fetchOffset: offset, lastFetchedEpoch: lastFetched, partitionMaxBytes: 1 << 20)
        return try await server.ask(
            FetchRequest(
                maxWaitMs: wait, minBytes: 1,
                topics: [
                    version >= 13
                        ? .init(topicID: id, partitions: [partition]) : .init(topic: "t", partitions: [partition])
                ]),
            version: version)
    }

    @Test func oldEpochsAreFencedAndNewOnesUnknown() async throws {
        try await withThreeEpochs { server, id in
            for version in FetchRequest.versions where version >= 9 {
                let fenced = try await fetch(server, id, current: 2, version: version)
                #expect(ErrorCode.of(fenced.only.errorCode) == .fencedLeaderEpoch)
                // Where to go instead, for who can read it.
                let leader = version >= 16 ? (Int32(1), Int32(3)) : (-1, -1)
                #expect((fenced.only.currentLeader.leaderID, fenced.only.currentLeader.leaderEpoch) == leader)
                #expect(fenced.nodeEndpoints.map(\.port) == (version >= 16 ? [Int32(server.port)] : []))
                let unknown = try await fetch(server, id, current: 4, version: version)
                #expect(ErrorCode.of(unknown.only.errorCode) == .unknownLeaderEpoch && unknown.nodeEndpoints.isEmpty)
                #expect(try await fetch(server, id, current: 3, version: version).values().count == 5)
            }
            func list(_ epoch: Int32, _ time: Int64 = -1) async throws -> (ErrorCode, Int64, Int32) {
                let answer = try await server.ask(
                    ListOffsetsRequest(
                        replicaID: -1,
                        topics: [
                            .init(
                                name: "t",
                                partitions: [.init(partitionIndex: 0, currentLeaderEpoch: epoch, timestamp: time)])
                        ]))
                let found = answer.topics[0].partitions[0]
                return (.of(found.errorCode), found.offset, found.leaderEpoch)
            }
            #expect(try await list(2) == (.fencedLeaderEpoch, -1, -1))
            #expect(try await list(4) == (.unknownLeaderEpoch, -1, -1))
            #expect(try await list(3) == (.none, 5, 3))
            #expect(try await list(3, -2) == (.none, 0, 0))
            #expect(try await list(-1, -3).2 == 2)
        }
    }

    @Test func endsOfEpochs() async throws {
        try await withThreeEpochs { server, _ in
            func end(
                _ epoch: Int32, current: Int32 = -1, partition: Int32 = 0
            ) async throws -> (ErrorCode, Int32, Int64) {
                let answer = try await server.ask(
                    OffsetForLeaderEpochRequest(topics: [
                        .init(
                            topic: "t",
                            partitions: [
                                .init(partition: partition, currentLeaderEpoch: current, leaderEpoch: epoch)
                            ])
                    ]))
                let found = answer.topics[0].partitions[0]
                return (.of(found.errorCode), found.leaderEpoch, found.endOffset)
            }
            let first = try await end(0)
            #expect(first == (.none, 0, 3))
            // An epoch without records ends where the one before it does.
            #expect(try await end(1) == (.none, 0, 3))
            #expect(try await end(2) == (.none, 2, 5))
            #expect(try await end(3, current: 3) == (.none, 3, 5))
            #expect(try await end(4) == (.none, -1, -1))
            #expect(try await end(-1) == (.none, -1, -1))
            #expect(try await end(0, current: 2) == (.fencedLeaderEpoch, -1, -1))
            #expect(try await end(0, current: 4) == (.unknownLeaderEpoch, -1, -1))
            #expect(try await end(0, partition: 1) == (.unknownTopicOrPartition, -1, -1))
        }
    }

    @Test func readerOfAnotherHistoryIsTold() async throws {
        try await withThreeEpochs { server, id in
            func divergence(_ epoch: Int32, from offset: Int64) async throws -> FetchResponse.EpochEndOffset? {
                // It is due at once, however long the client would wait.
                let answer = try await fetch(server, id, lastFetched: epoch, from: offset, wait: Int32.max)
                #expect(answer.only.errorCode == 0)
                guard answer.only.divergingEpoch != .init() else { return nil }
                #expect(try answer.values().isEmpty && answer.only.highWatermark == 5)
                return answer.only.divergingEpoch
            }
            #expect(try await divergence(0, from: 2) == nil)
            #expect(try await divergence(0, from: 4) == .init(epoch: 0, endOffset: 3))
            #expect(try await divergence(1, from: 3) == .init(epoch: 0, endOffset: 3))
            #expect(try await divergence(2, from: 4) == nil)
            #expect(try await divergence(3, from: 6) == .init(epoch: 3, endOffset: 5))
            let newer = try await fetch(server, id, lastFetched: 4)
            #expect(ErrorCode.of(newer.only.errorCode) == .offsetOutOfRange)
            let below = try await fetch(server, id, lastFetched: 0, from: -1)
            #expect(ErrorCode.of(below.only.errorCode) == .offsetOutOfRange)
        }
    }
}
