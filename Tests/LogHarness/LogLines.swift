package import Logging
import Synchronization

/// Keeps what is logged, line by line. Safe to use from any thread.
package final class LogLines: Sendable {
    private struct Line {
        var level: Logger.Level
        var message: String
        /// The metadata in the order of its keys, and the error.
        var details: [String]

        var text: String { (["\(level) \(message)"] + details).joined(separator: " ") }
    }

    private let level: Logger.Level
    private let lines = Mutex<[Line]>([])

    /// Creates an empty log.
    ///
    /// - Parameter level: What its loggers write from, unless somebody sets another level.
    package init(from level: Logger.Level = .trace) { self.level = level }

    /// All lines so far: level, message, metadata in the order of its keys, error.
    package var all: [String] { lines.withLock { $0.map(\.text) } }

    /// The messages of the lines at `level` or worse.
    package func messages(from level: Logger.Level) -> [String] {
        lines.withLock { $0.filter { $0.level >= level }.map(\.message) }
    }

    /// A logger that writes here.
    package var logger: Logger { Logger(label: "test") { _ in Handler(lines: self, logLevel: level) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var logLevel: Logger.Level
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = metadata.merging(event.metadata ?? [:]) { $1 }.map { "\($0.key)=\($0.value)" }.sorted()
            let line = Line(
                level: event.level, message: event.message.description,
                details: fields + (event.error.map { ["\($0)"] } ?? []))
            lines.lines.withLock { $0.append(line) }
        }
    }
}
