import Coordination
import KafkaProtocol
import LogCore
import RecordFormat
import ServerHarness
import Testing

@testable import Broker
@testable import Coordination

/// Transactions whose coordinator and partitions are on different nodes, and go from one to the other.
@Suite struct MovingTransactionTests {
    private static let place = TopicPartition(InternalTopics.transactionState, 0)

    /// Node 1 leads "t", node 2 leads "u", and one of them coordinates.
    private func withPair(coordinator: Int32 = 1, _ body: (TestPair) async throws -> Void) async throws {
        try await TestPair.with { pair in
            try await pair.create("t", ledBy: [1])
            try await pair.create("u", ledBy: [2])
            try await pair.create(InternalTopics.transactionState, ledBy: [coordinator])
            try await waitForCoordinator(pair[coordinator])
            try await body(pair)
        }
    }

    private func waitForCoordinator(_ server: TestBroker) async throws {
        try await wait(for: "node \(server.broker.nodeID) to coordinate") {
            server.broker.transactions.fault(for: "txn") == nil
        }
    }

    /// The same producer, as it sends to another node.
    private func elsewhere(_ client: TransactionClient, _ server: TestBroker) -> TransactionClient {
        let other = TransactionClient(server, client.id, bumpsEpoch: client.bumpsEpoch)
        (other.producer, other.sequences) = (client.producer, client.sequences)
        return other
    }

    private func waitForValues(_ values: [String], _ topic: String, _ server: TestBroker) async throws {
        try await wait(for: "\(values) in \(topic)") { try await server.committed(topic) == values }
        try await server.waitForStability(of: topic)
    }

    @Test func markersReachPartitionsOnOtherNodes() async throws {
        try await withPair { pair in
            let client = try await TransactionClient.start(pair[1])
            for (outcome, value) in [(TransactionOutcome.commit, "a"), (.abort, "b"), (.commit, "c")] {
                #expect(try await client.add("t") == .none)
                #expect(try await client.add("u") == .none)
                #expect(try await client.send("t", [value]) == .none)
                let remote = elsewhere(client, pair[2])
                #expect(try await remote.send("u", [value]) == .none)
                client.sequences = remote.sequences
                #expect(try await client.end(outcome) == .none)
            }
            try await waitForValues(["a", "c"], "t", pair[1])
            try await waitForValues(["a", "c"], "u", pair[2])
        }
    }

    @Test func partitionIsVerifiedWithACoordinatorElsewhere() async throws {
        try await withPair { pair in
            let client = try await TransactionClient.start(pair[1])
            let remote = elsewhere(client, pair[2])
            // The partition is not part of the transaction.
            #expect(try await remote.send("u", ["never added"]) == .invalidTxnState)
            #expect(try await remote.send("u", ["never added"], version: 11) == .transactionAbortable)
            #expect(try await client.add("u") == .none)
            #expect(try await remote.send("u", ["a"]) == .none)
            // The producer of before is over.
            let next = try await TransactionClient.start(pair[1])
            #expect(try await next.add("u") == .none)
            let fenced = elsewhere(client, pair[2])
            #expect(try await fenced.send("u", ["late"]) == .invalidProducerEpoch)
            #expect(try await next.end(.commit) == .none)
            try await waitForValues([], "u", pair[2])
        }
    }

    @Test func partitionIsAddedByACoordinatorElsewhere() async throws {
        try await withPair { pair in
            let client = try await TransactionClient.start(pair[1], bumpsEpoch: true)
            for value in ["a", "b"] {
                let remote = elsewhere(client, pair[2])
                #expect(try await remote.send("u", [value]) == .none)
                #expect(try await client.end(.commit) == .none)
            }
            try await waitForValues(["a", "b"], "u", pair[2])
        }
    }

    @Test func coordinatorThatCannotBeAskedMakesProducersTryAgain() async throws {
        try await withPair { pair in
            let client = try await TransactionClient.start(pair[1])
            #expect(try await client.add("u") == .none)
            try pair.elect(nil, for: Self.place)
            let remote = elsewhere(client, pair[2])
            try await wait(for: "nobody to coordinate") { pair[1].broker.transactions.fault(for: "txn") != nil }
            #expect(try await remote.send("u", ["a"]) == .notEnoughReplicas)
            // Node 2 takes node 1 for the coordinator, which is none.
            try pair.elect(1, for: Self.place, telling: [2])
            #expect(try await remote.send("u", ["a"]) == .notEnoughReplicas)
            pair.catchUp(1)
            try await waitForCoordinator(pair[1])
            #expect(try await remote.send("u", ["a"]) == .none)
            #expect(try await client.end(.commit) == .none)
            try await waitForValues(["a"], "u", pair[2])
        }
    }

