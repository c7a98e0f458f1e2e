public import ConnectAPI
public import RecordFormat

/// Appends the values of topics to a text file, or to standard output, one line each
/// (`org.apache.kafka.connect.file.FileStreamSinkConnector`).
public actor FileStreamSinkConnector: SinkConnector {
    /// The class name that Kafka gave it, under which configurations name it.
    public static let className = "org.apache.kafka.connect.file.FileStreamSinkConnector"

    /// The keys beside those of every sink connector.
    public static let definition = ConfigDefinition([
        ConfigKey(
            "file", .string, default: .none, importance: .high,
            documentation: "The file to append to. Without one, lines go to standard output.")
    ])

    /// The version shown to users.
    public nonisolated let version: String
    /// The keys beside those of every connector.
    public nonisolated var definition: ConfigDefinition { Self.definition }
    /// The class name that Kafka gave the task.
    public nonisolated var taskClass: String { "org.apache.kafka.connect.file.FileStreamSinkTask" }

    private var configuration: [String: String] = [:]

    /// Creates a connector that calls itself `version`.
    public init(version: String) { self.version = version }

    /// Checks the configuration and keeps it for the tasks.
    public func start(context: any ConnectorContext, configuration: [String: String]) async throws {
        _ = try Self.definition.parse(configuration)
        self.configuration = configuration
    }

    /// As many tasks as allowed; each takes its share of the partitions and appends whole lines.
    public func taskConfigurations(maximum: Int) async throws -> [[String: String]] {
        Array(repeating: configuration, count: maximum)
    }

    /// Does nothing: the tasks watch the file.
    public func stop() async throws {}

    /// Makes a task that has not been started.
    public nonisolated func makeTask() -> any SinkTask { FileStreamSinkTask(version: version) }

    /// Any offset will do: the file does not remember where its lines came from.
    public nonisolated func alterOffsets(
        configuration: [String: String], offsets: [TopicPartition: Int64?]
    ) async throws -> Bool { true }
}
