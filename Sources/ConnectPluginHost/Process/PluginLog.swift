import Logging
import Synchronization

/// Takes what a plug-in's process says to people: lines of its standard error and `log` notices.
///
/// All of it goes to the log, a thousand lines a second at most, and the last lines of standard error are kept for
/// the trace of a crash. Safe to use from any thread.
final class PluginLog: Sendable {
    /// The most lines that are logged in a second.
    static let rateLimit = 1000
    private static let shortestSecret = 4
    /// How many lines are kept.
    static let keptLines = 30

    private struct State {
        var last: [String] = []
        var logger: Logger
        var second: ContinuousClock.Instant = .now
        var count = 0
        var secrets: [String] = []
    }

    private let state: Mutex<State>

    init(_ logger: Logger) { state = Mutex(State(logger: logger)) }

    /// The last lines of standard error.
    var lastLines: [String] { state.withLock { $0.last } }

    /// Adds to what each line is logged with.
    func setMetadata(_ key: String, _ value: String) {
        state.withLock { $0.logger[metadataKey: key] = "\(value)" }
    }

    /// Has these texts be left out of what is logged and kept from now on; not very short ones, which are parts of
    /// everything.
    func hide(_ secrets: [String]) {
        state.withLock {
            $0.secrets = secrets.filter { $0.utf8.count >= Self.shortestSecret }.sorted { $0.count > $1.count }
        }
    }

    /// The text without what is to be hidden.
    func masked(_ text: String) -> String {
        state.withLock { $0.secrets }.reduce(text) { $0.replacing($1, with: "[hidden]") }
    }

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
    func log(_ level: Logger.Level, _ text: String) {
        let (logger, isAllowed, left) = state.withLock { state in
            let now = ContinuousClock.now
            var left = 0
            if state.second.duration(to: now) >= .seconds(1) {
                left = max(0, state.count - Self.rateLimit)
                (state.second, state.count) = (now, 0)
            }
            state.count += 1
            return (state.logger, state.count <= Self.rateLimit, left)
        }
        if left > 0 {
            logger.warning("a plug-in wrote too much at once; lines were left out", metadata: ["lines": "\(left)"])
        }
        if isAllowed { logger.log(level: level, "\(text)") }
    }

    /// The level of a `log` notice; `info` where the name is none.
    static func level(_ name: String?) -> Logger.Level {
        switch name?.lowercased() {
        case "trace": .trace
        case "debug": .debug
        case "warning", "warn": .warning
        case "error": .error
        case "critical", "fatal": .critical
        default: .info
        }
    }
}
