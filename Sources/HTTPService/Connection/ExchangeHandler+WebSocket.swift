import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOWebSocket

extension ExchangeHandler {
    /// Makes the connection a WebSocket: answers 101, puts the handlers of the protocol in the place of the parser, and
    /// starts the route's task.
    func upgrade(_ route: WebSocketRoute, _ fields: HTTPFields) {
        guard let context, let request = current?.request else { return }
        context.writeAndFlush(wrapOutboundOut(.switching(fields)), promise: nil)
        // The parser calls this from its own work and cannot be taken out in the middle of it. It takes no bytes any more
        // behind a request like this one, and hands on those that have come.
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let subprotocol = fields[.secWebSocketProtocol]
        context.eventLoop.execute {
            let (handler, context) = bound.value
            guard handler.context != nil else { return }
            do {
                let session = WebSocketSession(
                    route.limits, linger: handler.exchange.configuration.timeouts.linger, on: context.eventLoop)
                let pipeline = context.pipeline.syncOperations
                let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
                let frames = ByteToMessageHandler(
                    WebSocketFrameDecoder(maxFrameSize: max(125, route.limits.messageSize)))
                try pipeline.addHandlers([frames, WebSocketFrameEncoder(), session], position: .after(parser))
                pipeline.removeHandler(parser, promise: nil)
                let connection = WebSocketConnection(session.handle, subprotocol: subprotocol)
                handler.run(route, request, connection)
            } catch {
                context.close(promise: nil)
            }
        }
    }

    private func run(_ route: WebSocketRoute, _ request: ServiceRequest, _ connection: WebSocketConnection) {
        let exchange = exchange
        current?.task = tasks.run(on: executor) {
            await exchange.run(route, request, connection)
        }
    }
}
