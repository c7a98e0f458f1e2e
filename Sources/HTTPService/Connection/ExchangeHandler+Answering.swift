import HTTPTypes
import NIOCore

/// The way of an answer, from a request's task to the connection.
extension ExchangeHandler {
    /// Has a request answered by its route, in a task of its own.
    func start(_ match: RouteTable.Match, _ request: ServiceRequest) {
        guard let context else { return }
        let sender = ResponseSender(NIOLoopBound(self, eventLoop: context.eventLoop))
        let exchange = exchange
        current?.task = tasks.run(on: executor) {
            await exchange.answer(request, match, to: sender)
        }
    }

    /// Answers without asking a route.
    func refuse(_ error: ServiceError) {
        guard let request = current?.request else { return }
        respond(exchange.finished(error.response, for: request))
    }

    /// Sends a whole answer.
    func respond(_ response: FinishedResponse) {
        guard let current, current.answer == .awaited, context != nil else { return }
        var head = response.head
        leaveBody()
        // The rest of a body that comes without end is not waited for.
        if case .discarding = self.current?.intake, case .streaming = current.intake { self.current?.closes = true }
        head.closes = self.current?.closes == true || isLast
        self.current?.closes = head.closes
        self.current?.answer = .finished
        write(.whole(head, response.body))
        context?.flush()
        finishIfDone()
    }

    /// Sends the head of an answer that comes bit by bit.
    ///
    /// - Returns: Whether it went out.
    func begin(_ head: ResponseHead) -> Bool {
        guard let current, current.answer == .awaited, context != nil else { return false }
        var head = head
        head.closes = current.closes || isLast
        self.current?.answer = .begun
        write(.head(head))
        context?.flush()
        return true
    }

    /// Sends a bit of an answer.
    ///
    /// - Returns: Whether there is room for more right now; `nil` when the client has gone.
    func sendNow(_ buffer: ByteBuffer) -> Bool? {
        guard let context, current?.answer == .begun else { return nil }
        write(.body(buffer))
        context.flush()
        return context.channel.isWritable
    }

    /// Waits for room.
    func awaitRoom(_ continuation: CheckedContinuation<Void, any Error>) {
        guard let context else { return continuation.resume(throwing: ChannelError.ioOnClosedChannel) }
        if context.channel.isWritable { continuation.resume() } else { writers.append(continuation) }
    }

    /// Ends an answer that came bit by bit.
    func finish() {
        guard current?.answer == .begun else { return }
        leaveBody()
        current?.answer = .finished
        write(.end)
        context?.flush()
        finishIfDone()
    }

    /// Cuts an answer off: the client sees that it is not whole.
    func cutOff() {
        isClosing = true
        context?.close(promise: nil)
    }

    /// What the route has left of the body is dropped.
    private func leaveBody() {
        guard case .streaming(let pipe) = current?.intake else { return }
        current?.intake = .discarding(0)
        pipe.abandon()
    }

    /// Hands a part of an answer on.
    func write(_ part: ResponsePart) {
        context?.write(wrapOutboundOut(part), promise: nil)
    }
}
