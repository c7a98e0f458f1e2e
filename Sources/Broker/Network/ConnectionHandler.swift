import DequeModule
import KafkaProtocol
import LogCore
import Logging
import NIOCore
import RecordFormat

/// One client connection: cuts the stream into frames, and sends the answers in the order of the requests.
///
/// Bound to its event loop. Requests are handled as they come, several at a time; an answer that is ready before an
/// earlier one waits for it. Requests are left unread while too much is under way or the client does not take its
/// answers, so that one connection holds bounded memory.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = IOData

    /// Requests under way at which reading stops. Clients keep 5 by default; the fastest benchmark keeps 2,000
    /// one-record batches.
    private static let maxInFlight = 4096
    /// Bytes of requests under way, and of answers that wait for earlier ones, at which reading stops.
    private static let maxBytesInFlight = 256 << 20
    /// Answers below this size are copied into one buffer; larger ones go by `sendfile`.
    static let sendfileThreshold = 64 << 10

    private struct Slot {
        var frame: EncodedFrame?
        var size: Int
        /// Whether the protocol wants no answer (produce with acks=0).
        var isSilent = false
        /// The wait to end when the connection does.
        var waiter: (any Abandonable)?
    }

    private let router: RequestRouter
    private let maxFrameSize: Int
    private let logger: Logger
    private let connection: ConnectionInfo
    private var context: ChannelHandlerContext?
    private var unread: ByteBuffer?
    private var slots: Deque<Slot> = []
    private var firstSlot: UInt64 = 0
    private var bytesInFlight = 0
    /// The request whose answer those behind it wait for.
    private var barrier: UInt64?
    /// A request that waits until those before it are answered.
    private var held: ByteBuffer?
    private var isReading = false
    private var isServing = false
    private var isFlushScheduled = false
    private var hasPendingRead = false
    private var lastRequest: NIODeadline = .now()

    init(router: RequestRouter, connection: ConnectionInfo, maxFrameSize: Int, logger: Logger) {
        self.router = router
        self.connection = connection
        self.maxFrameSize = maxFrameSize
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelInactive(context: ChannelHandlerContext) {
        forgetRequests()
        context.fireChannelInactive()
    }

    // MARK: - Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        if unread == nil || unread!.readableBytes == 0 {
            unread = incoming
        } else {
            unread!.writeBuffer(&incoming)
        }
        isReading = true
        serveFrames(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        context.flush()
        context.fireChannelReadComplete()
    }

    /// Handles the whole frames that have come, as far as the limits go; the rest stays until some of them are
    /// answered.
    private func serveFrames(_ context: ChannelHandlerContext) {
        guard !isServing else { return }
        isServing = true
        while mayServe(context), let frame = takeHeld() ?? nextFrame(context) {
            let order = router.order(of: frame.sharedBytes)
            if order == .alone && !slots.isEmpty { held = frame } else { handle(frame, order, context) }
        }
        isServing = false
        if let rest = unread, rest.readableBytes == 0 { unread = nil }
    }

    private func takeHeld() -> ByteBuffer? {
        defer { held = nil }
        return held
    }

    /// The next whole frame without its length, or `nil` until more bytes come.
    private func nextFrame(_ context: ChannelHandlerContext) -> ByteBuffer? {
        guard let length = unread?.getInteger(at: unread!.readerIndex, as: Int32.self) else { return nil }
        guard length >= 0, Int(length) <= maxFrameSize else {
            logger.warning(
                "closing connection: a frame of \(length) bytes is outside of 0...\(maxFrameSize) (socket.request.max.bytes)",
                metadata: ["client": "\(connection.remoteAddress)"])
            close(context)
            return nil
        }
        guard unread!.readableBytes >= 4 + Int(length) else {
            // Room for the whole frame at once, but only once a good part of it has come: a length alone is no reason
            // to allocate.
            if unread!.readableBytes > Int(length) / 4 { unread!.reserveCapacity(4 + Int(length)) }
            return nil
        }
        unread!.moveReaderIndex(forwardBy: 4)
        return unread!.readSlice(length: Int(length))
    }

    private func handle(_ frame: ByteBuffer, _ order: RequestOrder, _ context: ChannelHandlerContext) {
        lastRequest = .now()
        let number = firstSlot + UInt64(slots.count)
        slots.append(Slot(frame: nil, size: frame.readableBytes))
        bytesInFlight += frame.readableBytes
        let answer = Answer(
            handler: NIOLoopBound(self, eventLoop: context.eventLoop), number: number, loop: context.eventLoop)
        do {
            try router.route(frame.sharedBytes, connection: connection, answer: answer)
            if order != .free, !isAnswered(number) { barrier = number }
        } catch {
            logger.warning("closing connection: \(error)", metadata: ["client": "\(connection.remoteAddress)"])
            close(context)
        }
    }

    private func isAnswered(_ number: UInt64) -> Bool {
        guard number >= firstSlot, number - firstSlot < slots.count else { return true }
        let slot = slots[Int(number - firstSlot)]
        return slot.frame != nil || slot.isSilent
    }

    private func close(_ context: ChannelHandlerContext) {
        forgetRequests()
        context.close(promise: nil)
    }

    private func forgetRequests() {
        context = nil
        unread = nil
        held = nil
        for slot in slots { slot.waiter?.abandon() }
        slots.removeAll()
        bytesInFlight = 0
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        // Answers of this tick that wait for the flush at its end go out first.
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
        func send(_ frame: EncodedFrame?) {
            if loop.inEventLoop {
                handler.value.complete(number, frame)
            } else {
                loop.execute { [self] in handler.value.complete(number, frame) }
            }
        }

        /// Names what waits for the answer, to be told if the connection ends before; called on the loop, before the
        /// wait can be over.
        func hold(_ waiter: any Abandonable) { handler.value.hold(waiter, number) }

        /// Closes the connection: no answer can be given.
        func fail(_ error: any Error) {
            loop.execute { [self] in
                let handler = handler.value
                guard let context = handler.context else { return }
                handler.logger.error(
                    "closing connection: \(error)", metadata: ["client": "\(handler.connection.remoteAddress)"])
                handler.close(context)
            }
        }
    }

    private func hold(_ waiter: any Abandonable, _ number: UInt64) {
        guard context != nil, number >= firstSlot, number - firstSlot < slots.count else { return waiter.abandon() }
        slots[Int(number - firstSlot)].waiter = waiter
    }

    private func complete(_ number: UInt64, _ frame: EncodedFrame?) {
        guard let context, number >= firstSlot, number - firstSlot < slots.count else { return }
        let index = Int(number - firstSlot)
        if barrier == number { barrier = nil }
        slots[index].frame = frame
        slots[index].isSilent = frame == nil
        slots[index].waiter = nil
        guard index == 0 else {
            // Until an earlier answer goes, this one takes the place that its request took.
            bytesInFlight += (frame?.byteCount ?? 0) - slots[index].size
            slots[index].size = frame?.byteCount ?? 0
            goOn(context)
            return
        }
        while let first = slots.first, first.frame != nil || first.isSilent {
            slots.removeFirst()
            firstSlot += 1
            bytesInFlight -= first.size
            if let frame = first.frame { write(frame, context) }
        }
        scheduleFlush(context)
        goOn(context)
    }

    private func write(_ frame: EncodedFrame, _ context: ChannelHandlerContext) {
        let inMemory = frame.segments.reduce(0) { sum, segment in
            if case .bytes(let bytes) = segment { sum + bytes.count } else { sum }
        }
        var buffer = context.channel.allocator.buffer(capacity: inMemory)
        for segment in frame.segments {
            switch segment {
            case .bytes(let bytes):
                bytes.withUnsafeBytes { _ = buffer.writeBytes($0) }
            case .external(let records):
                if buffer.readableBytes > 0 {
                    context.write(wrapOutboundOut(.byteBuffer(buffer)), promise: nil)
                    buffer = context.channel.allocator.buffer(capacity: 256)
                }
                write(records, context)
            }
        }
        if buffer.readableBytes > 0 { context.write(wrapOutboundOut(.byteBuffer(buffer)), promise: nil) }
    }

    /// Hands a stretch of a log file to the kernel.
    private func write(_ records: any ExternalRecords, _ context: ChannelHandlerContext) {
        guard let records = records as? FileRecords else {
            preconditionFailure("the broker's answers refer to log files only")
        }
        let slice = records.slice
        let handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: slice.file.descriptor)
        let region = FileRegion(
            fileHandle: handle, readerIndex: slice.position, endIndex: slice.position + slice.byteCount)
        let promise = context.eventLoop.makePromise(of: Void.self)
        // The log's own object owns the descriptor; the handle only lends it to NIO until the bytes are out.
        promise.futureResult.whenComplete { _ in
            withExtendedLifetime(slice) { _ = try? handle.takeDescriptorOwnership() }
        }
        context.write(wrapOutboundOut(.fileRegion(region)), promise: promise)
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
        loop.assumeIsolated().scheduleTask(deadline: lastRequest + limit) {
            let handler = bound.value
            guard let context = handler.context else { return }
            if handler.slots.isEmpty && handler.lastRequest + limit <= .now() {
                handler.close(context)
            } else {
                let next = max(handler.lastRequest + limit, .now() + .seconds(1))
                handler.lastRequest = max(handler.lastRequest, next - limit)
                handler.closeWhenIdle(for: limit, on: loop)
            }
        }
    }

    // MARK: - Back-pressure

    private func mayServe(_ context: ChannelHandlerContext) -> Bool {
        barrier == nil && (held == nil || slots.isEmpty) && slots.count < Self.maxInFlight
            && bytesInFlight < Self.maxBytesInFlight && context.channel.isWritable
    }

    /// Takes up what had to wait: frames that are here already, then the socket.
    private func goOn(_ context: ChannelHandlerContext) {
        guard !isServing, mayServe(context) else { return }
        serveFrames(context)
        if hasPendingRead, mayServe(context) {
            hasPendingRead = false
            context.read()
        }
    }

    func read(context: ChannelHandlerContext) {
        if mayServe(context) { context.read() } else { hasPendingRead = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        // Not in the middle of a write, which is where this may come from.
        if context.channel.isWritable, hasPendingRead || unread != nil || held != nil {
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

extension ByteBuffer {
    /// The readable bytes, sharing the buffer's storage.
    ///
    /// NIO copies a buffer's storage when someone writes to it while it is shared, so the bytes stay as they are.
    var sharedBytes: ByteSlice {
        withUnsafeReadableBytesWithStorageManagement { bytes, storage in
            ByteSlice(owner: storage.takeUnretainedValue(), unsafeBytes: bytes)
        }
    }
}

/// What is known of a connection from its first byte.
struct ConnectionInfo: Sendable {
    /// Who the client is; `User:ANONYMOUS` on a plain listener.
    var principal: Principal
    /// The listener that it came in by; Metadata answers with that listener's address.
    var listener: String
    /// Where it comes from, for the log.
    var remoteAddress: String
}
