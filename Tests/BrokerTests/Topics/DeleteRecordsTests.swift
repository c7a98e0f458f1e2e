import KafkaProtocol
import LogCore
import RecordFormat
import Testing

@testable import Broker

@Suite struct DeleteRecordsTests {
    private func delete(
        _ client: TestConnection, _ topic: String, partition: Int32 = 0, below offset: Int64
    ) async throws -> DeleteRecordsResponse.DeleteRecordsPartitionResult {
        let answer = try await client.ask(
            DeleteRecordsRequest(
                topics: [.init(name: topic, partitions: [.init(partitionIndex: partition, offset: offset)])],
                timeoutMs: 1000))
        return answer.topics[0].partitions[0]
    }

    @Test func recordsBelowTheOffsetAreGoneForGood() async throws {
        let directory = try TestDirectory()
        try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t")
            for value in ["a", "b", "c", "d"] { try await server.produce("t", [value]) }
            let client = try await server.connect()
            #expect(try await delete(client, "t", below: 2).lowWatermark == 2)
            // Going back brings nothing back.
            #expect(try await delete(client, "t", below: 1).lowWatermark == 2)
            #expect(try await client.ask(TestRecords.fetch("t", from: 2), version: 12).values() == ["c", "d"])
            let gone = try await client.ask(TestRecords.fetch("t", from: 1), version: 12)
            #expect(ErrorCode.of(gone.only.errorCode) == .offsetOutOfRange && gone.only.logStartOffset == -1)
        }
        try await TestBroker.with(in: directory) { server in
            let client = try await server.connect()
            #expect(try await delete(client, "t", below: 0).lowWatermark == 2)
            // -1 is all there is.
            let all = try await delete(client, "t", below: -1)
            #expect(all.errorCode == 0 && all.lowWatermark == 4)
            #expect(try await server.produce("t", ["e"]) == 4)
        }
    }

    @Test func refusals() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try await server.createTopic("kept", configs: ["cleanup.policy": "compact"])
            try await server.makeGroupsReady()
            try await server.produce("t", ["a"])
            let client = try await server.connect()
            for (topic, partition, offset, code) in [
                ("t", Int32(0), Int64(2), ErrorCode.offsetOutOfRange), ("t", 0, -2, .offsetOutOfRange),
                ("t", 1, 0, .unknownTopicOrPartition), ("t", -1, 0, .unknownTopicOrPartition),
                ("missing", 0, 0, .unknownTopicOrPartition), ("kept", 0, 0, .policyViolation),
                (InternalTopics.consumerOffsets, 0, 0, .invalidTopicException),
            ] {
                let answer = try await delete(client, topic, partition: partition, below: offset)
                #expect(ErrorCode.of(answer.errorCode) == code, "\(topic)-\(partition) \(offset)")
                #expect(answer.lowWatermark == -1)
            }
        }
    }
}
