import NIOCore
import NIOPosix
import Synchronization

/// A TCP relay on a port of its own that loses what it is told to lose.
package final class FaultProxy: Sendable {
    /// What becomes of bytes and connections, those that are open included.
    package enum Fault: Sendable, Equatable {
        /// Everything passes.
        case none
        /// Requests pass, answers vanish, the connection stays.
        case answersVanish
        /// So many bytes of the next answer pass, then the connection closes.
        case answerCut(after: Int)
        /// Nothing passes, in neither direction; the connection stays.
        case stall
        /// New connections are closed at once.
        case refuse
    }

    private struct State {
        var fault = Fault.none
        /// What a request holds whose answer is to be lost.
        var mark: [UInt8]?
        var lostAnswers = 0
        var accepted: [ObjectIdentifier: any Channel] = [:]
    }

    private let state = Mutex(State())
    private let server = Mutex<(any Channel)?>(nil)

    /// Runs `body` with a proxy of a port of 127.0.0.1 and closes all its connections afterwards.
    package static func with<Result: Sendable>(
        to port: UInt16, _ body: (FaultProxy) async throws -> Result
    ) async throws -> Result {
        let proxy = FaultProxy()
        try await proxy.listen(forwardingTo: Int(port))
        do {
            let result = try await body(proxy)
            await proxy.close()
            return result
        } catch {
            await proxy.close()
            throw error
        }
    }

    /// What clients connect to.
    package var endpoint: String { "http://127.0.0.1:\(server.withLock { $0?.localAddress?.port ?? 0 })" }

    /// What becomes of bytes from now on.
    package var fault: Fault {
        get { state.withLock { $0.fault } }
        set { state.withLock { $0.fault = newValue } }
    }

    /// Closes the connection instead of passing on the answer to the next request that holds a text.
    package func loseAnswer(toRequestWith text: String) {
        state.withLock { $0.mark = Array(text.utf8) }
    }

    /// How many answers were lost that way.
    package var lostAnswers: Int { state.withLock { $0.lostAnswers } }

    /// Looks at a request on its way.
    ///
    /// - Returns: Whether it passes.
    fileprivate func passes(request bytes: ByteBuffer) -> Bool {
        state.withLock { state in
            if let mark = state.mark, bytes.readableBytesView.firstRange(of: mark) != nil {
                state.mark = nil
                state.lostAnswers += 1
                state.fault = .answerCut(after: 0)
            }
            return state.fault != .stall
        }
    }

    /// Closes all connections, without a goodbye to either side.
    package func closeConnections() {
        let open = state.withLock { state in
            defer { state.accepted = [:] }
            return state.accepted.values.map { $0 }
        }
        for channel in open { channel.close(promise: nil) }
    }

    private func listen(forwardingTo port: Int) async throws {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Nothing is read before there is somewhere to send it.
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { [self] client in
                if fault == .refuse { return client.close() }
                state.withLock { $0.accepted[ObjectIdentifier(client)] = client }
                return client.eventLoop.makeCompletedFuture {
                    try client.pipeline.syncOperations.addHandler(Dialer(proxy: self, port: port))
                }
            }
        let channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        server.withLock { $0 = channel }
    }

    private func close() async {
        let server = server.withLock { $0.take() }
        try? await server?.close()
        closeConnections()
    }

    /// What becomes of bytes on their way from etcd.
    fileprivate func passing(answer bytes: ByteBuffer) -> (passed: ByteBuffer?, closes: Bool) {
        state.withLock { state in
            switch state.fault {
            case .none, .refuse: return (bytes, false)
            case .answersVanish, .stall: return (nil, false)
            case .answerCut(let count):
                state.fault = .none
                return (bytes.getSlice(at: bytes.readerIndex, length: min(count, bytes.readableBytes)), true)
            }
        }
    }
}

/// Connects to etcd when a client has come, and then relays between the two.
private final class Dialer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let proxy: FaultProxy
    private let port: Int

    init(proxy: FaultProxy, port: Int) {
        self.proxy = proxy
        self.port = port
    }

    func channelActive(context: ChannelHandlerContext) {
        let (proxy, client) = (proxy, context.channel)
        // On the client's own loop, so that both handlers run one at a time.
        ClientBootstrap(group: client.eventLoop)
            .channelInitializer { server in
                server.eventLoop.makeCompletedFuture {
                    try server.pipeline.syncOperations.addHandler(Relay(proxy: proxy, peer: client, isAnswer: true))
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .whenComplete { result in
                switch result {
                case .failure: client.close(promise: nil)
                case .success(let server):
                    try? client.pipeline.syncOperations.addHandler(Relay(proxy: proxy, peer: server, isAnswer: false))
                    client.setOption(.autoRead, value: true).whenSuccess { client.read() }
                }
            }
    }
}

/// Hands bytes of one side to the other, as far as the proxy lets them pass.
private final class Relay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let proxy: FaultProxy
    private let peer: any Channel
    private let isAnswer: Bool
    /// Whether bytes were lost. None may follow those: TCP loses the end of what was sent, never its middle.
    private var hasLost = false

    init(proxy: FaultProxy, peer: any Channel, isAnswer: Bool) {
        self.proxy = proxy
        self.peer = peer
        self.isAnswer = isAnswer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if hasLost { return }
        guard isAnswer else {
            hasLost = !proxy.passes(request: bytes)
            if !hasLost { peer.writeAndFlush(bytes, promise: nil) }
            return
        }
        let (passed, closes) = proxy.passing(answer: bytes)
        let (own, peer) = (context.channel, peer)
        hasLost = passed == nil || closes
        guard let passed else { return }
        peer.writeAndFlush(passed).whenComplete { _ in
            guard closes else { return }
            own.close(promise: nil)
            peer.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        peer.close(promise: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
