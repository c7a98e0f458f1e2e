import ConnectRuntime
import HTTPService
import HTTPTypes
import JSON
import Logging

/// Which lines of a connector's log a request asks for: `level`, `task`, `limit`, `follow`.
struct LogQuery {
    let filter: LogFilter
    let limit: Int
    let follows: Bool

    /// As many as a log has.
    private static let largestLimit = 1_000

    private static let levels: [(name: String, level: Logger.Level)] = [
        ("TRACE", .trace), ("DEBUG", .debug), ("INFO", .info), ("WARN", .warning), ("ERROR", .error),
        ("FATAL", .critical),
    ]

    /// Reads a request's query.
    ///
    /// - Throws: ``ServiceError`` with status 400 for a value that is none.
    init(_ request: ServiceRequest) throws {
        var filter = LogFilter()
        if let text = request.queryValues("level").first {
            guard let level = Self.level(text) else {
                throw ServiceError(
                    .badRequest, "The level '\(text)' is none of \(Self.levels.map(\.name).joined(separator: ", "))")
            }
            filter.level = level
        }
        if let text = request.queryValues("task").first {
            guard let task = Int(text), task >= 0 else {
                throw ServiceError(.badRequest, "The task '\(text)' is no number of a task")
            }
            filter.task = task
        }
        var limit = Self.largestLimit
        if let text = request.queryValues("limit").first {
            guard let number = Int(text), (0...Self.largestLimit).contains(number) else {
                throw ServiceError(
                    .badRequest, "The limit '\(text)' is no number from 0 to \(Self.largestLimit)")
            }
            limit = number
        }
        self.filter = filter
        self.limit = limit
        follows = request.queryFlag("follow") ?? false
    }

    private static func level(_ text: String) -> Logger.Level? {
        let name = text.uppercased() == "WARNING" ? "WARN" : text.uppercased()
        return levels.first { $0.name == name }?.level
    }

    /// A line as answers show it.
    static func json(_ entry: LogEntry) -> JSONValue {
        var object = JSONObject()
        object["number"] = .integer(entry.number)
        object["timestamp"] = .integer(entry.time)
        // Between debug and warning swift-log has a level that Kafka has not.
        object["level"] = .string(levels.last { $0.level <= entry.level }?.name ?? "INFO")
        if let task = entry.task { object["task"] = .integer(task) }
        object["message"] = .string(entry.message)
        var fields = JSONObject()
        for (name, value) in entry.fields.sorted(by: { $0.key < $1.key }) { fields[name] = .string(value) }
        object["fields"] = .object(fields)
        return .object(object)
    }
}
