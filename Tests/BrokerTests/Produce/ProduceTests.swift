import EventStore
import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat
import ServerHarness
import StorageHarness
import Testing

@testable import Broker

@Suite struct ProduceTests {
    @Test func acksAllIsAnsweredWhenTheRecordIsOnTheDevice() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
            let client = try await server.connect()
            for round in 0..<50 {
                let answer = try await client.ask(TestRecords.produce("t", TestRecords.batch(["\(round)"])), version: 9)
                let marks = partition.log.watermarks
                #expect(answer.responses[0].partitionResponses[0].baseOffset == Int64(round))
                #expect(marks.recoveryPoint.rawValue > Int64(round) && marks.highWatermark.rawValue > Int64(round))
            }
            #expect(server.broker.commitStatistics.records >= 50)
            #expect(partition.waitingCount == (0, 0, 0))
        }
    }

    @Test func withoutFlushesRecordsAreSeenBeforeTheyAreSynced() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", configs: ["flush.messages": "9223372036854775807"])
            try await server.produce("t", ["a"])
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
            #expect(partition.log.hasUnflushedRecords)
            #expect(try await server.values("t") == ["a"])
        }
    }

    @Test func acksNoneGetsNoAnswerAndItsFailureEndsTheConnection() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await server.connect()
            try await client.tell(TestRecords.produce("t", acks: 0, TestRecords.batch(["silent"])), version: 9)
            // The next answer is that of the next request.
            let metadata = try await client.ask(MetadataRequest(topics: [.init(name: "t")]))
            #expect(metadata.topics.map(\.name) == ["t"])
            try await wait(for: "record") { try await server.values("t") == ["silent"] }
            try await client.tell(TestRecords.produce("missing", acks: 0, TestRecords.batch(["lost"])), version: 9)
            try await client.untilClosed()
        }
    }

    @Test func badBatchesAreRefusedByName() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", configs: ["max.message.bytes": "1000"])
            func code(_ records: ByteSlice) async throws -> ErrorCode {
                .of(try await server.produce("t", records).errorCode)
            }
            #expect(try await code(TestRecords.batch([String(repeating: "x", count: 2_000)])) == .messageTooLarge)
            let good = try TestRecords.batch(["a"])
            var flipped = good.array
            flipped[flipped.count - 1] ^= 1
            #expect(try await code(ByteSlice(flipped)) == .corruptMessage)
            // Cut off, there is no batch; with a length that no batch has, it is a damaged one.
            #expect(try await code(good[0..<20]) == .invalidRecord)
            #expect(try await code(good[0..<(good.count - 1)]) == .invalidRecord)
            var short = good.array
            short[11] = 3
            #expect(try await code(ByteSlice(short)) == .corruptMessage)
            #expect(try await code(ByteSlice(good.array + good.array)) == .invalidRecord)
            #expect(try await code(.empty) == .invalidRecord)
            let tomorrow = Timestamp(milliseconds: WallClock.now().milliseconds + 86_400_000)
            #expect(try await code(TestRecords.batch(["late"], timestamp: tomorrow)) == .invalidTimestamp)
            let missing = try await server.ask(TestRecords.produce("t", nil), version: 9)
            #expect(ErrorCode.of(missing.responses[0].partitionResponses[0].errorCode) == .invalidRecord)
            #expect(try await server.values("t") == [])
        }
    }

    @Test func brokersOwnTopicsAreNotWrittenByClients() async throws {
        try await TestBroker.with { server in
            try await server.makeGroupsReady()
            let answer = try await server.produce("__consumer_offsets", TestRecords.batch(["a"]))
            #expect(ErrorCode.of(answer.errorCode) == .invalidTopicException)
            let log = try await server.produce("__millrace_metadata", TestRecords.batch(["a"]))
            #expect(ErrorCode.of(log.errorCode) == .unknownTopicOrPartition)
        }
    }

    @Test func tooFewReplicasRefuseAcksAllOnly() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", configs: ["min.insync.replicas": "2"])
            let refused = try await server.produce("t", TestRecords.batch(["a"]))
            #expect(
                ErrorCode.of(refused.errorCode) == .notEnoughReplicas
                    && refused.errorMessage?.contains("min.insync.replicas") == true)
            try await server.produce("t", acks: 1, ["b"])
            try await wait(for: "record") { try await server.values("t") == ["b"] }
        }
    }

    @Test func logAppendTimeStampsRecordsWithTheBrokersClock() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", configs: ["message.timestamp.type": "LogAppendTime"])
            let before = WallClock.now().milliseconds
            let answer = try await server.produce("t", TestRecords.batch(["a"], timestamp: Timestamp(milliseconds: 5)))
            #expect(answer.logAppendTimeMs >= before)
            let record = try #require(try await server.ask(TestRecords.fetch("t"), version: 12).records().first)
            #expect(record.timestamp.milliseconds == answer.logAppendTimeMs)
        }
    }

    @Test func manyProducersAtOnceAreEachInOrder() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 4)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for producer in 0..<8 {
                    group.addTask {
                        let client = try await server.connect()
                        for round in 0..<25 {
                            // Five at a time, as clients do.
                            let answers = try (0..<5).map {
                                try client.begin(
                                    TestRecords.produce(
                                        "t", partition: Int32(producer % 4),
                                        TestRecords.batch(["\(producer) \(round) \($0)"])), version: 9)
                            }
                            for answer in answers {
                                #expect(try await answer.get().responses[0].partitionResponses[0].errorCode == 0)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            var values: [String] = []
            for partition in 0..<4 {
                let found = try await server.values("t", partition: Int32(partition))
                for producer in [partition, partition + 4] {
                    let own = found.filter { $0.hasPrefix("\(producer) ") }
                    #expect(own == (0..<25).flatMap { round in (0..<5).map { "\(producer) \(round) \($0)" } })
                }
                values += found
            }
            #expect(values.count == 1_000)
            #expect(server.broker.commitStatistics.records >= 1_000)
        }
    }

    @Test func whatComesDuringASyncSharesTheNextOne() async throws {
        let disk = FaultyFileSystem()
        try await TestBroker.with(fileSystem: disk) { server in
            try await server.createTopic("t")
            try await server.produce("t", ["first"])
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
            let syncs = server.broker.commitStatistics.syncs
            disk.holdSyncs(of: try partition.descriptor)
            defer { disk.releaseSyncs() }
            var answers: [EventLoopFuture<ProduceResponse>] = []
            for _ in 0..<4 {
                let client = try await server.connect()
                for _ in 0..<25 {
                    answers.append(try client.begin(TestRecords.produce("t", TestRecords.batch(["a"])), version: 9))
                }
            }
            try await wait(for: "all appends") { partition.log.watermarks.logEndOffset == LogOffset(101) }
            disk.releaseSyncs()
            for answer in answers { #expect(try await answer.get().responses[0].partitionResponses[0].errorCode == 0) }
            // One that began with the first of them, and one for all others.
            #expect(server.broker.commitStatistics.syncs - syncs <= 2)
        }
    }
}
