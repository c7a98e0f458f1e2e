import NIOCore

/// Ends connections whose clients are too slow: with a head, with a body, with reading the answer, or with the next request.
///
/// The first handler of a connection: it sees bytes come and go. It looks at the clock at intervals of the shortest limit,
/// so that a limit may be exceeded by that much; no timer is set for a request. What is over a limit has to be so at a
/// second look: a thread that was busy for long finds what has come meanwhile first. On the connection's event loop only.
final class ConnectionWatch: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What is waited for.
    enum Phase: Equatable {
        /// The first byte of a request.
        case idle
        /// The rest of a head, or of the encryption's handshake.
        case head
        /// More of a body, if the handler wants it.
        case body
        /// Nothing of the client.
        case answering
        /// The client's end of the connection, which has a timer of its own.
        case lingering
        /// Many streams, each with limits of its own.
        case multiplexed
        /// Another protocol with limits of its own.
        case upgraded
    }

    private let timeouts: HTTPTimeouts
    /// Who tells the client; without one the connection just ends.
    weak var codec: HTTP1Codec?
    var phase = Phase.idle {
        didSet { if phase != oldValue { since = .now() } }
    }
    /// When the phase began, or the last byte of it came.
    private var since = NIODeadline.now()
    private var isReadWanted = false
    private var written = 0
    private var sent = 0
    private var lastProgress = NIODeadline.now()
    private var isSuspect = false
    private var timer: Scheduled<Void>?

    init(_ timeouts: HTTPTimeouts) { self.timeouts = timeouts }

    func handlerAdded(context: ChannelHandlerContext) { schedule(context) }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func read(context: ChannelHandlerContext) {
        if !isReadWanted, phase == .body { since = .now() }
        isReadWanted = true
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReadWanted = false
        switch phase {
        case .idle: phase = .head
        case .body: since = .now()
        default: break
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        written += unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    private func schedule(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: timeouts.interval) {
            let (watch, context) = bound.value
            watch.look(context)
        }
    }

    private func look(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        let isStuck = isStuck(context, now)
        guard isStuck || isLate(now) else {
            isSuspect = false
            return schedule(context)
        }
        guard isSuspect else {
            isSuspect = true
            return schedule(context)
        }
        isSuspect = false
        if isStuck || phase == .idle { return context.close(promise: nil) }
        timedOut(context)
        schedule(context)
    }

    /// Whether the client has not sent what it should have by now.
    private func isLate(_ now: NIODeadline) -> Bool {
        switch phase {
        case .idle: now - since >= TimeAmount(timeouts.idle)
        case .head: now - since >= TimeAmount(timeouts.head)
        case .body: isReadWanted && now - since >= TimeAmount(timeouts.body)
        case .answering, .lingering, .multiplexed, .upgraded: false
        }
    }

    private func timedOut(_ context: ChannelHandlerContext) {
        if let codec { codec.timedOut() } else { context.close(promise: nil) }
    }

    /// Whether the client takes nothing of what is there for it.
    private func isStuck(_ context: ChannelHandlerContext, _ now: NIODeadline) -> Bool {
        let waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        if waiting == 0 || written - waiting > sent {
            sent = written - waiting
            lastProgress = now
            return false
        }
        return now - lastProgress >= TimeAmount(timeouts.write)
    }
}
