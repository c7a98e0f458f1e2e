import Broker
import Glibc
import HTTPService
import HTTPTestSupport
import JSON
import KafkaClient
import Logging
import RESTProxy
import RecordFormat
import ServerHarness
import Testing

/// A broker in this process in a directory of its own, for proxies to stand on.
final class ProxyFixture: Sendable {
    private let directory: String
    private let broker: Broker
    let client: KafkaClient

    private init(_ properties: [String: String]) async throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        directory = "\(parent)/millrace-rest-\(getpid())-\(UInt64.random(in: .min ... .max))"
        #expect(mkdir(directory, 0o700) == 0)
        var logger = Logger(label: "broker")
        logger.logLevel = .critical
        let own = ["log.dirs": directory + "/data", "listeners": "PLAINTEXT://127.0.0.1:0"]
        broker = try await Broker.start(
            configuration: try BrokerConfiguration(own.merging(properties) { $1 }), logger: logger)
        client = KafkaClient(inProcess: broker)
    }

    /// Runs `body` with a broker.
    static func with(
        _ properties: [String: String] = [:], _ body: (ProxyFixture) async throws -> Void
    ) async throws {
        let fixture = try await ProxyFixture(properties)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(fixture))
        } catch {
            result = .failure(error)
        }
        await fixture.client.close()
        try await fixture.broker.shutdown()
        Self.remove(fixture.directory)
        try result.get()
    }

    /// Runs a broker with a proxy.
    static func serving(
        _ properties: [String: String] = [:], schemas: (any SchemaService)? = nil,
        _ body: (ProxyServer) async throws -> Void
    ) async throws {
        try await with { fixture in try await fixture.serving(properties, schemas: schemas, body) }
    }

    /// Where the broker takes connections.
    var brokerAddress: String { broker.addresses.first.map { "\($0.host):\($0.port)" } ?? "" }

    /// Runs a proxy while `body` does.
    ///
    /// - Parameter client: What it stands on instead of the broker itself.
    func serving(
        _ properties: [String: String] = [:], schemas: (any SchemaService)? = nil, client: KafkaClient? = nil,
        _ body: (ProxyServer) async throws -> Void
    ) async throws {
        var logger = Logger(label: "proxy")
        logger.logLevel = .critical
        let own = ["listeners": "http://127.0.0.1:0", "api.v3.enable": "false"]
        let client = client ?? self.client
        let service = try RESTProxyService(
            settings: try RESTProxySettings(own.merging(properties) { $1 }), client: client, schemas: schemas,
            version: "1.0", logger: logger)
        let running = Task { try await service.run() }
        do {
            let address = try #require(try await service.addresses().first)
            try await body(ProxyServer(address: address, client: client, service: service))
        } catch {
            await service.shutdown()
            _ = try? await running.value
            throw error
        }
        await service.shutdown()
        try await running.value
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

/// One run of a proxy.
struct ProxyServer: Sendable {
    let address: HTTPListener
    let client: KafkaClient
    let service: RESTProxyService

    /// The type of what carries no records.
    static let v2 = "application/vnd.kafka.v2+json"

    /// Sends a request.
    func send(
        _ method: String, _ target: String, _ body: String? = nil, type: String = v2, accept: String? = nil
    ) async throws -> RawHTTP.Answer {
        try await RawHTTP.send(
            address, method, target, body: body, type: type, fields: accept.map { ["Accept: \($0)"] } ?? [])
    }

    /// Writes records and expects that all is well.
    func produce(_ format: String = "json", to target: String, _ body: String) async throws -> JSONValue {
        let answer = try await send("POST", target, body, type: "application/vnd.kafka.\(format).v2+json")
        #expect(answer.status == 200, "\(answer.body)")
        return try JSONValue(parsing: answer.body)
    }

    /// Creates a topic.
    func createTopic(_ name: String, partitions: Int32 = 1, configs: [String: String] = [:]) async throws {
        try await KafkaAdmin(client: client).createTopic(
            NewTopic(name, partitions: partitions, replicationFactor: 1, configs: configs))
    }

    /// Creates an instance and returns where it is.
    func createInstance(_ group: String, _ body: String) async throws -> String {
        let answer = try await send("POST", "/consumers/\(group)", body)
        #expect(answer.status == 200, "\(answer.body)")
        let name = try #require(try JSONValue(parsing: answer.body)["instance_id"]?.string)
        return "/consumers/\(group)/instances/\(name)"
    }

    /// Reads until so many records have come, and returns them all.
    func read(_ instance: String, _ count: Int, format: String = "json") async throws -> [JSONValue] {
        var records: [JSONValue] = []
        try await wait(for: "\(count) records of \(instance)") {
            let answer = try await send(
                "GET", instance + "/records", accept: "application/vnd.kafka.\(format).v2+json")
            guard answer.status == 200 else {
                Issue.record("\(answer.status) \(answer.body)")
                return true
            }
            records += try JSONValue(parsing: answer.body).array ?? []
            return records.count >= count
        }
        return records
    }

    /// The values of a topic's records, as a consumer without a group sees them.
    func values(of topic: String, partition: Int32 = 0, count: Int) async throws -> [Record] {
        let consumer = try KafkaConsumer(
            client: client, configuration: ConsumerConfiguration(autoOffsetReset: .earliest))
        try await consumer.assign([TopicPartition(topic, partition)])
        var records: [Record] = []
        try await wait(for: "\(count) records in \(topic)") {
            for batch in try await consumer.poll(timeout: .milliseconds(100)) { records += batch.records }
            return records.count >= count
        }
        await consumer.close()
        return records
    }
}
