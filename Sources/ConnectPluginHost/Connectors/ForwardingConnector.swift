import ConnectAPI

/// A connector that hands on to a ``HostedConnector`` what sources and sinks have in common.
protocol ForwardingConnector: Connector, Releasable {
    var connector: HostedConnector { get }
}

extension ForwardingConnector {
    var version: String { connector.plugin.manifest.version ?? "undefined" }
    var definition: ConfigDefinition { connector.plugin.description.definition }
    var taskClass: String { connector.taskClass }

    func start(context: any ConnectorContext, configuration: [String: String]) async throws {
        try await connector.start(context: context, configuration: configuration)
    }

    func taskConfigurations(maximum: Int) async throws -> [[String: String]] {
        try await connector.taskConfigurations(maximum: maximum)
    }

    func stop() async throws { try await connector.stop() }

    func release() { connector.release() }

    func validate(configuration: [String: String], values: [ConfigValue]) async throws -> [ConfigValue] {
        try await connector.validate(configuration: configuration, values: values)
    }
}
