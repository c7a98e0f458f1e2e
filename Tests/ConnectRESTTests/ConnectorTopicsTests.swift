import HTTPTestSupport
import JSON
import KafkaClient
import Testing

/// The topics that connectors use, how they come to be, and the clients that reach them.
@Suite(.serialized) struct ConnectorTopicsTests {
    private func create(
        _ server: ConnectServer, _ name: String, _ configuration: [String: String]
    ) async throws -> RawHTTP.Answer {
        var object = JSONObject()
        for (key, value) in configuration.sorted(by: { $0.key < $1.key }) { object[key] = .string(value) }
        return try await server.send("PUT", "/connectors/\(name)/config", JSONValue.object(object).text)
    }

    @Test func theTopicsThatAConnectorUsesAreListedAndReset() async throws {
        try await ConnectFixture.with { fixture in
            let file = fixture.file("in"), copy = fixture.file("out")
            fixture.append("one\n", to: file)
            let empty = #"{"s":{"topics":[]}}"#, used = #"{"s":{"topics":["words"]}}"#
            try await fixture.serving { server in
                #expect(try await server.send("GET", "/connectors/s/topics").body == empty)
                let source = ["connector.class": "FileStreamSource", "file": file, "topic": "words"]
                #expect(try await create(server, "s", source).status == 201)
                try await Wait.until("the topic") {
                    let answer = try await server.send("GET", "/connectors/s/topics")
                    return answer.status == 200 && answer.body == used
                }
                let sink = ["connector.class": "FileStreamSink", "file": copy, "topics": "words"]
                #expect(try await create(server, "k", sink).status == 201)
                try await Wait.until("the sink's topic") {
                    try await server.send("GET", "/connectors/k/topics/").body == #"{"k":{"topics":["words"]}}"#
                }
                let reset = try await server.send("PUT", "/connectors/s/topics/reset")
                #expect(reset.status == 202 && reset.body.isEmpty)
                #expect(try await server.send("GET", "/connectors/s/topics").body == empty)
                fixture.append("two\n", to: file)
                try await Wait.until("the topic again") {
                    try await server.send("GET", "/connectors/s/topics").body == used
                }
            }
            try await fixture.serving { server in
                #expect(try await server.send("GET", "/connectors/s/topics").body == used, "it outlives the worker")
                #expect(try await server.send("DELETE", "/connectors/s").status == 204)
                try await Wait.until("the end") { try await server.send("GET", "/connectors/s/topics").body == empty }
            }
        }
    }

    @Test func topicTrackingCanBeOff() async throws {
        func error(_ message: String) -> String { #"{"error_code":403,"message":"\#(message)"}"# }
        try await ConnectFixture.with { fixture in
            try await fixture.serving(["topic.tracking.enable": "false"]) { server in
                for (method, target) in [("GET", "/connectors/s/topics"), ("PUT", "/connectors/s/topics/reset")] {
                    let answer = try await server.send(method, target)
                    #expect(answer.status == 403 && answer.body == error("Topic tracking is disabled."))
                }
            }
            try await fixture.serving(["topic.tracking.allow.reset": "false"]) { server in
                #expect(try await server.send("GET", "/connectors/s/topics").status == 200)
                let answer = try await server.send("PUT", "/connectors/s/topics/reset")
                #expect(answer.status == 403 && answer.body == error("Topic tracking reset is disabled."))
            }
        }
    }

    @Test func aSourceHasItsTopicsMadeAsItSays() async throws {
        try await ConnectFixture.with { fixture in
            fixture.append("one\n", to: fixture.file("in"))
            let source = [
                "connector.class": "FileStreamSource", "file": fixture.file("in"), "topic": "wide",
                "topic.creation.default.replication.factor": "1", "topic.creation.default.partitions": "1",
                "topic.creation.groups": "g", "topic.creation.g.include": "w.*", "topic.creation.g.partitions": "4",
                "topic.creation.g.cleanup.policy": "compact",
            ]
            func partitions(_ topic: String) async throws -> Int {
                try await KafkaAdmin(client: fixture.client).describeTopic(topic).partitions.count
            }
            try await fixture.serving { server in
                #expect(try await create(server, "s", source).status == 201)
                try await Wait.until("the topic") { (try? await partitions("wide")) != nil }
                #expect(try await partitions("wide") == 4)
                let refused = try await create(
                    server, "x", source.merging(["topic.creation.default.partitions": "0"]) { $1 })
                #expect(refused.status == 400)
                #expect(
                    refused.body.contains(
                        "Invalid value 0 for configuration topic.creation.default.partitions: Number of partitions must"
                            + " be positive, or -1 to use the broker's default"))
            }
            try await fixture.serving(["topic.creation.enable": "false"]) { server in
                let other = source.merging(["topic": "walls"]) { $1 }
                let created = try await create(server, "n", other)
                #expect(created.status == 201)
                #expect(try await fixture.values(of: "walls", count: 1) == ["one"])
                #expect(try await partitions("walls") == 1, "the broker made it")
            }
        }
    }

