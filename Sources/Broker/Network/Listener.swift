import KafkaProtocol
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// One bound address and the connections that came in by it.
final class Listener: Sendable {
    private let channel: any Channel
    private let connections: Connections
    let address: Broker.Address

    /// The open connections of one listener, counted against `max.connections`.
    private final class Connections: Sendable {
        private let open = Mutex<[ObjectIdentifier: any Channel]>([:])
        private let limit: Int

        init(limit: Int) { self.limit = limit }

        func add(_ channel: any Channel) -> Bool {
            open.withLock { open in
                guard open.count < limit else { return false }
                open[ObjectIdentifier(channel)] = channel
                return true
            }
        }

        func remove(_ channel: any Channel) { _ = open.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) } }

        var all: [any Channel] { open.withLock { Array($0.values) } }
    }

    private init(channel: any Channel, connections: Connections, address: Broker.Address) {
        self.channel = channel
        self.connections = connections
        self.address = address
    }

    /// Binds an address and serves what connects to it.
    ///
    /// - Throws: ``ConfigurationError`` naming the address if it is taken or cannot be bound.
    static func bind(
        _ listener: BrokerConfiguration.Listener, broker: Broker, loops: MultiThreadedEventLoopGroup
    ) async throws -> Listener {
        let router = RequestRouter(broker: broker)
        let connections = Connections(limit: broker.configuration.integer("max.connections"))
        let maxFrameSize = broker.configuration.integer("socket.request.max.bytes")
        let idle = broker.configuration.integer("connections.max.idle.ms")
        let logger = broker.logger
        let bootstrap = ServerBootstrap(group: loops)
            .serverChannelOption(ChannelOptions.backlog, value: 1024)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(ChannelOptions.maxMessagesPerRead, value: 4)
            .childChannelOption(
                ChannelOptions.recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 16 << 10, maximum: 1 << 20)
            )
            .childChannelOption(ChannelOptions.writeBufferWaterMark, value: .init(low: 1 << 20, high: 8 << 20))
            .childChannelInitializer { channel in
                guard connections.add(channel) else {
                    logger.warning(
                        "closing connection from \(channel.remoteAddress?.description ?? "unknown"): max.connections are open"
                    )
                    return channel.close()
                }
                channel.closeFuture.whenComplete { _ in connections.remove(channel) }
                let connection = ConnectionInfo(
                    principal: .anonymous, listener: listener.name,
                    remoteAddress: channel.remoteAddress?.ipAddress.map { "/\($0)" } ?? "/unknown")
                return channel.eventLoop.makeCompletedFuture {
                    let handler = ConnectionHandler(
                        router: router, connection: connection, maxFrameSize: maxFrameSize, logger: logger)
                    try channel.pipeline.syncOperations.addHandler(handler)
                    if idle >= 0 { handler.closeWhenIdle(for: .milliseconds(Int64(idle)), on: channel.eventLoop) }
                }
            }
        do {
            let host = listener.host.isEmpty ? "127.0.0.1" : listener.host
            let channel = try await bootstrap.bind(host: host, port: listener.port).get()
            let address = Broker.Address(
                listener: listener.name, host: host, port: channel.localAddress?.port ?? listener.port)
            return Listener(channel: channel, connections: connections, address: address)
        } catch {
            throw ConfigurationError("cannot listen at \(listener.host):\(listener.port) (listeners): \(error)")
        }
    }

    /// The connections that came in by it and are still there.
    var openConnections: [any Channel] { connections.all }

    /// Takes no more connections.
    func stopAccepting() async { try? await channel.close() }

    /// Closes the connections that are left.
    func closeConnections() async {
        for connection in connections.all { try? await connection.close() }
    }
}
