import ConnectAPI
import Synchronization

/// A source that puts its password into everything that it says: the key `leaks` says where it fails.
final class LeakyConnector: SourceConnector {
    static let className = "test.LeakyConnector"

    private let configuration = Mutex<[String: String]>([:])

    var version: String { "1" }
    var taskClass: String { "test.LeakyTask" }

    var definition: ConfigDefinition {
        ConfigDefinition([
            ConfigKey(
                "password", .password, default: .value("nothing"), importance: .high, documentation: "A password."),
            ConfigKey("user", .string, default: .none, importance: .high, documentation: "A user."),
        ])
    }

    func start(context: any ConnectorContext, configuration: [String: String]) async throws {
        self.configuration.withLock { $0 = configuration }
        try Self.leak(configuration, at: "start")
    }

    func taskConfigurations(maximum: Int) async throws -> [[String: String]] {
        let configuration = configuration.withLock { $0 }
        return [configuration.merging(["url": "db://me:\(configuration["password"] ?? "")@host"]) { $1 }]
    }

    func stop() async throws { try Self.leak(configuration.withLock { $0 }, at: "stop") }

    func makeTask() -> any SourceTask { LeakyTask() }

    func validate(configuration: [String: String], values: [ConfigValue]) async throws -> [ConfigValue] {
        try Self.leak(configuration, at: "validate")
        var values = values
        if configuration["leaks"] == "errors" {
            for index in values.indices {
                values[index].errors.append("cannot log in with \(configuration["password"] ?? "")")
                values[index].recommendedValues.append(configuration["password"] ?? "")
            }
        }
        return values
    }

    func alterOffsets(
        configuration: [String: String], offsets: [(partition: ConnectMap, offset: ConnectMap?)]
    ) async throws -> Bool {
        throw ConnectError(.invalidData, "cannot set offsets with \(configuration["password"] ?? "")")
    }

    static func leak(_ configuration: [String: String], at place: String) throws {
        if configuration["leaks"] == place {
            throw ConnectError(.failed, "\(place): cannot log in with \(configuration)")
        }
    }

    private actor LeakyTask: SourceTask {
        nonisolated var version: String { "1" }
        private var configuration: [String: String] = [:]
        private var isSent = false

        func start(context: any SourceTaskContext, configuration: [String: String]) async throws {
            self.configuration = configuration
            try LeakyConnector.leak(configuration, at: "task")
        }

        func poll() async throws -> [SourceRecord] {
            try LeakyConnector.leak(configuration, at: "poll")
            guard !isSent else {
                await Task.yield()
                return []
            }
            isSent = true
            // What the task was given, told apart from what is said of it.
            let length = configuration["password"]?.count ?? 0
            return [
                SourceRecord(
                    sourcePartition: ["p": .string("p")], sourceOffset: ["o": .int64(1)],
                    topic: configuration["topic"] ?? "t", value: .string("\(configuration["user"] ?? "") \(length)"))
            ]
        }

        func stop() async throws { try LeakyConnector.leak(configuration, at: "end") }
    }
}
