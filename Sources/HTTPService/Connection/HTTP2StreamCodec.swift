import HTTPTypes
import NIOCore
import NIOHPACK
import NIOHTTP2

/// One stream of HTTP/2, which is one request and its answer.
///
/// The library keeps the rules of the protocol (pseudo header fields, lengths, flow control); here a stream whose client
/// sends or takes nothing for too long ends. On the connection's event loop only.
final class HTTP2StreamCodec: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = RequestPart
    typealias OutboundIn = ResponsePart
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let limits: HTTPLimits
    private let timeouts: HTTPTimeouts
    private var hasHead = false
    private var isReading = false
    private var isReadWanted = false
    private var lastRead = NIODeadline.now()
    /// Frames on their way to the client.
    private var underWay = 0
    private var lastProgress = NIODeadline.now()
    private var isSuspect = false
    private var timer: Scheduled<Void>?

    init(limits: HTTPLimits, timeouts: HTTPTimeouts) {
        self.limits = limits
        self.timeouts = timeouts
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }

    // MARK: In

    func read(context: ChannelHandlerContext) {
        if !isReadWanted { lastRead = .now() }
        isReadWanted = true
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReadWanted = false
        lastRead = .now()
        switch unwrapInboundIn(data) {
        case .headers(let content):
            if !hasHead { begin(content, context) }
            if content.endStream { end(context) }
        case .data(let content):
            if case .byteBuffer(let buffer) = content.data, buffer.readableBytes > 0, isReading {
                context.fireChannelRead(wrapInboundOut(.body(buffer)))
            }
            if content.endStream { end(context) }
        default: break
        }
    }

    private func begin(_ content: HTTP2Frame.FramePayload.Headers, _ context: ChannelHandlerContext) {
        hasHead = true
        isReading = true
        do throws(ServiceError) {
            let head = try RequestHead(content.headers, endsStream: content.endStream, limits: limits)
            context.fireChannelRead(wrapInboundOut(.head(head)))
        } catch {
            isReading = false
            context.fireChannelRead(wrapInboundOut(.failed(error)))
        }
        if !content.endStream { arm(context) }
    }

    private func end(_ context: ChannelHandlerContext) {
        guard isReading else { return }
        isReading = false
        context.fireChannelRead(wrapInboundOut(.end))
    }

    // MARK: Out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .goOn: writeHead(ResponseHead(status: .continue, fields: [:]), ends: false, context)
        case .switching: preconditionFailure("a stream of HTTP/2 becomes no other protocol")
        case .whole(var head, let body):
            let size = body?.readableBytes ?? 0
            if head.status.code != 204, head.status.code != 304, head.fields.value(of: .contentLength) == nil {
                head.fields[.contentLength] = String(size)
            }
            writeHead(head, ends: size == 0, context)
            if let body, size > 0 { writeData(body, ends: true, context) }
        case .head(let head): writeHead(head, ends: false, context)
        case .body(let body): writeData(body, ends: false, context)
        case .end: writeData(ByteBuffer(), ends: true, context)
        case .close(let lingers):
            // The answer is whole; the rest of the request is of no use.
            if lingers { context.writeAndFlush(wrapOutboundOut(.rstStream(.noError)), promise: nil) }
        }
        promise?.succeed()
    }

    private func writeHead(_ head: ResponseHead, ends: Bool, _ context: ChannelHandlerContext) {
        var headers = HPACKHeaders()
        headers.add(name: ":status", value: String(head.status.code))
        for field in head.fields where field.name != .connection {
            headers.add(name: field.name.canonicalName, value: field.value)
        }
        context.write(wrapOutboundOut(.headers(.init(headers: headers, endStream: ends))), promise: nil)
    }

    private func writeData(_ body: ByteBuffer, ends: Bool, _ context: ChannelHandlerContext) {
        let promise = context.eventLoop.makePromise(of: Void.self)
        if underWay == 0 { lastProgress = .now() }
        underWay += 1
        promise.futureResult.assumeIsolated().whenComplete { _ in
            self.underWay -= 1
            self.lastProgress = .now()
        }
        context.write(wrapOutboundOut(.data(.init(data: .byteBuffer(body), endStream: ends))), promise: promise)
        arm(context)
    }

    // MARK: Time

    private func arm(_ context: ChannelHandlerContext) {
        guard timer == nil, context.channel.isActive else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: timeouts.interval) {
            let (codec, context) = bound.value
            codec.timer = nil
            codec.look(context)
        }
    }

    private func look(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        let isStuck = underWay > 0 && now - lastProgress >= TimeAmount(timeouts.write)
        let isLate = isReading && isReadWanted && now - lastRead >= TimeAmount(timeouts.body)
        // As with HTTP/1.1 it takes two looks.
        if isSuspect, isStuck { return context.close(promise: nil) }
        if isSuspect, isLate {
            isReading = false
            let error = ServiceError(.requestTimeout, "HTTP 408 Request Timeout: the body did not come in time")
            context.fireChannelRead(wrapInboundOut(.failed(error)))
        }
        isSuspect = isStuck || isLate
        if isReading || underWay > 0 { arm(context) }
    }
}

extension RequestHead {
    /// Takes a head from the library, which has looked at its form.
    init(_ headers: HPACKHeaders, endsStream: Bool, limits: HTTPLimits) throws(ServiceError) {
        var method: String?
        var target = ""
        var authority: String?
        var host: String?
        var fields = HTTPFields()
        fields.reserveCapacity(headers.count)
        for (name, value, _) in headers {
            switch name {
            case ":method": method = value
            case ":path": target = value
            case ":authority": authority = value
            case "host": host = value
            default:
                if name.utf8.first == UInt8(ascii: ":") { continue }
                guard let name = HTTPField.Name(name) else {
                    throw ServiceError(.badRequest, "A header field has a name with characters that none may have")
                }
                fields.append(HTTPField(name: name, value: value))
            }
        }
        guard let method = method.flatMap({ HTTPRequest.Method($0) }) else {
            throw ServiceError(.badRequest, "The method of the request is none")
        }
        try Self.check(target: target, of: method, limit: limits.targetSize)
        let length = fields[.contentLength].flatMap { Int($0) }
        self.init(
            method: method, target: target, authority: authority ?? host, fields: fields,
            contentLength: endsStream ? 0 : length, hasBody: !endsStream, keepsAlive: true)
    }
}
