/// The bounds of what a client may send, beside the size of a body.
public struct HTTPLimits: Sendable, Hashable {
    /// The most bytes of a request's path and query; more is a 414.
    public var targetSize = 16 * 1024
    /// The most bytes of a request's line and header fields together; more is a 431. `max.request.header.size`.
    public var headerSize = 32 * 1024
    /// The most header fields of a request; more is a 431.
    public var headerCount = 200
    /// The most requests that a client of HTTP/2 may have under way on one connection.
    public var concurrentStreams = 100
    /// The most connections of one listener at a time: others wait in the system's queue. `nil` for no bound but the
    /// system's. `connector.connection.limit`.
    public var connections: Int?
    /// How many times its size a compressed body may grow to, beyond its first mebibyte; more is a 413.
    public var expansion = 250

    /// Creates the bounds that services have when nothing else is said.
    public init() {}
}
