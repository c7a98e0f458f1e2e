import KafkaProtocol
import Logging
import NIOCore
import NIOSSL
import RecordFormat

/// One client connection: cuts the stream into frames, and sends the answers in the order of the requests.
///
/// Bound to its event loop. As Kafka's brokers do, it has one request under way at a time, for clients that send ahead
/// count on what that means: a request finds all that those before it have done. Produce requests alone may start while
/// only such are unanswered; appends are in order by themselves, and waiting for the device one by one would be slow.
/// The socket is left unread while a request waits for its turn or for memory, or the client does not take its answers,
/// so that one connection holds bounded memory, and all of them together do (``ConnectionMemory``).
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
    /// Bytes of answers that wait for the client at which no more of its requests are taken: what 2,000 one-record
    /// batches are answered with.
    static let writeBufferMark = 128 << 10

    private let router: RequestRouter
    private let logger: Logger
    private var connection: ConnectionInfo
    private var context: ChannelHandlerContext?
    private let memory: ConnectionMemory
    /// What stands between here and the encryption of the connection; `nil` for a plain one.
    private let reader: FileRegionReader?
    private let intake: RequestIntake
    private let turns: Turns
    /// Whether it has to wait for its turn, with requests that are here.
    private var waitsForTurn = false
    private var slots: RequestSlots
    private var answers = AnswerBuffer()
    /// Bytes of answers that the channel does not have yet; known apart, since the channel may ask while it is given some.
    private var bufferedBytes = 0
    /// A request that waits until those before it are answered.
    private var held: (request: RoutedRequest, room: RequestMemory.Room?)?
    /// Bytes of answers in memory that are not flushed, where the connection is encrypted: nobody else counts those.
    private var unflushedBytes = 0
    /// Whether no more requests are taken: the broker stops, or what came is no request.
    private var isEnding = false
    private var isReading = false
    private var isServing = false
    private var isFlushScheduled = false
    private var hasPendingRead = false
    private var lastRequest: NIODeadline = .now()
    private var idleTimer: Scheduled<Void>?
    /// Ends the time in which no more requests are taken: the client is above a quota.
    private var pause: (end: NIODeadline, timer: Scheduled<Void>)?
    /// Bytes of answers in memory that were written since the client last took all but a little.
    private var answerBytes = 0
    /// Whether answers wait that count in the backlog of all connections.
    private var isInBacklog = false
    /// Bytes of answers that waited for the client when it was last asked whether it takes any.
    private var unsentBytes: Int?
    /// Whether there may be something that ends with the connection.
    private var hasSession = false
    /// What was asked for so far, where the log shows it.
    private var kinds: RequestKinds?

    /// Creates the handler of one connection, on its event loop.
    ///
    /// - Parameter reader: The handler in front of an encrypted connection's; `nil` for a plain one.
    init(
        router: RequestRouter, connection: ConnectionInfo, memory: ConnectionMemory, reader: FileRegionReader? = nil,
        turns: Turns, maxFrameSize: Int, loop: any EventLoop, logger: Logger
    ) {
        self.reader = reader
        self.router = router
        self.connection = connection
        self.memory = memory
        slots = RequestSlots(memory: memory.requests)
        self.turns = turns
        self.logger = logger
        weak var handler: ConnectionHandler?
        intake = RequestIntake(memory: memory.requests, maxFrameSize: maxFrameSize, loop: loop) {
            if let handler, let context = handler.context { handler.goOn(context) }
        } giveUp: { error in
            if let handler, let context = handler.context { handler.close(context, because: error) }
        }
        handler = self
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
        intake.append(unwrapInboundIn(data))
        isReading = true
        serveFrames(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        flushAnswers(context)
        context.fireChannelReadComplete()
    }

    /// Starts the requests that have come whole, as far as order and limits go; the rest stays until some of them are
    /// answered.
    private func serveFrames(_ context: ChannelHandlerContext) {
        guard !isServing else { return }
        isServing = true
        defer { isServing = false }
        let end = NIODeadline.now() + Turns.length
        do {
            while hasRoom(context), let (request, room) = try nextRequest() {
                guard slots.isEmpty || (request.isPipelined && slots.arePipelined) else {
                    held = (request, room)
                    break
                }
                start(request, room, context)
                if lastRequest >= end { return waitForTurn() }
            }
        } catch {
            endAfterAnswers(error, context)
        }
    }

    private func nextRequest() throws -> (request: RoutedRequest, room: RequestMemory.Room?)? {
        if let held = held.take() { return held }
        guard let next = try intake.next(mayTakeRoom: slots.arePipelined) else { return nil }
        do {
            return (try router.resolve(next.frame.sharedBytes), next.room)
        } catch {
            if let room = next.room { memory.requests.release(room) }
            throw error
        }
    }

    private func start(_ request: RoutedRequest, _ room: RequestMemory.Room?, _ context: ChannelHandlerContext) {
        lastRequest = .now()
        let number = slots.begin(size: request.frameSize, isPipelined: request.isPipelined, room: room)
        let answer = Answer(
            handler: NIOLoopBound(self, eventLoop: context.eventLoop), number: number, loop: context.eventLoop)
        do { try router.serve(request, connection: connection, answer: answer) } catch {
            complete(number, .failure(error))
        }
        slots.didStart(number)
        // After it was started, since a client says what it is by the first of them.
        if request.isServed { kinds?.note(request, from: connection, logger) }
    }

    /// Takes no more requests, and answers those that are under way: the broker stops.
    func stopServing() {
        isEnding = true
        if let room = held?.room { memory.requests.release(room) }
        held = nil
        intake.stop()
    }

    /// Closes the connection when the answers to what came before are sent.
    private func endAfterAnswers(_ error: any Error, _ context: ChannelHandlerContext) {
        guard !isEnding else { return }
        stopServing()
        let number = slots.begin(size: 0, isPipelined: false, room: nil)
        complete(number, .failure(error))
    }

    private func close(_ context: ChannelHandlerContext, because error: any Error) {
        log(error)
        close(context)
    }

    /// Tells why the connection is closed.
    private func log(_ error: any Error) {
        let software = connection.software
        logger.warning(
            "closing connection: \(error)",
            metadata: [
                "client": "\(connection.remoteAddress)", "software": "\(software.name) \(software.version)",
            ])
    }

    private func close(_ context: ChannelHandlerContext) {
        forgetRequests()
        // Answers of this tick that wait for the flush at its end go out first.
        flush(context)
        context.close(promise: nil)
    }

    private func forgetRequests() {
        context = nil
        idleTimer?.cancel()
        idleTimer = nil
        pause?.timer.cancel()
        pause = nil
        stopServing()
        slots.abandonAll()
        if hasSession { router.connectionEnded(connection.id) }
        hasSession = false
        if isInBacklog { memory.answers.remove(ObjectIdentifier(self)) }
        isInBacklog = false
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        flush(context)
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

        /// Notes that the request may open a session that ends with the connection; called on the loop.
        func noteSession() { handler.value.hasSession = true }

        /// Names what waits for the answer, to be told if the connection ends before; called on the loop, before the
        /// wait can be over.
        func hold(_ waiter: any Abandonable) { handler.value.slots.hold(waiter, for: number) }

        /// Notes that the request's memory is kept until it is answered; called on the loop.
        func keepRequest() { handler.value.slots.keepMemory(of: number) }

        /// Closes the connection behind the answers to earlier requests: this one can have none.
        func fail(_ error: any Error) {
            loop.execute { [self] in handler.value.complete(number, .failure(error)) }
        }
    }

    private func complete(_ number: UInt64, _ outcome: RequestSlots.Outcome) {
        if slots.complete(number, outcome), let context { sendAnswers(context) }
    }

    /// Writes the answers that no earlier one holds back.
    private func sendAnswers(_ context: ChannelHandlerContext) {
        while let outcome = slots.popEnded() {
            switch outcome {
            case .answer(let frame):
                let byteCount = answers.write(frame, to: context)
                answerBytes += byteCount
                if reader != nil { unflushedBytes += byteCount }
                bufferedBytes = answers.byteCount
            case .silence: break
            case .failure(let error): return close(context, because: error)
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
            if let context = bound.value.context { bound.value.flushAnswers(context) }
        }
    }

    // MARK: - Slow readers

    private func flush(_ context: ChannelHandlerContext) {
        answers.handOver(to: context)
        (bufferedBytes, unflushedBytes) = (0, 0)
        context.flush()
    }

    /// Hands the answers to the kernel, and counts what it does not take.
    private func flushAnswers(_ context: ChannelHandlerContext) {
        let wasHeldBack = !mayAnswer
        flush(context)
        if context.channel.isWritable {
            didSendAnswers(context)
            if wasHeldBack { goOnLater(context) }
            return
        }
        // What waits in files takes no memory.
        guard answerBytes >= Self.writeBufferMark else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let loop = context.eventLoop
        isInBacklog = true
        memory.answers.note(min(answerBytes, unsent(context)), of: ObjectIdentifier(self)) {
            loop.execute { bound.value.closeUnlessRead() }
        }
    }

    /// Notes that the client takes its answers.
    ///
    /// What the kernel has not taken by now still counts, with the answers to come: as much as the buffer's mark may be
    /// waiting though the connection is writable.
    private func didSendAnswers(_ context: ChannelHandlerContext) {
        answerBytes = min(answerBytes, unsent(context))
        guard isInBacklog else { return }
        isInBacklog = false
        memory.answers.remove(ObjectIdentifier(self))
    }

    /// Bytes that wait for the client, in memory where the connection is encrypted.
    private func unsent(_ context: ChannelHandlerContext) -> Int {
        max(bufferedBytes, unflushedBytes) + (reader?.waitingBytes.inMemory ?? 0)
            + ((try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0)
    }

    /// The answers of all connections together are too many, and those of this one wait for longest.
    private func closeUnlessRead() {
        guard let context, !context.channel.isWritable else { return }
        isInBacklog = false
        log(SlowReader(byteCount: unsent(context)))
        forgetRequests()
        // With TLS a connection takes leave of its client, and keeps for as long what that does not take.
        let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
        (tls ?? context).close(promise: nil)
    }

    /// A client did not take its answers, and those of all clients are too many to keep.
    private struct SlowReader: Error, CustomStringConvertible {
        var byteCount: Int

        var description: String {
            "\(byteCount) bytes of answers wait for the client to read them, and memory for such is used up"
        }
    }

    // MARK: - Idle connections

    /// Closes the connection once it has had no whole request for `limit` and owes no answer, or its client has taken
    /// nothing of its answers for so long (`connections.max.idle.ms`).
    func closeWhenIdle(for limit: TimeAmount, on loop: any EventLoop) {
        let bound = NIOLoopBound(self, eventLoop: loop)
        idleTimer = loop.assumeIsolated().scheduleTask(deadline: lastRequest + limit) {
            let handler = bound.value
            guard let context = handler.context else { return }
            if handler.isIdle(for: limit, context) {
                handler.close(context)
            } else {
                let next = max(handler.lastRequest + limit, .now() + .seconds(1))
                handler.lastRequest = max(handler.lastRequest, next - limit)
                handler.closeWhenIdle(for: limit, on: loop)
            }
        }
    }

    private func isIdle(for limit: TimeAmount, _ context: ChannelHandlerContext) -> Bool {
        guard slots.isEmpty, pause == nil, !intake.waitsForRoom, lastRequest + limit <= .now() else {
            return false
        }
        // A client that takes its time with an answer is at work as long as it takes some of it.
        let unsent = unsent(context) + (reader?.waitingBytes.inFiles ?? 0)
        defer { unsentBytes = unsent }
        guard unsent > 0, unsent != unsentBytes else { return true }
        lastRequest = .now()
        return false
    }

    // MARK: - Quotas

    /// Takes no requests for `time`, beyond those under way: the socket is left unread, as Kafka's brokers do.
    func pause(for time: TimeAmount, on loop: any EventLoop) {
        let end = NIODeadline.now() + time
        guard context != nil, pause.map({ $0.end < end }) ?? true else { return }
        pause?.timer.cancel()
        let bound = NIOLoopBound(self, eventLoop: loop)
        let timer = loop.assumeIsolated().scheduleTask(deadline: end) {
            let handler = bound.value
            handler.pause = nil
            if let context = handler.context { handler.goOn(context) }
        }
        pause = (end, timer)
    }

    // MARK: - Back-pressure

    private func hasRoom(_ context: ChannelHandlerContext) -> Bool {
        !isEnding && pause == nil && slots.count < Self.maxInFlight && slots.byteCount < Self.maxBytesInFlight
            && context.channel.isWritable && mayAnswer
            && (slots.keptByteCount == 0 || !memory.requests.isExhausted)
    }

    /// Whether there may be more answers before those that are there are flushed: those of an encrypted connection do not
    /// show in its channel until then.
    private var mayAnswer: Bool { reader.map { $0.isEmpty && unflushedBytes < Self.writeBufferMark } ?? true }

    private func mayRead(_ context: ChannelHandlerContext) -> Bool {
        held == nil && !waitsForTurn && !intake.isHeldBack && hasRoom(context)
    }

    /// Leaves the loop to others for a while.
    private func waitForTurn() {
        guard !waitsForTurn, held != nil || !intake.isEmpty else { return }
        waitsForTurn = true
        turns.add(self)
    }

    /// Goes on with the requests that are here.
    func takeTurn() {
        waitsForTurn = false
        if let context { goOn(context) }
    }

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
        if context.channel.isWritable {
            didSendAnswers(context)
            goOnLater(context)
        }
        context.fireChannelWritabilityChanged()
    }

    /// Takes up what had to wait, when the present write is over.
    private func goOnLater(_ context: ChannelHandlerContext) {
        if held != nil || !intake.isEmpty {
            waitForTurn()
        } else if hasPendingRead {
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            context.eventLoop.execute {
                if let context = bound.value.context { bound.value.goOn(context) }
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A client that goes away in the middle of a write is no event worth much; one that cannot come in may be somebody's
        // mistake in a certificate.
        let level: Logger.Level =
            switch error {
            // Who looks whether somebody is there says no more than that.
            case NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake])): .debug
            case NIOSSLError.handshakeFailed: .info
            default: .debug
            }
        logger.log(level: level, "closing connection: \(error)", metadata: ["client": "\(connection.remoteAddress)"])
        close(context)
    }
}
