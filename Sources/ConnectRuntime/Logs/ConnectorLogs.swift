import ConnectAPI
import Logging
import Synchronization

/// The logs of a worker's connectors, each from its first line until the connector is deleted. Safe to use from any
/// thread.
final class ConnectorLogs: Sendable {
    private struct State {
        var logs: [String: ConnectorLog] = [:]
        var followers = 0
        var isShutDown = false
    }

    /// How many may follow logs at the same time: each keeps a connection and a task.
    static let followerLimit = 64

    private let logger: Logger
    private let state = Mutex(State())

    /// Creates one without logs.
    ///
    /// - Parameter logger: Where every line goes besides.
    init(_ logger: Logger) { self.logger = logger }

    /// The log of a connector, made if there is none.
    func log(of connector: String) -> ConnectorLog {
        state.withLock { state in
            if let log = state.logs[connector] { return log }
            let log = ConnectorLog()
            if state.isShutDown { log.end() }
            state.logs[connector] = log
            return log
        }
    }

    /// A logger whose lines say which connector and task they are about, and go to that connector's log too.
    func logger(for connector: String, task: Int? = nil) -> Logger {
        let server = LoggerLevels.governing(logger).logger(task == nil ? .connector : .task)
        let handler = ConnectorLogHandler(log(of: connector), connector: connector, task: task, server: server)
        return Logger(label: server.label) { _ in handler }
    }

    /// Forgets a deleted connector's log.
    func remove(_ connector: String) { state.withLock { $0.logs.removeValue(forKey: connector) }?.end() }

    /// Ends every log, so that nobody who follows one keeps the server.
    func shutdown() {
        let logs = state.withLock { state in
            state.isShutDown = true
            return Array(state.logs.values)
        }
        for log in logs { log.end() }
    }

    /// Whether one more may follow a log.
    var hasRoom: Bool { state.withLock { $0.followers < Self.followerLimit } }

    /// What one more is told.
    static var tooMany: ConnectError {
        ConnectError(.conflict, "\(followerLimit) requests follow logs of this worker already; try again later")
    }

    /// Runs `body` as one of those who follow a log.
    ///
    /// - Throws: ``ConnectError`` with code `.conflict` when there are too many; what `body` throws.
    nonisolated(nonsending) func following(
        _ body: nonisolated(nonsending) () async throws -> Void
    ) async throws {
        let hasRoom = state.withLock { state in
            guard state.followers < Self.followerLimit else { return false }
            state.followers += 1
            return true
        }
        guard hasRoom else { throw Self.tooMany }
        defer { state.withLock { $0.followers -= 1 } }
        try await body()
    }
}
