/// How a replica behaves, as its topic and its node are set.
public struct ReplicaConfiguration: Hashable, Sendable {
    /// What the topic asks for.
    public var topic: TopicReplication
    /// `replica.lag.time.max.ms`: how long a follower may not have had everything before it leaves the in-sync
    /// replicas.
    public var maxLag: Duration
    /// How long a follower waits at most after a fetch that failed (`replica.fetch.backoff.ms`), and a leader after a
    /// proposal.
    public var backoff: Duration

    /// Creates a configuration; the durations are Kafka's defaults.
    public init(topic: TopicReplication, maxLag: Duration = .seconds(30), backoff: Duration = .seconds(1)) {
        self.topic = topic
        self.maxLag = maxLag
        self.backoff = backoff
    }
}