    @Test func aConnectorMayWriteToAndReadFromAnotherCluster() async throws {
        try await ConnectFixture.with { fixture in
            try await ConnectFixture.with { other in
                fixture.append("one\ntwo\n", to: fixture.file("in"))
                try await fixture.serving { server in
                    let source = [
                        "connector.class": "FileStreamSource", "file": fixture.file("in"), "topic": "far",
                        "producer.override.bootstrap.servers": other.address,
                        "producer.override.compression.type": "gzip", "producer.override.linger.ms": "1",
                        "admin.override.bootstrap.servers": other.address,
                        "topic.creation.default.replication.factor": "1", "topic.creation.default.partitions": "1",
                    ]
                    #expect(try await create(server, "s", source).status == 201)
                    #expect(try await other.values(of: "far", count: 2) == ["one", "two"])
                    let topics = try await KafkaAdmin(client: fixture.client).listTopics().map(\.name)
                    #expect(!topics.contains("far"))
                    let sink = [
                        "connector.class": "FileStreamSink", "file": fixture.file("out"), "topics": "far",
                        "consumer.override.bootstrap.servers": other.address,
                        "consumer.override.group.id": "mine", "consumer.override.max.poll.records": "1",
                        "admin.override.bootstrap.servers": other.address,
                    ]
                    #expect(try await create(server, "k", sink).status == 201)
                    try await Wait.until("the copy") {
                        fixture.contents(of: fixture.file("out")) == fixture.contents(of: fixture.file("in"))
                    }
                    #expect(try await server.send("PUT", "/connectors/k/stop").status == 204)
                    try await server.wait(for: "k", "STOPPED", tasks: [])
                    // Where the group is, and under the name that it has there.
                    let offsets = try JSONValue(parsing: try await server.send("GET", "/connectors/k/offsets").body)
                    let first = offsets["offsets"]?.array?.first
                    #expect(first?["partition"]?["kafka_topic"]?.string == "far")
                    #expect(first?["offset"]?["kafka_offset"]?.int64 == 2)
                    let groups = KafkaAdmin(client: other.client)
                    #expect(try await groups.listGroupOffsets("mine").count == 1)
                }
            }
        }
    }

    @Test func aPolicyKeepsSettingsFromConnectors() async throws {
        try await ConnectFixture.with { fixture in
            let source = [
                "connector.class": "FileStreamSource", "file": fixture.file("in"), "topic": "t",
                "producer.override.acks": "1",
            ]
            try await fixture.serving(["connector.client.config.override.policy": "None"]) { server in
                let answer = try await create(server, "s", source)
                #expect(answer.status == 400)
                #expect(
                    answer.body.contains(
                        "The 'None' policy does not allow 'acks' to be overridden in the connector configuration."))
            }
            fixture.append("one\n", to: fixture.file("in"))
            try await fixture.serving { server in
                let created = try await create(server, "s", source)
                #expect(created.status == 201)
                #expect(try await fixture.values(of: "t", count: 1) == ["one"])
            }
            // The policy may have changed since the connector was made.
            try await fixture.serving(["connector.client.config.override.policy": "None"]) { server in
                try await server.wait(for: "s", "RUNNING", tasks: ["FAILED"])
                #expect(
                    try await server.send("GET", "/connectors/s/status").body.contains(
                        "Client Config Overrides not allowed"))
            }
        }
    }
}
