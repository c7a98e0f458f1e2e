import ConnectAPI
import ConnectRuntime
import HTTPTestSupport
import JSON
import Testing

/// Connectors that are deleted with their offsets.
@Suite(.serialized) struct ConnectorDeletionTests {
    private static func source(_ file: String) -> String {
        #"{"connector.class":"FileStreamSource","file":"\#(file)","topic":"t"}"#
    }

    @Test func aConnectorOfTheSameNameBeginsAnew() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(["offset.flush.interval.ms": "50"]) { server in
                let file = fixture.file("in.txt"), out = fixture.file("out.txt")
                fixture.append("one\ntwo\n", to: file)
                let sink = #"{"connector.class":"FileStreamSink","file":"\#(out)","topics":"t"}"#
                for expected in [["one", "two"], ["one", "two", "one", "two"]] {
                    #expect(
                        try await server.send("PUT", "/connectors/src/config", Self.source(file)).status == 201)
                    #expect(try await fixture.values(of: "t", count: expected.count) == expected)
                    let answer = try await server.send("DELETE", "/connectors/src?offsets=true")
                    #expect(answer.status == 204 && answer.body.isEmpty)
                }
                var written: [String] = []
                for count in [4, 8] {
                    #expect(try await server.send("PUT", "/connectors/snk/config", sink).status == 201)
                    try await Wait.until("\(count) lines") {
                        written = String(decoding: fixture.contents(of: out), as: UTF8.self).split(separator: "\n")
                            .map(String.init)
                        return written.count >= count
                    }
                    #expect(try await server.send("DELETE", "/connectors/snk?offsets=true").status == 204)
                }
                #expect(written == ["one", "two", "one", "two", "one", "two", "one", "two"])
                #expect(try await server.send("GET", "/connectors").body == "[]")
            }
        }
    }

    @Test func withoutTheFlagTheOffsetsStay() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(["offset.flush.interval.ms": "50"]) { server in
                let file = fixture.file("in.txt")
                fixture.append("one\n", to: file)
                let created = try await server.send("PUT", "/connectors/src/config", Self.source(file))
                #expect(created.status == 201)
                #expect(try await fixture.values(of: "t", count: 1) == ["one"])
                #expect(try await server.send("DELETE", "/connectors/src?offsets=no").status == 204)
                fixture.append("two\n", to: file)
                #expect(try await server.send("PUT", "/connectors/src/config", Self.source(file)).status == 201)
                #expect(try await fixture.values(of: "t", count: 2) == ["one", "two"])
            }
        }
    }

    @Test func aConnectorThatKeepsItsOffsetsStaysAsItWas() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(plugins: { catalog in
                catalog.registerSource("test.KeepingConnector", version: nil) { KeepingConnector() }
            }) { server in
                let config = #"{"connector.class":"test.KeepingConnector"}"#
                #expect(try await server.send("PUT", "/connectors/k/config", config).status == 201)
                try await server.wait(for: "k", "RUNNING", tasks: ["RUNNING"])
                let answer = try await server.send("DELETE", "/connectors/k?offsets=true")
                #expect(answer.status == 400)
                #expect(answer.body == #"{"error_code":400,"message":"these offsets are mine"}"#)
                try await server.wait(for: "k", "RUNNING", tasks: ["RUNNING"])
                #expect(try await server.send("DELETE", "/connectors/k").status == 204)
            }
        }
    }
}

/// A source that does not let its offsets go.
private struct KeepingConnector: SourceConnector, SourceTask {
    var version: String { "1" }
    var definition: ConfigDefinition { ConfigDefinition() }
    var taskClass: String { "test.KeepingTask" }

    func start(context: any ConnectorContext, configuration: [String: String]) async throws {}

    func start(context: any SourceTaskContext, configuration: [String: String]) async throws {}

    func taskConfigurations(maximum: Int) async throws -> [[String: String]] { [[:]] }

    func makeTask() -> any SourceTask { KeepingConnector() }

    func alterOffsets(
        configuration: [String: String], offsets: [(partition: ConnectMap, offset: ConnectMap?)]
    ) async throws -> Bool { throw ConnectError(.invalidData, "these offsets are mine") }

    func poll() async throws -> [SourceRecord] {
        await Task.yield()
        return []
    }

    func stop() async throws {}
}
