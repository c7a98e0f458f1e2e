import Broker
import KafkaProtocol
import Logging

/// All components of one server, in the order in which they start: the broker, and what stands on it.
struct Server {
    private let broker: Broker
    /// Every bound address by component, as the ready file gives them.
    let addresses: [String: String]

    /// Starts every component.
    ///
    /// - Throws: the error of the first that cannot start, after stopping the others.
    static func start(_ settings: ServerSettings, logger: Logger) async throws -> Server {
        let broker = try await Broker.start(configuration: try BrokerConfiguration(settings.values), logger: logger)
        var addresses: [String: String] = [:]
        if let kafka = broker.addresses.first { addresses["kafka"] = "\(kafka.host):\(kafka.port)" }
        return Server(broker: broker, addresses: addresses)
    }

    /// Stops the components, those on top first.
    func shutdown() async throws { try await broker.shutdown() }
}
