/// The limits a coordinator of transactions works by, under the names and with the defaults that Kafka 4.0 has.
public struct TransactionCoordinatorConfiguration: Hashable, Sendable {
    /// `transaction.max.timeout.ms`: the longest that a producer may keep a transaction open.
    public var maxTimeout: Duration = .seconds(15 * 60)
    /// `transactional.id.expiration.ms`: how long a transactional id outlives its last use.
    public var transactionalIDExpiration: Duration = .seconds(7 * 24 * 3600)
    /// How long the coordinator waits before it tries again to write a marker, or the record that all of them are
    /// written, the first time; it waits twice as long each time after.
    public var firstRetryDelay: Duration = .milliseconds(100)
    /// The longest wait between two such tries. There is no last try: until the markers are written, readers of
    /// committed records wait at the transaction.
    public var longestRetryDelay: Duration = .seconds(10)

    /// Creates a configuration with Kafka's defaults.
    public init() {}
}
