import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat
import Testing

@testable import Broker

@Suite struct FetchTests {
    @Test func batchLargerThanEveryLimitStillComes() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 2)
            let large = String(repeating: "x", count: 300_000)
            for partition in [Int32(0), 1] { try await server.produce("t", partition: partition, [large]) }
            let client = try await server.connect()
            let one = try await client.ask(
                TestRecords.fetch("t", maxBytes: 1_000, partitionMaxBytes: 1_000), version: 12)
            #expect(try one.values() == [large])
            // Only the first of several, or else limits would mean nothing.
            let both = FetchRequest(
                maxWaitMs: 0, minBytes: 1, maxBytes: 1_000,
                topics: [
                    .init(
                        topic: "t",
                        partitions: [0, 1].map { .init(partition: $0, fetchOffset: 0, partitionMaxBytes: 1_000) })
                ])
            let counts = try await client.ask(both, version: 12).responses[0].partitions.map {
                try $0.decodedRecords().count
            }
            #expect(counts == [1, 0])
        }
    }

    @Test func offsetsOutsideOfTheLogAndWrongEpochsAreRefused() async throws {
        try await TestBroker.with { server in
            let id = try await server.createTopic("t")
            try await server.produce("t", ["a", "b"])
            func code(_ partition: FetchRequest.FetchPartition) async throws -> ErrorCode {
                let request = FetchRequest(
                    maxWaitMs: 5_000, minBytes: 1, topics: [.init(topicID: id, partitions: [partition])])
                return .of(try await server.ask(request).only.errorCode)
            }
            #expect(try await code(.init(fetchOffset: 3, partitionMaxBytes: 1_000)) == .offsetOutOfRange)
            #expect(try await code(.init(fetchOffset: -1, partitionMaxBytes: 1_000)) == .offsetOutOfRange)
            #expect(
                try await code(.init(currentLeaderEpoch: 1, fetchOffset: 0, partitionMaxBytes: 1_000))
                    == .unknownLeaderEpoch)
            #expect(try await code(.init(currentLeaderEpoch: 0, fetchOffset: 0, partitionMaxBytes: 1_000)) == .none)
        }
    }

    @Test func largeVerifiedAnswersComeFromTheFile() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let values = (0..<50).map { "\($0) " + String(repeating: "y", count: 20_000) }
            for value in values { try await server.produce("t", [value]) }
            let direct = try await server.ask(
                TestRecords.fetch("t", maxBytes: 4 << 20, partitionMaxBytes: 4 << 20), version: 12)
            guard case .external = direct.only.records else { throw TestFailure("not from the file") }
            #expect(try direct.values() == values)
            let client = try await server.connect()
            // Answers from the file and from memory in one stream, sent ahead.
            let answers = try (0..<10).map { round in
                (
                    try client.begin(
                        TestRecords.fetch("t", from: Int64(round), maxBytes: 4 << 20, partitionMaxBytes: 4 << 20),
                        version: 12),
                    try client.begin(TestRecords.fetch("t", from: 49), version: 12), round
                )
            }
            for (large, small, round) in answers {
                #expect(try await large.get().values() == Array(values[round...]))
                #expect(try await small.get().values() == [values[49]])
            }
        }
    }

    @Test func unverifiedRecordsOfAnEarlierRunAreServedWhole() async throws {
        let directory = try TestDirectory()
        let values = (0..<50).map { "\($0) " + String(repeating: "z", count: 20_000) }
        try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t")
            for value in values { try await server.produce("t", [value]) }
        }
        try await TestBroker.with(in: directory) { server in
            let client = try await server.connect()
            for _ in 0..<2 {
                let answer = try await client.ask(
                    TestRecords.fetch("t", maxBytes: 4 << 20, partitionMaxBytes: 4 << 20), version: 12)
                #expect(try answer.values() == values)
            }
        }
    }
}
