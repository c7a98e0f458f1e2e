public import Logging

/// One line of a connector's log.
public struct LogEntry: Sendable, Hashable {
    /// Its place among the lines of its connector, from 1; lines that were dropped leave a gap at the beginning.
    public var number: Int64
    /// When it was written, in milliseconds since 1970.
    public var time: Int64
    /// How much it matters.
    public var level: Logger.Level
    /// The task that it is about, if it is about one.
    public var task: Int?
    /// What it says.
    public var message: String
    /// What belongs to it, by name.
    public var fields: [String: String]

    /// About how many bytes it takes.
    var size: Int {
        fields.reduce(64 + message.utf8.count) { $0 + $1.key.utf8.count + $1.value.utf8.count + 32 }
    }
}

/// Which lines somebody wants to see.
public struct LogFilter: Sendable, Hashable {
    /// The lowest level.
    public var level: Logger.Level
    /// The task that lines are about; `nil` for all.
    public var task: Int?

    /// Creates a filter.
    public init(level: Logger.Level = .trace, task: Int? = nil) {
        self.level = level
        self.task = task
    }

    /// Whether a line is one of those.
    func takes(_ entry: LogEntry) -> Bool { entry.level >= level && (task == nil || entry.task == task) }
}
