import HTTPTypes
import NIOCore
import NIOHTTP1

/// HTTP/1.1 on one connection: takes what the parser finds, and writes answers.
///
/// Answers are encoded here, head and small body in one buffer. Whatever is wrong with the bytes that come is told the
/// ``ExchangeHandler`` in its place behind the requests before it. On the connection's event loop only.
final class HTTP1Codec: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = RequestPart
    typealias OutboundIn = ResponsePart
    typealias OutboundOut = ByteBuffer

    /// A body up to this size is copied behind its head, which costs less than a second write.
    private static let copiedSize = 16 * 1024

    private struct Exchange {
        var isHTTP10: Bool
        var keepsAlive: Bool
    }

    private let limits: HTTPLimits
    private let timeouts: HTTPTimeouts
    private let watch: ConnectionWatch
    /// The requests that are not answered yet, oldest first.
    private var exchanges: [Exchange] = []
    private var isReadingBody = false
    private var isChunked = false
    private var hasFailed = false
    private var context: ChannelHandlerContext?

    init(limits: HTTPLimits, timeouts: HTTPTimeouts, watch: ConnectionWatch) {
        self.limits = limits
        self.timeouts = timeouts
        self.watch = watch
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        watch.codec = self
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasFailed else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            do throws(ServiceError) {
                let request = try RequestHead(head, limits: limits)
                exchanges.append(Exchange(isHTTP10: head.version.minor == 0, keepsAlive: request.keepsAlive))
                isReadingBody = true
                watch.phase = .body
                context.fireChannelRead(wrapInboundOut(.head(request)))
            } catch {
                fail(error, context)
            }
        case .body(let buffer): context.fireChannelRead(wrapInboundOut(.body(buffer)))
        case .end:
            isReadingBody = false
            watch.phase = .answering
            context.fireChannelRead(wrapInboundOut(.end))
            settle()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else { return context.fireErrorCaught(error) }
        if !hasFailed { fail(Self.refusal(of: error, limits), context) }
    }

    /// Tells that the client has been silent for too long in the middle of a request.
    func timedOut() {
        guard let context, !hasFailed else { return }
        let what = isReadingBody ? "the body" : "the head of the request"
        fail(ServiceError(.requestTimeout, "HTTP 408 Request Timeout: \(what) did not come in time"), context)
    }

    private func fail(_ error: ServiceError, _ context: ChannelHandlerContext) {
        hasFailed = true
        if !isReadingBody { exchanges.append(Exchange(isHTTP10: false, keepsAlive: false)) }
        watch.phase = .answering
        context.fireChannelRead(wrapInboundOut(.failed(error)))
    }

    private static func refusal(of error: any Error, _ limits: HTTPLimits) -> ServiceError {
        switch error as? HTTPParserError {
        case .headerOverflow:
            ServiceError(
                .requestHeaderFieldsTooLarge,
                "The request's line and header fields may have \(limits.headerSize) bytes and \(limits.headerCount) fields at most"
            )
        case .invalidVersion: ServiceError(.badRequest, "The request's version is none of HTTP/1.0 and 1.1")
        case .invalidEOFState: ServiceError(.badRequest, "The request ends too early")
        case .unexpectedContentLength:
            ServiceError(.badRequest, "The request has two of Content-Length, or one beside Transfer-Encoding")
        case .invalidContentLength: ServiceError(.badRequest, "Content-Length is no number")
        case .invalidChunkSize: ServiceError(.badRequest, "The size of a chunk is no number")
        case .invalidMethod: ServiceError(.badRequest, "The method of the request is none")
        case .invalidURL: ServiceError(.badRequest, "The request's target has characters that none may have")
        case .invalidHeaderToken: ServiceError(.badRequest, "A header field has characters that none may have")
        default: ServiceError(.badRequest, "This is no request of HTTP/1.1")
        }
    }

    // MARK: Out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .goOn:
            guard exchanges.first?.isHTTP10 != true else { return }
            context.write(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: promise)
        case .switching(let fields):
            var buffer = context.channel.allocator.buffer(capacity: 256)
            buffer.write(.switchingProtocols, fields)
            buffer.writeStaticString("\r\n")
            context.write(wrapOutboundOut(buffer), promise: promise)
            watch.phase = .upgraded
        case .whole(let head, let body):
            writeWhole(head, body, context, promise)
            answered()
        case .head(let head):
            var buffer = beginning(head, context, capacity: 512)
            // A stream that says how long it is needs no other end.
            isChunked =
                exchanges.first?.isHTTP10 != true && head.status.code != 204 && head.status.code != 304
                && head.fields.value(of: .contentLength) == nil
            if isChunked { buffer.writeStaticString("transfer-encoding: chunked\r\n") }
            buffer.writeStaticString("\r\n")
            context.write(wrapOutboundOut(buffer), promise: promise)
        case .body(let body): writeChunk(body, context, promise)
        case .end:
            if isChunked { context.write(wrapOutboundOut(ByteBuffer(string: "0\r\n\r\n")), promise: promise) }
            answered()
        case .close(let lingers): close(context, lingers: lingers)
        }
    }

    private func writeWhole(
        _ head: ResponseHead, _ body: ByteBuffer?, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?
    ) {
        let size = body?.readableBytes ?? 0
        var buffer = beginning(head, context, capacity: 512 + (size <= Self.copiedSize ? size : 0))
        if head.status.code != 204, head.status.code != 304, head.fields.value(of: .contentLength) == nil {
            buffer.writeStaticString("content-length: ")
            buffer.writeString(String(size))
            buffer.writeStaticString("\r\n")
        }
        buffer.writeStaticString("\r\n")
        guard var body, size > 0 else { return context.write(wrapOutboundOut(buffer), promise: promise) }
        if size <= Self.copiedSize {
            buffer.writeBuffer(&body)
            context.write(wrapOutboundOut(buffer), promise: promise)
        } else {
            context.write(wrapOutboundOut(buffer), promise: nil)
            context.write(wrapOutboundOut(body), promise: promise)
        }
    }

    private func beginning(_ head: ResponseHead, _ context: ChannelHandlerContext, capacity: Int) -> ByteBuffer {
        var buffer = context.channel.allocator.buffer(capacity: capacity)
        buffer.write(head.status, head.fields)
        let exchange = exchanges.first
        if head.closes || exchange?.keepsAlive != true {
            buffer.writeStaticString("connection: close\r\n")
        } else if exchange?.isHTTP10 == true {
            buffer.writeStaticString("connection: keep-alive\r\n")
        }
        return buffer
    }

    private func writeChunk(_ body: ByteBuffer, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        guard isChunked else { return context.write(wrapOutboundOut(body), promise: promise) }
        var body = body
        let size = body.readableBytes
        var buffer = context.channel.allocator.buffer(capacity: 20 + (size <= Self.copiedSize ? size : 0))
        buffer.writeString(String(size, radix: 16))
        buffer.writeStaticString("\r\n")
        if size <= Self.copiedSize {
            buffer.writeBuffer(&body)
        } else {
            context.write(wrapOutboundOut(buffer), promise: nil)
            context.write(wrapOutboundOut(body), promise: nil)
            buffer = context.channel.allocator.buffer(capacity: 2)
        }
        buffer.writeStaticString("\r\n")
        context.write(wrapOutboundOut(buffer), promise: promise)
    }

    private func answered() {
        if !exchanges.isEmpty { exchanges.removeFirst() }
        isChunked = false
        settle()
    }

    /// The next request may come late, once the last one is read and answered.
    private func settle() {
        guard exchanges.isEmpty, !isReadingBody, !hasFailed, watch.phase == .answering else { return }
        watch.phase = .idle
    }

    /// Ends the connection behind what was written.
    private func close(_ context: ChannelHandlerContext, lingers: Bool) {
        hasFailed = true
        watch.phase = lingers ? .lingering : .answering
        // A connection that is closed at once would take with it what is not sent yet.
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [timeouts] _ in
            guard lingers else { return context.close(promise: nil) }
            // Closing while bytes come in would have the system throw the answer away at the client's end. What comes is
            // read and dropped until the client closes as well, for a while.
            context.close(mode: .output, promise: nil)
            let channel = context.channel
            context.eventLoop.scheduleTask(in: TimeAmount(timeouts.linger)) { channel.close(promise: nil) }
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: promise)
    }
}

extension ByteBuffer {
    /// Writes a status line and fields.
    fileprivate mutating func write(_ status: HTTPResponse.Status, _ fields: HTTPFields) {
        if status == .ok {
            writeStaticString("HTTP/1.1 200 OK\r\n")
        } else {
            writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
        }
        for field in fields {
            writeString(field.name.rawName)
            writeStaticString(": ")
            writeString(field.value)
            writeStaticString("\r\n")
        }
    }
}
