import Foundation
import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

@Suite struct FetchTests {
    @Test func batchLargerThanEveryLimitStillComes() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 2)
            let large = String(repeating: "x", count: 300_000)
            for partition in [Int32(0), 1] { try await server.produce("t", partition: partition, [large]) }
            let client = try await server.connect()
            let one = try await client.ask(
                TestRecords.fetch("t", maxBytes: 1_000, partitionMaxBytes: 1_000), version: 12)
            #expect(try one.values() == [large])
            // Only the first of several, or else limits would mean nothing.
            let both = FetchRequest(
                maxWaitMs: 0, minBytes: 1, maxBytes: 1_000,
                topics: [
                    .init(
                        topic: "t",
                        partitions: [0, 1].map { .init(partition: $0, fetchOffset: 0, partitionMaxBytes: 1_000) })
                ])
            let counts = try await client.ask(both, version: 12).responses[0].partitions.map {
                try $0.decodedRecords().count
            }
            #expect(counts == [1, 0])
        }
    }

    @Test func offsetsOutsideOfTheLogAndWrongEpochsAreRefused() async throws {
        try await TestBroker.with { server in
            let id = try await server.createTopic("t")
            try await server.produce("t", ["a", "b"])
            func code(_ partition: FetchRequest.FetchPartition) async throws -> ErrorCode {
                let request = FetchRequest(
                    maxWaitMs: 5_000, minBytes: 1, topics: [.init(topicID: id, partitions: [partition])])
                return .of(try await server.ask(request).only.errorCode)
            }
            #expect(try await code(.init(fetchOffset: 3, partitionMaxBytes: 1_000)) == .offsetOutOfRange)
            #expect(try await code(.init(fetchOffset: -1, partitionMaxBytes: 1_000)) == .offsetOutOfRange)
            #expect(
                try await code(.init(currentLeaderEpoch: 1, fetchOffset: 0, partitionMaxBytes: 1_000))
                    == .unknownLeaderEpoch)
            #expect(try await code(.init(currentLeaderEpoch: 0, fetchOffset: 0, partitionMaxBytes: 1_000)) == .none)
        }
    }

    @Test func largeVerifiedAnswersComeFromTheFile() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let values = (0..<50).map { "\($0) " + String(repeating: "y", count: 20_000) }
            for value in values { try await server.produce("t", [value]) }
            let direct = try await server.askInProcess(
                TestRecords.fetch("t", maxBytes: 4 << 20, partitionMaxBytes: 4 << 20), version: 12)
            guard case .external = direct.only.records else { throw TestFailure("not from the file") }
            #expect(try direct.values() == values)
            let client = try await server.connect()
            // Answers from the file and from memory in one stream, sent ahead.
            let answers = try (0..<10).map { round in
                (
                    try client.begin(
                        TestRecords.fetch("t", from: Int64(round), maxBytes: 4 << 20, partitionMaxBytes: 4 << 20),
                        version: 12),
                    try client.begin(TestRecords.fetch("t", from: 49), version: 12), round
                )
            }
            for (large, small, round) in answers {
                #expect(try await large.get().values() == Array(values[round...]))
                #expect(try await small.get().values() == [values[49]])
            }
        }
    }

    @Test func unverifiedRecordsOfAnEarlierRunAreServedWhole() async throws {
        let directory = try TestDirectory()
        let values = (0..<50).map { "\($0) " + String(repeating: "z", count: 20_000) }
        try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t")
            for value in values { try await server.produce("t", [value]) }
        }
        try await TestBroker.with(in: directory) { server in
            let client = try await server.connect()
            for _ in 0..<2 {
                let answer = try await client.ask(
                    TestRecords.fetch("t", maxBytes: 4 << 20, partitionMaxBytes: 4 << 20), version: 12)
                #expect(try answer.values() == values)
            }
        }
    }

    @Test func topicsThatAreGoneDoNotEndTheWaitForOthers() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await server.connect()
            var request = TestRecords.fetch("t", wait: Int32.max)
            request.topics.append(.init(topic: "gone", partitions: [.init(partitionMaxBytes: 1_000)]))
            let answer = try client.begin(request, version: 12)
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
            try await wait(for: "fetch parked") { partition.waitingCount.fetches == 1 }
            try await server.produce("t", ["a"])
            let found = try await answer.get()
            #expect(try found.values() == ["a"])
            #expect(
                found.responses.map { ErrorCode.of($0.partitions[0].errorCode) } == [.none, .unknownTopicOrPartition])
            // Nothing else to wait for.
            let alone = try await client.ask(TestRecords.fetch("gone", wait: Int32.max), version: 12)
            #expect(ErrorCode.of(alone.only.errorCode) == .unknownTopicOrPartition)
        }
    }

    @Test func oldClientsAreSpared() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("zstd", configs: ["compression.type": "zstd"])
            try await server.produce("zstd", ["a"])
            func code(_ topic: String, _ version: Int16) async throws -> ErrorCode {
                .of(try await server.ask(TestRecords.fetch(topic), version: version).only.errorCode)
            }
            #expect(try await code("zstd", 9) == .unsupportedCompressionType)
            #expect(try await code("zstd", 10) == .none)
            try await server.createTopic("failed")
            let failed = try #require(server.broker.partitions.copy(TopicPartition("failed", 0)))
            var batch = CompletionBatch()
            failed.retire(with: .kafkaStorageError, into: &batch)
            #expect(try await code("failed", 5) == .notLeaderOrFollower)
            #expect(try await code("failed", 6) == .kafkaStorageError)
        }
    }

    @Test func whoMayNotReadIsNotToldWhatExists() async throws {
        let authorizer = Authorizer { _, operation, _ in operation != .read && operation != .clusterAction }
        try await TestBroker.with(authorizer: authorizer) { server in
            let id = try await server.createTopic("t")
            for name in ["t", "missing"] {
                let answer = try await server.ask(TestRecords.fetch(name), version: 12)
                #expect(ErrorCode.of(answer.only.errorCode) == .topicAuthorizationFailed)
            }
            var request = FetchRequest(
                maxWaitMs: 0, minBytes: 1,
                topics: [.init(topicID: id, partitions: [.init(partitionMaxBytes: 1_000)])])
            #expect(ErrorCode.of(try await server.ask(request).only.errorCode) == .topicAuthorizationFailed)
            request.topics[0].topicID = TopicID(high: 1, low: 2)
            #expect(ErrorCode.of(try await server.ask(request).only.errorCode) == .unknownTopicID)
            // Nor is a broker that may not follow.
            request.replicaState.replicaID = 2
            #expect(ErrorCode.of(try await server.ask(request).only.errorCode) == .topicAuthorizationFailed)
        }
    }

    @Test func followersOfNoReplicaAreRefused() async throws {
        try await TestBroker.with { server in
            let id = try await server.createTopic("t")
            func code(_ epoch: Int32) async throws -> ErrorCode {
                var request = FetchRequest(
                    maxWaitMs: Int32.max, minBytes: 1,
                    topics: [
                        .init(topicID: id, partitions: [.init(currentLeaderEpoch: epoch, partitionMaxBytes: 1_000)])
                    ])
                request.replicaState.replicaID = 2
                return .of(try await server.ask(request).only.errorCode)
            }
            #expect(try await code(-1) == .notLeaderOrFollower)
            #expect(try await code(0) == .unknownLeaderEpoch)
        }
    }

    @Test func damagedRecordsAreNamedAndNotServed() async throws {
        let directory = try TestDirectory()
        try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t", partitions: 2)
            for partition in [Int32(0), 1] {
                for value in ["a record", "another"] { try await server.produce("t", partition: partition, [value]) }
            }
        }
        let file = URL(filePath: directory.path).appending(path: "t-0/00000000000000000000.log")
        var bytes = try Data(contentsOf: file)
        bytes[RecordBatchHeader.size + 5] ^= 1
        try bytes.write(to: file)
        try await TestBroker.with(in: directory) { server in
            let both = FetchRequest(
                maxWaitMs: 0, minBytes: 1,
                topics: [
                    .init(
                        topic: "t",
                        partitions: [0, 1].map { .init(partition: $0, fetchOffset: 0, partitionMaxBytes: 1_000) })
                ])
            let answer = try await server.ask(both, version: 12).responses[0].partitions
            #expect(answer.map { ErrorCode.of($0.errorCode) } == [.corruptMessage, .none])
            #expect(try answer.map { try $0.decodedRecords().count } == [0, 2])
        }
    }
}
