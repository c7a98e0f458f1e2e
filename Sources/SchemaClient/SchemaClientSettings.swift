/// How a client of a Schema Registry behaves.
public struct SchemaClientSettings: Sendable, Hashable {
    /// How many schemas are kept for each way of asking (`max.schemas.per.subject` and the like); what was used longest ago goes.
    public var cacheSize: Int
    /// How long the latest version of a subject counts as the latest (`latest.cache.ttl.sec`); `nil` is for ever.
    public var latestLifetime: Duration?
    /// How often a request is tried again when there was no answer, or one that says so (`max.retries`).
    public var retryLimit: Int
    /// How long to wait before the first repetition; twice as long before each further one (`retries.wait.ms`).
    public var retryWait: Duration
    /// The longest wait before a repetition (`retries.max.wait.ms`).
    public var longestRetryWait: Duration

    /// Creates settings; the defaults are those of the field's own clients, except that the latest version lives for a minute.
    public init(
        cacheSize: Int = 1000, latestLifetime: Duration? = .seconds(60), retryLimit: Int = 3,
        retryWait: Duration = .seconds(1), longestRetryWait: Duration = .seconds(20)
    ) {
        self.cacheSize = cacheSize
        self.latestLifetime = latestLifetime
        self.retryLimit = retryLimit
        self.retryWait = retryWait
        self.longestRetryWait = longestRetryWait
    }

    /// How long to wait before the repetition `number`, from 0.
    func wait(before number: Int) -> Duration { min(retryWait * (1 << min(number, 16)), longestRetryWait) }
}
