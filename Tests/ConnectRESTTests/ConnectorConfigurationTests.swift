import ConnectAPI
import HTTPTestSupport
import JSON
import Testing

/// Configurations that are patched, listed and looked up.
@Suite(.serialized) struct ConnectorConfigurationTests {
    private static func source(_ name: String, _ fixture: ConnectFixture) -> String {
        #"{"name":"\#(name)","config":{"connector.class":"FileStreamSource","file":"\#(fixture.file("none"))","topic":"t","batch.size":"7"}}"#
    }

    private static func error(_ status: Int, _ message: String) -> String {
        let json: JSONValue = ["error_code": .integer(status), "message": .string(message)]
        return json.text
    }

    @Test func aPatchSetsAndRemovesKeys() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                #expect(try await server.send("POST", "/connectors", Self.source("c", fixture)).status == 201)
                let path = "/connectors/c/config"
                let patched = try await server.send(
                    "PATCH", path, #"{"topic":"other","batch.size":null,"tasks.max":1}"#)
                #expect(patched.status == 200)
                let json = try JSONValue(parsing: patched.body)
                #expect(json["name"] == "c" && json["type"] == "source")
                let expected: JSONValue = [
                    "connector.class": "FileStreamSource", "file": .string(fixture.file("none")), "name": "c",
                    "tasks.max": "1", "topic": "other",
                ]
                #expect(json["config"] == expected)
                #expect(try await server.send("GET", path).body == expected.text)
                #expect(try await server.send("PATCH", path, #"{"name":"c"}"#).status == 200)
                for (target, body, status, message) in [
                    ("/connectors/x/config", "{}", 404, "Connector x not found"),
                    (path, "[]", 400, "A patch has to be a JSON object of keys and values"),
                    (path, #"{"file":[1]}"#, 400, "The value of 'file' has to be text, a number or a boolean"),
                    (
                        path, #"{"name":"d"}"#, 400,
                        "Connector name configuration (d) doesn't match connector name in the URL (c)"
                    ),
                    (
                        path, #"{"name":null}"#, 400,
                        "Connector name configuration (null) doesn't match connector name in the URL (c)"
                    ),
                ] {
                    let answer = try await server.send("PATCH", target, body)
                    #expect(answer.status == status && answer.body == Self.error(status, message), "\(body)")
                }
                let invalid = try await server.send("PATCH", path, #"{"topic":null}"#)
                #expect(invalid.status == 400)
                #expect(invalid.body.contains("Missing required configuration"))
                #expect(try await server.send("GET", path).body == expected.text, "what is refused changes nothing")
            }
        }
    }

    /// Each patch is made for the configuration that it finds: none takes back what another has set.
    @Test func patchesAtTheSameTimeAllCount() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                #expect(try await server.send("POST", "/connectors", Self.source("c", fixture)).status == 201)
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<8 {
                        group.addTask {
                            try await server.send("PATCH", "/connectors/c/config", #"{"my.\#(number)":"x"}"#).status
                        }
                    }
                    for try await status in group { #expect(status == 200) }
                }
                let json = try JSONValue(parsing: try await server.send("GET", "/connectors/c/config").body)
                for number in 0..<8 { #expect(json["my.\(number)"] == "x") }
            }
        }
    }

    @Test func taskConfigurationsAreListedByTheirTasks() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                #expect(try await server.send("POST", "/connectors", Self.source("c", fixture)).status == 201)
                try await server.wait(for: "c", "RUNNING", tasks: ["RUNNING"])
                let answer = try await server.send("GET", "/connectors/c/tasks-config")
                #expect(answer.status == 200)
                let task = try JSONValue(parsing: answer.body)["c-0"]
                #expect(task?["topic"] == "t")
                #expect(task?["task.class"] == "org.apache.kafka.connect.file.FileStreamSourceTask")
                let missing = try await server.send("GET", "/connectors/x/tasks-config")
                #expect(missing.status == 404 && missing.body == Self.error(404, "Connector x not found"))
            }
        }
    }

    @Test func pluginsTellTheirKeys() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                func names(_ plugin: String) async throws -> [String] {
                    let answer = try await server.send("GET", "/connector-plugins/\(plugin)/config")
                    #expect(answer.status == 200)
                    return try JSONValue(parsing: answer.body).array?.compactMap { $0["name"]?.string } ?? []
                }
                let source = try await names("FileStreamSource")
                #expect(source.starts(with: ["file", "topic", "batch.size"]))
                #expect(source.contains("errors.tolerance") && !source.contains("topics"))
                #expect(Set(source).count == source.count)
                #expect(try await names("FileStreamSinkConnector").contains("topics"))
                #expect(try await names("Cast$Value").contains("spec"))
                #expect(try await names("TopicNameMatches") == ["pattern"])
                #expect(try await names("JsonConverter").contains("schemas.enable"))
                let spec = try await server.send("GET", "/connector-plugins/HoistField$Key/config")
                #expect(
                    spec.body.hasPrefix(
                        #"[{"name":"field","type":"STRING","required":true,"default_value":null,"importance":"MEDIUM","#
                    ))
                let unknown = try await server.send("GET", "/connector-plugins/Nothing/config")
                #expect(unknown.status == 404 && unknown.body == Self.error(404, "Unknown plugin Nothing."))
            }
        }
    }

    @Test func connectorsAreFoundByStateTypeAndName() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                for name in ["orders-in", "people-in"] {
                    #expect(try await server.send("POST", "/connectors", Self.source(name, fixture)).status == 201)
                }
                let sink = #"""
                    {"name":"orders-out","config":{"connector.class":"FileStreamSink","file":"\#(fixture.file("out"))","topics":"t"}}
                    """#
                #expect(try await server.send("POST", "/connectors", sink).status == 201)
                #expect(try await server.send("PUT", "/connectors/people-in/pause").status == 202)
                try await server.wait(for: "orders-in", "RUNNING", tasks: ["RUNNING"])
                try await server.wait(for: "people-in", "PAUSED", tasks: ["PAUSED"])
                try await server.wait(for: "orders-out", "RUNNING", tasks: ["RUNNING"])
                for (query, names) in [
                    ("q=ORDERS", ["orders-in", "orders-out"]), ("type=sink", ["orders-out"]),
                    ("type=source&q=orders", ["orders-in"]), ("state=paused", ["people-in"]),
                    ("state=paused&state=RUNNING&type=source", ["orders-in", "people-in"]), ("state=failed", []),
                    ("", ["orders-in", "orders-out", "people-in"]),
                ] as [(String, [String])] {
                    let answer = try await server.send("GET", "/connectors?\(query)")
                    #expect(answer.body == JSONValue.array(names.map(JSONValue.string)).text, "\(query)")
                }
                let expanded = try await server.send("GET", "/connectors?type=sink&expand=info")
                #expect(try JSONValue(parsing: expanded.body).object?.count == 1)
                #expect(try await server.send("GET", "/connectors?state=tired").status == 400)
                #expect(try await server.send("GET", "/connectors?type=both").status == 400)
            }
        }
    }
}
