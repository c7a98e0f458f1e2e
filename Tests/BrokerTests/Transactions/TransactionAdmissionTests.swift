import Coordination
import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

/// Records get into a transaction only while it is open and the partition is part of it (KIP-890).
@Suite struct TransactionAdmissionTests {
    @Test func partitionThatWasNotAddedTakesNoRecords() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 2)
            let client = try await TransactionClient.start(server)
            #expect(try await client.add("t", [0]) == .none)
            #expect(try await client.send("t", partition: 1, ["a"], version: 9) == .invalidTxnState)
            #expect(try await client.send("t", partition: 1, ["a"], version: 11) == .transactionAbortable)
            #expect(try await client.send("t", partition: 0, ["a"], version: 9) == .none)
            #expect(try await server.values("t", partition: 1) == [])
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 1)))
            #expect(partition.gate.count == 0)
        }
    }

    @Test func newerProduceAddsThePartitionItself() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server, bumpsEpoch: true)
            #expect(try await client.send("t", ["a"], version: 12) == .none)
            let described = try await server.ask(DescribeTransactionsRequest(transactionalIDs: ["txn"]))
            #expect(described.transactionStates[0].topics.map(\.topic) == ["t"])
        }
    }

    @Test func requestsOfOneProducerKeepTheirOrderWhileTheFirstIsAdmitted() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server, bumpsEpoch: true)
            let connection = try await server.connect()
            var answers: [(offset: Int64, code: ErrorCode)] = []
            let pending = try (Int32(0)..<20).map { sequence in
                var request = TestRecords.produce(
                    "t",
                    try TestRecords.batch(
                        ["\(sequence)"],
                        producer: .init(
                            id: client.producer.id, epoch: client.producer.epoch,
                            baseSequence: SequenceNumber(sequence), isTransactional: true)))
                request.transactionalID = "txn"
                return try connection.begin(request, version: 12)
            }
            for answer in pending {
                let partition = try await answer.get().responses[0].partitionResponses[0]
                answers.append((partition.baseOffset, .of(partition.errorCode)))
            }
            #expect(answers.map(\.code) == Array(repeating: .none, count: 20))
            #expect(answers.map(\.offset) == Array(0..<20))
        }
    }

    @Test func recordsAfterTheEndAreRefused() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server)
            try await client.write("t", ["a"])
            #expect(try await client.end(.commit) == .none)
            try await wait(for: "the commit") { try await server.committed("t") == ["a"] }
            // Readers have the commit before the coordinator has noted that all markers are written.
            var late = ErrorCode.notEnoughReplicas
            while late == .notEnoughReplicas { late = try await client.send("t", ["late"]) }
            #expect(late == .invalidTxnState)
            #expect(try await server.latest("t", isolation: 1) == 2)
        }
    }

    @Test func recordsOfATransactionThatIsBeingEndedAreToComeLater() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 2)
            let client = try await TransactionClient.start(server)
            #expect(try await client.add("t", [0, 1]) == .none)
            try await client.write("t", ["a"])
            #expect(try await client.end(.commit) == .none)
            // Before or after the last marker, the records come too late.
            let code = try await client.send("t", partition: 1, ["late"])
            #expect(code == .notEnoughReplicas || code == .invalidTxnState)
        }
    }

    @Test func batchesOutsideOfATransactionNeedNoAdmission() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server)
            var request = TestRecords.produce("t", try TestRecords.batch(["plain"]))
            request.transactionalID = "txn"
            let answer = try await server.ask(request, version: 9)
            #expect(answer.responses[0].partitionResponses[0].errorCode == 0)
            try await client.write("t", ["in"])
            // The producer's own batch that is not part of its open transaction.
            let stray = try TestRecords.batch(
                ["stray"],
                producer: .init(
                    id: client.producer.id, epoch: client.producer.epoch, baseSequence: SequenceNumber(1)))
            #expect(ErrorCode.of(try await server.produce("t", stray).errorCode) == .invalidTxnState)
        }
    }

    @Test func requestWithTwoProducersIsRefused() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 2)
            let client = try await TransactionClient.start(server)
            #expect(try await client.add("t", [0, 1]) == .none)
            func batch(_ id: Int64) throws -> ByteSlice {
                try TestRecords.batch(
                    ["a"],
                    producer: .init(
                        id: ProducerID(id), epoch: client.producer.epoch, baseSequence: SequenceNumber(0),
                        isTransactional: true))
            }
            let id = client.producer.id.rawValue
            let answer = try await server.ask(
                ProduceRequest(
                    transactionalID: "txn", acks: -1, timeoutMs: 5_000,
                    topicData: [
                        .init(
                            name: "t",
                            partitionData: [
                                .init(index: 0, records: try batch(id)), .init(index: 1, records: try batch(id + 1)),
                            ])
                    ]), version: 9)
            let codes = answer.responses[0].partitionResponses.map { ErrorCode.of($0.errorCode) }
            #expect(codes == [.invalidProducerIDMapping, .invalidProducerIDMapping])
        }
    }

    // MARK: - The gate

    private func withPartition(_ body: (Partition) throws -> Void) async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try body(try #require(server.broker.partitions.copy(TopicPartition("t", 0))))
        }
    }

    private let producer = ProducerIdentity(ProducerID(1), ProducerEpoch(0))

    private func append(_ partition: Partition, epoch: Int16 = 0) throws(LogError) {
        let identity = ProducerIdentity(ProducerID(1), ProducerEpoch(epoch))
        // The broker's own batches of a transaction, like a group's offsets, have no sequence number.
        let batch = try? TestRecords.batch(
            ["a"],
            producer: .init(id: identity.id, epoch: identity.epoch, baseSequence: .none, isTransactional: true))
        _ = try partition.append(
            batch ?? .empty, of: identity, from: .coordinator(partition.leaderEpoch), now: WallClock.now())
    }

    @Test func nothingIsLetInUnasked() async throws {
        try await withPartition { partition in
            #expect { try append(partition) } throws: { ($0 as? LogError)?.code == .invalidTransactionState }
            let question = partition.gate.request(producer)
            #expect { try append(partition) } throws: { ($0 as? LogError)?.code == .invalidTransactionState }
            partition.gate.admit(question)
            #expect { try append(partition, epoch: 1) } throws: { ($0 as? LogError)?.code == .invalidTransactionState }
            try append(partition)
            #expect(partition.gate.count == 0)
            // From now on the log itself knows.
            try append(partition)
            #expect(!partition.needsAdmission(producer))
            #expect(partition.needsAdmission(ProducerIdentity(ProducerID(1), ProducerEpoch(1))))
        }
    }

    @Test func markerBetweenQuestionAndAppendShutsTheGate() async throws {
        try await withPartition { partition in
            func end() throws {
                _ = try partition.appendMarker(.abort, of: producer, coordinatorEpoch: 0, now: WallClock.now())
            }
            let early = partition.gate.request(producer)
            partition.gate.admit(early)
            try end()
            #expect { try append(partition) } throws: { ($0 as? LogError)?.code == .invalidTransactionState }
            let late = partition.gate.request(producer)
            try end()
            // The answer to a question that the marker has overtaken counts no more.
            partition.gate.admit(late)
            #expect { try append(partition) } throws: { ($0 as? LogError)?.code == .invalidTransactionState }
            let next = partition.gate.request(producer)
            partition.gate.admit(late)
            #expect { try append(partition) } throws: { ($0 as? LogError)?.code == .invalidTransactionState }
            partition.gate.admit(next)
            try append(partition)
        }
    }

    @Test func refusedQuestionsLeaveNothingBehind() async throws {
        try await withPartition { partition in
            let first = partition.gate.request(producer)
            let second = partition.gate.request(producer)
            partition.gate.admit(first)
            partition.gate.withdraw(second)
            #expect(partition.gate.count == 1)
            try append(partition)
            let other = partition.gate.request(ProducerIdentity(ProducerID(2), ProducerEpoch(0)))
            partition.gate.withdraw(other)
            #expect(partition.gate.count == 0)
        }
    }
}
