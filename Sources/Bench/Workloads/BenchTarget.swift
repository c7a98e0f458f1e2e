import Broker
import KafkaClient
import Logging

/// The server that a workload drives: one that runs already, or a broker of our own on a free port.
struct BenchTarget {
    /// Where clients begin.
    let bootstrapServer: String
    private let broker: Broker?

    /// Starts a broker in `directory` unless there is one to drive.
    static func start(_ options: TargetOptions, directory: String) async throws -> BenchTarget {
        if let server = options.bootstrapServer { return BenchTarget(bootstrapServer: server, broker: nil) }
        let configuration = try BrokerConfiguration([
            "log.dirs": directory + "/data", "listeners": "PLAINTEXT://127.0.0.1:0",
        ])
        var logger = Logger(label: "millrace-bench")
        logger.logLevel = .error
        let broker = try await Broker.start(configuration: configuration, logger: logger)
        return BenchTarget(bootstrapServer: "127.0.0.1:\(broker.addresses[0].port)", broker: broker)
    }

    /// What the report says of it.
    var name: String { broker == nil ? bootstrapServer : "own" }

    /// A client of its own connections.
    func makeClient() throws -> KafkaClient {
        try KafkaClient(
            bootstrapServers: [bootstrapServer], configuration: KafkaClientConfiguration(clientID: "millrace-bench"))
    }

    /// Stops the broker if it is ours.
    func stop() async throws { try await broker?.shutdown() }
}

/// The topic of one run.
struct BenchTopic {
    /// A name that no other run has.
    let name: String

    /// Creates a topic.
    static func create(partitions: Int32, durable: Bool, with client: KafkaClient) async throws -> BenchTopic {
        let topic = BenchTopic(name: "millrace-bench-\(UInt32.random(in: 0...UInt32.max))")
        // 2^63 - 1 is Kafka's own default: the page cache is what an acknowledgement means.
        let flush = durable ? "1" : String(Int64.max)
        try await KafkaAdmin(client: client).createTopic(
            NewTopic(topic.name, partitions: partitions, replicationFactor: 1, configs: ["flush.messages": flush]))
        return topic
    }

    /// Deletes it.
    func delete(with client: KafkaClient) async throws { try await KafkaAdmin(client: client).deleteTopic(name) }
}
