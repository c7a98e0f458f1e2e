package import KafkaProtocol

/// How requests reach brokers: the seam between sockets and a broker in the same process.
package protocol BrokerTransport: Sendable {
    /// Whether requests to one target over one lane take effect in the order in which they were sent.
    ///
    /// Where they do not, a producer has one batch of a partition under way at a time.
    var preservesOrder: Bool { get }

    /// Sends a request and calls `completion` once, from any thread, with its answer or what kept it away.
    ///
    /// Never blocks and never calls `completion` before it returns. Requests to the same target over the same lane are
    /// sent in the order of the calls.
    func send<Request: KafkaRequest>(
        _ call: BrokerCall<Request>, to target: BrokerTarget, over lane: ConnectionLane,
        completion: @escaping @Sendable (Result<Request.Response, any Error>) -> Void)

    /// Learns where brokers are; requests to others fail.
    func learn(_ brokers: [BrokerEndpoint])

    /// Ends what belongs to a dedicated lane; requests under way on it fail with `error`.
    func release(_ lane: ConnectionLane, _ error: KafkaClientError)

    /// Ends all connections; requests under way fail with `.closed`.
    func close() async
}

/// A request as the client wants to make it, for whichever version the broker turns out to speak.
package struct BrokerCall<Request: KafkaRequest>: Sendable {
    /// The versions whose meaning the caller knows.
    package var versions: ClosedRange<Int16>
    /// How long the answer may take.
    package var timeout: Duration
    /// Whether the broker answers at all: not to a produce request with acks 0.
    package var expectsResponse: Bool
    /// Makes the request for a version.
    package var make: @Sendable (Int16) throws -> Request

    package init(
        versions: ClosedRange<Int16>, timeout: Duration, expectsResponse: Bool = true,
        make: @escaping @Sendable (Int16) throws -> Request
    ) {
        self.versions = versions
        self.timeout = timeout
        self.expectsResponse = expectsResponse
        self.make = make
    }

    /// The newest version that both sides speak.
    ///
    /// - Throws: ``KafkaClientError`` with code `.unsupportedVersion` when there is none.
    package func version(offered: ClosedRange<Int16>?) throws(KafkaClientError) -> Int16 {
        let own = versions.clamped(to: Request.versions)
        guard let offered else {
            throw KafkaClientError(
                .unsupportedVersion,
                "the broker does not offer \(Request.apiKey.name); it may be too old or not a broker")
        }
        let newest = min(own.upperBound, offered.upperBound)
        guard newest >= own.lowerBound, newest >= offered.lowerBound else {
            throw KafkaClientError(
                .unsupportedVersion,
                "the broker speaks \(Request.apiKey.name) \(offered), this client \(own); one of them must be updated")
        }
        return newest
    }
}

/// Which broker a request is for.
package enum BrokerTarget: Hashable, Sendable {
    /// Any broker: one of the addresses that the client was given.
    case any
    /// The broker with this number.
    case node(Int32)
}

/// A connection of one's own, so that a request that waits at the broker holds up no one else's: brokers answer each
/// connection in order, and a fetch or a join may wait there for long.
package enum ConnectionLane: Hashable, Sendable {
    /// The connection that everyone shares.
    case shared
    /// The connection of the owner with this number.
    case dedicated(UInt64)
}
