import Broker
import KafkaClient
import KafkaProtocol
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct ConnectionFaultTests {
    /// What Kafka 2.1 admits to.
    private static let kafka21: [APIKey: Int16] = [
        .produce: 7, .fetch: 10, .listOffsets: 4, .metadata: 7, .offsetCommit: 6, .offsetFetch: 5, .findCoordinator: 2,
        .joinGroup: 3, .heartbeat: 2, .leaveGroup: 2, .syncGroup: 2, .describeGroups: 2, .listGroups: 2,
        .apiVersions: 2,
        .createTopics: 3, .deleteTopics: 3, .initProducerID: 1, .describeConfigs: 2, .createPartitions: 1,
        .deleteGroups: 1,
    ]

    @Test func anOldBrokerIsSpokenToInItsVersions() async throws {
        try await ProducerFaultTests.with(newestVersions: Self.kafka21) { _, _ in
            .none
        } _: { _, _, client in
            let admin = KafkaAdmin(client: client)
            try await admin.createTopic(NewTopic("t", partitions: 2, replicationFactor: 1))
            let needsNewer = await #expect(throws: KafkaClientError.self) { try await admin.createTopic(NewTopic("u")) }
            #expect(needsNewer?.code == .unsupportedVersion)
            let producer = try KafkaProducer(client: client, configuration: ProducerConfiguration(compression: .lz4))
            _ = try await producer.send(
                contentsOf: (0..<10).map { ProducerRecord(topic: "t", partition: $0 % 2, value: ByteSlice("\($0)")) })
            await producer.close()
            let consumer = try KafkaConsumer(
                client: client, configuration: ConsumerConfiguration(groupID: "g", autoOffsetReset: .earliest))
            try await consumer.subscribe(to: ["t"])
            #expect(try await consumer.collect(10).count == 10)
            try await consumer.commit()
            #expect(try await admin.listGroupOffsets("g").count == 2)
            await consumer.close()
            #expect(try await admin.describeGroup("g").state == "Empty")
            try await admin.deleteTopic("t")
        }
    }

    @Test func aConsumerReadsOnThroughLostConnections() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        try await ProducerFaultTests.with { key, number in
            var generator = SeededGenerator(seed: seed ^ UInt64(key.rawValue) << 32 ^ UInt64(number))
            let isHit = Int.random(in: 0..<100, using: &generator) < 20
            switch key {
            case .fetch, .metadata, .listOffsets, .offsetFetch, .findCoordinator, .heartbeat, .syncGroup, .offsetCommit:
                return isHit ? (number % 2 == 0 ? .loseRequest : .loseAnswer) : .none
            default: return .none
            }
        } _: { live, _, client in
            let direct = try live.client(.inProcess)
            let producer = try KafkaProducer(client: direct)
            let consumer = try KafkaConsumer(
                client: client,
                configuration: ConsumerConfiguration(
                    groupID: "g", autoOffsetReset: .earliest, heartbeatInterval: .milliseconds(20),
                    fetchMaximumWait: .milliseconds(20), maximumPartitionFetchBytes: 500))
            try await consumer.subscribe(to: ["t"])
            var read: [Record] = []
            for round in 0..<30 {
                _ = try await producer.send(
                    contentsOf: (0..<20).map { ProducerRecord(topic: "t", value: ByteSlice("\(round * 20 + $0)")) })
                read += try await consumer.collect(20)
                try await consumer.commit()
            }
            #expect(read.map { $0.value?.string } == (0..<600).map { "\($0)" })
            await consumer.close()
            await producer.close()
            await direct.close()
        }
    }

    @Test func aFrameTooLargeEndsTheConnectionAndNotTheClient() async throws {
        try await ProducerFaultTests.with { key, number in
            key == .metadata && number < 2 ? .answer(bytes: [0x7f, 0xff, 0xff, 0xff, 1, 2, 3]) : .none
        } _: { _, server, client in
            let error = await #expect(throws: KafkaClientError.self) { try await client.cluster() }
            #expect(error?.code == .malformedResponse)
            let second = await #expect(throws: KafkaClientError.self) { try await client.cluster() }
            #expect(second?.code == .malformedResponse)
            let cluster = try await client.cluster()
            #expect(cluster.brokers.count == 1)
            #expect(server.count(of: .apiVersions) == 3)
        }
    }

    @Test func anAnswerToAnotherRequestIsRefused() async throws {
        try await ProducerFaultTests.with { key, number in
            key == .metadata && number == 0 ? .answer(bytes: [0, 0, 0, 4, 0x12, 0x34, 0x56, 0x78]) : .none
        } _: { _, _, client in
            let error = await #expect(throws: KafkaClientError.self) { try await client.cluster() }
            #expect(error?.code == .malformedResponse)
            let cluster = try await client.cluster()
            #expect(cluster.brokers.count == 1)
        }
    }

    @Test func theNextBootstrapAddressIsTriedWhenOneIsDead() async throws {
        try await LiveBroker.with(.socket) { live, _ in
            let address = try "127.0.0.1:\(FreePort.find(1)[0])"
            let client = try KafkaClient(bootstrapServers: [address, live.bootstrap])
            let cluster = try await client.cluster()
            #expect(cluster.brokers.count == 1)
            await client.close()
            let lost = try KafkaClient(
                bootstrapServers: [address], configuration: KafkaClientConfiguration(apiTimeout: .milliseconds(100)))
            let error = await #expect(throws: KafkaClientError.self) { try await lost.cluster() }
            #expect(error?.code == .connectionFailed)
            await lost.close()
        }
    }

    /// A broker that leaves requests without an answer from some moment on.
    private final class SilentBroker: RequestResponder {
        private struct State {
            var isSilent = false
            var held: [AsyncStream<Void>.Continuation] = []
        }

        private let broker: Broker
        private let state = Mutex(State())

        init(_ broker: Broker) { self.broker = broker }

        /// How many requests wait.
        var heldCount: Int { state.withLock { $0.held.count } }

        func fallSilent() { state.withLock { $0.isSilent = true } }

        /// Gives up what waits.
        func end() { for held in state.withLock({ $0.held }) { held.finish() } }

        func respond<Request: KafkaRequest>(
            to request: Request, version: Int16, clientID: String?
        ) async throws -> Request.Response {
            let (end, continuation) = AsyncStream.makeStream(of: Void.self)
            let isHeld = state.withLock { state in
                if state.isSilent { state.held.append(continuation) }
                return state.isSilent
            }
            guard isHeld else {
                return try await broker.respond(to: request, version: version, clientID: clientID)
            }
            for await _ in end {}
            throw CancellationError()
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func closingTheClientFailsWhatWaits(way: LiveBroker.Way) async throws {
        let calls: [@Sendable (KafkaClient) async throws -> Void] = [
            { _ = try await $0.cluster() },
            { try await KafkaAdmin(client: $0).createTopic(NewTopic("u", partitions: 1, replicationFactor: 1)) },
            { client in
                let consumer = try KafkaConsumer(
                    client: client, configuration: ConsumerConfiguration(autoOffsetReset: .earliest))
                try await consumer.assign([TopicPartition("t", 0)])
                try await consumer.seek(TopicPartition("t", 0), to: LogOffset(0))
                _ = try await consumer.poll(timeout: .seconds(300))
            },
        ]
        try await LiveBroker.with(.inProcess) { live, direct in
            _ = try await direct.partitions(of: "t")
            for call in calls {
                let silent = SilentBroker(live.broker)
                let server = FaultyServer(silent)
                try await server.start()
                let client =
                    switch way {
                    case .socket: try KafkaClient(bootstrapServers: [server.address])
                    case .inProcess: KafkaClient(inProcess: silent)
                    }
                _ = try await client.cluster()
                _ = try await client.partitions(of: "t")
                silent.fallSilent()
                let waiting = Task { try await call(client) }
                try await wait(for: "the request") { silent.heldCount > 0 }
                await client.close()
                let error = await #expect(throws: KafkaClientError.self) { try await waiting.value }
                #expect(error?.code == .closed)
                let late = await #expect(throws: KafkaClientError.self) { try await client.cluster() }
                #expect(late?.code == .closed)
                silent.end()
                try await server.stop()
            }
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func aPollOnAClosedClientFails(way: LiveBroker.Way) async throws {
        try await LiveBroker.with(way) { _, client in
            let consumer = try KafkaConsumer(
                client: client, configuration: ConsumerConfiguration(autoOffsetReset: .earliest))
            try await consumer.assign([TopicPartition("t", 0)])
            try await consumer.seek(TopicPartition("t", 0), to: LogOffset(0))
            _ = try await client.partitions(of: "t")
            await client.close()
            let error = await #expect(throws: KafkaClientError.self) {
                _ = try await consumer.poll(timeout: .seconds(300))
            }
            #expect(error?.code == .closed)
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func aConsumerEndsAfterItsClientToo(way: LiveBroker.Way) async throws {
        try await LiveBroker.with(way) { _, client in
            let consumer = try KafkaConsumer(
                client: client,
                configuration: ConsumerConfiguration(autoOffsetReset: .earliest, fetchMaximumWait: .seconds(30)))
            try await consumer.assign([TopicPartition("t", 0)])
            _ = try await client.partitions(of: "t")
            #expect(try await consumer.poll(timeout: .milliseconds(50)).isEmpty)
            await client.close()
            await consumer.close()
            let error = await #expect(throws: KafkaClientError.self) { try await consumer.poll(timeout: .zero) }
            #expect(error?.code == .closed)
        }
    }
}
