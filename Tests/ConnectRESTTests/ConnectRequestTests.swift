import ConnectAPI
import ConnectRuntime
import Glibc
import HTTPTestSupport
import JSON
import RecordFormat
import Synchronization
import Testing

@Suite(.serialized) struct ConnectRequestTests {
    @Test func whatIsWrongIsAnsweredAsKafkaAnswersIt() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                let config = #"{"connector.class":"FileStreamSource","file":"\#(fixture.file("none"))","topic":"t"}"#
                let good = #"{"name":"c","config":\#(config)}"#
                #expect(try await server.send("POST", "/connectors", good).status == 201)
                let cases: [(String, String, String?, Int, String)] = [
                    ("POST", "/connectors", #"{"name":"x"}"#, 422, "config may not be empty"),
                    ("POST", "/connectors", #"{"name":"x","config":{}}"#, 422, "config may not be empty"),
                    ("POST", "/connectors", #"{"name":"x","config":"text"}"#, 422, "config may not be empty"),
                    ("POST", "/connectors", #"{"config":\#(config)}"#, 422, "name may not be empty"),
                    ("POST", "/connectors", good, 409, "Connector c already exists"),
                    (
                        "POST", "/connectors",
                        #"{"name":"x","config":{"name":"y","connector.class":"FileStreamSource"}}"#, 400,
                        "Connector name configuration (y) doesn't match connector name in the URL (x)"
                    ),
                    (
                        "POST", "/connectors", #"{"name":"x","config":{"file":{"a":1}}}"#, 400,
                        "The value of 'file' has to be text, a number or a boolean"
                    ),
                    (
                        "POST", "/connectors", #"{"name":"x","config":{"file":"f"}}"#, 400,
                        "Connector config {file, name} contains no connector type"
                    ),
                    (
                        "POST", "/connectors",
                        #"{"name":"x","config":{"connector.class":"FileStreamSource","tasks.max":"0"}}"#,
                        400,
                        "Connector configuration is invalid and contains the following 2 error(s):\n"
                            + "Invalid value 0 for configuration tasks.max: Value must be at least 1\n"
                            + "Missing required configuration \"topic\" which has no default value.\n"
                            + "You can also find the above list of errors at the endpoint"
                            + " `/connector-plugins/{connectorType}/config/validate`"
                    ),
                    ("GET", "/connectors/x", nil, 404, "Connector x not found"),
                    ("GET", "/connectors/x/config", nil, 404, "Connector x not found"),
                    ("GET", "/connectors/x/tasks", nil, 404, "Connector x not found"),
                    ("DELETE", "/connectors/x", nil, 404, "Connector x not found"),
                    ("GET", "/connectors/x/status", nil, 404, "No status found for connector x"),
                    ("GET", "/connectors/c/tasks/7/status", nil, 404, "No status found for task c-7"),
                    ("PUT", "/connectors/x/pause", nil, 404, "Unknown connector x"),
                    ("POST", "/connectors/x/restart", nil, 404, "Unknown connector: x"),
                    ("POST", "/connectors/x/restart?includeTasks=true", nil, 404, "Unknown connector: x"),
                    ("POST", "/connectors/c/tasks/7/restart", nil, 404, "Unknown task: c-7"),
                    ("POST", "/connectors/x/tasks/0/restart", nil, 404, "Unknown connector: x"),
                    ("POST", "/connectors/c/tasks/one/restart", nil, 404, "HTTP 404 Not Found"),
                    ("GET", "/nothing", nil, 404, "HTTP 404 Not Found"),
                    ("DELETE", "/connectors", nil, 405, "HTTP 405 Method Not Allowed"),
                ]
                for (method, path, body, status, message) in cases {
                    let answer = try await server.send(method, path, body)
                    let expected: JSONValue = ["error_code": .integer(status), "message": .string(message)]
                    #expect(answer.status == status, "\(method) \(path) \(body ?? "")")
                    #expect(answer.body == expected.text, "\(method) \(path) \(body ?? "")")
                }
                let malformed = try await server.send("POST", "/connectors", "{")
                #expect(malformed.status == 400)
                #expect(malformed.body.hasPrefix(#"{"error_code":400,"message":"Malformed JSON: "#))
            }
        }
    }

    @Test(arguments: ["{}", "[]", "null", "7", "", nil])
    func aConfigurationThatIsNoneIsA422(body: String?) async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                let answer = try await server.send("PUT", "/connectors/x/config", body)
                #expect(answer.status == 422)
                #expect(answer.body == #"{"error_code":422,"message":"config may not be empty"}"#)
                let created = try await server.send("POST", "/connectors", body)
                #expect(created.status == (body == "{}" ? 422 : 400))
            }
        }
    }

    @Test func pluginsAndValidation() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                #expect(
                    try await server.send("GET", "/connector-plugins/").body
                        == #"[{"class":"org.apache.kafka.connect.file.FileStreamSinkConnector","type":"sink","version":"1.0"},"#
                        + #"{"class":"org.apache.kafka.connect.file.FileStreamSourceConnector","type":"source","version":"1.0"}]"#
                )
                let all = try await server.send("GET", "/connector-plugins?connectorsOnly=false").body
                #expect(
                    all.contains(
                        #"{"class":"org.apache.kafka.connect.storage.StringConverter","type":"converter","version":"1.0"}"#
                    ))
                let path = "/connector-plugins/FileStreamSource/config/validate"
                let answer = try await server.send(
                    "PUT", path, #"{"connector.class":"FileStreamSource","name":"n","batch.size":"many"}"#)
                #expect(answer.status == 200)
                let json = try JSONValue(parsing: answer.body)
                #expect(json["name"] == "FileStreamSource")
                #expect(json["error_count"] == 2)
                let batch = json["configs"]?.array?.first { $0["value"]?["name"] == "batch.size" }
                #expect(
                    batch?.text
                        == #"{"definition":{"name":"batch.size","type":"INT","required":false,"default_value":"2000","#
                        + #""importance":"LOW","documentation":"The most records that the task reads from the file at a time.","#
                        + #""group":null,"width":"NONE","display_name":"batch.size","dependents":[],"order":-1},"#
                        + #""value":{"name":"batch.size","value":null,"recommended_values":[],"#
                        + #""errors":["Invalid value many for configuration batch.size: Not a number of type INT"],"visible":true}}"#
                )
                let other = try await server.send("PUT", path, #"{"connector.class":"FileStreamSink"}"#)
                #expect(other.status == 400)
                #expect(
                    other.body.contains(
                        "Included connector type FileStreamSink does not match request type FileStreamSource"))
                let root = try JSONValue(parsing: try await server.send("GET", "/").body)
                #expect(root["version"] == "1.0")
                #expect(root["kafka_cluster_id"]?.string?.isEmpty == false)
                try await Wait.until("health") { try await server.send("GET", "/health").status == 200 }
            }
        }
    }

    @Test func namesMayHaveAnythingInThem() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                let config = #"{"connector.class":"FileStreamSource","file":"\#(fixture.file("none"))","topic":"t"}"#
                let created = try await server.send("POST", "/connectors", #"{"name":" a b/c ü ","config":\#(config)}"#)
                #expect(created.headers["location"] == "/connectors/a%20b%2Fc%20%C3%BC")
                #expect(try await server.send("GET", "/connectors").body == #"["a b/c ü"]"#)
                #expect(try await server.send("GET", "/connectors?expand=foo").body == #"{"a b/c ü":{}}"#)
                #expect(try await server.send("GET", "/connectors/a%20b%2Fc%20%C3%BC/config").status == 200)
                let expanded = try JSONValue(
                    parsing: try await server.send("GET", "/connectors?expand=status&expand=info&expand=nothing").body)
                #expect(expanded["a b/c ü"]?["info"]?["type"] == "source")
                #expect(expanded["a b/c ü"]?["status"]?["name"] == "a b/c ü")
                #expect(try await server.send("DELETE", "/connectors/a%20b%2Fc%20%C3%BC").status == 204)
            }
        }
    }

    @Test func passwordsAreNotShownByValidation() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(plugins: { catalog in
                catalog.registerSource("test.BadSourceConnector", version: nil) { BadSourceConnector(gate: Gate()) }
            }) { server in
                let answer = try await server.send(
                    "PUT", "/connector-plugins/BadSource/config/validate",
                    #"{"connector.class":"BadSource","name":"n","mode":"hang","secret":"sesame"}"#)
                #expect(answer.status == 200)
                #expect(!answer.body.contains("sesame") && !answer.body.contains("standard"))
                let json = try JSONValue(parsing: answer.body)
                let secret = json["configs"]?.array?.first { $0["value"]?["name"] == "secret" }
                #expect(secret?["value"]?["value"] == "[hidden]")
            }
        }
    }

    @Test func whatIsCreatedPausedOrStoppedDoesNotStart() async throws {
        try await ConnectFixture.with { fixture in
            let starts = Mutex(0)
            try await fixture.serving(plugins: { catalog in
                catalog.registerSource("test.BadSourceConnector", version: nil) {
                    BadSourceConnector(gate: Gate()) { starts.withLock { $0 += 1 } }
                }
            }) { server in
                let create = { (name: String, state: String) in
                    #"{"name":"\#(name)","initial_state":"\#(state)","config":{"connector.class":"BadSource","mode":"idle"}}"#
                }
                #expect(try await server.send("POST", "/connectors", create("p", "PAUSED")).status == 201)
                #expect(try await server.send("POST", "/connectors", create("s", "STOPPED")).status == 201)
                try await server.wait(for: "p", "PAUSED", tasks: [])
                try await server.wait(for: "s", "STOPPED", tasks: [])
                #expect(starts.withLock { $0 } == 0)
                #expect(try await server.send("PUT", "/connectors/p/resume").status == 202)
                try await server.wait(for: "p", "RUNNING", tasks: ["RUNNING"])
                #expect(starts.withLock { $0 } == 1)
                #expect(try await server.send("PUT", "/connectors/p/pause").status == 202)
                try await server.wait(for: "p", "PAUSED", tasks: ["PAUSED"])
                #expect(try await server.send("POST", "/connectors/p/tasks/0/restart").status == 204)
                try await server.wait(for: "p", "PAUSED", tasks: ["PAUSED"])
                #expect(try await server.send("PUT", "/connectors/p/resume").status == 202)
                try await server.wait(for: "p", "RUNNING", tasks: ["RUNNING"])
                #expect(starts.withLock { $0 } == 2)
            }
        }
    }

    @Test func connectorsThatFailOrHangHarmNoOneElse() async throws {
        try await ConnectFixture.with { fixture in
            let gate = Gate()
            try await fixture.serving(
                ["task.shutdown.graceful.timeout.ms": "200"],
                plugins: { catalog in
                    catalog.registerSource("test.BadSourceConnector", version: nil) { BadSourceConnector(gate: gate) }
                }
            ) { server in
                let hanging = #"{"connector.class":"BadSource","mode":"hang"}"#
                #expect(try await server.send("PUT", "/connectors/hanging/config", hanging).status == 201)
                let failing = #"{"connector.class":"BadSource","mode":"fail"}"#
                #expect(try await server.send("PUT", "/connectors/failing/config", failing).status == 201)
                try await server.wait(for: "failing", "RUNNING", tasks: ["FAILED"])
                // The task tells its version also when it failed; the connector has none.
                let status = try await server.send("GET", "/connectors/failing/tasks/0/status").body
                let failed = #"{"id":0,"state":"FAILED","worker_id":"worker:8083","version":"1.0","trace":"no luck"#
                #expect(status.hasPrefix(failed), "\(status)")
                let file = fixture.file("f")
                fixture.append("line\n", to: file)
                let good = #"{"connector.class":"FileStreamSource","file":"\#(file)","topic":"t"}"#
                #expect(try await server.send("PUT", "/connectors/good/config", good).status == 201)
                #expect(try await fixture.values(of: "t", count: 1) == ["line"])
                #expect(try await server.send("DELETE", "/connectors/hanging").status == 204)
                // Only what failed starts again; the rest stays as it is.
                #expect(
                    try await server.send("POST", "/connectors/failing/restart?includeTasks=true&onlyFailed=true").body
                        .contains(
                            #""connector":{"state":"RUNNING","worker_id":"worker:8083"},"tasks":[{"id":0,"state":"RESTARTING""#
                        ))
                try await server.wait(for: "failing", "RUNNING", tasks: ["FAILED"])
            }
            gate.open()
        }
    }
}

