import Broker
import Foundation
import HTTPService
import HTTPTestSupport
import JSON
import KafkaClient
import Logging
import RESTProxy
import RecordFormat
import Testing

/// A broker in this process in a directory of its own, and the proxy on it.
struct V3Fixture: Sendable {
    /// Where the proxy listens.
    let address: HTTPListener
    /// A client of the broker.
    let client: KafkaClient
    /// The cluster's id.
    let clusterID: String
    /// The broker's number.
    let brokerID: Int32

    /// What stands before the paths of the cluster's resources in answers.
    var base: String { "http://test/v3/clusters/\(clusterID)" }

    /// Runs `body` with a broker and a proxy, and ends both.
    static func with(
        _ properties: [String: String] = [:], schemas: (any SchemaService)? = nil,
        broker settings: [String: String] = [:], _ body: (V3Fixture) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "millrace-rest-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let configuration = [
            "log.dirs": directory.path, "listeners": "PLAINTEXT://127.0.0.1:0", "num.partitions": "1",
            "group.initial.rebalance.delay.ms": "0", "offsets.topic.num.partitions": "2",
        ].merging(settings) { $1 }
        let broker = try await Broker.start(configuration: try BrokerConfiguration(configuration), logger: logger)
        let client = KafkaClient(inProcess: broker)
        let result: Result<Void, any Error>
        do {
            result = .success(
                try await serving(properties, schemas, client, logger) { address in
                    try await body(
                        V3Fixture(
                            address: address, client: client, clusterID: broker.clusterID, brokerID: broker.nodeID))
                })
        } catch {
            result = .failure(error)
        }
        await client.close()
        try await broker.shutdown()
        try result.get()
    }

    private static func serving(
        _ properties: [String: String], _ schemas: (any SchemaService)?, _ client: KafkaClient, _ logger: Logger,
        _ body: (HTTPListener) async throws -> Void
    ) async throws {
        let service = try RESTProxyService(
            settings: try RESTProxySettings(["listeners": "http://127.0.0.1:0"].merging(properties) { $1 }),
            client: client, schemas: schemas, version: "1.0", logger: logger)
        let running = Task { try await service.run() }
        do {
            try await body(try #require(try await service.addresses().first))
        } catch {
            await service.shutdown()
            throw error
        }
        await service.shutdown()
        try await running.value
    }

    // MARK: Asking

    /// What came back.
    struct Answer: Sendable {
        var status: Int
        var headers: [String: String]
        var text: String

        /// The body as JSON; null if it is none.
        var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }

        /// The objects that stand one after the other in the body, each in a line.
        var objects: [JSONValue] {
            text.split(separator: "\r\n").compactMap { try? JSONValue(parsing: String($0)) }
        }
    }

    /// Sends a request for a path below the cluster.
    func send(
        _ method: String, _ path: String, _ body: String? = nil, fields: [String] = []
    ) async throws -> Answer {
        try await sendAnywhere(method, "/v3/clusters/\(clusterID)\(path)", body, fields: fields)
    }

    /// Sends a request.
    func sendAnywhere(
        _ method: String, _ target: String, _ body: String? = nil, fields: [String] = []
    ) async throws -> Answer {
        let answer = try await RawHTTP.send(address, method, target, body: body, fields: fields)
        return Answer(status: answer.status, headers: answer.headers, text: answer.body)
    }

    /// Creates a topic.
    func create(_ topic: String, partitions: Int32 = 1, configs: [String: String] = [:]) async throws {
        _ = try await KafkaAdmin(client: client).createTopic(
            NewTopic(topic, partitions: partitions, replicationFactor: 1, configs: configs))
    }

    /// Writes records of these values.
    func write(_ values: [String?], to topic: String, partition: Int32 = 0) async throws {
        let producer = try KafkaProducer(client: client)
        _ = try await producer.send(
            contentsOf: values.enumerated().map { index, value in
                ProducerRecord(
                    topic: topic, partition: partition, key: ByteSlice("k\(index)"), value: value.map { ByteSlice($0) },
                    timestamp: Timestamp(milliseconds: Int64(index + 1) * 1000))
            })
        await producer.close()
    }
}