    @Test func transactionThatIsOpenWhenItsCoordinatorMovesEndsOnce() async throws {
        try await withPair { pair in
            let client = try await TransactionClient.start(pair[1])
            #expect(try await client.add("t") == .none)
            #expect(try await client.add("u") == .none)
            #expect(try await client.send("t", ["a"]) == .none)
            try await pair.move(Self.place, to: 2)
            #expect(try await client.end(.commit) == .notCoordinator)
            let moved = elsewhere(client, pair[2])
            try await waitForCoordinator(pair[2])
            #expect(try await moved.send("u", ["a"]) == .none)
            let listed = try await pair[2].ask(ListTransactionsRequest())
            #expect(listed.transactionStates.map(\.transactionState) == ["Ongoing"])
            #expect(try await pair[1].ask(ListTransactionsRequest()).transactionStates.isEmpty)
            #expect(try await moved.end(.commit) == .none)
            #expect(try await moved.end(.commit) == .none)
            try await waitForValues(["a"], "t", pair[1])
            try await waitForValues(["a"], "u", pair[2])
            for (node, topic) in [(Int32(1), "t"), (2, "u")] {
                let copy = try #require(pair[node].broker.partitions.copy(TopicPartition(topic, 0)))
                var markers: [Int32] = []
                try copy.log.forEachBatch { batch in
                    if let marker = try EndTransactionMarker.read(batch) { markers.append(marker.coordinatorEpoch) }
                }
                #expect(markers == [try #require(pair.epoch(of: Self.place, on: 2)).rawValue])
            }
        }
    }

    @Test(arguments: [TransactionOutcome.commit, .abort])
    func decisionIsCarriedOutByTheNextCoordinator(outcome: TransactionOutcome) async throws {
        try await withPair { pair in
            let client = try await TransactionClient.start(pair[1])
            #expect(try await client.add("t") == .none)
            #expect(try await client.add("u") == .none)
            let remote = elsewhere(client, pair[2])
            #expect(try await client.send("t", ["a"]) == .none)
            #expect(try await remote.send("u", ["a"]) == .none)
            // It decides, and tells nobody.
            let value = TransactionValue(
                producer: client.producer, timeoutMs: 60_000,
                state: outcome == .commit ? .prepareCommit : .prepareAbort,
                partitions: [TopicPartition("t", 0), TopicPartition("u", 0)], updateTimestamp: WallClock.now(),
                startTimestamp: WallClock.now())
            let record = TransactionRecord(TransactionalID(client.id), value)
            let copy = try pair[1].broker.partitions.led(Self.place).get()
            var builder = RecordBatchBuilder()
            try builder.append(timestamp: WallClock.now(), key: record.key, value: record.value)
            _ = try copy.log.append(try builder.finish(), from: .coordinator(copy.leaderEpoch), now: WallClock.now())
            copy.didAppend(store: pair[1].broker.store)
            try await pair.move(Self.place, to: 2)
            let expected = outcome == .commit ? ["a"] : []
            try await waitForValues(expected, "t", pair[1])
            try await waitForValues(expected, "u", pair[2])
            try await wait(for: "the end") {
                try await pair[2].ask(DescribeTransactionsRequest(transactionalIDs: ["txn"]))
                    .transactionStates[0].transactionState.hasPrefix("Complete")
            }
        }
    }

    @Test func markerIsTriedAgainUntilItsPartitionIsLed() async throws {
        try await withPair { pair in
            let client = try await TransactionClient.start(pair[1])
            #expect(try await client.add("u") == .none)
            #expect(try await elsewhere(client, pair[2]).send("u", ["a"]) == .none)
            try pair.elect(nil, for: TopicPartition("u", 0))
            #expect(try await client.end(.commit) == .none)
            try await pair.move(TopicPartition("u", 0), to: 1)
            try await waitForValues(["a"], "u", pair[1])
        }
    }

    @Test func offsetsOfATransactionCountWhereTheirGroupIs() async throws {
        try await withPair { pair in
            try await pair.create(InternalTopics.consumerOffsets, ledBy: [2])
            try await wait(for: "a group's coordinator") { pair[2].broker.groups.fault(for: "g") == nil }
            let client = try await TransactionClient.start(pair[1])
            #expect(try await client.addOffsets("g") == .none)
            let remote = elsewhere(client, pair[2])
            #expect(try await remote.commit(5, of: "t", group: "g") == .none)
            #expect(try await pair[2].offset("t", group: "g").offset == -1)
            // The group moves before the end.
            try await pair.move(TopicPartition(InternalTopics.consumerOffsets, 0), to: 1)
            #expect(try await client.end(.commit) == .none)
            try await wait(for: "the offset") { try await pair[1].offset("t", group: "g").offset == 5 }
        }
    }
}
