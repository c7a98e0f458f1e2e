import Coordination
import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import Broker

/// All markers of a transaction's end are appended before any of them is waited for: one that is appended later could end
/// the producer's next transaction.
@Suite struct MarkersTogetherTests {
    /// Runs `body` against a node that leads "t", which its follower does not follow, and "u", which has no follower; both
    /// have records of an open transaction.
    private func withTopics(
        _ body: (TestBroker, TopicID, _ markers: @escaping @Sendable (String) throws -> Int) async throws -> Void
    ) async throws {
        try await FollowedLeader.with { server, id, _ in
            let made = try await server.ask(
                CreateTopicsRequest(topics: [
                    .init(
                        name: "u", numPartitions: -1, replicationFactor: -1,
                        assignments: [.init(partitionIndex: 0, brokerIDs: [1])])
                ]))
            #expect(made.topics[0].errorCode == 0)
            try await wait(for: "the node to lead it") {
                server.broker.partitions.copy(TopicPartition("u", 0))?.isLed == true
            }
            try await body(server, id) { topic in
                var count = 0
                try server.broker.partitions.copy(TopicPartition(topic, 0))?.log.forEachBatch { batch in
                    if try EndTransactionMarker.read(batch) != nil { count += 1 }
                }
                return count
            }
        }
    }

    private func follow(_ server: TestBroker, _ id: TopicID) async throws {
        _ = try await server.ask(FollowedLeader.fetch(id, from: 0))
        _ = try await server.ask(FollowedLeader.fetch(id, from: 1, last: 5))
    }

    @Test func markersOfOneRequestDoNotWaitForEachOther() async throws {
        try await withTopics { server, id, markers in
            let client = try await server.connect()
            let answer = try client.begin(
                WriteTxnMarkersRequest(markers: [
                    .init(
                        producerID: 1, producerEpoch: 0, transactionResult: true,
                        topics: [.init(name: "t", partitionIndexes: [0]), .init(name: "u", partitionIndexes: [0])],
                        coordinatorEpoch: 0),
                    .init(
                        producerID: 2, producerEpoch: 0, transactionResult: false,
                        topics: [.init(name: "u", partitionIndexes: [0])], coordinatorEpoch: 0),
                ]))
            try await wait(for: "all markers") { try markers("t") == 1 && markers("u") == 2 }
            #expect(try server.copy.waitingCount.appends == 1)
            try await follow(server, id)
            let codes = try await answer.get().markers.flatMap(\.topics).flatMap(\.partitions).map(\.errorCode)
            #expect(codes == [0, 0, 0])
        }
    }

    @Test func markersOfOneTransactionDoNotWaitForEachOther() async throws {
        try await withTopics { server, id, markers in
            let settled = Mutex<[TopicPartition: Bool]>([:])
            let marker = MarkerDelivery.Marker(
                producer: ProducerIdentity(ProducerID(1), ProducerEpoch(0)), outcome: .commit, coordinatorEpoch: 0)
            let places = [TopicPartition("t", 0), TopicPartition("u", 0)]
            server.broker.markers.deliver(marker, to: places) { partition, isSettled in
                settled.withLock { $0[partition] = isSettled }
            }
            // Appended by the time that this has returned.
            #expect(try markers("t") == 1 && markers("u") == 1)
            try await wait(for: "the one without a follower") { settled.withLock { $0 } == [places[1]: true] }
            try await follow(server, id)
            try await wait(for: "the other one") { settled.withLock { $0[places[0]] } == true }
        }
    }

    @Test func markerOfAnEarlierEpochLeavesTheNextTransactionOpen() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server, bumpsEpoch: true)
            let former = client.producer
            try await client.write("t", ["a"])
            #expect(try await client.end(.commit) == .none)
            try await wait(for: "the commit") { try await server.committed("t") == ["a"] }
            try await client.write("t", ["b"])
            #expect(client.producer.epoch > former.epoch)
            let late = try await server.ask(
                WriteTxnMarkersRequest(markers: [
                    .init(
                        producerID: former.id.rawValue, producerEpoch: former.epoch.rawValue, transactionResult: false,
                        topics: [.init(name: "t", partitionIndexes: [0])], coordinatorEpoch: 1_000)
                ]))
            #expect(ErrorCode.of(late.markers[0].topics[0].partitions[0].errorCode) == .invalidProducerEpoch)
            #expect(try await client.end(.commit) == .none)
            try await wait(for: "the next commit") { try await server.committed("t") == ["a", "b"] }
        }
    }
}
