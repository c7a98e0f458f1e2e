import Broker
import KafkaClient
import Logging
import ServerHarness

/// A client of a broker in this process, for tasks that write.
enum LiveClient {
    /// Runs `body` with a client and ends it and its broker.
    static func with(_ body: (KafkaClient) async throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        var logger = Logger(label: "broker")
        logger.logLevel = .error
        let broker = try await Broker.start(
            configuration: try BrokerConfiguration([
                "log.dirs": directory.path("data"), "listeners": "PLAINTEXT://127.0.0.1:0",
            ]),
            logger: logger)
        let client = KafkaClient(inProcess: broker)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(client))
        } catch {
            result = .failure(error)
        }
        await client.close()
        try await broker.shutdown()
        try result.get()
    }
}
