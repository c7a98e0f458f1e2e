import KafkaProtocol
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
    /// - Throws: ``ConfigurationError`` naming the address if it is taken or cannot be bound, or the listener if its
    ///   certificate cannot be used.
    static func bind(
        _ listener: BrokerConfiguration.Listener, broker: Broker, loops: MultiThreadedEventLoopGroup
    ) async throws -> Listener {
        let setup = ConnectionSetup(
            listener: listener.name, tls: try broker.configuration.tlsContext(of: listener.name), broker: broker,
            loops: loops)
        let backlog = broker.configuration.integer("socket.listen.backlog.size")
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
            .childChannelInitializer { setup.start($0) }
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

    /// Takes no more connections.
    func stopAccepting() async { try? await channel.close() }
}
