import NIOCore

/// How long clients may take.
///
/// A connection's clock is looked at in intervals of the shortest of these, and twice before it ends, so each may be
/// exceeded by twice as much.
public struct HTTPTimeouts: Sendable, Hashable {
    /// How long a connection may stay silent between requests; then it is closed. `idle.timeout.ms`.
    public var idle = Duration.seconds(60)
    /// How long the head of a request may take from its first byte on, and the encryption's handshake; then a 408.
    /// `request.header.timeout.ms`.
    public var head = Duration.seconds(10)
    /// How long a client may send nothing of a body that is waited for; then a 408. `request.body.timeout.ms`.
    public var body = Duration.seconds(30)
    /// How long a client may take nothing of an answer that is there for it; then the connection is closed.
    /// `response.write.timeout.ms`.
    public var write = Duration.seconds(30)
    /// How long a client that is still sending has to read why it was refused.
    public var linger = Duration.seconds(2)

    /// Creates the limits that services have when nothing else is said.
    public init() {}

    /// How often the clock is looked at.
    var interval: TimeAmount { TimeAmount(min(idle, head, body, write)) }
}
