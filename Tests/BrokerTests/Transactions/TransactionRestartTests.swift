import KafkaProtocol
import LogCore
import RecordFormat
import ServerHarness
import Testing

@testable import Broker
@testable import Coordination

/// A decision that was answered holds, whatever becomes of the process after it.
@Suite struct TransactionRestartTests {
    /// Stores a decision as the coordinator does, and none of what comes after it: the process dies in between.
    private func decide(_ outcome: TransactionOutcome, _ server: TestBroker, _ client: TransactionClient) throws {
        let value = TransactionValue(
            producer: client.producer, timeoutMs: 60_000, state: outcome == .commit ? .prepareCommit : .prepareAbort,
            partitions: [TopicPartition("t", 0), TopicPartition("t", 1)], updateTimestamp: WallClock.now(),
            startTimestamp: WallClock.now())
        let record = TransactionRecord(TransactionalID(client.id), value)
        let topic = try #require(server.broker.partitions.topic("__transaction_state"))
        let index = TransactionCoordinator.partition(
            for: TransactionalID(client.id), partitionCount: topic.partitionCount)
        let partition = try topic.led(index).get()
        var builder = RecordBatchBuilder()
        try builder.append(timestamp: WallClock.now(), key: record.key, value: record.value)
        _ = try partition.log.append(
            try builder.finish(), from: .coordinator(partition.leaderEpoch), now: WallClock.now())
    }

    @Test(arguments: [TransactionOutcome.commit, .abort], [0, 1, 2])
    func decidedTransactionIsCarriedOutAfterACrash(outcome: TransactionOutcome, written: Int32) async throws {
        let directory = try TestDirectory()
        let before = try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t", partitions: 2)
            let client = try await TransactionClient.start(server)
            for partition in Int32(0)..<2 { try await client.write("t", partition: partition, ["a"]) }
            try decide(outcome, server, client)
            for index in 0..<written {
                let partition = try #require(server.broker.partitions.copy(TopicPartition("t", index)))
                _ = try partition.appendMarker(outcome, of: client.producer, coordinatorEpoch: 0, now: WallClock.now())
            }
            return client.producer
        }
        try await TestBroker.with(in: directory) { server in
            for partition in Int32(0)..<2 {
                try await wait(for: "the marker of partition \(partition)") {
                    try await server.stableOffset("t", partition: partition) >= 2
                }
                let seen = try await server.committed("t", partition: partition)
                #expect(seen == (outcome == .commit ? ["a"] : []))
            }
            try await wait(for: "the end") {
                try await server.ask(DescribeTransactionsRequest(transactionalIDs: ["txn"]))
                    .transactionStates[0].transactionState.hasPrefix("Complete")
            }
            // The client repeats what it had no answer to.
            let client = TransactionClient(server)
            client.producer = before
            #expect(try await client.end(outcome) == .none)
            #expect(try await client.end(outcome == .commit ? .abort : .commit) == .invalidTxnState)
            let next = try await TransactionClient.start(server)
            try await next.write("t", ["next"])
            #expect(try await next.end(.commit) == .none)
            try await wait(for: "the next transaction") { try await server.committed("t").last == "next" }
        }
    }

    @Test func openTransactionIsAbortedByTheNextProducerAfterACrash() async throws {
        let directory = try TestDirectory()
        let crashed = try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server)
            try await client.write("t", ["a"])
            return try directory.copy()
        }
        try await TestBroker.with(in: crashed) { server in
            #expect(try await server.stableOffset("t", partition: 0) == 0)
            let next = try await TransactionClient.start(server)
            try await next.write("t", ["next"])
            #expect(try await next.end(.commit) == .none)
            try await wait(for: "the next transaction") { try await server.committed("t") == ["next"] }
        }
    }

    @Test func openTransactionGoesOnAfterARestart() async throws {
        let directory = try TestDirectory()
        let before = try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server)
            try await client.write("t", ["a"])
            return (client.producer, client.sequences)
        }
        try await TestBroker.with(in: directory) { server in
            let client = TransactionClient(server)
            (client.producer, client.sequences) = before
            #expect(try await client.send("t", ["b"]) == .none)
            #expect(try await client.end(.commit) == .none)
            try await wait(for: "the commit") { try await server.committed("t") == ["a", "b"] }
        }
    }

    @Test func transactionThatTookTooLongWhileNoServerRanIsAborted() async throws {
        let directory = try TestDirectory()
        try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t")
            _ = try await TransactionClient.start(server, timeout: 1_000, writing: "a", to: "t")
        }
        try await TestBroker.with(in: directory) { server in
            try await server.waitForStability(of: "t")
            #expect(try await server.committed("t") == [])
        }
    }

    @Test func identityIsNeverGivenTwice() async throws {
        let directory = try TestDirectory()
        var seen: Set<ProducerIdentity> = []
        for _ in 0..<3 {
            try await TestBroker.with(in: directory) { server in
                for id in ["a", "b", "a"] {
                    let client = try await TransactionClient.start(server, id)
                    #expect(seen.insert(client.producer).inserted)
                }
            }
        }
        #expect(Set(seen.map(\.id)).count == 2)
    }

    @Test func transactionOfADeletedTopicEnds() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try await server.createTopic("u")
            let client = try await TransactionClient.start(server)
            try await client.write("t", ["a"])
            try await client.write("u", ["a"])
            let deleted = try await server.ask(DeleteTopicsRequest(topics: [.init(name: "t")]))
            #expect(deleted.responses[0].errorCode == 0)
            #expect(try await client.end(.commit) == .none)
            try await wait(for: "the end") {
                try await server.ask(DescribeTransactionsRequest(transactionalIDs: ["txn"]))
                    .transactionStates[0].transactionState == "CompleteCommit"
            }
            #expect(try await server.committed("u") == ["a"])
        }
    }

    @Test func nodeThatHasResignedSendsEveryoneAway() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server)
            server.broker.transactions.resign()
            #expect(try await client.initialize() == .notCoordinator)
            #expect(try await client.add("t") == .notCoordinator)
            #expect(try await client.end(.commit) == .notCoordinator)
            #expect(try await client.send("t", ["a"]) == .notEnoughReplicas)
            let listed = try await server.ask(ListTransactionsRequest())
            #expect(ErrorCode.of(listed.errorCode) == .coordinatorNotAvailable)
            let described = try await server.ask(DescribeTransactionsRequest(transactionalIDs: ["txn"]))
            #expect(ErrorCode.of(described.transactionStates[0].errorCode) == .notCoordinator)
            let found = try await server.ask(FindCoordinatorRequest(keyType: 1, coordinatorKeys: ["txn"]))
            #expect(ErrorCode.of(found.coordinators[0].errorCode) == .coordinatorNotAvailable)
        }
    }
}
