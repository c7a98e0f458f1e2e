import DequeModule
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1

/// One request after the other of a connection, or the one of a stream: takes its body, has it answered by one task, and
/// sends the answer.
///
/// A request whose body is collected has its task once the body is there; a streaming one from its head on. While one is
/// answered, those behind it wait and the connection is read from no further. Everything here is on the connection's event
/// loop; tasks come back to it.
final class ExchangeHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = RequestPart
    typealias InboundOut = Never
    typealias OutboundIn = Never
    typealias OutboundOut = ResponsePart

    /// What becomes of the body.
    enum Intake {
        case collecting(RouteTable.Match)
        case streaming(BoundedPipe<ByteBuffer>)
        /// Dropped, so many bytes of it so far.
        case discarding(Int)
        case upgrading(WebSocketRoute, HTTPFields)
        /// The request's end was seen.
        case whole
    }

    /// How far its answer is.
    enum Answer { case awaited, begun, finished }

    /// The request that is looked at.
    struct Current {
        var request: ServiceRequest
        var intake: Intake
        var answer = Answer.awaited
        var closes: Bool
        var task: Task<Void, Never>?
    }

    /// How much of a body that nobody wants is read, so that the connection can be used again.
    private static let discardedSize = 256 * 1024
    /// How much of a streamed body waits for its route.
    private static let pipeSize = 64 * 1024

    let exchange: HTTPExchange
    let tasks: RequestTasks
    let executor: LoopTaskExecutor?
    private let isHTTP1: Bool

    var current: Current?
    /// What has come of a body that is collected.
    private var collected = ByteBuffer()
    private var backlog = Deque<RequestPart>()
    private var isDraining = false
    private var isFull = false
    private var isReadHeld = false
    var isClosing = false
    var isLast = false
    var writers: [CheckedContinuation<Void, any Error>] = []
    private(set) var context: ChannelHandlerContext?

    init(exchange: HTTPExchange, tasks: RequestTasks, executor: LoopTaskExecutor?, isHTTP1: Bool) {
        self.exchange = exchange
        self.tasks = tasks
        self.executor = executor
        self.isHTTP1 = isHTTP1
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    // MARK: What comes

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        let part = unwrapInboundIn(data)
        if backlog.isEmpty, isNext(part) { take(part) } else { backlog.append(part) }
    }

    /// Whether a part belongs to the request that is looked at, or begins one while there is none.
    private func isNext(_ part: RequestPart) -> Bool {
        switch part {
        case .head: return current == nil
        case .body, .end: return true
        case .failed:
            guard let current else { return true }
            if case .whole = current.intake { return false }
            return true
        }
    }

    private func take(_ part: RequestPart) {
        switch part {
        case .head(let head): begin(head)
        case .body(let buffer): takeBody(buffer)
        case .end: takeEnd()
        case .failed(let error): takeFailure(error)
        }
    }

    private func begin(_ head: RequestHead) {
        var request = ServiceRequest(head)
        let plan = exchange.plan(&request, head, mayUpgrade: isHTTP1)
        var new = Current(request: request, intake: .whole, closes: !head.keepsAlive || isLast)
        switch plan {
        case .answer(let response):
            new.intake = head.hasBody ? .discarding(0) : .whole
            // Who waits for a word before it sends its body does not send it now.
            let size = head.contentLength ?? Self.discardedSize + 1
            new.closes = new.closes || head.expectsContinue || size > Self.discardedSize
            current = new
            respond(exchange.finished(response, for: request))
        case .collect(let match):
            new.intake = .collecting(match)
            current = new
            if head.expectsContinue { goOn() }
        case .stream(let match, let encoding):
            let pipe = makePipe()
            request.stream = RequestBody(
                pipe, encoding: encoding, expansion: exchange.configuration.limits.expansion)
            new.request = request
            new.intake = .streaming(pipe)
            current = new
            if head.expectsContinue { goOn() }
            start(match, request)
        case .upgrade(let route, let fields):
            new.intake = .upgrading(route, fields)
            current = new
        }
    }

    private func goOn() {
        write(.goOn)
        context?.flush()
    }

    private func makePipe() -> BoundedPipe<ByteBuffer> {
        guard let context else { return BoundedPipe(capacity: Self.pipeSize) {} }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        return BoundedPipe(capacity: Self.pipeSize) {
            bound.eventLoop.execute {
                bound.value.isFull = false
                bound.value.readOn()
            }
        }
    }

    private func takeBody(_ buffer: ByteBuffer) {
        switch current?.intake {
        case .collecting:
            let limit = exchange.configuration.maximumBodySize
            guard collected.readableBytes + buffer.readableBytes <= limit else {
                collected = ByteBuffer()
                current?.intake = .discarding(0)
                current?.closes = true
                return refuse(.bodyTooLarge(limit: limit))
            }
            // One part is all there is, nearly always.
            if collected.readableBytes == 0 { collected = buffer } else { collected.writeImmutableBuffer(buffer) }
        case .streaming(let pipe):
            if !pipe.push(buffer, weight: buffer.readableBytes) { isFull = true }
        case .discarding(let count): discard(count + buffer.readableBytes)
        case .upgrading:
            current?.intake = .discarding(0)
            current?.closes = true
            refuse(ServiceError(.badRequest, "A request for a WebSocket has no body"))
        case .whole, nil: break
        }
    }

    private func discard(_ count: Int) {
        current?.intake = .discarding(count)
        guard count > Self.discardedSize else { return }
        current?.closes = true
        // An answer that is still to come ends the connection; until then nothing more is read.
        isFull = true
        finishIfDone()
    }

    private func takeEnd() {
        guard let intake = current?.intake else { return }
        current?.intake = .whole
        switch intake {
        case .collecting(let match):
            if collected.readableBytes > 0 { current?.request.body = Array(collected.readableBytesView) }
            collected = ByteBuffer()
            if let request = current?.request { start(match, request) }
        case .streaming(let pipe): pipe.finish()
        case .upgrading(let route, let fields): upgrade(route, fields)
        case .discarding, .whole: break
        }
        finishIfDone()
    }

    private func takeFailure(_ error: ServiceError) {
        guard let intake = current?.intake else {
            // The client may be in the middle of sending more: it gets time to read the answer.
            current = Current(
                request: ServiceRequest(method: .get, target: "/"), intake: isHTTP1 ? .discarding(0) : .whole,
                closes: true)
            return refuse(error)
        }
        current?.closes = true
        current?.intake = isHTTP1 ? .discarding(0) : .whole
        collected = ByteBuffer()
        switch intake {
        case .collecting, .upgrading: refuse(error)
        case .streaming(let pipe): pipe.finish(throwing: error)
        case .discarding, .whole: finishIfDone()
        }
    }

    // MARK: The next one

    func finishIfDone() {
        guard let current, current.answer == .finished else { return }
        switch current.intake {
        case .whole:
            self.current = nil
            if current.closes || isLast { close(lingers: !backlog.isEmpty) } else { drain() }
        case .discarding(let count) where current.closes && (isHTTP1 || count > 0): close(lingers: true)
        default: readOn()
        }
    }

    private func close(lingers: Bool) {
        isClosing = true
        backlog.removeAll()
        current = nil
        write(.close(lingers: lingers))
        // What comes now is dropped, and has to be read for that.
        isFull = false
        readOn()
    }

    private func drain() {
        // Once at a time: a request that is refused at once would have the next one answered inside of it.
        guard !isDraining else { return }
        isDraining = true
        while let part = backlog.first, !isClosing, isNext(part) {
            backlog.removeFirst()
            take(part)
        }
        isDraining = false
        readOn()
    }

    func read(context: ChannelHandlerContext) {
        if backlog.isEmpty, !isFull { context.read() } else { isReadHeld = true }
    }

    private func readOn() {
        guard isReadHeld, backlog.isEmpty, !isFull else { return }
        isReadHeld = false
        context?.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            let ready = writers
            writers = []
            for writer in ready { writer.resume() }
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        let isQuiesce = event is ChannelShouldQuiesceEvent
        if isQuiesce || (isHTTP1 && (event as? ChannelEvent) == .inputClosed) {
            isLast = true
            if current == nil { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    /// The client has gone.
    private func end() {
        context = nil
        isClosing = true
        backlog.removeAll()
        let gone = current
        current = nil
        if case .streaming(let pipe) = gone?.intake { pipe.finish(throwing: CancellationError()) }
        gone?.task?.cancel()
        let waiting = writers
        writers = []
        for writer in waiting { writer.resume(throwing: ChannelError.ioOnClosedChannel) }
    }
}
