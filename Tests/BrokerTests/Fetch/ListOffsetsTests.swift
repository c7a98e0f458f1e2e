import KafkaProtocol
import RecordFormat
import Testing

@testable import Broker

/// How far who asks for an offset may see (KIP-98), and what the places that are no time stand for.
@Suite struct ListOffsetsTests {
    private func find(
        _ server: TestBroker, _ time: Int64, isolation: Int8 = 0, replica: Int32 = -1
    ) async throws -> (offset: Int64, timestamp: Int64) {
        let answer = try await server.ask(
            ListOffsetsRequest(
                replicaID: replica, isolationLevel: isolation,
                topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, timestamp: time)])]))
        let found = answer.topics[0].partitions[0]
        #expect(found.errorCode == 0)
        return (found.offset, found.timestamp)
    }

    @Test func openTransactionsHideWhatIsBehindThemFromReadersOfCommittedRecords() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let first = Timestamp(milliseconds: 1_000_000)
            let last = Timestamp(milliseconds: 3_000_000)
            _ = try await server.produce("t", TestRecords.batch(["a"], timestamp: first))
            let client = try await TransactionClient.start(server)
            try await client.write("t", ["open"])
            let now = try await find(server, -3).timestamp
            let after = Timestamp(milliseconds: now + 60_000)
            _ = try await server.produce("t", TestRecords.batch(["b"], timestamp: after))

            #expect(try await find(server, -1).offset == 3)
            #expect(try await find(server, -1, isolation: 1).offset == 1)
            // Isolation is a client's; brokers and tools that look into a replica see all of it.
            for replica in [Int32(-2), 2] {
                #expect(try await find(server, -1, isolation: 1, replica: replica).offset == 3)
            }
            let latest = try await find(server, -3)
            #expect(latest == (2, after.milliseconds))
            // It is there, and not to be seen yet: no other takes its place.
            let hidden = try await find(server, -3, isolation: 1)
            #expect(hidden == (-1, -1))
            let early = try await find(server, 1, isolation: 1)
            #expect(early == (0, first.milliseconds))
            #expect(try await find(server, last.milliseconds, isolation: 1).offset == -1)
            #expect(try await find(server, last.milliseconds).offset == 1)
            for time in [Int64(-2), -4] { #expect(try await find(server, time, isolation: 1).offset == 0) }
            for time in [Int64(-5), -6] { #expect(try await find(server, time).offset == -1) }
        }
    }
}
