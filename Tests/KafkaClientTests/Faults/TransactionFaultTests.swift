import Broker
import KafkaClient
import KafkaProtocol
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct TransactionFaultTests {
    private static func chance(_ seed: UInt64, _ key: APIKey, _ number: Int) -> Int {
        var generator = SeededGenerator(seed: seed ^ UInt64(key.rawValue) << 32 ^ UInt64(number))
        return Int.random(in: 0..<100, using: &generator)
    }

    private static func fault(_ seed: UInt64, _ key: APIKey, _ number: Int) -> FaultyServer.Fault {
        switch (key, chance(seed, key, number)) {
        case (.produce, ..<5), (.addPartitionsToTxn, ..<10), (.endTxn, ..<10): .loseRequest
        case (.produce, ..<10), (.addPartitionsToTxn, ..<20), (.endTxn, ..<20), (.initProducerID, ..<20): .loseAnswer
        case (.produce, ..<13): .refuse(.notLeaderOrFollower)
        case (.produce, ..<15): .refuse(.invalidRecord)
        default: .none
        }
    }

    @Test func whatIsCommittedIsThereOnceAndNothingElseThroughLostConnections() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        try await ProducerFaultTests.with {
            Self.fault(seed, $0, $1)
        } _: { live, server, client in
            var generator = SeededGenerator(seed: seed)
            let producer = try KafkaProducer(
                client: client, configuration: ProducerConfiguration(batchSize: 200, transactionalID: "id"))
            try await producer.initializeTransactions()
            var expected: [String: [String]] = [:]
            var failed = 0
            for number in 0..<60 {
                try producer.beginTransaction()
                var written: [String: [String]] = [:]
                do {
                    for index in 0..<Int.random(in: 1...40, using: &generator) {
                        let topic = "t\(Int.random(in: 0..<2, using: &generator))"
                        let value = "\(number)-\(index)"
                        _ = try await producer.enqueue(
                            ProducerRecord(topic: topic, partition: 0, value: ByteSlice(value)))
                        written[topic, default: []].append(value)
                    }
                    if Int.random(in: 0..<4, using: &generator) == 0 {
                        try await producer.abortTransaction()
                    } else {
                        try await producer.commitTransaction()
                        for (topic, values) in written { expected[topic, default: []] += values }
                    }
                } catch let error as KafkaClientError where error.code == .transactionFailed {
                    failed += 1
                    try await producer.abortTransaction()
                }
            }
            await producer.close()
            let reader = try live.client(.inProcess)
            for (topic, values) in expected {
                #expect(try await reader.committedValues(of: topic)[0] == values, "seed \(seed)")
            }
            await reader.close()
            print("\(failed) of 60 transactions failed, \(server.count(of: .produce)) produce requests")
        }
    }

    @Test func withoutEpochsToReplaceAFailedTransactionEndsTheProducer() async throws {
        // As brokers before 2.5 speak it, which cannot fence a producer's own late requests (KIP-360).
        let versions = Dictionary(
            uniqueKeysWithValues: (Int16(0)...100).map(APIKey.init(rawValue:)).compactMap { key in
                key.supportedVersions.map { (key, key == .initProducerID ? 2 : $0.upperBound) }
            })
        try await ProducerFaultTests.with(newestVersions: versions) { key, number in
            key == .produce && number == 1 ? .refuse(.invalidRecord) : .none
        } _: { _, _, client in
            let producer = try KafkaProducer(
                client: client, configuration: ProducerConfiguration(transactionalID: "id"))
            try await producer.initializeTransactions()
            func send(_ value: String) async throws {
                try producer.beginTransaction()
                _ = try await producer.send(ProducerRecord(topic: "t", partition: 0, value: ByteSlice(value)))
            }
            try await send("a")
            try await producer.commitTransaction()
            await #expect(throws: KafkaClientError.self) { try await send("b") }
            let error = await #expect(throws: KafkaClientError.self) { try await producer.abortTransaction() }
            #expect(error?.code == .unsupportedVersion)
            #expect(throws: KafkaClientError.self) { try producer.beginTransaction() }
            #expect(try await client.committedValues(of: "t")[0] == ["a"])
            await producer.close()
        }
    }

    @Test func aClosedProducerFencesNobodyAnyMore() async throws {
        let gate = Tally()
        try await ProducerFaultTests.with { key, _ in
            guard key == .initProducerID else { return .none }
            gate.add()
            return .loseRequest
        } _: { _, _, client in
            let producer = try KafkaProducer(
                client: client, configuration: ProducerConfiguration(transactionalID: "id"))
            let initialization = Task { try await producer.initializeTransactions() }
            try await wait(for: "a try") { gate.count > 0 }
            await producer.close(timeout: .zero)
            let error = await #expect(throws: KafkaClientError.self) { try await initialization.value }
            #expect(error?.code == .closed)
        }
    }
}

/// Counts.
private final class Tally: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock(\.self) }
    func add() { value.withLock { $0 += 1 } }
}
