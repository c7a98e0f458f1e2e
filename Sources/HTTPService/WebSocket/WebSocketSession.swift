import NIOCore
import NIOWebSocket

/// A WebSocket on its connection: frames in and out, pings, and the end.
///
/// Stands between the frames' codec and what is left of HTTP's handlers, to which it hands on no bytes. The socket is read
/// from only while messages are taken and answers to pings go out. On the connection's event loop only.
final class WebSocketSession: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = Never
    typealias OutboundIn = Never
    typealias OutboundOut = WebSocketFrame

    private enum State {
        case open
        /// Our close frame is sent, the client's not yet here.
        case closing
        case closed
    }

    private let limits: WebSocketLimits
    private let linger: Duration
    /// What other threads have of this.
    let handle: WebSocketHandle
    private var assembler: WebSocketAssembler
    private var state = State.open
    private var isFull = false
    private var isReadHeld = false
    private var hasHeard = true
    private var isAsked = false
    private var writers: [CheckedContinuation<Void, any Error>] = []
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(_ limits: WebSocketLimits, linger: Duration, on eventLoop: any EventLoop) {
        self.limits = limits
        self.linger = linger
        assembler = WebSocketAssembler(limits)
        handle = WebSocketHandle(eventLoop, capacity: limits.waitingSize)
        handle.attach(self)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        scheduleLook(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard state != .closed else { return }
        hasHeard = true
        do throws(WebSocketError) {
            switch try assembler.receive(unwrapInboundIn(data)) {
            case .nothing: break
            case .message(let message):
                // An empty message has a weight as well: a client may send nothing else.
                if !handle.messages.push(message, weight: message.size + 64) { isFull = true }
            case .ping(let data):
                if state == .open { send(WebSocketFrame(fin: true, opcode: .pong, data: data)) }
            case .pong: isAsked = false
            case .close(let code, _): clientCloses(code, context)
            }
        } catch {
            fail(error)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error as? NIOWebSocketError {
        case .invalidFrameLength: fail(WebSocketAssembler.tooLarge(limits))
        case .fragmentedControlFrame, .multiByteControlFrameLength:
            fail(WebSocketError(.protocolError, "A control frame is in one piece and has 125 bytes at most"))
        case nil: context.close(promise: nil)
        }
    }

    func read(context: ChannelHandlerContext) {
        // Who does not read answers to its pings may send no more of them.
        if isFull || !context.channel.isWritable { isReadHeld = true } else { context.read() }
    }

    private func readOn() {
        guard isReadHeld, !isFull, let context, context.channel.isWritable else { return }
        isReadHeld = false
        context.read()
    }

    func hasRoom() {
        isFull = false
        readOn()
    }

    private func clientCloses(_ code: WebSocketCloseCode, _ context: ChannelHandlerContext) {
        let answer = state == .open ? closeFrame(code == .none ? .normal : code, "") : nil
        state = .closed
        handle.messages.finish()
        releaseWriters(throwing: .gone)
        closeConnection(behind: answer, lingers: false)
    }

    // MARK: Out

    /// Sends a message, and tells when there is room for another one.
    func send(_ frame: WebSocketFrame, _ continuation: CheckedContinuation<Void, any Error>) {
        guard state == .open, let context else { return continuation.resume(throwing: WebSocketError.gone) }
        send(frame)
        if context.channel.isWritable { continuation.resume() } else { writers.append(continuation) }
    }

    private func send(_ frame: WebSocketFrame) {
        context?.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    private func closeFrame(_ code: WebSocketCloseCode, _ reason: String) -> WebSocketFrame {
        var data = ByteBuffer()
        data.writeInteger(code.rawValue)
        // A control frame has 125 bytes at most, and no half of a character in them.
        var text = reason
        while text.utf8.count > 123 { text.removeLast() }
        data.writeString(text)
        return WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            releaseWriters(throwing: nil)
            readOn()
        }
        context.fireChannelWritabilityChanged()
    }

    private func releaseWriters(throwing error: WebSocketError?) {
        let waiting = writers
        writers = []
        for writer in waiting {
            if let error { writer.resume(throwing: error) } else { writer.resume() }
        }
    }

    // MARK: The end

    /// Says that the server closes, and waits for the client to say so as well, for a while.
    func close(_ code: WebSocketCloseCode, _ reason: String) {
        guard state == .open, let context else { return }
        send(closeFrame(code, reason))
        state = .closing
        // What comes until then is dropped once nobody takes it.
        let channel = context.channel
        context.eventLoop.scheduleTask(in: TimeAmount(limits.closeTimeout)) { channel.close(promise: nil) }
    }

    private func fail(_ error: WebSocketError) {
        guard state != .closed else { return }
        let frame = state == .open ? closeFrame(error.code, error.message) : nil
        state = .closed
        handle.messages.finish(throwing: error)
        releaseWriters(throwing: error)
        closeConnection(behind: frame, lingers: true)
    }

    /// Ends the connection once the last frame, if any, is sent.
    private func closeConnection(behind frame: WebSocketFrame?, lingers: Bool) {
        guard let context else { return }
        timer?.cancel()
        isFull = false
        guard let frame else { return context.close(promise: nil) }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [linger] _ in
            guard lingers else { return context.close(promise: nil) }
            // As with HTTP: what the client has under way would have the system throw our frame away.
            context.close(mode: .output, promise: nil)
            let channel = context.channel
            context.eventLoop.scheduleTask(in: TimeAmount(linger)) { channel.close(promise: nil) }
        }
        context.writeAndFlush(wrapOutboundOut(frame), promise: promise)
        readOn()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            close(.goingAway, "The server stops")
        } else if (event as? ChannelEvent) == .inputClosed {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        timer?.cancel()
        context = nil
        state = .closed
        handle.messages.finish(throwing: WebSocketError.gone)
        releaseWriters(throwing: .gone)
    }

    // MARK: Pings

    private func scheduleLook(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: TimeAmount(limits.pingInterval)) {
            let (session, context) = bound.value
            session.look(context)
        }
    }

    private func look(_ context: ChannelHandlerContext) {
        guard state == .open else { return }
        // What is not read from because of us cannot be heard.
        if hasHeard || isReadHeld {
            isAsked = false
        } else if isAsked {
            return fail(WebSocketError(.goingAway, "The client has not answered a ping"))
        } else {
            isAsked = true
            send(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()))
        }
        hasHeard = false
        scheduleLook(context)
    }
}
