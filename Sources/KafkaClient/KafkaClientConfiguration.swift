public import TransportSecurity

/// How a client talks to the cluster. The defaults are those of Kafka's own client where it has such a setting.
public struct KafkaClientConfiguration: Sendable {
    /// The name that brokers log and count quotas under (`client.id`).
    public var clientID: String
    /// How long one request may go unanswered before its connection is given up (`request.timeout.ms`).
    public var requestTimeout: Duration
    /// How long making a connection may take.
    public var connectTimeout: Duration
    /// How long one call may take with all its retries (`default.api.timeout.ms`).
    public var apiTimeout: Duration
    /// The age at which cached metadata is fetched anew (`metadata.max.age.ms`).
    public var metadataMaximumAge: Duration
    /// The pause before a broker that refused a connection is dialled again.
    public var reconnectBackoff: BackoffPolicy
    /// The pause before a failed request is tried again.
    public var retryBackoff: BackoffPolicy
    /// Unanswered requests on one connection; more are refused.
    public var maximumRequestsPerConnection: Int
    /// The largest answer in bytes; a larger one ends the connection.
    public var maximumResponseSize: Int
    /// Whether asking for a topic's metadata may create the topic, where the broker does so.
    public var allowsTopicCreation: Bool
    /// What connections are encrypted with (`security.protocol=SSL`, KIP-103); `nil` for none.
    public var tls: TLSSettings?

    /// Creates a configuration.
    public init(
        clientID: String = "millrace", requestTimeout: Duration = .seconds(30), connectTimeout: Duration = .seconds(10),
        apiTimeout: Duration = .seconds(60), metadataMaximumAge: Duration = .seconds(300),
        reconnectBackoff: BackoffPolicy = BackoffPolicy(initial: .milliseconds(50), maximum: .seconds(1)),
        retryBackoff: BackoffPolicy = BackoffPolicy(initial: .milliseconds(100), maximum: .seconds(1)),
        maximumRequestsPerConnection: Int = 1000, maximumResponseSize: Int = 128 << 20,
        allowsTopicCreation: Bool = true, tls: TLSSettings? = nil
    ) {
        self.clientID = clientID
        self.requestTimeout = requestTimeout
        self.connectTimeout = connectTimeout
        self.apiTimeout = apiTimeout
        self.metadataMaximumAge = metadataMaximumAge
        self.reconnectBackoff = reconnectBackoff
        self.retryBackoff = retryBackoff
        self.maximumRequestsPerConnection = maximumRequestsPerConnection
        self.maximumResponseSize = maximumResponseSize
        self.allowsTopicCreation = allowsTopicCreation
        self.tls = tls
    }
}

/// Pauses between tries: doubling from the first to the longest, each shifted by up to a fifth so that many clients
/// that failed together do not return together.
public struct BackoffPolicy: Sendable, Hashable {
    /// The pause after the first failure.
    public var initial: Duration
    /// The longest pause.
    public var maximum: Duration

    /// Creates a policy.
    public init(initial: Duration, maximum: Duration) {
        self.initial = initial
        self.maximum = maximum
    }

    /// The pause after `failures` failures in a row.
    package func delay(afterFailures failures: Int) -> Duration {
        delay(afterFailures: failures, jitter: Double.random(in: 0.8...1.2))
    }

    /// The pause after `failures` failures, shifted by the factor `jitter`.
    package func delay(afterFailures failures: Int, jitter: Double) -> Duration {
        // Twenty doublings pass any sensible maximum; more would overflow.
        let doublings = min(max(failures - 1, 0), 20)
        return min(initial * (1 << doublings), maximum) * jitter
    }
}
