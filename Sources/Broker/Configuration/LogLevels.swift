import KafkaProtocol
import Logging
import Synchronization

/// The log level of a running broker, which can be changed and is kept nowhere (KIP-412).
///
/// Kafka has a level for each class. Here there is one logger; it goes by its label, and by `root` as Kafka's users
/// expect. Safe to use from any thread.
final class LogLevels: Sendable {
    /// Kafka's levels, and ours that they stand for.
    private static let names: [(name: String, level: Logger.Level)] = [
        ("FATAL", .critical), ("ERROR", .error), ("WARN", .warning), ("INFO", .info), ("DEBUG", .debug),
        ("TRACE", .trace),
    ]
    static let root = "root"

    /// The names that the logger goes by.
    let loggers: [String]
    private let initial: Logger.Level
    private let state: Mutex<Logger.Level>

    /// Takes over the level of `logger`.
    init(_ logger: Logger) {
        initial = logger.logLevel
        state = Mutex(logger.logLevel)
        loggers = [logger.label, Self.root]
    }

    /// The level now.
    var level: Logger.Level { state.withLock { $0 } }

    /// `logger` with a level that changes when this does.
    func governed(_ logger: Logger) -> Logger {
        let handler = GovernedHandler(base: logger.handler, levels: self)
        return Logger(label: logger.label) { _ in handler }
    }

    /// The level in Kafka's words.
    var name: String {
        let level = level
        // Between INFO and WARN, Kafka has nothing; what is shown is the coarsest that shows no more than it says.
        return Self.names.last { $0.level >= level }?.name ?? "FATAL"
    }

    /// The loggers as DescribeConfigs tells them.
    var described: [DescribeConfigsResponse.DescribeConfigsResourceResult] {
        let name = name
        return loggers.map {
            .init(name: $0, value: name, isDefault: false, configSource: ConfigurationSource.brokerLogger.rawValue)
        }
    }

    /// Checks a change, and makes it unless `validateOnly`.
    ///
    /// - Throws: ``RequestRefusal`` with INVALID_CONFIG for an unknown logger or level, INVALID_REQUEST for an operation
    ///   that levels do not have.
    func apply(_ change: ConfigurationChange, validateOnly: Bool) throws(RequestRefusal) {
        var next = level
        for (logger, operation) in change.operations.sorted(by: { $0.key < $1.key }) {
            guard loggers.contains(logger) else {
                throw RequestRefusal(.invalidConfig, "Logger \(logger) does not exist!")
            }
            switch operation {
            case .set(let name):
                guard let known = Self.names.first(where: { $0.name == name }) else {
                    throw RequestRefusal(
                        .invalidConfig,
                        "Cannot set the log level of \(logger) to \(name) as it is not a supported log level. Valid log "
                            + "levels are \(Self.names.map(\.name).joined(separator: ", "))")
                }
                next = known.level
            case .delete:
                guard logger != Self.root else {
                    throw RequestRefusal(
                        .invalidRequest, "Removing the log level of the \(Self.root) logger is not allowed")
                }
                next = initial
            case .append, .subtract:
                throw RequestRefusal(
                    .invalidRequest, "Log levels are set and deleted: there is no list to add to or to take out of")
            }
        }
        if !validateOnly { state.withLock { $0 = next } }
    }
}

/// Hands on to another handler what the level of the broker lets pass.
private struct GovernedHandler: LogHandler {
    var base: any LogHandler
    let levels: LogLevels

    var logLevel: Logger.Level {
        get { levels.level }
        set { base.logLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { base.metadata }
        set { base.metadata = newValue }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { base.metadataProvider }
        set { base.metadataProvider = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { base[metadataKey: key] }
        set { base[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) { base.log(event: event) }
}
