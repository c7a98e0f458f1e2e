import ServerHarness
import Testing

/// A registry and a REST proxy that are processes of their own, as with Kafka, on a cluster that they reach over its protocol.
@Suite(.timeLimit(.minutes(3)))
struct ServiceProcessTests {
    private static let body = #"""
        {"value_schema":"{\"type\":\"record\",\"name\":\"User\",\"fields\":[{\"name\":\"name\",\"type\":\"string\"}]}",
         "records":[{"value":{"name":"ann"}}]}
        """#

    private static func registry(_ server: ServerProcess) throws -> WorkerProcess {
        try WorkerProcess(
            "schema-registry", running: "schema-registry", as: "schemaRegistry",
            properties: [
                "kafkastore.bootstrap.servers": "PLAINTEXT://\(server.bootstrap)", "listeners": "http://127.0.0.1:0",
                "kafkastore.topic": "_others", "schema.registry.group.id": "others", "kafkastore.timeout.ms": "5000",
            ], in: server.directory)
    }

    @Test func recordsWithSchemasGoThroughBoth() async throws {
        try await ServerProcess.with { server in
            let registry = try Self.registry(server)
            try await registry.start()
            let proxy = try WorkerProcess(
                "kafka-rest", running: "kafka-rest", as: "rest",
                properties: [
                    "bootstrap.servers": server.bootstrap, "listeners": "http://127.0.0.1:0",
                    "schema.registry.url": registry.address,
                ], in: server.directory)
            try await proxy.start()
            let written = try await Curl.request(
                "POST", "\(proxy.address)/topics/users",
                options: ["-H", "Content-Type: application/vnd.kafka.avro.v2+json", "--data", Self.body])
            #expect(written.status == 200, "\(written.body)")
            #expect(written.json?["value_schema_id"]?.int == 1)

            // The schema is in this registry and not in the server's own; both live through a kill.
            try await registry.kill()
            try await proxy.kill()
            try await registry.start()
            let subjects = try await Curl.request(nil, "\(registry.address)/subjects")
            #expect(subjects.json == ["users-value"])
            #expect(try await Curl.request(nil, "\(server.schemaRegistry)/subjects").json == [])
            try await registry.stop()
        }
    }
}
