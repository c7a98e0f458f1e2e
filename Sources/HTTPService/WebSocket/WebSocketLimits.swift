/// The bounds of a WebSocket.
public struct WebSocketLimits: Sendable, Hashable {
    /// The most bytes of a message, its fragments together; more ends the connection with 1009.
    public var messageSize = 1 << 20
    /// The most fragments of a message; more ends the connection with 1008.
    public var fragmentCount = 1024
    /// How many bytes of messages wait for the route before the connection is read from no further. One message and one
    /// read of the socket may lie there beyond that.
    public var waitingSize = 256 * 1024
    /// After how long a silence the client is asked whether it is there, and how long it has to answer.
    public var pingInterval = Duration.seconds(30)
    /// How long the client has to say that it closes as well.
    public var closeTimeout = Duration.seconds(5)

    /// Creates the bounds that routes have when nothing else is said.
    public init() {}
}
