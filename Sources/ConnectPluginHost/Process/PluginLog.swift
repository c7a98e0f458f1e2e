import ConnectAPI
import Logging
import Synchronization

/// Takes what a plug-in's process says to people: lines of its standard error and `log` notices.
///
/// All of it goes to the log of the connector or task that the process runs, or else to the server's, a thousand
/// lines a second at most, and the last lines of standard error are kept for the trace of a crash. Safe to use from
/// any thread.
final class PluginLog: Sendable {
    /// The most lines that are logged in a second.
    static let rateLimit = 1000
    private static let shortestSecret = 4
    /// How many lines are kept.
    static let keptLines = 30

    private struct State {
        var last: [String] = []
        var second: ContinuousClock.Instant = .now
        var count = 0
    }

    private let logger: ConnectLogger
    /// What is left out of all that is logged and kept, the longest first.
    private let secrets: [String]
    private let state = Mutex(State())

    /// Creates a log.
    ///
    /// - Parameter secrets: Texts to be left out of what is logged and kept; not very short ones, which are parts of
    ///   everything.
    init(_ logger: ConnectLogger, hiding secrets: [String] = []) {
        self.logger = logger
        self.secrets = secrets.filter { $0.utf8.count >= Self.shortestSecret }.sorted { $0.count > $1.count }
    }

    /// The last lines of standard error.
    var lastLines: [String] { state.withLock { $0.last } }

    /// The text without what is to be hidden.
    func masked(_ text: String) -> String { secrets.reduce(text) { $0.replacing($1, with: "[hidden]") } }

    /// Takes a line of standard error.
    func standardError(_ line: String) {
        let line = masked(line)
        state.withLock { state in
            if state.last.count == Self.keptLines { state.last.removeFirst() }
            state.last.append(line)
        }
        log(.info, line)
    }

    /// Logs a line, unless there were too many just now.
    func log(_ level: ConnectLogger.Level, _ text: String) {
        let (isAllowed, left) = state.withLock { state in
            let now = ContinuousClock.now
            var left = 0
            if state.second.duration(to: now) >= .seconds(1) {
                left = max(0, state.count - Self.rateLimit)
                (state.second, state.count) = (now, 0)
            }
            state.count += 1
            return (state.count <= Self.rateLimit, left)
        }
        if left > 0 {
            logger.warning("a plug-in wrote too much at once; lines were left out", ["lines": "\(left)"])
        }
        if isAllowed { logger.log(level, text) }
    }

    /// The level of a `log` notice; `info` where the name is none.
    static func level(_ name: String?) -> ConnectLogger.Level {
        switch name?.lowercased() {
        case "trace": .trace
        case "debug": .debug
        case "warning", "warn": .warning
        case "error", "critical", "fatal": .error
        default: .info
        }
    }
}

extension ConnectLogger {
    /// The server's log, for what no connector has asked for.
    init(_ logger: Logger) {
        self.init { level, message, fields in
            logger.log(
                level: Logger.Level(rawValue: level.rawValue) ?? .info, "\(message)",
                metadata: fields.mapValues { "\($0)" })
        }
    }

    /// The same with fields that every line has.
    func adding(_ own: [String: String]) -> ConnectLogger {
        ConnectLogger { log($0, $1, own.merging($2) { $1 }) }
    }
}
