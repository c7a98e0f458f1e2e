import ConnectAPI
import KafkaClient
import Logging
import RecordFormat

/// Writes lines about a connector both to the server's log, with the connector's name, and to the connector's own.
struct ConnectorLogHandler: LogHandler {
    private let log: ConnectorLog
    private let task: Int?
    private var server: Logger

    init(_ log: ConnectorLog, connector: String, task: Int?, server: Logger) {
        self.log = log
        self.task = task
        self.server = server
        self.server[metadataKey: "connector"] = "\(connector)"
        if let task { self.server[metadataKey: "task"] = "\(ConnectorTaskID(connector: connector, task: task))" }
    }

    /// The connector's log has what the server's has, and what informs beside it.
    var logLevel: Logger.Level {
        get { min(server.logLevel, .info) }
        set { server.logLevel = newValue }
    }

    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
        if event.level >= server.logLevel {
            server.log(
                level: event.level, event.message, metadata: fields, file: event.file, function: event.function,
                line: event.line)
        }
        var shown = fields.mapValues { "\($0)" }
        if let error = event.error { shown["error"] = "\(error)" }
        // The names are told by the log and the entry themselves.
        shown["connector"] = nil
        if task != nil { shown["task"] = nil }
        log.append(
            LogEntry(
                number: 0, time: WallClock.now.milliseconds, level: event.level, task: task,
                message: event.message.description, fields: shown))
    }
}

extension Logger {
    /// The logger that a connector's author gets.
    var forAuthors: ConnectLogger {
        ConnectLogger { level, message, fields in
            log(
                level: level.loggerLevel, "\(message)",
                metadata: fields.isEmpty ? nil : fields.mapValues { "\($0)" })
        }
    }
}

extension ConnectLogger.Level {
    fileprivate var loggerLevel: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
