import DequeModule
import KafkaProtocol
import Logging
import NIOCore
import RecordFormat

/// One client connection: cuts the stream into frames, and sends the answers in the order of the requests.
///
/// Bound to its event loop. As Kafka's brokers do, it has one request under way at a time, for clients that send ahead
/// count on what that means: a request finds all that those before it have done. Produce requests alone may start while
/// only such are unanswered; appends are in order by themselves, and waiting for the device one by one would be slow.
/// The socket is left unread while a request waits for its turn or the client does not take its answers, so that one
/// connection holds bounded memory.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = IOData

    /// Requests under way at which reading stops. Clients keep 5 by default; the fastest benchmark keeps 2,000
    /// one-record batches.
    private static let maxInFlight = 4096
    /// Bytes of requests that have come and are not answered at which reading stops.
    private static let maxBytesInFlight = 128 << 20
    /// Answers below this size are copied into one buffer; larger ones go by `sendfile`.
    static let sendfileThreshold = 64 << 10

    private struct Slot {
        /// Bytes of the request.
        var size: Int
        var isPipelined: Bool
        var outcome: Outcome?
        /// The wait to end when the connection does.
        var waiter: (any Abandonable)?
    }

    /// How a request ended.
    private enum Outcome {
        case answer(EncodedFrame)
        /// The protocol wants no answer (produce with acks=0).
        case silence
        /// No answer can be given; the connection ends once those before it are sent.
        case failure(any Error)
    }

    private let router: RequestRouter
    private let logger: Logger
    private var connection: ConnectionInfo
    private var context: ChannelHandlerContext?
    private var frames: FrameStream
    /// Requests without an answer, oldest first: a single one, or produce requests only.
    private var slots: Deque<Slot> = []
    private var firstSlot: UInt64 = 0
    private var bytesInFlight = 0
    /// A request that waits until those before it are answered.
    private var held: RoutedRequest?
    /// Whether no more requests are taken: the broker stops, or what came is no request.
    private var isEnding = false
    private var isReading = false
    private var isServing = false
    private var isFlushScheduled = false
    private var hasPendingRead = false
    private var lastRequest: NIODeadline = .now()
    private var idleTimer: Scheduled<Void>?
    /// Until when no more requests are taken: the client is above a quota.
    private var pausedUntil: NIODeadline?
    /// What was asked for so far, where the log shows it.
    private var kinds: RequestKinds?

    init(router: RequestRouter, connection: ConnectionInfo, maxFrameSize: Int, logger: Logger) {
        self.router = router
        self.connection = connection
        self.logger = logger
        frames = FrameStream(maxSize: maxFrameSize)
        kinds = RequestKinds(logger)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelInactive(context: ChannelHandlerContext) {
        forgetRequests()
        context.fireChannelInactive()
    }

    // MARK: - Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isEnding else { return }
        frames.append(unwrapInboundIn(data))
        isReading = true
        serveFrames(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        context.flush()
        context.fireChannelReadComplete()
    }

    /// Starts the requests that have come whole, as far as order and limits go; the rest stays until some of them are
    /// answered.
    private func serveFrames(_ context: ChannelHandlerContext) {
        guard !isServing else { return }
        isServing = true
        defer { isServing = false }
        do {
            while hasRoom(context), let request = try nextRequest() {
                guard slots.isEmpty || (request.isPipelined && slots[0].isPipelined) else {
                    held = request
                    break
                }
                start(request, context)
            }
        } catch {
            endAfterAnswers(error, context)
        }
    }

    private func nextRequest() throws -> RoutedRequest? {
        if let request = held.take() { return request }
        guard let frame = try frames.next() else { return nil }
        bytesInFlight += frame.readableBytes
        return try router.resolve(frame.sharedBytes)
    }

    private func start(_ request: RoutedRequest, _ context: ChannelHandlerContext) {
        lastRequest = .now()
        let number = firstSlot + UInt64(slots.count)
        slots.append(Slot(size: request.frameSize, isPipelined: request.isPipelined))
        let answer = Answer(
            handler: NIOLoopBound(self, eventLoop: context.eventLoop), number: number, loop: context.eventLoop)
        do { try router.serve(request, connection: connection, answer: answer) } catch {
            complete(number, .failure(error))
        }
        // After it was started, since a client says what it is by the first of them.
        if request.isServed { kinds?.note(request, from: connection, logger) }
    }

    /// Takes no more requests, and answers those that are under way: the broker stops.
    func stopServing() {
        isEnding = true
        held = nil
        frames = FrameStream(maxSize: 0)
    }

    /// Closes the connection when the answers to what came before are sent.
    private func endAfterAnswers(_ error: any Error, _ context: ChannelHandlerContext) {
        guard !isEnding else { return }
        stopServing()
        slots.append(Slot(size: 0, isPipelined: false, outcome: .failure(error)))
        sendAnswers(context)
    }

    private func close(_ context: ChannelHandlerContext) {
        forgetRequests()
        // Answers of this tick that wait for the flush at its end go out first.
        context.flush()
        context.close(promise: nil)
    }

    private func forgetRequests() {
        context = nil
        idleTimer?.cancel()
        idleTimer = nil
        stopServing()
        for slot in slots { slot.waiter?.abandon() }
        slots.removeAll()
        bytesInFlight = 0
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        context.flush()
        context.close(mode: mode, promise: promise)
    }

    // MARK: - Answers

    /// Where a request's answer goes; may be used from any thread, once.
    struct Answer: Sendable {
        fileprivate let handler: NIOLoopBound<ConnectionHandler>
        fileprivate let number: UInt64
        /// The connection's event loop.
        let loop: any EventLoop

        /// Sends `frame`, or nothing where the protocol wants no answer.
        ///
        /// - Parameter pause: For how long the client is not served then (KIP-219).
        func send(_ frame: EncodedFrame?, pause: TimeAmount = .zero) {
            if loop.inEventLoop {
                finish(frame, pause)
            } else {
                loop.execute { [self] in finish(frame, pause) }
            }
        }

        private func finish(_ frame: EncodedFrame?, _ pause: TimeAmount) {
            if pause > .zero { handler.value.pause(for: pause, on: loop) }
            handler.value.complete(number, frame.map { .answer($0) } ?? .silence)
        }

        /// Notes what the client says that it is; called on the loop.
        func note(_ software: ClientSoftware) { handler.value.connection.software = software }

        /// Names what waits for the answer, to be told if the connection ends before; called on the loop, before the
        /// wait can be over.
        func hold(_ waiter: any Abandonable) { handler.value.hold(waiter, number) }

        /// Closes the connection behind the answers to earlier requests: this one can have none.
        func fail(_ error: any Error) {
            loop.execute { [self] in handler.value.complete(number, .failure(error)) }
        }
    }

    private func hold(_ waiter: any Abandonable, _ number: UInt64) {
        guard context != nil, number >= firstSlot, number - firstSlot < slots.count else { return waiter.abandon() }
        slots[Int(number - firstSlot)].waiter = waiter
    }

    private func complete(_ number: UInt64, _ outcome: Outcome) {
        guard let context, number >= firstSlot, number - firstSlot < slots.count else { return }
        let index = Int(number - firstSlot)
        slots[index].outcome = outcome
        slots[index].waiter = nil
        if index == 0 { sendAnswers(context) }
    }

    /// Writes the answers that no earlier one holds back.
    private func sendAnswers(_ context: ChannelHandlerContext) {
        while let first = slots.first, let outcome = first.outcome {
            slots.removeFirst()
            firstSlot += 1
            bytesInFlight -= first.size
            switch outcome {
            case .answer(let frame): context.write(frame)
            case .silence: break
            case .failure(let error):
                logger.warning("closing connection: \(error)", metadata: ["client": "\(connection.remoteAddress)"])
                return close(context)
            }
        }
        scheduleFlush(context)
        goOn(context)
    }

    /// Flushes at the end of the tick, so that the answers of one tick leave together.
    private func scheduleFlush(_ context: ChannelHandlerContext) {
        guard !isReading, !isFlushScheduled else { return }
        isFlushScheduled = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute {
            bound.value.isFlushScheduled = false
            bound.value.context?.flush()
        }
    }

    // MARK: - Idle connections

    /// Closes the connection once it has had no request for `limit` and owes no answer (`connections.max.idle.ms`).
    func closeWhenIdle(for limit: TimeAmount, on loop: any EventLoop) {
        let bound = NIOLoopBound(self, eventLoop: loop)
        idleTimer = loop.assumeIsolated().scheduleTask(deadline: lastRequest + limit) {
            let handler = bound.value
            guard let context = handler.context else { return }
            if handler.slots.isEmpty && handler.pausedUntil == nil && handler.lastRequest + limit <= .now() {
                handler.close(context)
            } else {
                let next = max(handler.lastRequest + limit, .now() + .seconds(1))
                handler.lastRequest = max(handler.lastRequest, next - limit)
                handler.closeWhenIdle(for: limit, on: loop)
            }
        }
    }

    // MARK: - Quotas

    /// Takes no requests for `time`, beyond those under way: the socket is left unread, as Kafka's brokers do.
    func pause(for time: TimeAmount, on loop: any EventLoop) {
        let end = NIODeadline.now() + time
        guard pausedUntil.map({ $0 < end }) ?? true else { return }
        pausedUntil = end
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.assumeIsolated().scheduleTask(deadline: end) {
            let handler = bound.value
            // Unless it has become longer meanwhile.
            guard handler.pausedUntil == end else { return }
            handler.pausedUntil = nil
            if let context = handler.context { handler.goOn(context) }
        }
    }

    // MARK: - Back-pressure

    private func hasRoom(_ context: ChannelHandlerContext) -> Bool {
        !isEnding && pausedUntil == nil && slots.count < Self.maxInFlight && bytesInFlight < Self.maxBytesInFlight
            && context.channel.isWritable
    }

    private func mayRead(_ context: ChannelHandlerContext) -> Bool { held == nil && hasRoom(context) }

    /// Takes up what had to wait: frames that are here already, then the socket.
    private func goOn(_ context: ChannelHandlerContext) {
        guard !isServing, hasRoom(context) else { return }
        serveFrames(context)
        if hasPendingRead, mayRead(context) {
            hasPendingRead = false
            context.read()
        }
    }

    func read(context: ChannelHandlerContext) {
        if mayRead(context) { context.read() } else { hasPendingRead = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        // Not in the middle of a write, which is where this may come from.
        if context.channel.isWritable, hasPendingRead || !frames.isEmpty || held != nil {
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            context.eventLoop.execute {
                if let context = bound.value.context { bound.value.goOn(context) }
            }
        }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A client that goes away in the middle of a write is no event worth more than this.
        logger.debug("closing connection: \(error)", metadata: ["client": "\(connection.remoteAddress)"])
        close(context)
    }
}
