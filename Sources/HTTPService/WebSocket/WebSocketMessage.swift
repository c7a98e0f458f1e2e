/// A message on a WebSocket, put together from its fragments.
public enum WebSocketMessage: Sendable, Hashable {
    /// Text, which is known to be UTF-8.
    case text(String)
    /// Bytes.
    case binary([UInt8])

    /// How many bytes it has.
    public var size: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .binary(let bytes): bytes.count
        }
    }

    /// Its bytes, of text in UTF-8.
    public var bytes: [UInt8] {
        switch self {
        case .text(let text): Array(text.utf8)
        case .binary(let bytes): bytes
        }
    }
}

/// Why a WebSocket ends, as its close frame says (RFC 6455 section 7.4).
public struct WebSocketCloseCode: RawRepresentable, Sendable, Hashable {
    /// The number.
    public let rawValue: UInt16

    /// Creates a code.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// What it was opened for is done.
    public static let normal = WebSocketCloseCode(rawValue: 1000)
    /// The server stops, or the page was left.
    public static let goingAway = WebSocketCloseCode(rawValue: 1001)
    /// Frames that the protocol does not know.
    public static let protocolError = WebSocketCloseCode(rawValue: 1002)
    /// A kind of message that is not taken, such as binary where there has to be text.
    public static let unacceptableData = WebSocketCloseCode(rawValue: 1003)
    /// A close frame without a code came.
    public static let none = WebSocketCloseCode(rawValue: 1005)
    /// The connection broke off.
    public static let abnormal = WebSocketCloseCode(rawValue: 1006)
    /// A message that is not what it is said to be, such as text that is not UTF-8.
    public static let inconsistentData = WebSocketCloseCode(rawValue: 1007)
    /// What was asked for is refused.
    public static let policyViolation = WebSocketCloseCode(rawValue: 1008)
    /// A message beyond the bound.
    public static let messageTooLarge = WebSocketCloseCode(rawValue: 1009)
    /// The server failed.
    public static let unexpectedError = WebSocketCloseCode(rawValue: 1011)
    /// The server has too much to do; the client may come back later.
    public static let tryAgainLater = WebSocketCloseCode(rawValue: 1013)

    /// Whether it may stand in a frame.
    var isSendable: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

/// Why a WebSocket has ended in another way than by the client's wish.
public struct WebSocketError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What the client was told, or would have been.
    public let code: WebSocketCloseCode
    /// What happened.
    public let message: String

    init(_ code: WebSocketCloseCode, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The value as text, for logs and messages.
    public var description: String { "\(message) (\(code.rawValue))" }

    static let gone = WebSocketError(.abnormal, "The connection is closed")
}
