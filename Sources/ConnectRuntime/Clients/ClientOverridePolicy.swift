import ConnectAPI

/// Which settings of their clients connectors may have (`connector.client.config.override.policy`).
public enum ClientOverridePolicy: Sendable, Hashable {
    /// All of them.
    case all
    /// None.
    case nothing
    /// Those that say as whom the clients connect.
    case principal
    /// Those in a list (KIP-1188).
    case allowlist(Set<String>)

    private static let names = ["All", "None", "Principal", "Allowlist"]
    private static let principalKeys: Set<String> = ["sasl.jaas.config", "sasl.mechanism", "security.protocol"]

    /// Accepts the policies' names, and their classes'.
    static let validator = ConfigValidator { text in
        names.contains(shortName(text)) ? nil : "String must be one of: " + names.joined(separator: ", ")
    }

    /// Reads a worker's keys.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a policy that there is not.
    init(_ worker: ParsedConfiguration) throws {
        let text = worker.string("connector.client.config.override.policy") ?? "All"
        switch Self.shortName(text) {
        case "All": self = .all
        case "None": self = .nothing
        case "Principal": self = .principal
        case "Allowlist":
            self = .allowlist(Set(worker.list("connector.client.config.override.allowlist")))
        default:
            throw ConnectError(
                .invalidConfiguration, "There is no connector.client.config.override.policy '\(text)'")
        }
    }

    /// The name of a policy that is given by its class.
    private static func shortName(_ text: String) -> String {
        let last = text.split(separator: ".").last.map(String.init) ?? ""
        let suffix = "ConnectorClientConfigOverridePolicy"
        return last.hasSuffix(suffix) ? String(last.dropLast(suffix.count)) : last
    }

    private var name: String {
        switch self {
        case .all: "All"
        case .nothing: "None"
        case .principal: "Principal"
        case .allowlist: "Allowlist"
        }
    }

    /// Why a connector may not have a setting; `nil` if it may.
    func refusal(of key: String) -> String? {
        let isAllowed =
            switch self {
            case .all: true
            case .nothing: false
            case .principal: Self.principalKeys.contains(key)
            case .allowlist(let keys): keys.contains(key)
            }
        return isAllowed
            ? nil
            : "The '\(name)' policy does not allow '\(key)' to be overridden in the connector configuration."
    }
}
