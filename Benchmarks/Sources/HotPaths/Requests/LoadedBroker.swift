import Broker
import KafkaClient
import Logging
import RecordFormat

/// A broker of this process with a topic of one partition, and a connection to it over loopback.
///
/// A request on the connection takes the way of every client's: socket, frame, handler, log, answer.
final class LoadedBroker {
    static let topic = "records"
    /// The offset behind what ``start(in:)`` has written.
    static let firstOffset = LogOffset(1)

    let connection: LoopbackConnection
    private let broker: Broker

    private init(_ broker: Broker, _ connection: LoopbackConnection) {
        self.broker = broker
        self.connection = connection
    }

    /// Starts a broker whose data is below `directory`, and connects to it.
    static func start(in directory: String) async throws -> LoadedBroker {
        let configuration = try BrokerConfiguration([
            "log.dirs": directory + "/data", "listeners": "PLAINTEXT://127.0.0.1:0",
        ])
        var logger = Logger(label: "hot-paths")
        logger.logLevel = .error
        let broker = try await Broker.start(configuration: configuration, logger: logger)
        do {
            try await createTopic(in: broker)
            guard let address = broker.addresses.first else { throw HotPathFailure("the broker listens nowhere") }
            return LoadedBroker(broker, try LoopbackConnection(port: address.port))
        } catch {
            try? await broker.shutdown()
            throw error
        }
    }

    /// Creates the topic and writes one record, after which there is a leader.
    private static func createTopic(in broker: Broker) async throws {
        let client = KafkaClient(inProcess: broker)
        // 2^63 - 1 is Kafka's own default: the page cache is what an acknowledgement means.
        try await KafkaAdmin(client: client).createTopic(
            NewTopic(
                topic, partitions: 1, replicationFactor: 1, configs: ["flush.messages": String(Int64.max)]))
        let producer = try KafkaProducer(client: client)
        _ = try await producer.send(ProducerRecord(topic: topic, partition: 0, value: ByteSlice("first")))
        await producer.close()
        await client.close()
    }

    /// Ends the connection and the broker.
    func shutdown() async throws {
        connection.end()
        try await broker.shutdown()
    }
}
