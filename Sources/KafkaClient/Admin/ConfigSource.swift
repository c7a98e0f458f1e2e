/// Where the value of a setting comes from (KIP-226).
public enum ConfigSource: Int8, Sendable, Hashable, CaseIterable {
    /// The broker does not say, or says something that this client does not know.
    case unknown = 0
    /// It was set for the topic.
    case dynamicTopic = 1
    /// It was set for this broker while it ran.
    case dynamicBroker = 2
    /// It was set for all brokers while they ran.
    case dynamicDefaultBroker = 3
    /// It stands in the broker's configuration file.
    case staticBroker = 4
    /// Nobody set it.
    case builtIn = 5
    /// It was set for one of the broker's loggers.
    case dynamicBrokerLogger = 6
    /// It was set for a subscription to client metrics.
    case dynamicClientMetrics = 7
    /// It was set for a group.
    case dynamicGroup = 8

    /// Kafka's name of it, such as `DYNAMIC_TOPIC_CONFIG`.
    public var name: String {
        switch self {
        case .unknown: "UNKNOWN"
        case .dynamicTopic: "DYNAMIC_TOPIC_CONFIG"
        case .dynamicBroker: "DYNAMIC_BROKER_CONFIG"
        case .dynamicDefaultBroker: "DYNAMIC_DEFAULT_BROKER_CONFIG"
        case .staticBroker: "STATIC_BROKER_CONFIG"
        case .builtIn: "DEFAULT_CONFIG"
        case .dynamicBrokerLogger: "DYNAMIC_BROKER_LOGGER_CONFIG"
        case .dynamicClientMetrics: "DYNAMIC_CLIENT_METRICS_CONFIG"
        case .dynamicGroup: "DYNAMIC_GROUP_CONFIG"
        }
    }
}

/// One of the values that a setting could have, if those before it were not there.
public struct ConfigSynonym: Sendable, Hashable {
    /// The setting's name there.
    public var name: String
    /// Its value there; `nil` for one that is not told.
    public var value: String?
    /// Where that is.
    public var source: ConfigSource

    /// Describes a value.
    public init(name: String, value: String?, source: ConfigSource) {
        self.name = name
        self.value = value
        self.source = source
    }
}

extension ConfigResource {
    /// What holds for all brokers that have no value of their own.
    public static let brokerDefaults = ConfigResource(kind: .broker, name: "")
}
