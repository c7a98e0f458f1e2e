import NIOCore
import RecordFormat

/// Hands a channel's frames, and its end, to its connection.
final class SocketConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: SocketConnection
    private var assembler: FrameAssembler
    private var failure: (any Error)?

    init(connection: SocketConnection, limit: Int) {
        self.connection = connection
        assembler = FrameAssembler(limit: limit)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            try unwrapInboundIn(data).withUnsafeReadableBytes { bytes in
                try assembler.consume(bytes) { connection.receive($0, from: context.channel) }
            }
        } catch {
            errorCaught(context: context, error: error)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failure = failure ?? error
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.channelClosed(context.channel, error: failure)
    }
}
