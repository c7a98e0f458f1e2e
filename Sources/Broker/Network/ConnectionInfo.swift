/// What is known of a connection from its first byte.
struct ConnectionInfo: Sendable {
    /// Who the client is; `User:ANONYMOUS` on a plain listener.
    var principal: Principal
    /// The listener that it came in by; Metadata answers with that listener's address.
    var listener: String
    /// Where it comes from, for the log.
    var remoteAddress: String
}
