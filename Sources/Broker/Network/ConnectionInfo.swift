import Synchronization

/// What is known of a connection, but for its software from its first byte.
struct ConnectionInfo: Sendable {
    /// Tells the connections of this process from each other.
    struct ID: Hashable, Sendable {
        private static let last = Atomic<UInt64>(0)

        private let number = last.add(1, ordering: .relaxed).newValue
    }

    let id = ID()
    /// Who the client is; `User:ANONYMOUS` on a plain listener.
    var principal: Principal
    /// The listener that it came in by; Metadata answers with that listener's address.
    var listener: String
    /// Where it comes from, for the log.
    var remoteAddress: String
    /// The port that it comes from.
    var remotePort = 0
    /// What it says that it is; known from its ApiVersions request on.
    var software = ClientSoftware.unknown
}
