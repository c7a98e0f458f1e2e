import KafkaProtocol
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

/// A client that hears only what is new knows the same as one that asks for everything.
@Suite struct FetchSessionNewsTests {
    /// What a client knows of a partition.
    private struct Known: Equatable {
        var values: [String] = []
        var offset: Int64 = 0
        var highWatermark: Int64 = -1
        var logStartOffset: Int64 = -1
    }

    private static let partitions: Int32 = 9

    /// A client that follows some of the partitions in a session.
    private struct Reader {
        var connection: TestConnection
        var id: Int32 = 0
        var epoch: Int32 = 0
        var known: [Int32: Known] = [:]
        /// Those that the next request has to name.
        var named: Set<Int32> = []
        var forgotten: Set<Int32> = []

        mutating func follow(_ partition: Int32) {
            if known[partition] == nil { known[partition] = Known() }
            named.insert(partition)
            forgotten.remove(partition)
        }

        mutating func fetch(wait: Int32, maxBytes: Int32) async throws {
            let request = FetchRequest(
                maxWaitMs: wait, minBytes: 1, maxBytes: maxBytes, sessionID: id, sessionEpoch: epoch,
                topics: [
                    .init(
                        topic: "t",
                        partitions: named.sorted().map {
                            .init(partition: $0, fetchOffset: known[$0]?.offset ?? 0, partitionMaxBytes: 1 << 20)
                        })
                ], forgottenTopicsData: [.init(topic: "t", partitions: forgotten.sorted())])
            (named, forgotten) = ([], [])
            let answer = try await connection.ask(request, version: 12)
            try #require(answer.errorCode == 0 && answer.sessionID != 0)
            (id, epoch) = (answer.sessionID, epoch + 1)
            for data in answer.responses.flatMap(\.partitions) {
                try #require(data.errorCode == 0)
                let values = try data.decodedRecords().map { $0.value?.string ?? "" }
                known[data.partitionIndex]?.values += values
                known[data.partitionIndex]?.offset += Int64(values.count)
                known[data.partitionIndex]?.highWatermark = data.highWatermark
                known[data.partitionIndex]?.logStartOffset = data.logStartOffset
                if !values.isEmpty { named.insert(data.partitionIndex) }
            }
        }
    }

    @Test(arguments: 0..<6) func sessionKnowsWhatAFullFetchKnows(_ run: Int) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: Self.partitions)
            var written: [Int32: [String]] = [:]
            var reader = Reader(connection: try await server.connect())
            for partition in 0..<Self.partitions { reader.follow(partition) }
            var following = Set(0..<Self.partitions)
            for step in 0..<200 {
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<4:
                    let partition = Int32.random(in: 0..<Self.partitions, using: &random)
                    let value = String(repeating: "x", count: Int.random(in: 0..<400, using: &random)) + "\(step)"
                    try await server.produce("t", partition: partition, [value])
                    written[partition, default: []].append(value)
                case 4:
                    let partition = Int32.random(in: 1..<Self.partitions, using: &random)
                    if following.remove(partition) != nil {
                        reader.forgotten.insert(partition)
                        reader.named.remove(partition)
                    } else {
                        following.insert(partition)
                        reader.follow(partition)
                    }
                default:
                    try await reader.fetch(
                        wait: Bool.random(using: &random) ? 0 : 5,
                        maxBytes: [1, 500, 1 << 20].randomElement(using: &random)!)
                }
            }
            for partition in 0..<Self.partitions where following.insert(partition).inserted { reader.follow(partition) }
            // As often as there are records left, which come one by one at worst.
            var before: [Int32: Known] = [:]
            while before != reader.known {
                before = reader.known
                try await reader.fetch(wait: 0, maxBytes: 1 << 20)
            }
            for (partition, known) in reader.known {
                let all = try await server.ask(TestRecords.fetch("t", partition: partition), version: 12)
                #expect(known.values == written[partition] ?? [], "seed \(seed), partition \(partition)")
                #expect(known.highWatermark == all.only.highWatermark, "seed \(seed), partition \(partition)")
                #expect(known.logStartOffset == all.only.logStartOffset, "seed \(seed), partition \(partition)")
            }
        }
    }

    @Test func newsFromAnyPartitionWakesOneThatWaits() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: Self.partitions)
            var reader = Reader(connection: try await server.connect())
            for partition in 0..<Self.partitions { reader.follow(partition) }
            try await reader.fetch(wait: 0, maxBytes: 1 << 20)
            let waited = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
            for step in 0..<30 {
                let partition = Int32(step) % Self.partitions
                var waiting = reader
                async let heard = {
                    try await waiting.fetch(wait: 600_000, maxBytes: 1 << 20)
                    return waiting
                }()
                // Both orders: before it waits, and while it does.
                if step % 2 == 0 { try await wait(for: "the fetch to wait") { waited.waitingCount.fetches == 1 } }
                try await server.produce("t", partition: partition, ["\(step)"])
                reader = try await heard
                #expect(reader.known[partition]?.values.last == "\(step)")
            }
        }
    }
}
