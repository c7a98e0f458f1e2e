import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// What a listener does with each connection that it accepts: holds it against the limits, and has it served.
struct ConnectionSetup: Sendable {
    private let listener: String
    /// What connections are encrypted with; `nil` for none.
    private let tls: NIOSSLContext?
    private let router: RequestRouter
    private let connections: ConnectionTable
    private let memory: ConnectionMemory
    private let turns: Turns.Table
    private let maxFrameSize: Int
    private let idleTime: Int
    private let logger: Logger

    init(listener: String, tls: NIOSSLContext?, broker: Broker, loops: MultiThreadedEventLoopGroup) {
        self.listener = listener
        self.tls = tls
        router = RequestRouter(broker: broker)
        connections = broker.connections
        memory = broker.connectionMemory
        turns = Turns.Table(loops)
        maxFrameSize = broker.configuration.integer("socket.request.max.bytes")
        idleTime = broker.configuration.integer("connections.max.idle.ms")
        logger = broker.logger
    }

    /// Serves the connection, at once or after a pause, or closes it.
    func start(_ channel: any Channel) -> EventLoopFuture<Void> {
        let address = channel.remoteAddress?.description ?? "unknown"
        var delay = TimeAmount.zero
        switch connections.admit(channel, by: listener) {
        case .served: break
        case .servedLater(let pause): delay = pause
        case .closedLater(let pause):
            logger.debug("closing connection from \(address) in a while: its address has too many new ones")
            return Self.close(channel, after: pause)
        case .refused(let reason):
            logger.warning("closing connection from \(address): \(reason)")
            return channel.close()
        }
        return channel.eventLoop.makeCompletedFuture { [delay] in try serve(channel, after: delay) }
    }

    /// Adds the handlers, on the channel's loop.
    private func serve(_ channel: any Channel, after delay: TimeAmount) throws {
        let connection = ConnectionInfo(
            principal: .anonymous, listener: listener,
            remoteAddress: channel.remoteAddress?.plainAddress.map { "/\($0)" } ?? "/unknown",
            remotePort: channel.remoteAddress?.port ?? 0)
        // A system that does not know it keeps more for slow readers, which is no reason to refuse them.
        try? channel.syncOptions?.setOption(Self.unsentInKernel, value: Self.unsentInKernelBytes)
        let reader = tls.map { _ in FileRegionReader() }
        let handler = ConnectionHandler(
            router: router, connection: connection, memory: memory, reader: reader,
            turns: turns.of(channel.eventLoop), maxFrameSize: maxFrameSize, loop: channel.eventLoop, logger: logger)
        let pipeline = channel.pipeline.syncOperations
        if let tls, let reader {
            try pipeline.addHandler(NIOSSLServerHandler(context: tls))
            try pipeline.addHandler(reader)
        }
        try pipeline.addHandler(handler)
        if delay > .zero { handler.pause(for: delay, on: channel.eventLoop) }
        if idleTime >= 0 { handler.closeWhenIdle(for: .milliseconds(Int64(idleTime)), on: channel.eventLoop) }
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
}
