/// What settings can belong to.
struct ConfigurationResource: Sendable, Hashable, CustomStringConvertible {
    /// The kinds of it, by their numbers in the protocol.
    enum Kind: Int8, Sendable, Hashable, CaseIterable {
        case topic = 2
        case broker = 4
        /// The log levels of a running broker; kept nowhere (KIP-412).
        case brokerLogger = 8
        /// A subscription to metrics of clients (KIP-714).
        case clientMetrics = 16
        case group = 32
    }

    var kind: Kind
    /// The topic's or group's name, the broker's number; empty for all brokers.
    var name: String

    var description: String { "\(kind) '\(name)'" }

    /// All brokers.
    static let allBrokers = ConfigurationResource(kind: .broker, name: "")
}

/// Where a value comes from, by its number in the protocol (KIP-226).
enum ConfigurationSource: Int8, Sendable {
    case topic = 1
    case dynamicBroker = 2
    case dynamicDefaultBroker = 3
    case staticBroker = 4
    case defaultValue = 5
    case brokerLogger = 6
    case clientMetrics = 7
    case group = 8
}
