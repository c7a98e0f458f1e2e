import Coordination
import KafkaProtocol
import LogCore
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

/// Clients of coordinators do not wait without end for replicas that do not follow; what they wanted may happen later.
@Suite struct CoordinatorPatienceTests {
    /// Follows node 1 up to the end of what it has.
    private func follow(_ server: TestBroker, _ topic: String, _ id: TopicID) async throws {
        let copy = try #require(server.broker.partitions.copy(TopicPartition(topic, 0)))
        _ = try await server.ask(FollowedLeader.fetch(id, from: 0))
        let end = copy.log.watermarks.logEndOffset
        _ = try await server.ask(FollowedLeader.fetch(id, from: end.rawValue, last: 5))
        #expect(copy.log.watermarks.highWatermark == end)
    }

    private func commit(_ offset: Int64) -> OffsetCommitRequest {
        OffsetCommitRequest(
            groupID: "g", topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, committedOffset: offset)])])
    }

    private func offset(_ server: TestBroker) async throws -> Int64? {
        let answer = try await server.ask(
            OffsetFetchRequest(groups: [.init(groupID: "g", topics: [.init(name: "t", partitionIndexes: [0])])]),
            version: 9)
        return answer.groups[0].topics.first?.partitions.first?.committedOffset
    }

    @Test func offsetCommitIsAnsweredThoughNobodyFollows() async throws {
        let topic = InternalTopics.consumerOffsets
        try await FollowedLeader.with(["offsets.commit.timeout.ms": "50"], of: topic) { server, id, _ in
            try await wait(for: "the coordinator") { server.broker.groups.fault(for: "g") == nil }
            let late = try await server.ask(commit(7), version: 9)
            #expect(ErrorCode.of(late.topics[0].partitions[0].errorCode) == .coordinatorNotAvailable)
            #expect(try await offset(server) == -1)
            // In the log it is before what comes now, and counts as soon as the follower has it.
            let other = try await server.ask(commit(8), version: 9)
            #expect(ErrorCode.of(other.topics[0].partitions[0].errorCode) == .coordinatorNotAvailable)
            try await follow(server, topic, id)
            try await wait(for: "the offsets to count") { try await offset(server) == 8 }
        }
    }

    @Test func memberIsAnsweredThoughNobodyFollows() async throws {
        let topic = InternalTopics.consumerOffsets
        try await FollowedLeader.with(["offsets.commit.timeout.ms": "50"], of: topic) { server, id, _ in
            try await wait(for: "the coordinator") { server.broker.groups.fault(for: "g") == nil }
            let join = JoinGroupRequest(
                groupID: "g", sessionTimeoutMs: 45_000, rebalanceTimeoutMs: 60_000, protocolType: "consumer",
                protocols: [.init(name: "range", metadata: ByteSlice("m"))])
            #expect(ErrorCode.of(try await server.ask(join).errorCode) == .coordinatorNotAvailable)
            try await follow(server, topic, id)
            try await wait(for: "the group to be stored") {
                ErrorCode.of(try await server.ask(join).errorCode) == .memberIDRequired
            }
        }
    }

    /// As long as the transaction may be open, and no longer.
    @Test func producerIsAnsweredThoughNobodyFollows() async throws {
        let topic = InternalTopics.transactionState
        try await FollowedLeader.with(of: topic) { server, id, _ in
            try await wait(for: "the coordinator") { server.broker.transactions.fault(for: "id") == nil }
            let initialization = InitProducerIdRequest(transactionalID: "id", transactionTimeoutMs: 50)
            let late = try await server.ask(initialization)
            #expect(ErrorCode.of(late.errorCode) == .coordinatorNotAvailable && late.producerID == -1)
            let again = try await server.ask(initialization)
            #expect(ErrorCode.of(again.errorCode) == .concurrentTransactions)
            try await follow(server, topic, id)
            let described = try await server.ask(DescribeTransactionsRequest(transactionalIDs: ["id"]))
            #expect(described.transactionStates[0].transactionState == "Empty")
        }
    }

    @Test func limitIsDescribed() async throws {
        try await TestBroker.with(["offsets.commit.timeout.ms": "1234"]) { server in
            let answer = try await server.ask(
                DescribeConfigsRequest(resources: [
                    .init(
                        resourceType: 4, resourceName: "\(server.broker.nodeID)",
                        configurationKeys: ["offsets.commit.timeout.ms"])
                ]))
            #expect(answer.results[0].configs.map(\.value) == ["1234"])
            #expect(answer.results[0].configs.map(\.readOnly) == [true])
        }
        #expect(throws: (any Error).self) { try BrokerConfiguration(["offsets.commit.timeout.ms": "0"]) }
    }
}
