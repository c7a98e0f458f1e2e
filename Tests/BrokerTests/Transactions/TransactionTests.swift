import Coordination
import KafkaProtocol
import NIOCore
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

/// Transactions from a client's side: what readers of committed records see, and when.
@Suite struct TransactionTests {
    @Test(arguments: [false, true])
    func committedRecordsAreSeenAndAbortedOnesAreNot(bumpsEpoch: Bool) async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server, bumpsEpoch: bumpsEpoch)
            try await client.write("t", ["a", "b"])
            #expect(try await server.committed("t") == [])
            #expect(try await server.values("t") == ["a", "b"])
            #expect(try await client.end(.commit) == .none)
            try await wait(for: "the commit") { try await server.committed("t") == ["a", "b"] }
            try await client.write("t", ["c"])
            #expect(try await client.end(.abort) == .none)
            try await client.write("t", ["d"])
            #expect(try await client.end(.commit) == .none)
            try await server.produce("t", ["plain"])
            try await wait(for: "the rest") { try await server.committed("t") == ["a", "b", "d", "plain"] }
            // Who reads everything sees what was aborted as well, and no markers.
            let all = try await server.ask(TestRecords.fetch("t"), version: 12).only
            #expect(all.abortedTransactions == nil)
            var request = TestRecords.fetch("t")
            request.isolationLevel = 1
            let data = try await server.ask(request, version: 12).only
            #expect(data.abortedTransactions?.map(\.firstOffset) == [3])
            #expect(data.abortedTransactions?.map(\.producerID) == [client.producer.id.rawValue])
            #expect(data.lastStableOffset == data.highWatermark)
        }
    }

    @Test func nextProducerAsksAgainWhileTheTransactionBeforeIsAborted() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server)
            try await client.write("t", ["a"])
            let next = InitProducerIdRequest(transactionalID: client.id, transactionTimeoutMs: 60_000)
            #expect(ErrorCode.of(try await server.ask(next, version: 4).errorCode) == .concurrentTransactions)
            try await wait(for: "the abort") { try await server.ask(next, version: 4).errorCode == 0 }
            #expect(try await client.send("t", ["b"]) == .invalidProducerEpoch)
            #expect(try await server.committed("t") == [])
        }
    }

    @Test func openTransactionHoldsTheLastStableOffset() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server)
            try await server.produce("t", ["before"])
            try await client.write("t", ["open"])
            try await server.produce("t", ["behind"])
            let data = try await server.ask(TestRecords.fetch("t"), version: 12).only
            #expect(data.highWatermark == 3 && data.lastStableOffset == 1)
            #expect(try await server.committed("t") == ["before"])
            #expect(try await server.latest("t", isolation: 0) == 3)
            #expect(try await server.latest("t", isolation: 1) == 1)
            // The latest record is none that a reader of committed records could see yet.
            #expect(try await server.latest("t", isolation: 0, timestamp: Int64.max) == -1)
            #expect(try await server.latest("t", isolation: 0, timestamp: 0) == 0)
            #expect(try await server.latest("t", isolation: 1, timestamp: 0) == 0)
            #expect(try await client.end(.commit) == .none)
            try await wait(for: "the marker") { try await server.latest("t", isolation: 1) == 4 }
            #expect(try await server.committed("t") == ["before", "open", "behind"])
        }
    }

    @Test func parkedReaderWakesWhenTheTransactionEnds() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server)
            try await client.write("t", ["a"])
            let connection = try await server.connect()
            var request = TestRecords.fetch("t", wait: 60_000)
            request.isolationLevel = 1
            let answer = try connection.begin(request, version: 12)
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
            try await wait(for: "the reader") { partition.waitingCount.fetches == 1 }
            try await server.produce("t", ["behind"])
            #expect(partition.waitingCount.fetches == 1)
            #expect(try await client.end(.commit) == .none)
            #expect(try await answer.get().values().prefix(2) == ["a", "behind"])
        }
    }

    @Test(arguments: [TransactionOutcome.commit, .abort])
    func transactionEndsInAllOfItsPartitions(outcome: TransactionOutcome) async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 3)
            try await server.createTopic("u")
            let client = try await TransactionClient.start(server)
            for partition in Int32(0)..<3 { try await client.write("t", partition: partition, ["t\(partition)"]) }
            try await client.write("u", ["u"])
            #expect(try await client.end(outcome) == .none)
            try await wait(for: "the last marker") {
                try await server.ask(DescribeTransactionsRequest(transactionalIDs: ["txn"]))
                    .transactionStates[0].transactionState.hasPrefix("Complete")
            }
            for partition in Int32(0)..<3 {
                let seen = try await server.committed("t", partition: partition)
                #expect(seen == (outcome == .commit ? ["t\(partition)"] : []))
            }
            #expect(try await server.committed("u") == (outcome == .commit ? ["u"] : []))
        }
    }

    @Test func nextProducerFencesTheFirstAndAbortsItsTransaction() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let zombie = try await TransactionClient.start(server)
            try await zombie.write("t", ["lost"])
            let client = try await TransactionClient.start(server)
            #expect(client.producer.id == zombie.producer.id)
            #expect(client.producer.epoch > zombie.producer.epoch)
            #expect(try await zombie.send("t", ["too late"]) == .invalidProducerEpoch)
            #expect(try await zombie.add("t") == .producerFenced)
            #expect(try await zombie.add("t", version: 1) == .invalidProducerEpoch)
            #expect(try await zombie.addOffsets("g") == .producerFenced)
            #expect(try await zombie.addOffsets("g", version: 1) == .invalidProducerEpoch)
            #expect(try await zombie.end(.commit) == .producerFenced)
            #expect(try await zombie.end(.commit, version: 1) == .invalidProducerEpoch)
            #expect(try await zombie.end(.commit, version: 5) == .producerFenced)
            for (version, code) in [(Int16(3), ErrorCode.invalidProducerEpoch), (4, .producerFenced)] {
                let answer = try await server.ask(
                    InitProducerIdRequest(
                        transactionalID: "txn", transactionTimeoutMs: 60_000,
                        producerID: zombie.producer.id.rawValue, producerEpoch: zombie.producer.epoch.rawValue),
                    version: version)
                #expect(ErrorCode.of(answer.errorCode) == code)
            }
            try await client.write("t", ["kept"])
            #expect(try await client.end(.commit) == .none)
            try await wait(for: "the commit") { try await server.committed("t") == ["kept"] }
        }
    }

    @Test func transactionThatTakesTooLongIsAborted() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server, timeout: 1_000, writing: "too long", to: "t")
            try await server.waitForStability(of: "t")
            #expect(try await server.committed("t") == [])
            #expect(try await client.end(.commit) == .producerFenced)
        }
    }

    @Test func producerThatGoesOnAfterAnErrorKeepsItsIdentity() async throws {
        try await TestBroker.with { server in
            let client = try await TransactionClient.start(server)
            let answer = try await server.ask(
                InitProducerIdRequest(
                    transactionalID: "txn", transactionTimeoutMs: 60_000, producerID: client.producer.id.rawValue,
                    producerEpoch: client.producer.epoch.rawValue), version: 4)
            #expect(answer.producerID == client.producer.id.rawValue)
            #expect(answer.producerEpoch == client.producer.epoch.rawValue + 1)
        }
    }

    @Test func eachTransactionHasAnEpochOfItsOwn() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server, bumpsEpoch: true)
            let first = client.producer
            try await client.write("t", ["a"])
            #expect(try await client.end(.commit) == .none)
            #expect(client.producer == ProducerIdentity(first.id, ProducerEpoch(first.epoch.rawValue + 1)))
            // An abort before the first record brings a new epoch too.
            #expect(try await client.end(.abort) == .none)
            #expect(client.producer.epoch.rawValue == first.epoch.rawValue + 2)
            #expect(try await client.end(.commit) == .invalidTxnState)
            // What comes late with the epoch of a transaction that has ended is refused.
            let late = TransactionClient(server, bumpsEpoch: true)
            late.producer = first
            late.sequences = [TopicPartition("t", 0): 1]
            #expect(try await late.send("t", ["late"]) == .invalidProducerEpoch)
        }
    }

    @Test func requestsThatMakeNoSenseAreRefused() async throws {
        try await TestBroker.with(["transaction.max.timeout.ms": "100000"]) { server in
            try await server.createTopic("t")
            let nobody = TransactionClient(server, "nobody")
            #expect(try await nobody.initialize() == .coordinatorNotAvailable)
            try await server.makeTransactionsReady()
            #expect(try await nobody.initialize(timeout: 100_001) == .invalidTransactionTimeout)
            #expect(try await nobody.initialize(timeout: 0) == .invalidTransactionTimeout)
            #expect(try await TransactionClient(server, "").initialize() == .invalidRequest)
            nobody.producer = ProducerIdentity(ProducerID(1), ProducerEpoch(0))
            #expect(try await nobody.add("t") == .invalidProducerIDMapping)
            #expect(try await nobody.add("missing") == .unknownTopicOrPartition)
            #expect(try await nobody.add("__transaction_state") == .topicAuthorizationFailed)
            #expect(try await nobody.end(.commit) == .invalidProducerIDMapping)
            #expect(try await nobody.addOffsets("g") == .invalidProducerIDMapping)
            #expect(try await nobody.commit(1, of: "t", group: "g") == .invalidProducerIDMapping)
            let client = try await TransactionClient.start(server)
            #expect(try await client.end(.commit) == .invalidTxnState)
            let half = InitProducerIdRequest(transactionalID: "txn", transactionTimeoutMs: 60_000, producerID: 5)
            #expect(ErrorCode.of(try await server.ask(half, version: 4).errorCode) == .invalidRequest)
            var twoPhase = InitProducerIdRequest(transactionalID: "txn", transactionTimeoutMs: 60_000)
            twoPhase.enable2Pc = true
            #expect(ErrorCode.of(try await server.ask(twoPhase).errorCode) == .transactionalIDAuthorizationFailed)
            twoPhase.enable2Pc = false
            twoPhase.keepPreparedTxn = true
            #expect(ErrorCode.of(try await server.ask(twoPhase).errorCode) == .unsupportedVersion)
        }
    }

    @Test func partitionsAreAddedTogetherOrNotAtAll() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server)
            let answer = try await server.ask(
                AddPartitionsToTxnRequest(
                    v3AndBelowTransactionalID: "txn", v3AndBelowProducerID: client.producer.id.rawValue,
                    v3AndBelowProducerEpoch: client.producer.epoch.rawValue,
                    v3AndBelowTopics: [.init(name: "t", partitions: [0, 7])]), version: 3)
            let codes = answer.resultsByTopicV3AndBelow[0].resultsByPartition.map {
                ErrorCode.of($0.partitionErrorCode)
            }
            #expect(codes == [.operationNotAttempted, .unknownTopicOrPartition])
            #expect(try await client.end(.commit) == .invalidTxnState)
        }
    }

    @Test func brokersAskForManyTransactionsAtOnce() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 2)
            let client = try await TransactionClient.start(server)
            #expect(try await client.add("t", [0]) == .none)
            func ask(_ id: String, _ partition: Int32, verifyOnly: Bool) async throws -> ErrorCode {
                let answer = try await server.ask(
                    AddPartitionsToTxnRequest(transactions: [
                        .init(
                            transactionalID: id, producerID: client.producer.id.rawValue,
                            producerEpoch: client.producer.epoch.rawValue, verifyOnly: verifyOnly,
                            topics: [.init(name: "t", partitions: [partition])])
                    ]))
                #expect(answer.errorCode == 0 && answer.resultsByTransaction.map(\.transactionalID) == [id])
                return .of(answer.resultsByTransaction[0].topicResults[0].resultsByPartition[0].partitionErrorCode)
            }
            #expect(try await ask("txn", 0, verifyOnly: true) == .none)
            #expect(try await ask("txn", 1, verifyOnly: true) == .transactionAbortable)
            #expect(try await ask("other", 0, verifyOnly: true) == .invalidProducerIDMapping)
            #expect(try await ask("txn", 1, verifyOnly: false) == .none)
            #expect(try await ask("txn", 1, verifyOnly: true) == .none)
        }
    }

    @Test func clientsAreToldOfTheProtocol() async throws {
        try await TestBroker.with { server in
            let answer = try await server.ask(
                ApiVersionsRequest(clientSoftwareName: "test", clientSoftwareVersion: "1"))
            #expect(answer.finalizedFeatures.map(\.name) == ["group.version", "transaction.version", "share.version"])
            #expect(answer.finalizedFeatures.map(\.maxVersionLevel) == [1, 2, 1])
            #expect(answer.finalizedFeaturesEpoch == 0)
        }
    }
}
