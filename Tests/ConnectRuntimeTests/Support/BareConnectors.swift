import ConnectAPI

/// A source connector that has no keys and nothing to do, to be looked at.
struct BareSource: SourceConnector {
    var version: String { "1" }
    var definition: ConfigDefinition { ConfigDefinition() }
    var taskClass: String { "test.Task" }
    func start(context: any ConnectorContext, configuration: [String: String]) async throws {}
    func taskConfigurations(maximum: Int) async throws -> [[String: String]] { [] }
    func stop() async throws {}
    func makeTask() -> any SourceTask { FakeSourceTask() }
}

/// A sink connector of that kind.
struct BareSink: SinkConnector {
    var version: String { "1" }
    var definition: ConfigDefinition { ConfigDefinition() }
    var taskClass: String { "test.Task" }
    func start(context: any ConnectorContext, configuration: [String: String]) async throws {}
    func taskConfigurations(maximum: Int) async throws -> [[String: String]] { [] }
    func stop() async throws {}
    func makeTask() -> any SinkTask { FakeSinkTask() }
}
