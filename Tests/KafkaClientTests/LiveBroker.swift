import Broker
import Foundation
import KafkaClient
import Logging

/// A real broker in a directory of its own, for one test.
final class LiveBroker: Sendable {
    let broker: Broker
    private let directory: URL

    private init(broker: Broker, directory: URL) {
        self.broker = broker
        self.directory = directory
    }

    var bootstrap: String { "127.0.0.1:\(broker.addresses[0].port)" }

    /// How a client reaches the broker.
    enum Way: String, CaseIterable, Sendable {
        case socket, inProcess
    }

    func client(
        _ way: Way, configuration: KafkaClientConfiguration = KafkaClientConfiguration(clientID: "test")
    ) throws -> KafkaClient {
        switch way {
        case .socket: try KafkaClient(bootstrapServers: [bootstrap], configuration: configuration)
        case .inProcess: KafkaClient(inProcess: broker, configuration: configuration)
        }
    }

    /// Runs `body` with a broker and a client, and ends both.
    static func with(
        _ way: Way, settings: [String: String] = [:], _ body: (LiveBroker, KafkaClient) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "millrace-client-\(UUID().uuidString)")
        var values = [
            "listeners": "PLAINTEXT://127.0.0.1:0", "log.dirs": directory.path, "num.partitions": "1",
            "group.initial.rebalance.delay.ms": "0", "offsets.topic.num.partitions": "2",
        ]
        values.merge(settings) { _, new in new }
        var logger = Logger(label: "broker")
        logger.logLevel = .error
        let broker = try await Broker.start(configuration: BrokerConfiguration(values), logger: logger)
        let live = LiveBroker(broker: broker, directory: directory)
        do {
            let client = try live.client(way)
            do {
                try await body(live, client)
            } catch {
                await client.close()
                throw error
            }
            await client.close()
        } catch {
            try? await broker.shutdown()
            try? FileManager.default.removeItem(at: directory)
            throw error
        }
        try await broker.shutdown()
        try? FileManager.default.removeItem(at: directory)
    }
}
