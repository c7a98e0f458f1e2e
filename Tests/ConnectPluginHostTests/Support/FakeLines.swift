import ConnectAPI
import Logging
import Synchronization

/// Keeps what is logged, as level and text.
final class FakeLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func append(_ line: String) { lines.withLock { $0.append(line) } }

    /// What connectors and tasks get.
    var connectLogger: ConnectLogger { ConnectLogger { level, text, _ in self.append("\(level) \(text)") } }

    /// A server's log, whose lines end with the connector that they name.
    var logger: Logger { Logger(label: "plugins") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: FakeLines
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let connector = event.metadata?["connector"].map { " connector=\($0)" } ?? ""
            lines.append("\(event.level) \(event.message)\(connector)")
        }
    }
}
