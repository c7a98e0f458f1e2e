import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOSSL
import NIOTLS

/// Puts together the handlers of a connection.
///
/// ```
/// ConnectionWatch ─ [TLS ─ ALPN | ProtocolDetector] ─┬─ HTTP/1.1 parser ─ HTTP1Codec ─ ExchangeHandler
///                                                    └─ HTTP/2 ─ per stream: HTTP2StreamCodec ─ ExchangeHandler
/// ```
struct ConnectionPipeline: Sendable {
    let exchange: HTTPExchange
    /// What https listeners show; `nil` for http.
    let tls: NIOSSLContext?
    /// Where tasks of a connection run, for each event loop.
    let executors: [ObjectIdentifier: LoopTaskExecutor]

    private var configuration: HTTPService.Configuration { exchange.configuration }

    /// Sets a connection up. On its event loop.
    func install(in channel: any Channel, tasks: RequestTasks) throws {
        let watch = ConnectionWatch(configuration.timeouts)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(watch)
        if let tls {
            try pipeline.addHandler(NIOSSLServerHandler(context: tls))
            let end = HandshakeEnd()
            let bound = NIOLoopBound((watch, end), eventLoop: channel.eventLoop)
            try pipeline.addHandler(
                ApplicationProtocolNegotiationHandler { result, channel in
                    channel.eventLoop.makeCompletedFuture {
                        let (watch, end) = bound.value
                        watch.phase = .idle
                        let version: ProtocolDetector.Version = result == .negotiated("h2") ? .http2 : .http1
                        try install(version, channel, watch, tasks)
                        channel.pipeline.syncOperations.removeHandler(end, promise: nil)
                    }
                })
            try pipeline.addHandler(end)
        } else if configuration.isHTTP2Enabled {
            try pipeline.addHandler(
                ProtocolDetector { version, context in try install(version, context.channel, watch, tasks) })
        } else {
            try install(.http1, channel, watch, tasks)
        }
    }

    private func install(
        _ version: ProtocolDetector.Version, _ channel: any Channel, _ watch: ConnectionWatch, _ tasks: RequestTasks
    ) throws {
        switch version {
        case .http1: try installHTTP1(channel, watch, tasks)
        case .http2: try installHTTP2(channel, watch, tasks)
        }
    }

    private func installHTTP1(_ channel: any Channel, _ watch: ConnectionWatch, _ tasks: RequestTasks) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = configuration.limits.headerSize
        limits.maxHeaderListSize = configuration.limits.headerSize
        limits.maxHeaderFieldCount = configuration.limits.headerCount
        let parser = ByteToMessageHandler(
            HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits),
            // Behind a request for another protocol the parser keeps what comes.
            maximumBufferSize: configuration.limits.headerSize + 256 * 1024)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(parser)
        try pipeline.addHandler(
            HTTP1Codec(limits: configuration.limits, timeouts: configuration.timeouts, watch: watch))
        try pipeline.addHandler(handler(channel, tasks, isHTTP1: true))
    }

    private func handler(_ channel: any Channel, _ tasks: RequestTasks, isHTTP1: Bool) -> ExchangeHandler {
        let executor = configuration.runsOnEventLoops ? executors[ObjectIdentifier(channel.eventLoop)] : nil
        return ExchangeHandler(exchange: exchange, tasks: tasks, executor: executor, isHTTP1: isHTTP1)
    }

    private func installHTTP2(_ channel: any Channel, _ watch: ConnectionWatch, _ tasks: RequestTasks) throws {
        watch.phase = .multiplexed
        // Only a client that has gone ends its half of such a connection.
        try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
        let manager = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(
                maxIdleTime: TimeAmount(configuration.timeouts.idle), maxAge: nil, maxGraceTime: nil,
                // A client that has gone without a word is found out.
                keepalive: .init(
                    pingInterval: TimeAmount(configuration.timeouts.idle),
                    ackTimeout: TimeAmount(configuration.timeouts.write))))
        let multiplexer = NIOHTTP2Handler(
            mode: .server, eventLoop: channel.eventLoop, connectionConfiguration: connectionSettings,
            streamConfiguration: streamSettings, streamDelegate: manager.http2StreamDelegate
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let pipeline = stream.pipeline.syncOperations
                try pipeline.addHandler(
                    HTTP2StreamCodec(limits: configuration.limits, timeouts: configuration.timeouts))
                try pipeline.addHandler(handler(stream, tasks, isHTTP1: false))
            }
        }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(multiplexer)
        try pipeline.addHandler(manager)
        // The connection has been active for long, and nobody else tells the handler to begin with its timers.
        manager.channelActive(context: try pipeline.context(handler: manager))
    }

    /// What the library bounds by itself stays as it is: resets of streams (200 in 30 s), streams that fail (200 in 30 s),
    /// PING, SETTINGS and PRIORITY frames (200 in 30 s), CONTINUATION frames of one head (5), empty DATA frames (1).
    private var connectionSettings: NIOHTTP2Handler.ConnectionConfiguration {
        var settings = NIOHTTP2Handler.ConnectionConfiguration()
        settings.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: configuration.limits.concurrentStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: configuration.limits.headerSize),
        ]
        settings.maximumBufferedControlFrames = 1000
        settings.targetWindowSize = 1 << 20
        return settings
    }

    private var streamSettings: NIOHTTP2Handler.StreamConfiguration {
        var settings = NIOHTTP2Handler.StreamConfiguration()
        settings.outboundBufferSizeHighWatermark = 64 * 1024
        settings.outboundBufferSizeLowWatermark = 32 * 1024
        return settings
    }
}

/// The end of a pipeline whose protocol is not known yet: there is nobody to be told what goes wrong.
private final class HandshakeEnd: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent || (event as? ChannelEvent) == .inputClosed {
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }
}
