/// The endpoints, and which of them is asked next: the one that answered last, until it fails.
struct EndpointRing {
    private let endpoints: [EtcdEndpoint]
    private var place = 0

    /// - Precondition: There is at least one endpoint.
    init(_ endpoints: [EtcdEndpoint]) {
        precondition(!endpoints.isEmpty, "no endpoint")
        self.endpoints = endpoints
    }

    /// The endpoint that is asked next.
    var current: EtcdEndpoint { endpoints[place] }

    /// The number of endpoints.
    var count: Int { endpoints.count }

    /// Notes that an endpoint failed. When several requests fail at the same one, the first moves on for all.
    mutating func moveOn(from failed: EtcdEndpoint) {
        if current == failed { place = (place + 1) % endpoints.count }
    }
}

/// How long to wait between rounds through the endpoints: doubled each time, up to a bound.
struct Backoff {
    private let longest: Duration
    private var next: Duration

    /// - Parameter longest: The longest pause; the first is a sixteenth of it.
    init(longest: Duration) {
        self.longest = longest
        next = longest / 16
    }

    /// The pause that is due, between half of it and all: clients that failed together do not come back together.
    mutating func pause() -> Duration {
        let due = next
        next = min(longest, due * 2)
        return due * Double.random(in: 0.5...1)
    }
}
