import Broker
import KafkaClient
import KafkaProtocol
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct ProducerFaultTests {
    /// Runs `body` with a client that reaches a broker through a faulty server.
    static func with(
        newestVersions: [APIKey: Int16]? = nil, script: @escaping FaultyServer.Script,
        _ body: (LiveBroker, FaultyServer, KafkaClient) async throws -> Void
    ) async throws {
        try await LiveBroker.with(.inProcess) { live, _ in
            let server = FaultyServer(live.broker, newestVersions: newestVersions, script: script)
            try await server.start()
            let quick = BackoffPolicy(initial: .milliseconds(1), maximum: .milliseconds(20))
            let client = try KafkaClient(
                bootstrapServers: [server.address],
                configuration: KafkaClientConfiguration(reconnectBackoff: quick, retryBackoff: quick))
            let result: Result<Void, any Error>
            do { result = .success(try await body(live, server, client)) } catch { result = .failure(error) }
            await client.close()
            try await server.stop()
            try result.get()
        }
    }

    private static func values(of topic: String, count: Int, in live: LiveBroker) async throws -> [String?] {
        let client = try live.client(.inProcess)
        let consumer = try KafkaConsumer(
            client: client, configuration: ConsumerConfiguration(autoOffsetReset: .earliest))
        try await consumer.assign([TopicPartition(topic, 0)])
        let end = try await consumer.endOffsets([TopicPartition(topic, 0)])[TopicPartition(topic, 0)]
        #expect(end == LogOffset(Int64(count)), "records in the log")
        let records = count == 0 ? [] : try await consumer.collect(count)
        await consumer.close()
        await client.close()
        return records.map { $0.value?.string }
    }

    /// Decides by a seed over each request, whatever order they come in.
    private static func chance(_ seed: UInt64, _ key: APIKey, _ number: Int) -> Int {
        var generator = SeededGenerator(seed: seed ^ UInt64(key.rawValue) << 32 ^ UInt64(number))
        return Int.random(in: 0..<100, using: &generator)
    }

    @Test func everyRecordIsThereOnceAndInOrderThroughLostConnections() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        try await Self.with { key, number in
            switch (key, Self.chance(seed, key, number)) {
            case (.produce, ..<10): .loseRequest
            case (.produce, ..<20): .loseAnswer
            case (.produce, ..<25): .refuse(.notLeaderOrFollower)
            case (.produce, ..<30): .serveAndRefuse(.notEnoughReplicasAfterAppend)
            case (.metadata, ..<10), (.initProducerID, ..<30): .loseAnswer
            default: .none
            }
        } _: { live, server, client in
            let producer = try KafkaProducer(
                client: client, configuration: ProducerConfiguration(batchSize: 200))
            let count = 3000
            var receipts: [SendReceipt] = []
            for index in 0..<count {
                receipts.append(
                    try await producer.enqueue(ProducerRecord(topic: "t", partition: 0, value: ByteSlice("\(index)"))))
            }
            for (index, receipt) in receipts.enumerated() {
                let offset = try await receipt.metadata().offset
                #expect(offset == nil || offset == LogOffset(Int64(index)))
            }
            await producer.close()
            let written = try await Self.values(of: "t", count: count, in: live)
            let firstWrong = written.enumerated().first { $0.element != "\($0.offset)" }
            #expect(firstWrong == nil)
            print("\(server.count(of: .produce)) produce requests for \(count) records")
        }
    }

    @Test func aRefusedBatchFailsAloneAndTheRestGoesOn() async throws {
        try await Self.with { key, number in
            key == .produce && number == 1 ? .refuse(.topicAuthorizationFailed) : .none
        } _: { live, _, client in
            let producer = try KafkaProducer(client: client)
            func send(_ value: String) async throws {
                _ = try await producer.send(ProducerRecord(topic: "t", partition: 0, value: ByteSlice(value)))
            }
            try await send("a")
            let error = await #expect(throws: KafkaClientError.self) { try await send("b") }
            #expect(error?.errorCode == .topicAuthorizationFailed)
            #expect(error?.isRetriable == false)
            try await send("c")
            await producer.close()
            #expect(try await Self.values(of: "t", count: 2, in: live) == ["a", "c"])
        }
    }

    @Test func batchesBehindARefusedOneAreWrittenUnderAFreshIdentity() async throws {
        // The broker refuses what comes behind the gap, and the client sends it again from sequence 0.
        try await Self.with { key, number in
            key == .produce && number == 2 ? .refuse(.invalidRecord) : .none
        } _: { live, server, client in
            let producer = try KafkaProducer(client: client, configuration: ProducerConfiguration(batchSize: 1))
            let receipts = try await producer.enqueue(
                contentsOf: (0..<20).map { ProducerRecord(topic: "t", partition: 0, value: ByteSlice("\($0)")) })
            var written: [String] = []
            for (index, receipt) in receipts.enumerated() {
                if (try? await receipt.metadata()) != nil { written.append("\(index)") }
            }
            #expect(written.count == 19)
            await producer.close()
            #expect(try await Self.values(of: "t", count: 19, in: live) == written)
            #expect(server.count(of: .initProducerID) == 2)
        }
    }

    @Test func aRecordThatCannotBeDeliveredFailsInTime() async throws {
        try await Self.with { key, _ in
            key == .produce ? .loseRequest : .none
        } _: { live, _, client in
            let producer = try KafkaProducer(
                client: client,
                configuration: ProducerConfiguration(
                    deliveryTimeout: .milliseconds(300), requestTimeout: .milliseconds(100)))
            let error = await #expect(throws: KafkaClientError.self) {
                try await producer.send(ProducerRecord(topic: "t", partition: 0, value: nil))
            }
            #expect(error?.code == .deliveryTimeout)
            await producer.close()
            #expect(try await Self.values(of: "t", count: 0, in: live) == [])
        }
    }

    @Test func sendersWaitForRoomAndFailWhenThereIsNone() async throws {
        try await Self.with { key, _ in
            key == .produce ? .loseRequest : .none
        } _: { _, _, client in
            let producer = try KafkaProducer(
                client: client,
                configuration: ProducerConfiguration(
                    batchSize: 1000, bufferMemory: 4000, maximumBlockTime: .milliseconds(200),
                    deliveryTimeout: .seconds(60)))
            var receipts = SendReceipts()
            let record = ProducerRecord(
                topic: "t", partition: 0, value: ByteSlice([UInt8](repeating: 1, count: 500)))
            do {
                try await producer.enqueue(
                    contentsOf: [ProducerRecord](repeating: record, count: 100), to: &receipts)
                Issue.record("100 records found room for 7")
            } catch let error as KafkaClientError {
                #expect(error.code == .bufferExhausted)
            }
            // Those that found room are known to their caller.
            #expect((1..<8).contains(receipts.count))
            await producer.close(timeout: .milliseconds(50))
        }
    }

    @Test func closingFailsWhatIsNotAcknowledged() async throws {
        try await Self.with { key, _ in
            key == .produce ? .loseRequest : .none
        } _: { _, _, client in
            let producer = try KafkaProducer(client: client)
            let receipt = try await producer.enqueue(ProducerRecord(topic: "t", value: nil))
            await producer.close(timeout: .milliseconds(50))
            let error = await #expect(throws: KafkaClientError.self) { try await receipt.metadata() }
            #expect(error?.code == .closed)
            let refused = await #expect(throws: KafkaClientError.self) {
                try await producer.enqueue(ProducerRecord(topic: "t", value: nil))
            }
            #expect(refused?.code == .closed)
        }
    }
}
