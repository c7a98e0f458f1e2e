import NIOCore
import NIOWebSocket

/// Puts messages together from frames, within bounds. No I/O.
struct WebSocketAssembler {
    /// What a frame brings.
    enum Event: Equatable {
        /// More frames are needed.
        case nothing
        case message(WebSocketMessage)
        case ping(ByteBuffer)
        case pong
        case close(WebSocketCloseCode, reason: String)
    }

    private let limits: WebSocketLimits
    private var isText = false
    private var fragments: ByteBuffer?
    private var count = 0

    init(_ limits: WebSocketLimits) { self.limits = limits }

    /// Takes a frame.
    ///
    /// - Throws: ``WebSocketError`` with the code that the connection ends with.
    mutating func receive(_ frame: WebSocketFrame) throws(WebSocketError) -> Event {
        guard frame.maskKey != nil else { throw WebSocketError(.protocolError, "A client's frames are masked") }
        guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            throw WebSocketError(.protocolError, "No extension was agreed on")
        }
        switch frame.opcode {
        case .ping: return .ping(frame.unmaskedData)
        case .pong: return .pong
        case .connectionClose: return try Self.close(frame.unmaskedData)
        case .text, .binary:
            guard fragments == nil else {
                throw WebSocketError(.protocolError, "A message began inside of another one")
            }
            isText = frame.opcode == .text
            fragments = ByteBuffer()
            count = 0
            return try add(frame)
        case .continuation:
            guard fragments != nil else { throw WebSocketError(.protocolError, "A fragment belongs to no message") }
            return try add(frame)
        default: throw WebSocketError(.protocolError, "A frame is of a kind that is not known")
        }
    }

    private mutating func add(_ frame: WebSocketFrame) throws(WebSocketError) -> Event {
        let data = frame.unmaskedData
        count += 1
        guard count <= limits.fragmentCount else {
            throw WebSocketError(.policyViolation, "A message may have \(limits.fragmentCount) fragments at most")
        }
        guard (fragments?.readableBytes ?? 0) + data.readableBytes <= limits.messageSize else {
            throw Self.tooLarge(limits)
        }
        guard frame.fin else {
            fragments?.writeImmutableBuffer(data)
            return .nothing
        }
        let isWhole = count == 1
        if !isWhole { fragments?.writeImmutableBuffer(data) }
        let whole = isWhole ? data : fragments ?? data
        fragments = nil
        guard isText else { return .message(.binary(Array(whole.readableBytesView))) }
        guard let text = String(validating: whole.readableBytesView, as: UTF8.self) else {
            throw WebSocketError(.inconsistentData, "A text is not UTF-8")
        }
        return .message(.text(text))
    }

    static func tooLarge(_ limits: WebSocketLimits) -> WebSocketError {
        WebSocketError(.messageTooLarge, "A message may have \(limits.messageSize) bytes at most")
    }

    private static func close(_ data: ByteBuffer) throws(WebSocketError) -> Event {
        var data = data
        guard data.readableBytes > 0 else { return .close(.none, reason: "") }
        guard let number = data.readInteger(as: UInt16.self), WebSocketCloseCode(rawValue: number).isSendable,
            let reason = String(validating: data.readableBytesView, as: UTF8.self)
        else {
            throw WebSocketError(.protocolError, "A close frame has no code that may be sent, or no text behind it")
        }
        return .close(WebSocketCloseCode(rawValue: number), reason: reason)
    }
}
