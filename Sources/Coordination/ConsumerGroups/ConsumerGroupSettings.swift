/// What an administrator has set for one consumer or share group, in place of the coordinator's own settings.
public struct ConsumerGroupOverrides: Hashable, Sendable {
    /// `consumer.session.timeout.ms`: how long a member may stay silent; `nil` where it is not set.
    public var sessionTimeout: Duration?
    /// `consumer.heartbeat.interval.ms`: how often a member sends heartbeats; `nil` where it is not set.
    public var heartbeatInterval: Duration?
    /// `share.session.timeout.ms`: how long a member of a share group may stay silent; `nil` where it is not set.
    public var shareSessionTimeout: Duration?
    /// `share.heartbeat.interval.ms`: how often a member of a share group sends heartbeats; `nil` where it is not set.
    public var shareHeartbeatInterval: Duration?

    /// Creates overrides.
    public init(
        sessionTimeout: Duration? = nil, heartbeatInterval: Duration? = nil, shareSessionTimeout: Duration? = nil,
        shareHeartbeatInterval: Duration? = nil
    ) {
        self.sessionTimeout = sessionTimeout
        self.heartbeatInterval = heartbeatInterval
        self.shareSessionTimeout = shareSessionTimeout
        self.shareHeartbeatInterval = shareHeartbeatInterval
    }
}

/// What the members of one consumer or share group are told to keep to.
struct ConsumerGroupSettings: Hashable, Sendable {
    var sessionTimeout: Duration
    var heartbeatInterval: Duration
    var shareSessionTimeout: Duration
    var shareHeartbeatInterval: Duration

    /// The coordinator's settings with what was set for the group, which has to stay within the bounds.
    init(_ configuration: GroupCoordinatorConfiguration, _ overrides: ConsumerGroupOverrides?) {
        func bounded(_ value: Duration, _ bounds: ClosedRange<Duration>) -> Duration {
            min(max(value, bounds.lowerBound), bounds.upperBound)
        }
        // Bounds that were tightened later hold for what was set before, too.
        sessionTimeout =
            overrides?.sessionTimeout.map { bounded($0, configuration.consumerSessionTimeoutBounds) }
            ?? configuration.consumerSessionTimeout
        heartbeatInterval =
            overrides?.heartbeatInterval.map { bounded($0, configuration.consumerHeartbeatIntervalBounds) }
            ?? configuration.consumerHeartbeatInterval
        shareSessionTimeout =
            overrides?.shareSessionTimeout.map { bounded($0, configuration.shareSessionTimeoutBounds) }
            ?? configuration.shareSessionTimeout
        shareHeartbeatInterval =
            overrides?.shareHeartbeatInterval.map { bounded($0, configuration.shareHeartbeatIntervalBounds) }
            ?? configuration.shareHeartbeatInterval
    }
}
