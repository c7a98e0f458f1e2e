import NIOCore
import NIOWebSocket

/// A WebSocket, as its route has it.
///
/// ```swift
/// routes.add(webSocket: "/echo") { request, connection in
///     for try await message in connection.messages { try await connection.send(message) }
/// }
/// ```
///
/// Both ways have back-pressure: the client is read from only as fast as messages are taken, and ``send(_:)`` waits while
/// the client is slow. Pings are answered, and sent after a silence; a client that answers none is gone. Safe to use from
/// any task; messages are taken by one at a time.
public final class WebSocketConnection: Sendable {
    private let handle: WebSocketHandle

    /// The subprotocol that was agreed on.
    public let subprotocol: String?

    init(_ handle: WebSocketHandle, subprotocol: String?) {
        self.handle = handle
        self.subprotocol = subprotocol
    }

    /// What the client sends; ends when it closes.
    public var messages: Messages { Messages(pipe: handle.messages) }

    /// Sends a message; waits while the client is slow.
    ///
    /// - Throws: ``WebSocketError`` once the connection has ended.
    public func send(_ message: WebSocketMessage) async throws {
        let frame =
            switch message {
            case .text(let text): WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text))
            case .binary(let bytes): WebSocketFrame(fin: true, opcode: .binary, data: ByteBuffer(bytes: bytes))
            }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            handle.onLoop { session in
                guard let session else { return continuation.resume(throwing: WebSocketError.gone) }
                session.send(frame, continuation)
            }
        }
    }

    /// Sends a text; waits while the client is slow.
    ///
    /// - Throws: ``WebSocketError`` once the connection has ended.
    public func send(text: String) async throws { try await send(.text(text)) }

    /// Tells the client that the connection ends; messages come until it says so as well.
    ///
    /// - Parameter reason: For people; 123 bytes of it are sent at most.
    public func close(_ code: WebSocketCloseCode = .normal, reason: String = "") {
        handle.onLoop { $0?.close(code, reason) }
    }

    /// Closes, and takes no messages any more.
    func end(_ code: WebSocketCloseCode, _ reason: String) {
        handle.messages.abandon()
        close(code, reason: reason)
    }

    /// What a client sends, message by message.
    ///
    /// Going through them throws ``WebSocketError`` when the client breaks the protocol or a bound, is silent for too long,
    /// or is gone without a word.
    public struct Messages: AsyncSequence, Sendable {
        /// A message.
        public typealias Element = WebSocketMessage

        let pipe: BoundedPipe<WebSocketMessage>

        /// Goes on with the messages that have not been taken.
        public func makeAsyncIterator() -> Iterator { Iterator(pipe: pipe) }

        /// Takes messages.
        public struct Iterator: AsyncIteratorProtocol {
            let pipe: BoundedPipe<WebSocketMessage>

            /// The next message; waits for it.
            ///
            /// - Returns: `nil` once the client has closed.
            public mutating func next() async throws -> WebSocketMessage? { try await pipe.next() }
        }
    }
}

/// What other threads have of a ``WebSocketSession``: its messages, and a way to its event loop.
final class WebSocketHandle: Sendable {
    let messages: BoundedPipe<WebSocketMessage>
    private let eventLoop: any EventLoop
    private let session: NIOLoopBoundBox<WeakSession>

    /// A session, as long as its connection has it.
    private struct WeakSession {
        weak var session: WebSocketSession?
    }

    /// Creates what belongs to a session. On the event loop.
    init(_ eventLoop: any EventLoop, capacity: Int) {
        let session = NIOLoopBoundBox(WeakSession(), eventLoop: eventLoop)
        self.eventLoop = eventLoop
        self.session = session
        messages = BoundedPipe(capacity: capacity) {
            eventLoop.execute { session.value.session?.hasRoom() }
        }
    }

    /// Makes the session known. On the event loop.
    func attach(_ session: WebSocketSession) { self.session.value.session = session }

    /// Does something with the session, in the order in which it is asked to.
    func onLoop(_ body: @escaping @Sendable (WebSocketSession?) -> Void) {
        if eventLoop.inEventLoop {
            body(session.value.session)
        } else {
            eventLoop.execute { [session] in body(session.value.session) }
        }
    }
}
