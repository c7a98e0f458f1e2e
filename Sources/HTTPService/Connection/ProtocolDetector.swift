import NIOCore

/// Finds out which HTTP a client speaks that does not say so in the encryption's handshake.
///
/// A client that knows of HTTP/2 begins with 24 bytes that are no request of HTTP/1.1 (RFC 9113 section 3.4). The first
/// byte that differs decides. On the connection's event loop only.
final class ProtocolDetector: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// What is spoken on a connection.
    enum Version { case http1, http2 }

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    private let install: (Version, ChannelHandlerContext) throws -> Void
    private var received = ByteBuffer()
    private var isDone = false

    /// Creates a detector.
    ///
    /// - Parameter install: Adds the handlers for a version at the end of the pipeline.
    init(install: @escaping (Version, ChannelHandlerContext) throws -> Void) { self.install = install }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return context.fireChannelRead(data) }
        var buffer = unwrapInboundIn(data)
        if received.readableBytes == 0 { swap(&received, &buffer) } else { received.writeBuffer(&buffer) }
        guard let version = Self.version(of: received) else { return }
        isDone = true
        do {
            try install(version, context)
        } catch {
            return context.close(promise: nil)
        }
        context.fireChannelRead(wrapInboundOut(received))
        received = ByteBuffer()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Nobody is to be answered yet.
        if !isDone, event is ChannelShouldQuiesceEvent || (event as? ChannelEvent) == .inputClosed {
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// What the first bytes of a connection say; `nil` when they may still become either.
    static func version(of received: ByteBuffer) -> Version? {
        for (byte, expected) in zip(received.readableBytesView, preface) where byte != expected { return .http1 }
        return received.readableBytes < preface.count ? nil : .http2
    }
}
