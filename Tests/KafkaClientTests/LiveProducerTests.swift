import KafkaClient
import KafkaProtocol
import RecordFormat
import Testing

@Suite(.timeLimit(.minutes(1))) struct LiveProducerTests {
    @Test(arguments: LiveBroker.Way.allCases) func recordsComeBackAsTheyWereSent(way: LiveBroker.Way) async throws {
        try await LiveBroker.with(way) { _, client in
            let producer = try KafkaProducer(client: client)
            let sent = [
                ProducerRecord(
                    topic: "t", key: ByteSlice("k"), value: ByteSlice("v"),
                    headers: [RecordHeader(key: "h", value: ByteSlice("x")), RecordHeader(key: "h", value: nil)],
                    timestamp: Timestamp(milliseconds: 1_700_000_000_000)),
                ProducerRecord(topic: "t", key: nil, value: nil, timestamp: Timestamp(milliseconds: 1)),
                ProducerRecord(topic: "t", key: .empty, value: .empty, timestamp: Timestamp(milliseconds: 2)),
            ]
            let written = try await producer.send(contentsOf: sent)
            #expect(written.map(\.offset) == [LogOffset(0), LogOffset(1), LogOffset(2)])
            #expect(written.map(\.timestamp) == sent.map(\.timestamp))
            await producer.close()

            let consumer = try KafkaConsumer(
                client: client, configuration: ConsumerConfiguration(autoOffsetReset: .earliest))
            try await consumer.assign([TopicPartition("t", 0)])
            let read = try await consumer.collect(3)
            #expect(read.map(\.key) == sent.map(\.key))
            #expect(read.map(\.value) == sent.map(\.value))
            #expect(read.map(\.headers) == sent.map(\.headers))
            #expect(read.map(\.timestamp) == sent.map(\.timestamp))
            await consumer.close()
        }
    }

    @Test(arguments: LiveBroker.Way.allCases, [CompressionCodec.none, .gzip, .snappy, .lz4, .zstd])
    func manyRecordsKeepTheirOrder(way: LiveBroker.Way, codec: CompressionCodec) async throws {
        try await LiveBroker.with(way) { _, client in
            let producer = try KafkaProducer(
                client: client,
                configuration: ProducerConfiguration(
                    compression: codec, linger: .milliseconds(2), bufferMemory: 256 << 10))
            let count = 20_000
            var receipts: [SendReceipt] = []
            for start in stride(from: 0, to: count, by: 500) {
                receipts += try await producer.enqueue(
                    contentsOf: (start..<start + 500).map {
                        ProducerRecord(topic: "many", partition: 0, value: ByteSlice("record \($0) of \(count)"))
                    })
            }
            try await producer.flush()
            #expect(!receipts.contains { !$0.isDone })
            for (index, receipt) in receipts.enumerated() where index % 1999 == 0 {
                #expect(try await receipt.metadata().offset == LogOffset(Int64(index)))
            }
            await producer.close()

            let consumer = try KafkaConsumer(
                client: client, configuration: ConsumerConfiguration(autoOffsetReset: .earliest))
            try await consumer.assign([TopicPartition("many", 0)])
            let read = try await consumer.collect(count)
            #expect(read.map { $0.value?.string } == (0..<count).map { "record \($0) of \(count)" })
            await consumer.close()
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func concurrentSendersAllGetTheirOwnOffset(
        way: LiveBroker.Way
    ) async throws {
        try await LiveBroker.with(way, settings: ["num.partitions": "3"]) { _, client in
            let producer = try KafkaProducer(client: client)
            let written = try await withThrowingTaskGroup(of: RecordMetadata.self) { group in
                for index in 0..<500 {
                    group.addTask {
                        try await producer.send(
                            ProducerRecord(
                                topic: "c", key: ByteSlice("key \(index % 50)"), value: ByteSlice("\(index)")))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(written.map { "\($0.partition)/\($0.offset ?? .zero)" }).count == 500)
            #expect(Set(written.map(\.partition)).count == 3)
            await producer.close()
        }
    }

    @Test(arguments: [ProducerConfiguration.Acknowledgement.none, .leader])
    func weakerAcknowledgementsWork(acknowledgement: ProducerConfiguration.Acknowledgement) async throws {
        try await LiveBroker.with(.socket) { _, client in
            let producer = try KafkaProducer(
                client: client, configuration: ProducerConfiguration(acknowledgement: acknowledgement))
            let written = try await producer.send(ProducerRecord(topic: "a", value: ByteSlice("1")))
            #expect(written.offset == (acknowledgement == .none ? nil : .zero))
            await producer.close()
            let consumer = try KafkaConsumer(
                client: client, configuration: ConsumerConfiguration(autoOffsetReset: .earliest))
            try await consumer.assign([TopicPartition("a", 0)])
            #expect(try await consumer.collect(1).map { $0.value?.string } == ["1"])
            await consumer.close()
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func aRecordTooLargeForTheBrokerFailsAlone(
        way: LiveBroker.Way
    ) async throws {
        try await LiveBroker.with(way) { _, client in
            let producer = try KafkaProducer(
                client: client,
                configuration: ProducerConfiguration(
                    batchSize: 4 << 20, linger: .milliseconds(50), maximumRequestSize: 8 << 20))
            // In one batch, which the broker refuses whole: the client splits it until only the large one is left.
            let receipts = try await producer.enqueue(
                contentsOf: [10, 2 << 20, 10].map {
                    ProducerRecord(topic: "l", partition: 0, value: ByteSlice([UInt8](repeating: 7, count: $0)))
                })
            _ = try await receipts[0].metadata()
            let error = await #expect(throws: KafkaClientError.self) { try await receipts[1].metadata() }
            #expect(error?.errorCode == .messageTooLarge)
            _ = try await receipts[2].metadata()
            await producer.close()
        }
    }
}

extension KafkaConsumer {
    /// Polls until `count` records came.
    func collect(_ count: Int) async throws -> [Record] {
        var records: [Record] = []
        while records.count < count {
            for batch in try await poll(timeout: .seconds(10)) { records += batch.records }
        }
        return records
    }
}
