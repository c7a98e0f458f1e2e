import ConnectAPI

/// How tasks and connectors that failed are started again: `task.restart.*` of a connector's configuration, or of the
/// worker's where the connector says nothing.
public struct RestartSettings: Sendable, Hashable {
    /// Whether they are at all; `task.restart.policy`.
    public var isOn: Bool
    /// The pause before the first restart; it doubles from there; `task.restart.backoff.ms`.
    public var backoff: Duration
    /// The longest pause; `task.restart.backoff.max.ms`.
    public var maximumBackoff: Duration
    /// How many restarts there may be within ``window``; `task.restart.max.attempts`.
    public var maximumAttempts: Int
    /// How long a restart counts; `task.restart.window.ms`.
    public var window: Duration

    /// Reads the settings, the later dictionaries' before the earlier ones'.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a value of the wrong form.
    init(_ properties: [String: String]...) throws {
        let merged = properties.reduce(into: [String: String]()) { $0.merge($1) { $1 } }
        let parsed = try ConfigDefinition(Self.keys()).parse(merged)
        func milliseconds(_ key: String) -> Duration { .milliseconds(parsed.integer(key) ?? 0) }
        isOn = parsed.string("task.restart.policy") != "none"
        backoff = milliseconds("task.restart.backoff.ms")
        maximumBackoff = max(backoff, milliseconds("task.restart.backoff.max.ms"))
        maximumAttempts = parsed.integer("task.restart.max.attempts") ?? 10
        window = milliseconds("task.restart.window.ms")
    }

    /// The keys; a connector's have no defaults, for the worker's are theirs.
    static func keys(ofConnectors: Bool = false) -> [ConfigKey] {
        func key(
            _ name: String, _ kind: ConfigKey.Kind, _ value: String, _ documentation: String, _ order: Int,
            _ validator: ConfigValidator
        ) -> ConfigKey {
            ConfigKey(
                name, kind, default: ofConnectors ? .none : .value(value), importance: .medium,
                documentation: documentation, validator: validator, group: ofConnectors ? "Restarts" : nil,
                order: order, width: .short)
        }
        return [
            key(
                "task.restart.policy", .string, "on-failure",
                "Whether a connector or task that failed is started again by itself (on-failure) or never (none).", 1,
                .oneOf(["none", "on-failure"])),
            key(
                "task.restart.backoff.ms", .long, "1000",
                "The pause before the first restart, in milliseconds; it doubles with each that follows.", 2,
                .atLeast(1)),
            key(
                "task.restart.backoff.max.ms", .long, "60000", "The longest pause before a restart, in milliseconds.",
                3,
                .atLeast(1)),
            key(
                "task.restart.max.attempts", .int, "10",
                "How many restarts there may be within the window before it is a crash loop.", 4, .atLeast(1)),
            key(
                "task.restart.window.ms", .long, "600000", "How long a restart counts, in milliseconds.", 5,
                .atLeast(1)),
        ]
    }
}

extension Duration {
    /// The whole milliseconds.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000)
        return isTooLong ? .max : product + attoseconds / 1_000_000_000_000_000
    }

    /// Seconds with a fraction, for rates.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
