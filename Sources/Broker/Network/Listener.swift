import KafkaProtocol
import Logging
import NIOCore
import NIOPosix

/// One bound address.
final class Listener: Sendable {
    private let channel: any Channel
    let address: Broker.Address

    private init(channel: any Channel, address: Broker.Address) {
        self.channel = channel
        self.address = address
    }

    /// Binds an address and serves what connects to it.
    ///
    /// - Throws: ``ConfigurationError`` naming the address if it is taken or cannot be bound.
    static func bind(
        _ listener: BrokerConfiguration.Listener, broker: Broker, loops: MultiThreadedEventLoopGroup
    ) async throws -> Listener {
        let router = RequestRouter(broker: broker)
        let connections = broker.connections
        let memory = broker.connectionMemory
        let turns = Turns.Table(loops)
        let maxFrameSize = broker.configuration.integer("socket.request.max.bytes")
        let idle = broker.configuration.integer("connections.max.idle.ms")
        let backlog = broker.configuration.integer("socket.listen.backlog.size")
        let logger = broker.logger
        let bootstrap = ServerBootstrap(group: loops)
            .serverChannelOption(ChannelOptions.backlog, value: Int32(backlog))
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                // Without files to spare, accepting fails at once and again: the loop waits a second between attempts.
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler())
                }
            }
            .childChannelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(ChannelOptions.socketOption(.so_keepalive), value: 1)
            // A connection keeps as many buffers as it may fill at once, each as large as it ever was.
            .childChannelOption(ChannelOptions.maxMessagesPerRead, value: 1)
            .childChannelOption(
                ChannelOptions.recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 4 << 10, maximum: 256 << 10)
            )
            .childChannelOption(
                ChannelOptions.writeBufferWaterMark,
                value: .init(low: ConnectionHandler.writeBufferMark / 4, high: ConnectionHandler.writeBufferMark)
            )
            .childChannelInitializer { channel in
                let address = channel.remoteAddress?.description ?? "unknown"
                var delay = TimeAmount.zero
                switch connections.admit(channel) {
                case .served: break
                case .servedLater(let pause): delay = pause
                case .closedLater(let pause):
                    logger.debug("closing connection from \(address) in a while: its address has too many new ones")
                    return Self.close(channel, after: pause)
                case .refused(let reason):
                    logger.warning("closing connection from \(address): \(reason)")
                    return channel.close()
                }
                let connection = ConnectionInfo(
                    principal: .anonymous, listener: listener.name,
                    remoteAddress: channel.remoteAddress?.plainAddress.map { "/\($0)" } ?? "/unknown",
                    remotePort: channel.remoteAddress?.port ?? 0)
                return channel.eventLoop.makeCompletedFuture { [delay] in
                    // A system that does not know it keeps more for slow readers, which is no reason to refuse them.
                    try? channel.syncOptions?.setOption(Self.unsentInKernel, value: Self.unsentInKernelBytes)
                    let handler = ConnectionHandler(
                        router: router, connection: connection, memory: memory,
                        turns: turns.of(channel.eventLoop), maxFrameSize: maxFrameSize, loop: channel.eventLoop,
                        logger: logger)
                    try channel.pipeline.syncOperations.addHandler(handler)
                    if delay > .zero { handler.pause(for: delay, on: channel.eventLoop) }
                    if idle >= 0 { handler.closeWhenIdle(for: .milliseconds(Int64(idle)), on: channel.eventLoop) }
                }
            }
        do {
            let host = listener.host.isEmpty ? "127.0.0.1" : listener.host
            let channel = try await bootstrap.bind(host: host, port: listener.port).get()
            let address = Broker.Address(
                listener: listener.name, host: host, port: channel.localAddress?.port ?? listener.port)
            return Listener(channel: channel, address: address)
        } catch {
            throw ConfigurationError("cannot listen at \(listener.host):\(listener.port) (listeners): \(error)")
        }
    }

    /// How much the kernel takes that it cannot send yet (TCP_NOTSENT_LOWAT). Without such a bound it takes 4 MiB for a
    /// client that reads nothing: thirty answers of a large cluster's metadata that were computed for no one.
    private static let unsentInKernel: ChannelOptions.Types.SocketOption = {
        #if canImport(Darwin)
        let name = NIOBSDSocket.Option(rawValue: 0x201)
        #else
        let name = NIOBSDSocket.Option(rawValue: 25)
        #endif
        return ChannelOptions.Types.SocketOption(level: .tcp, name: name)
    }()
    private static let unsentInKernelBytes = SocketOptionValue(128 << 10)

    /// Leaves a connection unread for a while, and closes it.
    private static func close(_ channel: any Channel, after pause: TimeAmount) -> EventLoopFuture<Void> {
        channel.setOption(ChannelOptions.autoRead, value: false).map {
            _ = channel.eventLoop.scheduleTask(in: pause) { channel.close(promise: nil) }
        }
    }

    /// Takes no more connections.
    func stopAccepting() async { try? await channel.close() }
}
