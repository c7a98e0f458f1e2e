import NIOCore

/// What a request's task sends its answer with: brings each bit to the connection's event loop and waits for room.
///
/// For the one task of a request.
struct ResponseSender: Sendable {
    private let handler: NIOLoopBound<ExchangeHandler>

    init(_ handler: NIOLoopBound<ExchangeHandler>) { self.handler = handler }

    /// Sends a whole answer.
    func send(_ response: FinishedResponse) {
        guard handler.eventLoop.inEventLoop else { return onLoop { $0.respond(response) } }
        handler.value.respond(response)
    }

    /// Sends the head of an answer that comes bit by bit.
    ///
    /// - Throws: `ChannelError` when the client has gone.
    func begin(_ head: ResponseHead) async throws {
        let isThere =
            if handler.eventLoop.inEventLoop {
                handler.value.begin(head)
            } else {
                try await handler.eventLoop.submit { [handler] in handler.value.begin(head) }.get()
            }
        guard isThere else { throw ChannelError.ioOnClosedChannel }
    }

    /// Sends a bit of an answer; waits while the client is slow.
    ///
    /// - Throws: `ChannelError` when the client has gone.
    func send(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        let buffer = ByteBuffer(bytes: bytes)
        let hasRoom: Bool? =
            if handler.eventLoop.inEventLoop {
                handler.value.sendNow(buffer)
            } else {
                try await handler.eventLoop.submit { [handler] in handler.value.sendNow(buffer) }.get()
            }
        guard let hasRoom else { throw ChannelError.ioOnClosedChannel }
        guard !hasRoom else {
            // A writer that never has to wait leaves the thread to others all the same.
            if handler.eventLoop.inEventLoop { await Task.yield() }
            return
        }
        try await withCheckedThrowingContinuation { continuation in onLoop { $0.awaitRoom(continuation) } }
    }

    /// Ends an answer that came bit by bit.
    func finish() { onLoop { $0.finish() } }

    /// Cuts off an answer that came bit by bit.
    func cutOff() { onLoop { $0.cutOff() } }

    private func onLoop(_ body: @escaping @Sendable (ExchangeHandler) -> Void) {
        if handler.eventLoop.inEventLoop {
            body(handler.value)
        } else {
            handler.eventLoop.execute { [handler] in body(handler.value) }
        }
    }
}
