import ConnectAPI
import KafkaClient
import Synchronization

/// The clients that one task has, one for each use, made when it first needs them and closed with it. Safe to use from
/// any thread.
final class TaskClients: Sendable {
    private struct State {
        var clients: [ClientUse: KafkaClient] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// The client for a use.
    ///
    /// - Parameter base: A client of the worker's cluster.
    /// - Throws: ``ConnectError`` after ``close()``; what the client throws for the addresses of another cluster.
    func client(
        _ use: ClientUse, of id: ConnectorTaskID, _ settings: ClientSettings, like base: KafkaClient
    ) throws -> KafkaClient {
        try state.withLock { state in
            guard !state.isClosed else { throw ConnectError(.unavailable, "the task \(id) has ended") }
            if let client = state.clients[use] { return client }
            let client = try Self.make(use.clientID(of: id), settings, like: base)
            state.clients[use] = client
            return client
        }
    }

    /// Makes a client of the cluster that the settings name, or of the one that `base` is of.
    static func make(_ clientID: String, _ settings: ClientSettings, like base: KafkaClient) throws -> KafkaClient {
        var configuration = base.configuration
        configuration.clientID = clientID
        settings.apply(to: &configuration)
        guard let servers = settings.bootstrapServers else { return base.sibling(configuration) }
        return try KafkaClient(bootstrapServers: servers, configuration: configuration, logger: base.logger)
    }

    /// Ends them; a task that hangs and comes back can do nothing with them any more.
    func close() async {
        let clients = state.withLock { state in
            state.isClosed = true
            defer { state.clients = [:] }
            return Array(state.clients.values)
        }
        for client in clients { await client.close() }
    }
}
