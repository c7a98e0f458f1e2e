import ConnectAPI

/// A worker's settings for what its operator sees and for what keeps tasks alive; our own but for the first two.
public struct OperationSettings: Sendable, Hashable {
    /// How long one sample of a rate or an average is taken; `metrics.sample.window.ms`.
    public var sampleWindow: Duration
    /// How many samples count; `metrics.num.samples`.
    public var sampleCount: Int
    /// How long one call of a connector's code may take before it is reported; `task.hang.timeout.ms`.
    public var hangTimeout: Duration
    /// How what failed is started again; `task.restart.*`.
    public var restarts: RestartSettings

    /// Reads a worker's properties.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a value of the wrong form.
    init(_ properties: [String: String]) throws {
        let parsed = try ConfigDefinition(Self.keys).parse(properties)
        func milliseconds(_ key: String) -> Duration { .milliseconds(parsed.integer(key) ?? 0) }
        sampleWindow = milliseconds("metrics.sample.window.ms")
        sampleCount = parsed.integer("metrics.num.samples") ?? 2
        hangTimeout = milliseconds("task.hang.timeout.ms")
        restarts = try RestartSettings(properties)
    }

    /// The keys, their defaults and checks.
    static let keys: [ConfigKey] =
        [
            ConfigKey(
                "metrics.sample.window.ms", .long, default: .value("30000"), importance: .low,
                documentation: "How long one sample of a rate or an average is taken, in milliseconds.",
                validator: .atLeast(1)),
            ConfigKey(
                "metrics.num.samples", .int, default: .value("2"), importance: .low,
                documentation: "How many samples count for a rate or an average.", validator: .atLeast(1)),
            ConfigKey(
                "task.hang.timeout.ms", .long, default: .value("300000"), importance: .medium,
                documentation: "How long one call of a connector's code may take before it is reported.",
                validator: .atLeast(1)),
        ] + RestartSettings.keys()
}
