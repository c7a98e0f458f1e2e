import Broker
import KafkaClient
import KafkaProtocol
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct LiveFetchSessionTests {
    private static let partitions = (0..<Int32(40)).map { TopicPartition("t", $0) }

    /// A broker that writes down the fetches that come, and refuses those that the test says.
    private final class FetchLog: RequestResponder {
        typealias Refusal = @Sendable (_ number: Int, _ request: FetchRequest) -> ErrorCode?

        private let broker: Broker
        private let refusal: Refusal
        private let requests = Mutex<[FetchRequest]>([])

        init(_ broker: Broker, refusal: @escaping Refusal) {
            self.broker = broker
            self.refusal = refusal
        }

        var all: [FetchRequest] { requests.withLock { $0 } }

        func respond<Request: KafkaRequest>(
            to request: Request, version: Int16, clientID: String?
        ) async throws -> Request.Response {
            if let fetch = request as? FetchRequest {
                let number = requests.withLock { requests in
                    requests.append(fetch)
                    return requests.count - 1
                }
                if let error = refusal(number, fetch),
                    let refused = FetchResponse(errorCode: error.rawValue) as? Request.Response
                {
                    return refused
                }
            }
            return try await broker.respond(to: request, version: version, clientID: clientID)
        }
    }

    private static let noRefusal: FetchLog.Refusal = { _, _ in nil }

    /// Runs `body` with a topic of forty partitions, a consumer at the beginning of each, and a producer.
    private static func with(
        _ way: LiveBroker.Way, refusal: @escaping FetchLog.Refusal,
        _ body: (FetchLog, KafkaConsumer, KafkaProducer) async throws -> Void
    ) async throws {
        try await LiveBroker.with(.inProcess) { live, direct in
            try await KafkaAdmin(client: direct).createTopic(
                NewTopic("t", partitions: Int32(partitions.count), replicationFactor: 1))
            let log = FetchLog(live.broker, refusal: refusal)
            let server = FaultyServer(log)
            try await server.start()
            // The end of a session is no reason for a pause: with one of this length nothing would be read in time.
            let pause = BackoffPolicy(initial: .seconds(300), maximum: .seconds(300))
            let configuration = KafkaClientConfiguration(retryBackoff: pause)
            let client =
                switch way {
                case .socket: try KafkaClient(bootstrapServers: [server.address], configuration: configuration)
                case .inProcess: KafkaClient(inProcess: log, configuration: configuration)
                }
            let producer = try KafkaProducer(client: direct)
            let result: Result<Void, any Error>
            do {
                let consumer = try KafkaConsumer(
                    client: client,
                    configuration: ConsumerConfiguration(
                        autoOffsetReset: .earliest, fetchMaximumWait: .milliseconds(100)))
                // All places are known before the first fetch, so that it names all of them.
                _ = try await client.partitions(of: "t")
                try await consumer.assign(partitions)
                for partition in partitions { try await consumer.seek(partition, to: .zero) }
                result = .success(try await body(log, consumer, producer))
                await consumer.close()
            } catch {
                result = .failure(error)
            }
            await producer.close()
            await client.close()
            try await server.stop()
            try result.get()
        }
    }

    /// One record for each of some numbers, over all partitions.
    private static func records(_ numbers: Range<Int>) -> [ProducerRecord] {
        numbers.map { number in
            ProducerRecord(topic: "t", partition: Int32(number % partitions.count), value: ByteSlice("\(number)"))
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func manyPartitionsAreReadInOneSession(way: LiveBroker.Way) async throws {
        try await Self.with(way, refusal: Self.noRefusal) { log, consumer, producer in
            _ = try await producer.send(contentsOf: Self.records(0..<400))
            var read = try await consumer.collect(400).compactMap { $0.value?.string }
            // One more, in partition 7, that has ten.
            _ = try await producer.send(contentsOf: Self.records(407..<408))
            read += try await consumer.collect(1).compactMap { $0.value?.string }
            #expect(read.count == 401)
            #expect(Set(read) == Set((0..<400).map { "\($0)" } + ["407"]))
            // That is all that there is to say then.
            try await wait(for: "a fetch that names one partition") {
                log.all.contains { fetch in
                    fetch.sessionEpoch > 0 && fetch.topics.flatMap(\.partitions).map(\.fetchOffset) == [11]
                }
            }
            // And nothing when nothing has happened.
            try await wait(for: "a fetch that names nothing") {
                _ = try await consumer.poll(timeout: .milliseconds(20))
                return log.all.contains { $0.sessionEpoch > 0 && $0.topics.isEmpty && $0.forgottenTopicsData.isEmpty }
            }
            let fetches = log.all
            #expect(fetches.first?.sessionEpoch == 0)
            #expect(fetches.first?.topics.flatMap(\.partitions).count == Self.partitions.count)
            #expect(fetches.dropFirst().allSatisfy { $0.sessionEpoch > 0 })
            let ids = Set(fetches.dropFirst().map(\.sessionID))
            #expect(ids.count == 1 && !ids.contains(0))
            // It ends with the consumer, though a fetch may wait for records.
            await consumer.close()
            try await wait(for: "the end of the session") {
                log.all.contains { $0.sessionEpoch == -1 && ids.contains($0.sessionID) && $0.topics.isEmpty }
            }
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func recordsAreReadThroughTheEndsOfSessions(
        way: LiveBroker.Way
    ) async throws {
        let refusal: FetchLog.Refusal = { number, fetch in
            guard fetch.sessionEpoch > 0 else { return nil }
            if number % 5 == 3 { return .fetchSessionIDNotFound }
            return number % 7 == 4 ? .invalidFetchSessionEpoch : nil
        }
        try await Self.with(way, refusal: refusal) { log, consumer, producer in
            var read: [String] = []
            for round in 0..<12 {
                _ = try await producer.send(contentsOf: Self.records(round * 40..<round * 40 + 40))
                read += try await consumer.collect(40).compactMap { $0.value?.string }
            }
            #expect(read.count == 480)
            #expect(Set(read) == Set((0..<480).map { "\($0)" }))
            let fetches = log.all
            #expect(fetches.filter { $0.sessionEpoch == 0 && $0.sessionID == 0 }.count > 1)
            #expect(fetches.contains { $0.sessionEpoch > 0 })
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func pausesAndSeeksReachTheBroker(way: LiveBroker.Way) async throws {
        try await Self.with(way, refusal: Self.noRefusal) { log, consumer, producer in
            _ = try await producer.send(contentsOf: Self.records(0..<80))
            _ = try await consumer.collect(80)
            let (paused, sought) = (Self.partitions[3], Self.partitions[5])
            try consumer.pause([paused])
            try await wait(for: "the broker to forget a partition") {
                _ = try await consumer.poll(timeout: .milliseconds(20))
                return log.all.contains { $0.forgottenTopicsData.map(\.partitions) == [[3]] }
            }
            try await consumer.seek(sought, to: LogOffset(1))
            #expect(try await consumer.collect(1).map { $0.value?.string } == ["45"])
            // Two that came while it was paused, of which the first is left out.
            _ = try await producer.send(contentsOf: Self.records(83..<84) + Self.records(123..<124))
            try await consumer.seek(paused, to: LogOffset(3))
            try consumer.resume([paused])
            #expect(try await consumer.collect(1).map { $0.value?.string } == ["123"])
            #expect(log.all.filter { $0.sessionEpoch == 0 }.count == 1)
        }
    }
}
