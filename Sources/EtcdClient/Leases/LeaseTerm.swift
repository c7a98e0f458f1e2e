/// Until when a lease is held for certain, by the holder's own clock.
///
/// etcd counts a lease's time from when it *handles* a keep-alive, and that is after it was sent. So what was sent at
/// *t* and answered with a time to live of *n* seconds holds the lease until *t* + *n* at least, however long the
/// answer took. Behind that the holder knows nothing and has to stop, and it does not come back to life: others may
/// have seen it end.
///
/// A value without a clock: instants are handed in. They have to be of a clock that goes on while the process, or the
/// machine, is stopped.
struct LeaseTerm: Sendable {
    /// How a lease ends.
    enum End: Sendable, Hashable {
        /// The holder gave it back.
        case revoked
        /// etcd said that there is no such lease.
        case gone
        /// The last answer is too long ago.
        case unheard
    }

    /// The time to live that etcd granted last.
    private(set) var timeToLive: Duration
    /// When the last request that was answered had been sent.
    private(set) var lastSent: ContinuousClock.Instant
    private var ended: End?

    /// Begins with an answer to a grant that was sent at `sent`.
    init(timeToLive: Duration, sent: ContinuousClock.Instant) {
        self.timeToLive = timeToLive
        self.lastSent = sent
    }

    /// The end of what is certain.
    var validUntil: ContinuousClock.Instant { lastSent + timeToLive }

    /// When the next keep-alive is due: with a third of the time gone, so that two may fail.
    var nextKeepAlive: ContinuousClock.Instant { lastSent + timeToLive / 3 }

    /// How it has ended by `now`; nil while it is held.
    func end(at now: ContinuousClock.Instant) -> End? {
        ended ?? (now < validUntil ? nil : .unheard)
    }

    /// Takes in an answer of etcd's that came at `now` to a keep-alive that was sent at `sent`.
    ///
    /// - Parameter timeToLive: Zero when there is no such lease any more.
    mutating func answered(_ timeToLive: Duration, sent: ContinuousClock.Instant, at now: ContinuousClock.Instant) {
        guard end(at: now) == nil else { return close(.unheard) }
        guard timeToLive > .zero else { return close(.gone) }
        // A later answer to an earlier request tells nothing.
        guard sent >= lastSent else { return }
        lastSent = sent
        self.timeToLive = timeToLive
    }

    /// Notes an end; the first one stands.
    mutating func close(_ end: End) { ended = ended ?? end }
}
