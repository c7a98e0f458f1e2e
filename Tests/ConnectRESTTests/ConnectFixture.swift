import Broker
import ConnectAPI
import ConnectREST
import ConnectRuntime
import FileStream
import Glibc
import HTTPService
import HTTPTestSupport
import JSON
import KafkaClient
import Logging
import RecordFormat
import ServerHarness
import Synchronization
import Testing

/// A broker in this process in a directory of its own, and Connect on it.
final class ConnectFixture: Sendable {
    let directory: String
    private let running: Mutex<(broker: Broker, client: KafkaClient)>

    /// Where the broker that runs now takes connections.
    var address: String { running.withLock { $0.broker.addresses.first.map { "\($0.host):\($0.port)" } ?? "" } }

    /// A client of the broker that runs now.
    var client: KafkaClient { running.withLock { $0.client } }

    init() async throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        directory = "\(parent)/millrace-connect-\(getpid())-\(UInt64.random(in: .min ... .max))"
        #expect(mkdir(directory, 0o700) == 0)
        running = Mutex(try await Self.start(directory))
    }

    private static func start(_ directory: String) async throws -> (broker: Broker, client: KafkaClient) {
        var logger = Logger(label: "broker")
        logger.logLevel = .critical
        let broker = try await Broker.start(
            configuration: try BrokerConfiguration([
                "log.dirs": directory + "/data", "listeners": "PLAINTEXT://127.0.0.1:0",
            ]),
            logger: logger)
        return (broker, KafkaClient(inProcess: broker))
    }

    private func stop() async throws {
        let (broker, client) = running.withLock { $0 }
        await client.close()
        try await broker.shutdown()
    }

    /// Stops the broker, does something to its files, and starts it again on them.
    func restartBroker(between change: (_ dataDirectory: String) throws -> Void) async throws {
        try await stop()
        try change(directory + "/data")
        let next = try await Self.start(directory)
        running.withLock { $0 = next }
    }

    /// Runs `body` with a fixture and ends it.
    static func with(_ body: (ConnectFixture) async throws -> Void) async throws {
        let fixture = try await ConnectFixture()
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(fixture))
        } catch {
            result = .failure(error)
        }
        try await fixture.stop()
        fixture.removeDirectory()
        try result.get()
    }

    /// Runs a Connect server while `body` does; a second call is the server's next start.
    ///
    /// - Parameters:
    ///   - change: Sets what no key sets.
    ///   - isNamed: Whether the worker has a name that does not hang on its port.
    ///   - logger: Takes what the worker logs, if anyone wants to see it.
    func serving(
        _ properties: [String: String] = [:], isNamed: Bool = true, logger: Logger? = nil,
        plugins: (PluginCatalog) -> Void = { _ in }, change: (inout WorkerConfiguration) -> Void = { _ in },
        _ body: (ConnectServer) async throws -> Void
    ) async throws {
        let catalog = PluginCatalog(version: "1.0")
        catalog.registerSource(FileStreamSourceConnector.className, version: "1.0") {
            FileStreamSourceConnector(version: "1.0")
        }
        catalog.registerSink(FileStreamSinkConnector.className, version: "1.0") {
            FileStreamSinkConnector(version: "1.0")
        }
        plugins(catalog)
        var all = ["listeners": "http://127.0.0.1:0", "task.restart.policy": "none"]
        if isNamed { all.merge(["rest.advertised.host.name": "worker", "rest.advertised.port": "8083"]) { $1 } }
        all.merge(properties) { $1 }
        var quiet = Logger(label: "connect")
        quiet.logLevel = .critical
        var configuration = try await WorkerConfiguration.resolving(all, plugins: catalog)
        change(&configuration)
        let service = try ConnectService(
            configuration: configuration, client: client, plugins: catalog,
            version: ServerVersion(version: "1.0", commit: "abc"), logger: logger ?? quiet)
        let running = Task { try await service.run() }
        do {
            let addresses = try await service.addresses()
            try await body(
                ConnectServer(
                    address: try #require(addresses.first), addresses: addresses,
                    adminAddresses: try await service.adminAddresses()))
        } catch {
            await service.shutdown()
            throw error
        }
        await service.shutdown()
        try await running.value
    }

    /// The values of a topic's records from the beginning, as a consumer without a group sees them.
    func values(of topic: String, count: Int) async throws -> [String] {
        let consumer = try KafkaConsumer(
            client: client, configuration: ConsumerConfiguration(autoOffsetReset: .earliest))
        try await consumer.assign([TopicPartition(topic, 0)])
        try await consumer.seekToBeginning([TopicPartition(topic, 0)])
        var values: [String] = []
        try await Wait.until("\(count) records in \(topic)") {
            for batch in try await consumer.poll(timeout: .milliseconds(100)) {
                values += batch.records.map { $0.value?.string ?? "null" }
            }
            return values.count >= count
        }
        // One look more: what should not be there would come now.
        for batch in try await consumer.poll(timeout: .milliseconds(50)) {
            values += batch.records.map { $0.value?.string ?? "null" }
        }
        await consumer.close()
        return values
    }

    func file(_ name: String) -> String { directory + "/" + name }

    func append(_ text: String, to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        #expect(write(descriptor, bytes, bytes.count) == bytes.count)
    }

    func contents(of path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
        #expect(pread(descriptor, &bytes, bytes.count, 0) == bytes.count)
        return bytes
    }

    private func removeDirectory() { Self.remove(directory) }

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

/// One run of Connect's REST API.
struct ConnectServer {
    let address: HTTPListener
    let addresses: [HTTPListener]
    let adminAddresses: [HTTPListener]

    func send(
        _ method: String, _ target: String, _ body: String? = nil, fields: [String] = []
    ) async throws -> RawHTTP.Answer {
        try await RawHTTP.send(address, method, target, body: body, fields: fields)
    }

    /// Waits until a connector and all of its tasks are in these states.
    func wait(for connector: String, _ state: String, tasks: [String]) async throws {
        try await Wait.until("\(connector) \(state), tasks \(tasks)") {
            let answer = try await send("GET", "/connectors/\(connector)/status")
            guard answer.status == 200 else { return false }
            let json = try JSONValue(parsing: answer.body)
            let found = json["tasks"]?.array?.map { $0["state"]?.string ?? "" }
            return json["connector"]?["state"]?.string == state && found == tasks
        }
    }
}

/// Waiting for conditions, under a name that does not collide with ``ConnectServer``'s own.
enum Wait {
    static func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        try await ServerHarness.wait(for: what, until: condition)
    }
}
