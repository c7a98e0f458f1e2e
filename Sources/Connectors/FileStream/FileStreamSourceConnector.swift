public import ConnectAPI

/// Reads a text file, or standard input, line by line into a topic, and goes on as the file grows
/// (`org.apache.kafka.connect.file.FileStreamSourceConnector`).
///
/// A growing, a missing and a truncated file are understood, and so is one that is renamed and made anew. Several files,
/// named or found by patterns, are divided over the tasks; lines that belong together become one record.
public actor FileStreamSourceConnector: SourceConnector {
    /// The class name that Kafka gave it, under which configurations name it.
    public static let className = "org.apache.kafka.connect.file.FileStreamSourceConnector"

    /// The keys beside those of every source connector.
    public static let definition = FileStreamSourceSettings.definition

    /// The version shown to users.
    public nonisolated let version: String
    /// The keys beside those of every connector.
    public nonisolated var definition: ConfigDefinition { Self.definition }
    /// The class name that Kafka gave the task.
    public nonisolated var taskClass: String { "org.apache.kafka.connect.file.FileStreamSourceTask" }

    private var configuration: [String: String] = [:]

    /// Creates a connector that calls itself `version`.
    public init(version: String) { self.version = version }

    /// Checks the configuration and keeps it for the tasks.
    public func start(context: any ConnectorContext, configuration: [String: String]) async throws {
        _ = try FileStreamSourceSettings(configuration)
        self.configuration = configuration
    }

    /// One task for one file, whatever the maximum; otherwise as many as can have something to read.
    ///
    /// What a task is told is its number: it looks for its files itself, so that a new one restarts no task.
    public func taskConfigurations(maximum: Int) async throws -> [[String: String]] {
        let selection = try FileStreamSourceSettings(configuration).selection
        guard let selection, !selection.isSingle else { return [configuration] }
        let count = selection.taskCount(maximum: maximum)
        return (0..<count).map { index in
            configuration.merging([FileShare.indexKey: "\(index)", FileShare.countKey: "\(count)"]) { _, new in new }
        }
    }

    /// Does nothing: the tasks watch the files.
    public func stop() async throws {}

    /// Makes a task that has not been started.
    public nonisolated func makeTask() -> any SourceTask { FileStreamSourceTask(version: version) }

    /// Exactly once from a file that only grows and is read from its beginning; standard input cannot be read twice,
    /// and an end is another one after a restart, until an offset is stored.
    public nonisolated func exactlyOnceSupport(configuration: [String: String]) throws -> ExactlyOnceSupport {
        let startsAtEnd = configuration["start.position"]?.trimmingSpace == "end"
        return (configuration["file"] ?? "").isEmpty || startsAtEnd ? .unsupported : .supported
    }

    /// Refuses offsets that no file can have.
    public nonisolated func alterOffsets(
        configuration: [String: String], offsets: [(partition: ConnectMap, offset: ConnectMap?)]
    ) async throws -> Bool {
        if (configuration["file"] ?? "").isEmpty {
            throw ConnectError(
                .invalidData,
                "Offsets cannot be modified while 'file' is not configured: standard input has no offsets")
        }
        for case (let partition, let offset?) in offsets {
            guard let position = offset[FileOffset.positionField] else {
                throw ConnectError(.invalidData, "An offset needs the key 'position', or has to be null")
            }
            guard let position = position.integer else {
                throw ConnectError(.invalidData, "The 'position' of an offset has to be an integer")
            }
            guard position >= 0 else {
                throw ConnectError(.invalidData, "The 'position' of an offset must not be negative")
            }
            guard partition[FileOffset.filenameField] != nil else {
                throw ConnectError(.invalidData, "A partition needs the key 'filename'")
            }
        }
        return true
    }
}
