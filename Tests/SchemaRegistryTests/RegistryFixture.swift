import Broker
import Glibc
import HTTPService
import HTTPTestSupport
import JSON
import KafkaClient
import LogHarness
import Logging
import RecordFormat
import SchemaFormat
import SchemaRegistry
import ServerHarness
import Testing

/// A broker in this process in a directory of its own, and registries on it.
final class RegistryFixture: Sendable {
    let broker: Broker
    private let directory: String

    private init() async throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        directory = "\(parent)/millrace-registry-\(getpid())-\(UInt64.random(in: .min ... .max))"
        try #require(mkdir(directory, 0o700) == 0)
        var logger = Logger(label: "broker")
        logger.logLevel = .critical
        broker = try await Broker.start(
            configuration: try BrokerConfiguration([
                "log.dirs": directory + "/data", "listeners": "PLAINTEXT://127.0.0.1:0",
                "group.initial.rebalance.delay.ms": "0",
            ]),
            logger: logger)
    }

    /// Runs `body` with a fixture and ends it.
    static func with(_ body: (RegistryFixture) async throws -> Void) async throws {
        let fixture = try await RegistryFixture()
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(fixture))
        } catch {
            result = .failure(error)
        }
        try await fixture.broker.shutdown()
        remove(fixture.directory)
        try result.get()
    }

    /// Settings under which nothing waits for long.
    static let settings = [
        "listeners": "http://127.0.0.1:0", "kafkastore.timeout.ms": "10000", "kafkagroup.heartbeat.interval.ms": "50",
        "kafkagroup.session.timeout.ms": "6000",
    ]

    /// Starts a registry.
    ///
    /// - Parameter isWaitedFor: Whether it has to know who writes.
    func start(
        _ properties: [String: String] = [:], lines: LogLines = LogLines(from: .info), isWaitedFor: Bool = true
    ) async throws -> RegistryServer {
        let client = KafkaClient(inProcess: broker)
        let service = try RegistryService(
            configuration: try RegistryConfiguration(Self.settings.merging(properties) { $1 }), client: client,
            languages: [WordLanguage(), WordLanguage(type: .json)], version: "1.0", commit: "abc",
            logger: lines.logger)
        let running = Task { try await service.run() }
        let address = try #require(try await service.addresses().first)
        let server = RegistryServer(
            address: address, service: service, client: client, running: running, lines: lines)
        if isWaitedFor { try await wait(for: "a registry to be ready") { service.isReady } }
        return server
    }

    /// Runs a registry while `body` does.
    func serving(_ properties: [String: String] = [:], _ body: (RegistryServer) async throws -> Void) async throws {
        let server = try await start(properties)
        do {
            try await body(server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// The keys and values of the schemas topic, from its beginning to its end.
    func records() async throws -> [(key: String, value: String?)] {
        let client = KafkaClient(inProcess: broker)
        let consumer = try KafkaConsumer(
            client: client, configuration: ConsumerConfiguration(autoOffsetReset: .earliest))
        let partition = TopicPartition("_schemas", 0)
        try await consumer.assign([partition])
        try await consumer.seekToBeginning([partition])
        let end = try #require(try await consumer.endOffsets([partition])[partition])
        var records: [(String, String?)] = []
        while try await consumer.position(of: partition) < end {
            for batch in try await consumer.poll(timeout: .milliseconds(100)) {
                records += batch.records.map { ($0.key?.string ?? "", $0.value?.string) }
            }
        }
        await consumer.close()
        await client.close()
        return records
    }

    /// Writes to the schemas topic as anyone might.
    func write(_ records: [(key: String?, value: String?)]) async throws {
        let client = KafkaClient(inProcess: broker)
        let producer = try KafkaProducer(client: client)
        _ = try await producer.send(
            contentsOf: records.map {
                ProducerRecord(
                    topic: "_schemas", partition: 0, key: $0.key.map { ByteSlice($0) },
                    value: $0.value.map { ByteSlice($0) })
            })
        await producer.close()
        await client.close()
    }

    private static func remove(_ path: String) {
        if let stream = opendir(path) {
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != "." && name != ".." { remove(path + "/" + name) }
            }
            closedir(stream)
        }
        _ = Glibc.remove(path)
    }
}

/// One run of a registry.
struct RegistryServer: Sendable {
    let address: HTTPListener
    let service: RegistryService
    let client: KafkaClient
    let running: Task<Void, any Error>
    let lines: LogLines

    func send(
        _ method: String, _ target: String, _ body: String? = nil, fields: [String] = []
    ) async throws -> RawHTTP.Answer {
        try await RawHTTP.send(address, method, target, body: body, fields: fields)
    }

    /// Registers a schema, and returns its id.
    func register(_ subject: String, _ text: String) async throws -> Int? {
        let answer = try await send("POST", "/subjects/\(subject)/versions", #"{"schema":"\#(text)"}"#)
        guard answer.status == 200 else {
            print("\(text) is not registered: \(answer.status) \(answer.body)")
            return nil
        }
        return try JSONValue(parsing: answer.body)["id"]?.int64.map { Int($0) }
    }

    /// The body of a GET as JSON.
    func get(_ target: String) async throws -> JSONValue { try JSONValue(parsing: try await send("GET", target).body) }

    /// Ends it in good order.
    func stop() async {
        await service.shutdown()
        _ = try? await running.value
        await client.close()
    }

    /// Cuts it off from the cluster, in which it stays a member until it is missed.
    func cutOff() async { await client.close() }
}
