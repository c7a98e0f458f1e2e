import KafkaProtocol
import LogCore
import RecordFormat
import Testing

@testable import Broker

/// Which records a producer is told about, what limits there are, and in which order Kafka looks at a request.
@Suite struct ProduceRefusalTests {
    private typealias Answer = ProduceResponse.PartitionProduceResponse

    /// A batch of records, some without a key or with a time of its own.
    private func batch(
        _ records: [(key: String?, time: Int64)], _ codec: CompressionCodec = .none
    ) throws -> ByteSlice {
        var builder = RecordBatchBuilder()
        for record in records {
            try builder.append(
                timestamp: Timestamp(milliseconds: record.time), key: record.key.map { ByteSlice($0) },
                value: ByteSlice("v"))
        }
        let plain = try RecordBatch(validating: builder.finish())
        return try RecordBatchRecoder(codec).recode(plain.header, section: plain.recordSection())
    }

    /// KIP-467.
    @Test(arguments: [CompressionCodec.none, .lz4])
    func recordsThatATopicDoesNotTakeAreNamed(_ codec: CompressionCodec) async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", configs: ["cleanup.policy": "compact"])
            let now = WallClock.now().milliseconds
            let late = now + 86_400_000
            let keyless = try await server.produce(
                "t", batch([("a", now), (nil, now), ("b", now), (nil, late)], codec))
            #expect(ErrorCode.of(keyless.errorCode) == .invalidRecord)
            #expect(keyless.recordErrors.map(\.batchIndex) == [1, 3])
            #expect(keyless.recordErrors.allSatisfy { $0.batchIndexErrorMessage?.contains("key") == true })
            #expect(keyless.errorMessage?.hasPrefix("2 of 4 records are refused") == true)
            #expect(keyless.baseOffset == -1 && keyless.logStartOffset == 0)
            // The time of one makes the code that of time.
            let mixed = try await server.produce("t", batch([(nil, now), ("a", late), ("b", now)], codec))
            #expect(ErrorCode.of(mixed.errorCode) == .invalidTimestamp)
            #expect(mixed.recordErrors.map(\.batchIndex) == [0, 1])
            // Versions that have no place for it carry the code alone.
            let old = try await server.ask(
                TestRecords.produce("t", batch([(nil, now)], codec)), version: 7)
            #expect(ErrorCode.of(old.responses[0].partitionResponses[0].errorCode) == .invalidRecord)
            #expect(try await server.values("t") == [])
            #expect(try await server.produce("t", batch([("a", now)], codec)).errorCode == 0)
        }
    }

    @Test func ofVeryManyRecordsTheFirstAreNamed() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", configs: ["cleanup.policy": "compact"])
            let time = WallClock.now().milliseconds
            let answer = try await server.produce("t", batch(Array(repeating: (nil, time), count: 5_000)))
            #expect(answer.recordErrors.map(\.batchIndex) == Array(0..<1_000))
            #expect(answer.errorMessage?.hasPrefix("5000 of 5000 records") == true)
        }
    }

    @Test func batchesLargerThanASegmentAreRefusedByThatName() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", configs: ["segment.bytes": "1048576", "max.message.bytes": "3000000"])
            func code(_ bytes: Int) async throws -> ErrorCode {
                .of(try await server.produce("t", TestRecords.batch([String(repeating: "x", count: bytes)])).errorCode)
            }
            #expect(try await code(1_200_000) == .recordListTooLarge)
            #expect(try await code(3_100_000) == .messageTooLarge)
            #expect(try await code(900_000) == .none)
            // A setting that changes counts at once.
            try await AlterConfigsTests.alter(
                server, .topic, "t", [AlterConfigsTests.entry("segment.bytes", "2000000")])
            #expect(try await code(1_200_000) == .none)
        }
    }

    @Test func offsetsAreNotTheProducersToGive() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            var bytes = try TestRecords.batch(["a"]).array
            bytes[7] = 9
            let answer = try await server.produce("t", ByteSlice(bytes))
            #expect(ErrorCode.of(answer.errorCode) == .invalidRecord && answer.errorMessage?.contains("offset") == true)
        }
    }

    @Test func recordsOfATransactionNeedItsID() async throws {
        let authorizer = Authorizer { _, _, resource in resource != .transactionalID("not yours") }
        try await TestBroker.with(authorizer: authorizer) { server in
            try await server.createTopic("t", partitions: 2)
            func send(_ id: String?, _ isTransactional: Bool) async throws -> [ErrorCode] {
                let producer = RecordBatchBuilder.Producer(
                    id: ProducerID(7), epoch: ProducerEpoch(0), baseSequence: SequenceNumber(0),
                    isTransactional: isTransactional)
                let request = ProduceRequest(
                    transactionalID: id, acks: -1, timeoutMs: 5_000,
                    topicData: [
                        .init(
                            name: "t",
                            partitionData: [
                                .init(index: 0, records: try TestRecords.batch(["plain"])),
                                .init(index: 1, records: try TestRecords.batch(["a"], producer: producer)),
                            ])
                    ])
                return try await server.ask(request, version: 9).responses[0].partitionResponses.map {
                    .of($0.errorCode)
                }
            }
            // The whole request is refused, not only the partition.
            let refused = Array(repeating: ErrorCode.transactionalIDAuthorizationFailed, count: 2)
            #expect(try await send(nil, true) == refused)
            #expect(try await send("not yours", true) == refused)
            // Without such records there is nothing that the id could be needed for.
            #expect(try await send("not yours", false) == [.none, .none])
        }
    }

    @Test func whoMayNotWriteIsNotToldWhatExists() async throws {
        let authorizer = Authorizer { _, operation, _ in operation != .write }
        try await TestBroker.with(authorizer: authorizer) { server in
            let id = try await server.createTopic("t")
            for (name, acks) in [("t", Int16(-1)), ("missing", -1), ("t", 7)] {
                let answer = try await server.ask(
                    TestRecords.produce(name, acks: acks, TestRecords.batch(["a"])), version: 12)
                let code = ErrorCode.of(answer.responses[0].partitionResponses[0].errorCode)
                #expect(code == .topicAuthorizationFailed)
            }
            for (id, expected) in [
                (id, ErrorCode.topicAuthorizationFailed), (TopicID(high: 1, low: 2), .unknownTopicID),
            ] {
                let request = ProduceRequest(
                    acks: 1, timeoutMs: 1_000,
                    topicData: [
                        .init(topicID: id, partitionData: [.init(index: 0, records: try TestRecords.batch(["a"]))])
                    ])
                let answer = try await server.ask(request, version: 13)
                #expect(ErrorCode.of(answer.responses[0].partitionResponses[0].errorCode) == expected)
            }
        }
    }

    /// KIP-951.
    @Test func whoAsksTheWrongBrokerIsPointedToTheRightOne() async throws {
        try await TestBroker.with { server in
            let id = try await server.createTopic("t")
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
            var batch = CompletionBatch()
            partition.retire(with: .notLeaderOrFollower, into: &batch)
            for version in ProduceRequest.versions {
                let data = ProduceRequest.PartitionProduceData(index: 0, records: try TestRecords.batch(["a"]))
                let answer = try await server.connect().ask(
                    ProduceRequest(
                        acks: -1, timeoutMs: 5_000,
                        topicData: [
                            version >= 13
                                ? .init(topicID: id, partitionData: [data]) : .init(name: "t", partitionData: [data])
                        ]), version: version)
                let found = answer.responses[0].partitionResponses[0]
                #expect(ErrorCode.of(found.errorCode) == .notLeaderOrFollower)
                let isTold = version >= 10
                #expect(found.currentLeader == (isTold ? .init(leaderID: 1, leaderEpoch: 0) : .init()))
                #expect(answer.nodeEndpoints.map(\.port) == (isTold ? [Int32(server.port)] : []))
            }
        }
    }
}