/// Holds threads, as a connector's driver may: they read a pipe into which nobody writes.
private final class Gate: Sendable {
    private let descriptors: (reading: Int32, writing: Int32)

    init() {
        var descriptors: [Int32] = [0, 0]
        #expect(pipe(&descriptors) == 0)
        self.descriptors = (descriptors[0], descriptors[1])
    }

    func open() { close(descriptors.writing) }

    func block() {
        var byte: UInt8 = 0
        _ = read(descriptors.reading, &byte, 1)
    }
}

/// A connector whose task fails, or blocks its thread.
private struct BadSourceConnector: SourceConnector, SourceTask {
    let gate: Gate
    /// Hears of every start of a task.
    let onTaskStart: @Sendable () -> Void
    private let configuration = Shared()

    init(gate: Gate, onTaskStart: @escaping @Sendable () -> Void = {}) {
        self.gate = gate
        self.onTaskStart = onTaskStart
    }

    /// What start was given.
    private final class Shared: Sendable {
        let values = Mutex<[String: String]>([:])
    }

    var version: String { "1.0" }
    var definition: ConfigDefinition {
        ConfigDefinition([
            ConfigKey("mode", .string, default: .required, importance: .high, documentation: ""),
            ConfigKey("secret", .password, default: .value("standard"), importance: .high, documentation: ""),
        ])
    }
    var taskClass: String { "test.BadSourceTask" }

    func start(context: any ConnectorContext, configuration: [String: String]) async throws {
        self.configuration.values.withLock { $0 = configuration }
    }

    func start(context: any SourceTaskContext, configuration: [String: String]) async throws {
        onTaskStart()
        self.configuration.values.withLock { $0 = configuration }
    }

    func taskConfigurations(maximum: Int) async throws -> [[String: String]] { [configuration.values.withLock { $0 }] }

    func makeTask() -> any SourceTask { BadSourceConnector(gate: gate, onTaskStart: onTaskStart) }

    func poll() async throws -> [SourceRecord] {
        if configuration.values.withLock({ $0["mode"] }) == "idle" {
            await Task.yield()
            return []
        }
        if configuration.values.withLock({ $0["mode"] }) == "fail" { throw ConnectError(.failed, "no luck") }
        gate.block()
        return []
    }

    func stop() async throws {}
}
