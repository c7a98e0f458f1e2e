import Coordination
import KafkaProtocol
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

@Suite struct TransactionAdministrationTests {
    @Test func transactionsAreListedAndDescribed() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 3)
            let open = try await TransactionClient.start(server, "open")
            #expect(try await open.add("t", [2, 0]) == .none)
            let idle = try await TransactionClient.start(server, "idle")
            func list(_ request: ListTransactionsRequest) async throws -> [String] {
                let answer = try await server.ask(request)
                #expect(answer.errorCode == 0)
                return answer.transactionStates.map(\.transactionalID)
            }
            #expect(try await list(ListTransactionsRequest()) == ["idle", "open"])
            #expect(try await list(ListTransactionsRequest(stateFilters: ["Ongoing"])) == ["open"])
            let ids = [idle.producer.id.rawValue]
            #expect(try await list(ListTransactionsRequest(producerIDFilters: ids)) == ["idle"])
            let long = ListTransactionsRequest(stateFilters: ["Ongoing"], durationFilter: 3_600_000)
            #expect(try await list(long) == [])
            #expect(try await list(ListTransactionsRequest(transactionalIDPattern: "o.*")) == ["open"])
            #expect(try await list(ListTransactionsRequest(transactionalIDPattern: "pe")) == [])
            #expect(try await list(ListTransactionsRequest(transactionalIDPattern: "")) == ["idle", "open"])
            let bad = try await server.ask(ListTransactionsRequest(transactionalIDPattern: "("))
            #expect(ErrorCode.of(bad.errorCode) == .invalidRegularExpression)
            let unknown = try await server.ask(ListTransactionsRequest(stateFilters: ["Sleeping"]))
            #expect(unknown.unknownStateFilters == ["Sleeping"] && unknown.transactionStates.isEmpty)

            let answer = try await server.ask(
                DescribeTransactionsRequest(transactionalIDs: ["open", "nobody", "", "open"]))
            #expect(answer.transactionStates.map(\.transactionalID) == ["open", "nobody", ""])
            #expect(
                answer.transactionStates.map { ErrorCode.of($0.errorCode) } == [
                    .none, .transactionalIDNotFound, .invalidRequest,
                ])
            let described = answer.transactionStates[0]
            #expect(described.transactionState == "Ongoing" && described.transactionTimeoutMs == 60_000)
            #expect(described.producerID == open.producer.id.rawValue)
            #expect(described.producerEpoch == open.producer.epoch.rawValue)
            #expect(described.transactionStartTimeMs > 0)
            #expect(described.topics.map(\.topic) == ["t"] && described.topics[0].partitions == [0, 2])
        }
    }

    @Test func producersOfAPartitionAreDescribed() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server)
            try await client.write("t", ["a", "b"])
            func describe(
                _ topic: String, _ partition: Int32
            ) async throws
                -> DescribeProducersResponse.PartitionResponse
            {
                let request = DescribeProducersRequest(topics: [.init(name: topic, partitionIndexes: [partition])])
                return try await server.ask(request).topics[0].partitions[0]
            }
            let open = try await describe("t", 0)
            #expect(open.errorCode == 0 && open.activeProducers.count == 1)
            #expect(open.activeProducers[0].producerID == client.producer.id.rawValue)
            #expect(open.activeProducers[0].producerEpoch == Int32(client.producer.epoch.rawValue))
            #expect(open.activeProducers[0].lastSequence == 1)
            #expect(open.activeProducers[0].currentTxnStartOffset == 0)
            #expect(open.activeProducers[0].coordinatorEpoch == -1)
            #expect(try await client.end(.commit) == .none)
            try await wait(for: "the marker") {
                try await describe("t", 0).activeProducers[0].currentTxnStartOffset == -1
            }
            #expect(try await describe("t", 0).activeProducers[0].coordinatorEpoch == 0)
            #expect(ErrorCode.of(try await describe("t", 4).errorCode) == .unknownTopicOrPartition)
            #expect(ErrorCode.of(try await describe("missing", 0).errorCode) == .unknownTopicOrPartition)
            #expect(ErrorCode.of(try await describe("no/name", 0).errorCode) == .invalidTopicException)
        }
    }

    @Test func administratorEndsAHangingTransaction() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            let client = try await TransactionClient.start(server)
            try await client.write("t", ["a"])
            func write(
                _ topics: [WriteTxnMarkersRequest.WritableTxnMarkerTopic], epoch: Int16
            ) async throws
                -> [ErrorCode]
            {
                let answer = try await server.ask(
                    WriteTxnMarkersRequest(markers: [
                        .init(
                            producerID: client.producer.id.rawValue, producerEpoch: epoch, transactionResult: false,
                            topics: topics, coordinatorEpoch: 0)
                    ]))
                #expect(answer.markers.map(\.producerID) == [client.producer.id.rawValue])
                return answer.markers[0].topics.flatMap(\.partitions).map { .of($0.errorCode) }
            }
            #expect(
                try await write(
                    [
                        .init(name: "t", partitionIndexes: [0, 1]),
                        .init(name: "__consumer_offsets", partitionIndexes: [0, 99]),
                    ], epoch: 0) == [.none, .unknownTopicOrPartition, .none, .unknownTopicOrPartition])
            #expect(try await server.latest("t", isolation: 1) == 2)
            #expect(try await server.committed("t") == [])
            #expect(try await write([.init(name: "t", partitionIndexes: [0])], epoch: 3) == [.none])
            #expect(try await write([.init(name: "t", partitionIndexes: [0])], epoch: 2) == [.invalidProducerEpoch])
            server.broker.groups.resign()
            #expect(
                try await write([.init(name: "__consumer_offsets", partitionIndexes: [0])], epoch: 3)
                    == [.notLeaderOrFollower])
            #expect(try await server.ask(WriteTxnMarkersRequest()).markers.isEmpty)
        }
    }

    @Test func coordinatorThatWasReplacedWritesNoMarker() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await TransactionClient.start(server)
            func write(coordinatorEpoch: Int32) async throws -> ErrorCode {
                let answer = try await server.ask(
                    WriteTxnMarkersRequest(markers: [
                        .init(
                            producerID: client.producer.id.rawValue, producerEpoch: client.producer.epoch.rawValue,
                            transactionResult: false, topics: [.init(name: "t", partitionIndexes: [0])],
                            coordinatorEpoch: coordinatorEpoch)
                    ]))
                return .of(answer.markers[0].topics[0].partitions[0].errorCode)
            }
            try await client.write("t", ["a"])
            #expect(try await write(coordinatorEpoch: 5) == .none)
            #expect(try await write(coordinatorEpoch: 4) == .transactionCoordinatorFenced)
        }
    }
}
