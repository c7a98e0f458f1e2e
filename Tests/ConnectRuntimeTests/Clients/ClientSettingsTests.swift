import ConnectAPI
import KafkaClient
import LogHarness
import RecordFormat
import Testing

@testable import ConnectRuntime

/// What Kafka's settings do to the clients of tasks.
@Suite struct ClientSettingsTests {
    private static let id = ConnectorTaskID(connector: "c", task: 2)

    private func settings(
        _ role: ClientRole, _ connector: [String: String] = [:], worker: [String: String] = [:]
    ) throws -> ClientSettings {
        try ClientSettings(
            role, worker: Dictionary(uniqueKeysWithValues: worker.map { (role.workerPrefix + $0, $1) }),
            connector: Dictionary(uniqueKeysWithValues: connector.map { (role.overridePrefix + $0, $1) }))
    }

    @Test func aProducerHasTheConnectorsSettingsOverTheWorkers() throws {
        var configuration = ProducerConfiguration()
        try settings(
            .producer,
            [
                "acks": "0", "compression.type": "lz4", "linger.ms": "7", "batch.size": "0",
                "max.block.ms": "9223372036854775807", "enable.idempotence": "false",
            ],
            worker: ["linger.ms": "3", "max.request.size": "5000", "max.in.flight.requests.per.connection": "9"]
        ).apply(to: &configuration)
        #expect(configuration.acknowledgement == .none && !configuration.isIdempotent)
        #expect(configuration.compression == .lz4 && configuration.linger == .milliseconds(7))
        #expect(configuration.batchSize == 1 && configuration.maximumRequestSize == 5000)
        #expect(configuration.maximumInFlight == 9)
        #expect(configuration.maximumBlockTime == .milliseconds(2_147_483_647))
    }

    @Test func aProducerWithoutSettingsKeepsItsGuarantees() throws {
        var configuration = ProducerConfiguration(linger: .milliseconds(5))
        try settings(.producer).apply(to: &configuration)
        #expect(configuration.acknowledgement == .all && configuration.isIdempotent)
        #expect(configuration.linger == .milliseconds(5))
    }

    @Test func aSmallBufferMakesSmallBatches() throws {
        var configuration = ProducerConfiguration(batchSize: 262_144)
        try settings(.producer, ["buffer.memory": "1000"]).apply(to: &configuration)
        #expect(configuration.bufferMemory == 1000 && configuration.batchSize == 1000)
    }

    @Test func aConsumerHasItsSettings() throws {
        var configuration = ConsumerConfiguration(groupID: "g")
        try settings(
            .consumer,
            [
                "auto.offset.reset": "NONE", "isolation.level": "read_committed", "session.timeout.ms": "20000",
                "heartbeat.interval.ms": "1000", "max.poll.interval.ms": "60000", "max.poll.records": "9",
                "fetch.min.bytes": "2", "fetch.max.bytes": "3", "fetch.max.wait.ms": "4",
                "max.partition.fetch.bytes": "5", "client.rack": "r", "group.instance.id": "i",
                "partition.assignment.strategy": "RoundRobinAssignor",
            ]
        ).apply(to: &configuration)
        #expect(configuration.autoOffsetReset == .none && configuration.isolationLevel == .readCommitted)
        #expect(configuration.sessionTimeout == .seconds(20) && configuration.heartbeatInterval == .seconds(1))
        #expect(configuration.maximumPollInterval == .seconds(60) && configuration.maximumPollRecords == 9)
        #expect(configuration.fetchMinimumBytes == 2 && configuration.fetchMaximumBytes == 3)
        #expect(configuration.fetchMaximumWait == .milliseconds(4) && configuration.maximumPartitionFetchBytes == 5)
        #expect(configuration.rackID == "r" && configuration.groupInstanceID == "i")
        #expect(configuration.assignors.count == 1 && configuration.assignors.first is RoundRobinAssignor)
        #expect(configuration.groupID == "g")
    }

    @Test func eachUseHasAClientOfItsOwnThatEndsWithTheTask() async throws {
        try await LiveClient.with { base in
            let owned = TaskClients()
            let plain = try settings(.producer)
            let producer = try owned.client(.producer, of: Self.id, plain, like: base)
            #expect(producer.configuration.clientID == "connector-producer-c-2")
            #expect(try owned.client(.producer, of: Self.id, plain, like: base) === producer)
            let named = try settings(.consumer, ["client.id": "mine", "request.timeout.ms": "1234"])
            let consumer = try owned.client(.consumer, of: Self.id, named, like: base)
            #expect(consumer.configuration.clientID == "mine")
            #expect(consumer.configuration.requestTimeout == .milliseconds(1234))
            let names = [ClientUse.consumer, .admin, .deadLetters, .deadLetterAdmin].map { $0.clientID(of: Self.id) }
            #expect(
                names == [
                    "connector-consumer-c-2", "connector-adminclient-c-2", "connector-dlq-producer-c-2",
                    "connector-dlq-adminclient-c-2",
                ])
            #expect(try await producer.cluster().clusterID == base.cluster().clusterID)
            await owned.close()
            await #expect(throws: KafkaClientError.self) { try await producer.cluster() }
            #expect(throws: ConnectError.self) { try owned.client(.admin, of: Self.id, plain, like: base) }
            _ = try await base.cluster()
        }
    }

    @Test func anotherClusterIsReachedByItsAddress() async throws {
        try await LiveClient.with { base in
            let elsewhere = try settings(.producer, ["bootstrap.servers": "127.0.0.1:1, localhost:2"])
            #expect(elsewhere.bootstrapServers == ["127.0.0.1:1", "localhost:2"])
            let owned = TaskClients()
            let client = try owned.client(.producer, of: Self.id, elsewhere, like: base)
            #expect(client !== base && client.configuration.clientID == "connector-producer-c-2")
            let wrong = try settings(.producer, ["bootstrap.servers": "nowhere"])
            #expect(throws: (any Error).self) {
                try TaskClients().client(.producer, of: Self.id, wrong, like: base)
            }
            await owned.close()
        }
    }

    @Test func settingsWithoutEffectAreToldOfOnce() throws {
        let lines = LogLines()
        let unused = UnusedSettings()
        let settings = try ConnectorClientSettings(
            worker: ["producer.metric.reporters": "x"], connector: ["consumer.override.enable.auto.commit": "true"])
        for _ in 0..<2 { unused.tell(settings, lines.logger) }
        #expect(lines.all.count == 2)
        #expect(lines.all[0].contains("metric.reporters has no effect on a connector's producer"))
        #expect(lines.all[1].contains("enable.auto.commit has no effect on a connector's consumer"))
    }
}
