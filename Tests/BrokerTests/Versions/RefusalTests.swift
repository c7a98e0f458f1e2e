import KafkaProtocol
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

/// What Kafka's brokers refuse, and by which code: clients act on it.
@Suite struct RefusalTests {
    private func produce(
        _ server: TestBroker, version: Int16 = 9, _ change: (inout [UInt8]) -> Void
    ) async throws -> ErrorCode {
        var bytes = try TestRecords.batch(["a"]).array
        change(&bytes)
        let answer = try await server.ask(TestRecords.produce("t", ByteSlice(bytes)), version: version)
        return .of(answer.responses[0].partitionResponses[0].errorCode)
    }

    @Test func batchesThatTheRequestMayNotCarry() async throws {
        let lowAttributes = RecordBatchHeader.Position.attributes + 1
        try await TestBroker.with { server in
            try await server.createTopic("t")
            #expect(try await produce(server) { $0[RecordBatchHeader.Position.magic] = 1 } == .invalidRecord)
            #expect(
                try await produce(server) { $0[lowAttributes] |= 0x10 } == .transactionalIDAuthorizationFailed)
            #expect(
                try await produce(server, version: 6) { $0[lowAttributes] |= 4 } == .unsupportedCompressionType)
            #expect(try await produce(server, version: 6) { _ in } == .none)
            #expect(try await server.values("t") == ["a"])
        }
    }

    @Test func offsetsOfPartitionsThatAreNotThere() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            let commit = OffsetCommitRequest(
                groupID: "g",
                topics: [
                    .init(
                        name: "t",
                        partitions: [
                            .init(partitionIndex: 0, committedOffset: 1), .init(partitionIndex: 1, committedOffset: 1),
                        ])
                ])
            let answer = try await server.ask(commit, version: 9)
            #expect(
                answer.topics[0].partitions.map { ErrorCode.of($0.errorCode) } == [.none, .unknownTopicOrPartition])
            let all = try await server.ask(OffsetFetchRequest(groups: [.init(groupID: "g", topics: nil)]), version: 9)
            #expect(all.groups[0].topics.flatMap(\.partitions).map(\.partitionIndex) == [0])
        }
    }

    @Test func lookUpsThatAreRepeatedOrUnknownToTheVersion() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 2)
            func ask(_ partitions: [(Int32, Int64)], version: Int16) async throws -> [ErrorCode] {
                let request = ListOffsetsRequest(
                    replicaID: -1,
                    topics: [
                        .init(name: "t", partitions: partitions.map { .init(partitionIndex: $0.0, timestamp: $0.1) })
                    ])
                return try await server.ask(request, version: version).topics[0].partitions.map { .of($0.errorCode) }
            }
            #expect(
                try await ask([(0, -1), (1, -1), (0, -2)], version: 7) == [.invalidRequest, .none, .invalidRequest])
            #expect(try await ask([(0, -3), (1, -9)], version: 6) == [.unsupportedVersion, .unsupportedVersion])
            #expect(try await ask([(0, -3), (1, -4)], version: 7) == [.none, .unsupportedVersion])
            #expect(try await ask([(0, -4)], version: 8) == [.none])
        }
    }

    @Test func changesThatNameATopicTwice() async throws {
        try await TestBroker.with { server in
            let id = try await server.createTopic("t")
            let extended = try await server.ask(
                CreatePartitionsRequest(topics: [
                    .init(name: "t", count: 2, assignments: nil), .init(name: "t", count: 3, assignments: nil),
                ]))
            #expect(extended.results.allSatisfy { ErrorCode.of($0.errorCode) == .invalidRequest })
            let deleted = try await server.ask(
                DeleteTopicsRequest(topics: [.init(name: "t"), .init(name: "t"), .init(name: "t", topicID: id)]))
            #expect(deleted.responses.allSatisfy { ErrorCode.of($0.errorCode) == .invalidRequest })
            #expect(server.broker.metadata.image.topic("t")?.partitions.count == 1)
            let created = try await server.ask(
                CreateTopicsRequest(topics: [
                    .init(
                        name: "u", numPartitions: -1, replicationFactor: -1,
                        assignments: [
                            .init(partitionIndex: 0, brokerIDs: [1]), .init(partitionIndex: 0, brokerIDs: [1]),
                        ])
                ]))
            #expect(created.topics.map { ErrorCode.of($0.errorCode) } == [.invalidReplicaAssignment])
        }
    }

    @Test func offsetsGoWithTheirTopicEvenAfterACrash() async throws {
        let directory = try TestDirectory()
        let fetch = OffsetFetchRequest(groups: [.init(groupID: "g", topics: nil)])
        try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            let commit = OffsetCommitRequest(
                groupID: "g",
                topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, committedOffset: 1)])])
            #expect(try await server.ask(commit, version: 9).topics[0].partitions[0].errorCode == 0)
            // The process dies when the removal is durable and nothing has been removed.
            try await server.broker.metadata.remove(try #require(server.broker.metadata.image.topic("t")))
        }
        try await TestBroker.with(in: directory) { server in
            // What a group has is what is durable: the offsets go when the records that say so are.
            try await wait(for: "offsets gone") { try await server.ask(fetch, version: 9).groups[0].topics.isEmpty }
            #expect(server.broker.metadata.deletions.isEmpty)
        }
    }
}
