import KafkaClient
import KafkaProtocol
import RecordFormat
import ServerHarness
import Testing

@testable import millrace_bench

@Suite(.timeLimit(.minutes(1))) struct NullServerTests {
    /// Runs `body` with a null server and a client of it.
    private func withServer(
        _ storage: NullServer.Storage = .pageCache, _ body: (BenchServer, KafkaClient) async throws -> Void
    ) async throws {
        try await withNullServer(storage) { port in
            let server = BenchServer(at: "127.0.0.1:\(port)")
            let client = try server.makeClient()
            let result: Result<Void, any Error>
            do { result = .success(try await body(server, client)) } catch { result = .failure(error) }
            await client.close()
            try result.get()
        }
    }

    @Test(arguments: [NullServer.Storage.pageCache, .device])
    func aConsumerReadsWhatAProducerWrote(storage: NullServer.Storage) async throws {
        try await withServer(storage) { _, client in
            let topic = try await BenchTopic.create(partitions: 2, durable: false, with: client)
            let producer = try KafkaProducer(client: client)
            let written = try await producer.send(
                contentsOf: (0..<3000).map {
                    ProducerRecord(topic: topic.name, partition: Int32($0 % 2), value: ByteSlice("\($0)"))
                })
            await producer.close()
            #expect(written.last?.offset == LogOffset(1499))
            let consumer = try KafkaConsumer(
                client: client,
                configuration: ConsumerConfiguration(autoOffsetReset: .earliest, isAutoCommitEnabled: false))
            try await consumer.assign([TopicPartition(topic.name, 0), TopicPartition(topic.name, 1)])
            var values: [Int32: [String]] = [:]
            while values.values.reduce(0, { $0 + $1.count }) < 3000 {
                for batch in try await consumer.poll(timeout: .seconds(5)) {
                    values[batch.topicPartition.partition, default: []] += batch.records.map { $0.value?.string ?? "" }
                }
            }
            for partition in [Int32(0), 1] {
                #expect(values[partition] == (0..<1500).map { "\($0 * 2 + Int(partition))" })
            }
            await consumer.close()
            try await topic.delete(with: client)
        }
    }

    @Test func theLeastConsumerCountsTheSame() async throws {
        try await withServer { server, client in
            let topic = try await BenchTopic.create(partitions: 1, durable: false, with: client)
            let producer = try KafkaProducer(client: client)
            _ = try await producer.send(
                contentsOf: [ProducerRecord](
                    repeating: ProducerRecord(topic: topic.name, value: ByteSlice([UInt8](repeating: 7, count: 100))),
                    count: 50_000))
            await producer.close()
            // More than one answer's worth, and it waits for what is not there: so it reads no less.
            let read = try RawConsumer(server.bootstrapServer, topic: topic.name).read(50_000)
            #expect(read.records == 50_000 && read.end == LogOffset(50_000) && read.timeline.total == 50_000)
            #expect(read.bytes > 50_000 * 100)
            // Until it is told to stop: an answer has less than a fifth of all.
            var answers = 0
            let part = try RawConsumer(server.bootstrapServer, topic: topic.name).read(50_000) {
                answers += 1
                return answers <= 2
            }
            #expect((1..<50_000).contains(part.records) && part.timeline.total == part.records)
            #expect(part.end == LogOffset(Int64(part.records)))
            #expect(throws: BenchFailure.self) {
                _ = try RawConsumer(server.bootstrapServer, topic: "none").read(1)
            }
        }
    }

    /// More than the producer's buffer holds, so that some are acknowledged while others are sent, and a rest.
    @Test func acknowledgementsAreCountedOverTime() async throws {
        try await withServer { _, client in
            let topic = try await BenchTopic.create(partitions: 3, durable: false, with: client)
            let producer = try KafkaProducer(
                client: client, configuration: ProducerConfiguration(bufferMemory: 1 << 20))
            let began = MonotonicClock.nanoseconds
            let timeline = try await producer.write(30_500, of: 100, to: topic.name)
            #expect(timeline.total == 30_500)
            #expect(timeline.start >= began && timeline.duration > 0)
            #expect(timeline.duration <= Double(MonotonicClock.nanoseconds - began) / 1e9)
            await producer.close()
        }
    }

    /// All records of the seconds that count are measured, over several partitions, producers and consumers.
    @Test func anOpenLoopSeesEachRecord() async throws {
        try await withServer { server, client in
            let topic = try await BenchTopic.create(partitions: 3, durable: false, with: client)
            let run = OpenLoop(
                topic: topic.name, partitions: 3, producers: 2, consumers: 2, rate: 200, seconds: 1, size: 20,
                acknowledgement: .all)
            let outcome = try await run.measure(server)
            // The first second's do not count; the one that is due when it ends does.
            #expect((199...201).contains(outcome.latencies.count))
            #expect(outcome.latencies.microseconds(at: 50) > 0)
            #expect(outcome.timeline.total == Int(outcome.latencies.count))
            #expect(outcome.timeline.duration > 0.5)
        }
    }

    @Test func whatIsNotSpokenEndsTheConnection() async throws {
        try await withServer { server, _ in
            let port = try #require(server.bootstrapServer.split(separator: ":").last.flatMap { UInt16($0) })
            let connection = FrameConnection(try LoopbackSocket.connection(to: port))
            try connection.enqueue(
                try KafkaFrame.encodeRequest(ListGroupsRequest(), version: 3, correlationID: 1, clientID: nil))
            #expect(connection.flush())
            #expect(connection.waitForInput())
            #expect(!connection.receive())
        }
    }
}
