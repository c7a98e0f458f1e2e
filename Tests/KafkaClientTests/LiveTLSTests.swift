import Broker
import KafkaClient
import KafkaProtocol
import RecordFormat
import ServerHarness
import Testing
import TransportSecurity

/// Connections that are encrypted, with a broker that is real.
@Suite(.timeLimit(.minutes(2))) struct LiveTLSTests {
    /// Runs `body` with a broker whose first listener is encrypted and whose second is not.
    private func withBroker(
        certificate: String = "server", _ body: (LiveBroker, CertificateFiles) async throws -> Void
    ) async throws {
        let files = try await CertificateFiles.make()
        let settings = [
            "listeners": "SSL://127.0.0.1:0,PLAINTEXT://127.0.0.1:0", "inter.broker.listener.name": "PLAINTEXT",
            "ssl.keystore.key": try files.text("\(certificate).key"),
            "ssl.keystore.certificate.chain": try files.text("\(certificate).pem"),
        ]
        try await LiveBroker.with(.inProcess, settings: settings) { live, _ in try await body(live, files) }
    }

    private func client(_ port: Int, _ tls: [String: String]) throws -> KafkaClient {
        try KafkaClient(
            bootstrapServers: ["127.0.0.1:\(port)"],
            configuration: KafkaClientConfiguration(
                clientID: "test", apiTimeout: .seconds(5), tls: TLSSettings(tls, prefix: "")))
    }

    private func failure(_ port: Int, _ tls: [String: String]) async throws -> KafkaClientError.Code? {
        let client = try client(port, tls)
        let error = await #expect(throws: KafkaClientError.self) { _ = try await client.cluster() }
        await client.close()
        return error?.code
    }

    /// Batches from the smallest to some that go out from their files, which the kernel cannot send here.
    @Test func recordsOfAllSizesComeAsTheyWereSent() async throws {
        try await withBroker { live, files in
            let client = try client(
                live.broker.addresses[0].port, ["ssl.truststore.location": files.path("authority.pem")])
            try await KafkaAdmin(client: client).createTopic(NewTopic("t", partitions: 1, replicationFactor: 1))
            let sizes = [1, 100, 70_000, 900_000, 3, 200_000, 900_000]
            let values = sizes.enumerated().map { index, size in
                (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ index &* 7 &+ $0 >> 8) }
            }
            let producer = try KafkaProducer(client: client, configuration: ProducerConfiguration())
            for value in values { _ = try await producer.send(ProducerRecord(topic: "t", value: ByteSlice(value))) }
            await producer.close()
            let consumer = try KafkaConsumer(client: client, configuration: ConsumerConfiguration())
            try await consumer.assign([TopicPartition("t", 0)])
            try await consumer.seekToBeginning([TopicPartition("t", 0)])
            var read: [[UInt8]] = []
            while read.count < values.count {
                for batch in try await consumer.poll(timeout: .seconds(30)) {
                    read += batch.records.map { ($0.value ?? .empty).array }
                }
            }
            #expect(read == values)
            await consumer.close()
            await client.close()
        }
    }

    /// That another try would not do better is said at once.
    @Test func aCertificateOfSomebodyElseIsRefused() async throws {
        try await withBroker { live, _ in
            let other = try await CertificateFiles.make()
            let port = live.broker.addresses[0].port
            #expect(try await failure(port, ["ssl.truststore.location": other.path("authority.pem")]) == .tlsFailed)
        }
    }

    @Test func aCertificateForAnotherHostIsRefusedUnlessNobodyLooks() async throws {
        try await withBroker(certificate: "elsewhere") { live, files in
            let trust = ["ssl.truststore.location": files.path("authority.pem")]
            let port = live.broker.addresses[0].port
            #expect(try await failure(port, trust) == .tlsFailed)
            let client = try client(
                port, trust.merging(["ssl.endpoint.identification.algorithm": ""]) { $1 })
            #expect(try await client.cluster().brokers.count == 1)
            await client.close()
        }
    }

    /// A broker that can be asked for everything but records, as one whose host has another name than its certificate.
    private struct NoFetches: RequestResponder {
        let broker: Broker

        func respond<Request: KafkaRequest>(
            to request: Request, version: Int16, clientID: String?
        ) async throws -> Request.Response {
            if request is FetchRequest { throw KafkaClientError(.tlsFailed, "no agreement") }
            return try await broker.respond(to: request, version: version, clientID: clientID)
        }
    }

    @Test func aConsumerHearsThatABrokersCertificateIsOfNoUse() async throws {
        try await LiveBroker.with(.inProcess) { live, direct in
            try await KafkaAdmin(client: direct).createTopic(NewTopic("t", partitions: 1, replicationFactor: 1))
            let client = KafkaClient(inProcess: NoFetches(broker: live.broker))
            let consumer = try KafkaConsumer(client: client, configuration: ConsumerConfiguration())
            try await consumer.assign([TopicPartition("t", 0)])
            try await consumer.seek(TopicPartition("t", 0), to: .zero)
            let error = await #expect(throws: KafkaClientError.self) {
                for _ in 0..<60 { _ = try await consumer.poll(timeout: .seconds(1)) }
            }
            #expect(error?.code == .tlsFailed)
            await consumer.close()
            await client.close()
        }
    }

    @Test func oneEndWithoutTLSIsNoConnection() async throws {
        try await withBroker { live, files in
            let trust = ["ssl.truststore.location": files.path("authority.pem")]
            let (encrypted, plain) = (live.broker.addresses[0].port, live.broker.addresses[1].port)
            #expect(try await failure(encrypted, [:]) == .malformedResponse)
            let code = try await failure(plain, trust)
            #expect(code == .disconnected || code == .tlsFailed)
            // Neither has hurt the listeners.
            for (port, tls) in [(encrypted, trust), (plain, [:])] {
                let client = try client(port, tls)
                #expect(try await client.cluster().brokers.count == 1)
                await client.close()
            }
        }
    }

    @Test func whatCannotBeUsedIsSaidBeforeAnythingIsSent() {
        for tls in [
            ["ssl.truststore.location": "/nowhere"], ["ssl.truststore.certificates": "none"],
            ["ssl.endpoint.identification.algorithm": "ftp"],
        ] {
            let error = #expect(throws: KafkaClientError.self) { _ = try client(1, tls) }
            #expect(error?.code == .invalidConfiguration, "\(tls)")
        }
    }
}
