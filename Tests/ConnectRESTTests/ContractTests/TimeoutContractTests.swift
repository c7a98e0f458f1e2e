import ConnectAPI
import ConnectRuntime
import HTTPTestSupport
import JSON
import Testing

/// Requests that take longer than they may.
@Suite(.serialized) struct TimeoutContractTests {
    @Test func aRequestThatAConnectorHoldsUpEndsAndHoldsUpNoOther() async throws {
        let (demand, end) = AsyncStream<Void>.makeStream()
        try await ConnectFixture.with { fixture in
            let plugins = { (catalog: PluginCatalog) in
                catalog.registerSource("test.SlowConnector", version: nil) { SlowConnector(demand: demand) }
            }
            try await fixture.serving(plugins: plugins) { server in
                let config =
                    #"{"name":"slow","initial_state":"STOPPED","config":{"connector.class":"test.SlowConnector"}}"#
                let created = try await server.send("POST", "/connectors", config)
                #expect(created.status == 201)
            }
            // No time at all, which no other request could do with but those that wait for nothing.
            try await fixture.serving(plugins: plugins, change: { $0.requestTimeout = .milliseconds(10) }) { server in
                try await Wait.until("the worker") { try await server.send("GET", "/health").status == 200 }
                let change = #"{"offsets":[{"partition":{"a":1},"offset":{"b":2}}]}"#
                let held = try await server.send("PATCH", "/connectors/slow/offsets", change)
                #expect(held.status == 500)
                #expect(held.body == #"{"error_code":500,"message":"Request timed out."}"#)
                let health = try await server.send("GET", "/health")
                #expect(health.status == 200)
                end.finish()
            }
        }
    }
}

/// A source that takes for ever to say what it thinks of offsets.
private struct SlowConnector: SourceConnector {
    /// Ends when it may go on.
    let demand: AsyncStream<Void>

    var version: String { "1" }
    var definition: ConfigDefinition { ConfigDefinition() }
    var taskClass: String { "test.SlowTask" }

    func start(context: any ConnectorContext, configuration: [String: String]) async throws {}

    func taskConfigurations(maximum: Int) async throws -> [[String: String]] { [] }

    func makeTask() -> any SourceTask { preconditionFailure("it has no tasks") }

    func alterOffsets(
        configuration: [String: String], offsets: [(partition: ConnectMap, offset: ConnectMap?)]
    ) async throws -> Bool {
        for await _ in demand {}
        throw CancellationError()
    }

    func stop() async throws {}
}
