/// What is done with a server.
enum PeerMeasure: String, CaseIterable {
    /// Messages that are due at fixed times whatever the server does, until a consumer has them.
    case latency
    /// A publisher at full speed, until the last acknowledgement.
    case publish
    /// A consumer at full speed, from the start of what was published.
    case consume
    /// A publisher that waits for each acknowledgement before it sends the next message.
    case single
}

/// One thing that was found out about a server.
struct PeerFigure: Hashable, Sendable {
    enum Unit: String, Encodable, Sendable {
        case rate = "messages/s"
        case nanoseconds = "ns"
    }

    let name: String
    let unit: Unit

    /// A percentile of the time from when a message was due until a consumer has it.
    static func latency(rate: Int, percentile: Double) -> PeerFigure {
        PeerFigure(name: "latency at \(rate)/s, p\(percentile.text(fractionDigits: 1))", unit: .nanoseconds)
    }

    static let percentiles = [50.0, 99.0, 99.9]
    static let publish = PeerFigure(name: "publish", unit: .rate)
    static let publishTime = PeerFigure(name: "publish, the server's time for each", unit: .nanoseconds)
    static let consume = PeerFigure(name: "consume", unit: .rate)
    static let single = PeerFigure(name: "publish, one in flight", unit: .rate)
}
