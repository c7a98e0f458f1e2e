package import KafkaProtocol
package import Logging
package import NIOCore
import Synchronization

/// Reaches brokers by TCP: one connection for each broker and lane, dialled when first needed.
package final class SocketTransport: BrokerTransport {
    private let bootstrap: [BrokerAddress]
    private let configuration: KafkaClientConfiguration
    private let tls: ClientTLS?
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger
    private let state = Mutex(State())

    private struct Route: Hashable {
        var target: BrokerTarget
        var lane: ConnectionLane
    }

    private struct State {
        var brokers: [Int32: BrokerAddress] = [:]
        var connections: [Route: SocketConnection] = [:]
        var isClosed = false
    }

    /// - Parameter tls: What connections are encrypted with; `nil` for none.
    package init(
        bootstrap: [BrokerAddress], configuration: KafkaClientConfiguration, tls: ClientTLS? = nil,
        eventLoopGroup: any EventLoopGroup, logger: Logger
    ) {
        self.bootstrap = bootstrap
        self.configuration = configuration
        self.tls = tls
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
    }

    package var preservesOrder: Bool { true }

    package func send<Request: KafkaRequest>(
        _ call: BrokerCall<Request>, to target: BrokerTarget, over lane: ConnectionLane,
        completion: @escaping @Sendable (Result<Request.Response, any Error>) -> Void
    ) {
        switch connection(for: Route(target: target, lane: lane)) {
        case .success(let connection): connection.send(SocketCall(call, completion: completion))
        case .failure(let error):
            // Not here, because the caller may hold a lock that the completion needs, nor from the event loop, which
            // may have ended with the client.
            Task { completion(.failure(error)) }
        }
    }

    private func connection(for route: Route) -> Result<SocketConnection, KafkaClientError> {
        state.withLock { state in
            if state.isClosed { return .failure(KafkaClientError(.closed, "the client is closed")) }
            var addresses = bootstrap
            if case .node(let node) = route.target {
                guard let address = state.brokers[node] else {
                    return .failure(
                        KafkaClientError(
                            .connectionFailed, "broker \(node) is not in the cluster's metadata; it may be down"))
                }
                addresses = [address]
            }
            if let connection = state.connections[route], connection.addresses == addresses {
                return .success(connection)
            }
            // A broker that moved keeps its number. Whoever waits for the old address tries again at the new one.
            state.connections[route]?.close(KafkaClientError(.disconnected, "the broker has moved to another address"))
            let connection = SocketConnection(
                addresses: addresses, configuration: configuration, tls: tls, eventLoop: eventLoopGroup.next(),
                logger: logger)
            state.connections[route] = connection
            return .success(connection)
        }
    }

    package func learn(_ brokers: [BrokerEndpoint]) {
        state.withLock { state in
            for broker in brokers { state.brokers[broker.nodeID] = BrokerAddress(host: broker.host, port: broker.port) }
        }
    }

    package func release(_ lane: ConnectionLane, _ error: KafkaClientError) {
        let released = state.withLock { state in
            let routes = state.connections.keys.filter { $0.lane == lane }
            return routes.compactMap { state.connections.removeValue(forKey: $0) }
        }
        for connection in released { connection.close(error) }
    }

    package func close() async {
        let connections = state.withLock { state in
            state.isClosed = true
            defer { state.connections = [:] }
            return Array(state.connections.values)
        }
        for connection in connections { connection.close() }
        for connection in connections { await connection.waitUntilClosed() }
    }
}
