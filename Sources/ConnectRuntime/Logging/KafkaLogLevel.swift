public import Logging

/// How much a logger says, in the words that Kafka's users know.
public enum KafkaLogLevel: String, Sendable, Hashable, CaseIterable {
    case trace = "TRACE"
    case debug = "DEBUG"
    case info = "INFO"
    case warn = "WARN"
    case error = "ERROR"
    case fatal = "FATAL"
    case off = "OFF"

    /// Reads a word, in capitals or not.
    public init?(parsing text: String) { self.init(rawValue: text.uppercased()) }

    /// The word that says no less than a level does.
    public init(_ level: Logger.Level) {
        self =
            switch level {
            case .trace: .trace
            case .debug: .debug
            case .info, .notice: .info
            case .warning: .warn
            case .error: .error
            case .critical: .fatal
            }
    }

    /// The least of what is said; OFF has none and leaves it to the handler to say nothing.
    var threshold: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .warn: .warning
        case .error: .error
        case .fatal, .off: .critical
        }
    }
}
