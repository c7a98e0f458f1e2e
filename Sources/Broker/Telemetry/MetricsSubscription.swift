import RecordFormat

/// Which clients are to push which of their metrics, and how often (KIP-714).
struct MetricsSubscription: Sendable {
    /// What a client is known by.
    struct Client: Sendable, Hashable {
        var instance: TopicID
        var clientID: String
        var software: ClientSoftware
        var address: String
        var port: Int
    }

    /// What a pattern is matched with, by its name in `match`.
    private static let selectors: [String: @Sendable (Client) -> String] = [
        "client_instance_id": { $0.instance.description }, "client_id": { $0.clientID },
        "client_software_name": { $0.software.name }, "client_software_version": { $0.software.version },
        "client_source_address": { $0.address }, "client_source_port": { String($0.port) },
    ]
    /// Asks for all metrics.
    static let everything = "*"
    static let defaultInterval: Int32 = 300_000

    let name: String
    /// What the names of the metrics start with.
    let metrics: [String]
    /// How often, in milliseconds.
    let interval: Int32
    private let patterns: [(selector: String, pattern: String)]

    /// Reads the settings of a subscription.
    ///
    /// - Throws: ``ConfigurationError`` for a pattern that is none.
    init(name: String, settings: [String: String]) throws(ConfigurationError) {
        self.name = name
        metrics = (settings["metrics"] ?? "").split(separator: ",").map(\.trimmed)
        interval = settings["interval.ms"].flatMap { Int32($0) } ?? Self.defaultInterval
        var patterns: [(selector: String, pattern: String)] = []
        for part in (settings["match"] ?? "").split(separator: ",") {
            let sides = part.split(separator: "=", maxSplits: 1).map(\.trimmed)
            guard sides.count == 2, Self.selectors[sides[0]] != nil, (try? Regex(sides[1])) != nil else {
                throw ConfigurationError(
                    "Illegal client matching pattern: \(part.trimmed). What there is to match: "
                        + Self.selectors.keys.sorted().joined(separator: ", ") + ", each = a regular expression")
            }
            patterns.append((sides[0], sides[1]))
        }
        self.patterns = patterns
    }

    /// Whether all patterns match the client, each of them the whole of what it is about.
    func matches(_ client: Client) -> Bool {
        patterns.allSatisfy { selector, pattern in
            // Compiled each time: an expression that is kept could not be shared among threads, and this happens once
            // for each client and change of subscriptions.
            guard let value = Self.selectors[selector]?(client), let expression = try? Regex(pattern) else {
                return false
            }
            return (try? expression.wholeMatch(in: value)) != nil
        }
    }
}

/// What a client says that it is (KIP-511).
struct ClientSoftware: Sendable, Hashable {
    var name: String
    var version: String

    /// A client that has not said it.
    static let unknown = ClientSoftware(name: "unknown", version: "unknown")
}
