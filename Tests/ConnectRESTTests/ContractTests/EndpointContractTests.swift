import HTTPTestSupport
import JSON
import Testing

/// Every endpoint: the request, the status and the body, which has to be what the OpenAPI document says.
@Suite(.serialized) struct EndpointContractTests {
    @Test func everyEndpointAnswersAsDescribed() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                let document = try await ServedDocument(server)
                // The first answer that waits for the worker to be ready.
                #expect(try await server.send("GET", "/connectors").status == 200)
                let rows =
                    Self.server + Self.creation(fixture) + Self.reading(fixture) + Self.changes(fixture)
                    + Self.lifecycle + Self.offsets(fixture) + Self.plugins + Self.loggers + Self.operations
                    + Self.unsigned + Self.deletion(fixture)
                for row in rows { try await row.check(server, against: document) }
                let covered = Set(try rows.map { try document.route($0) })
                #expect(
                    Set(document.routes).subtracting(covered).map(\.description).sorted() == [],
                    "each endpoint has a row here")
            }
        }
    }

    /// In a group that does not sign, what workers ask of each other is answered whoever asks.
    @Test func whatWorkersAskOfEachOtherIsAnsweredAsDescribed() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(["connect.protocol": "compatible"]) { server in
                let document = try await ServedDocument(server)
                for row in Self.stopped(fixture) + Self.internalRequests {
                    try await row.check(server, against: document)
                }
            }
        }
    }

    private static let server: [Contract] = [
        Contract("GET /", 200),
        Contract(
            "GET /health", 200,
            .exactly(
                #"{"status":"healthy","message":"Worker has completed startup and is ready to handle requests."}"#)),
        Contract("GET /openapi.json", 200),
    ]

    private static func config(_ fixture: ConnectFixture, _ name: String, _ topic: String = "t") -> String {
        #"{"connector.class":"FileStreamSource","file":"\#(fixture.file("none"))","name":"\#(name)","topic":"\#(topic)"}"#
    }

    private static func info(_ fixture: ConnectFixture, _ name: String, tasks: String) -> String {
        #"{"name":"\#(name)","config":\#(config(fixture, name)),"tasks":\#(tasks),"type":"source"}"#
    }

    private static func creation(_ fixture: ConnectFixture) -> [Contract] {
        let given = #"{"connector.class":"FileStreamSource","file":"\#(fixture.file("none"))","topic":"t"}"#
        return [
            Contract("GET /connectors", 200, .exactly("[]")),
            Contract(
                "POST /connectors", #"{"name":" c ","config":\#(given)}"#, 201,
                .exactly(info(fixture, "c", tasks: "[]")), header: ("location", "/connectors/c")),
            Contract("GET /connectors", 200, .exactly(#"["c"]"#)),
            Contract(
                "PUT /connectors/a%2Fb%20c/config", given, 201, header: ("location", "/connectors/a%2Fb%20c")),
            Contract("GET /connectors/a%2Fb%20c/status", 200, awaiting: ("a%2Fb%20c", "RUNNING", ["RUNNING"])),
            Contract("DELETE /connectors/a%2Fb%20c", 204, .empty),
            Contract(
                "POST /connectors", #"{"name":"s","config":\#(given),"initial_state":"STOPPED"}"#, 201),
        ]
    }

    private static func reading(_ fixture: ConnectFixture) -> [Contract] {
        let status =
            #"{"name":"c","connector":{"state":"RUNNING","worker_id":"worker:8083","version":"1.0"},"tasks":"#
            + #"[{"id":0,"state":"RUNNING","worker_id":"worker:8083","version":"1.0"}],"type":"source"}"#
        let info = info(fixture, "c", tasks: #"[{"connector":"c","task":0}]"#)
        return [
            Contract("GET /connectors/c", 200, .exactly(info), awaiting: ("c", "RUNNING", ["RUNNING"])),
            Contract("GET /connectors/c/config", 200, .exactly(config(fixture, "c"))),
            Contract("GET /connectors/c/status", 200, .exactly(status)),
            Contract("GET /connectors/c/tasks", 200),
            Contract("GET /connectors/c/tasks-config", 200),
            Contract(
                "GET /connectors/c/tasks/0/status", 200,
                .exactly(#"{"id":0,"state":"RUNNING","worker_id":"worker:8083","version":"1.0"}"#)),
            Contract(
                "GET /connectors?expand=status&expand=info&q=c", 200,
                .exactly(#"{"c":{"status":\#(status),"info":\#(info)}}"#)),
            Contract("GET /connectors?expand=info", 200),
            Contract("GET /connectors?expand=other", 200, .exactly(#"{"c":{},"s":{}}"#)),
            Contract("GET /connectors?state=stopped&type=source", 200, .exactly(#"["s"]"#)),
            Contract(
                "GET /connectors?type=neither", 400, .error("The type 'neither' is none of source, sink and unknown")),
        ]
    }

    private static func changes(_ fixture: ConnectFixture) -> [Contract] {
        [
            Contract("PUT /connectors/c/config", config(fixture, "c", "u"), 200),
            Contract("PATCH /connectors/c/config", #"{"topic":"v","batch.size":7}"#, 200),
            Contract("PATCH /connectors/c/config", #"{"topic":"t","batch.size":null}"#, 200),
            Contract("GET /connectors/c/config", 200, .exactly(config(fixture, "c"))),
        ]
    }

    private static let lifecycle: [Contract] = [
        Contract("POST /connectors/c/restart", 204, .empty, awaiting: ("c", "RUNNING", ["RUNNING"])),
        Contract(
            "POST /connectors/c/restart?includeTasks=true&onlyFailed=false", 202,
            awaiting: ("c", "RUNNING", ["RUNNING"])),
        Contract(
            "POST /connectors/c/restart?onlyFailed=true", 202, awaiting: ("c", "RUNNING", ["RUNNING"])),
        Contract("POST /connectors/c/tasks/0/restart", 204, .empty),
        Contract("PUT /connectors/c/pause", 202, .empty),
        Contract("PUT /connectors/c/pause", 202, .empty, awaiting: ("c", "PAUSED", ["PAUSED"])),
        Contract("PUT /connectors/c/resume", 202, .empty),
        Contract("PUT /connectors/c/stop", 204, .empty, awaiting: ("c", "RUNNING", ["RUNNING"])),
    ]

    private static func offsets(_ fixture: ConnectFixture) -> [Contract] {
        let offsets = #"{"offsets":[{"partition":{"filename":"\#(fixture.file("none"))"},"offset":{"position":4}}]}"#
        return [
            Contract("GET /connectors/c/offsets", 200, .exactly(#"{"offsets":[]}"#)),
            Contract(
                "PATCH /connectors/c/offsets", offsets, 200,
                .exactly(#"{"message":"The offsets for this connector have been altered successfully"}"#),
                awaiting: ("c", "STOPPED", [])),
            Contract("GET /connectors/c/offsets", 200, .exactly(offsets)),
            Contract(
                "DELETE /connectors/c/offsets", 200,
                .exactly(#"{"message":"The offsets for this connector have been reset successfully"}"#)),
            Contract("PUT /connectors/c/resume", 202, .empty),
        ]
    }

    private static let plugins: [Contract] = [
        Contract("GET /connector-plugins", 200),
        Contract("GET /connector-plugins?connectorsOnly=false", 200),
        Contract("GET /connector-plugins/FileStreamSource/config", 200),
        Contract("GET /connector-plugins/Filter/config", 200, .exactly("[]")),
        Contract("GET /connector-plugins/Nothing/config", 404, .error("Unknown plugin Nothing.")),
        Contract("GET /connector-plugins/Filter/config?version=latest", 200, .exactly("[]")),
        Contract("GET /connector-plugins/Filter/config?version=%5B1.0,)", 200, .exactly("[]")),
        Contract(
            "GET /connector-plugins/Filter/config?version=(2.0,1.0)", 400,
            .error("Range defies version ordering: (2.0,1.0)")),
        Contract(
            "PUT /connector-plugins/FileStreamSource/config/validate",
            #"{"connector.class":"FileStreamSource","typo":1}"#, 200
        ),
        Contract(
            "PUT /connector-plugins/FileStreamSource/config/validate", #"{"connector.class":"FileStreamSink"}"#, 400,
            .error("Included connector type FileStreamSink does not match request type FileStreamSource")),
    ]

    private static let operations: [Contract] = [
        Contract("GET /connectors/c/topics", 200, .exactly(#"{"c":{"topics":[]}}"#)),
        Contract("PUT /connectors/c/topics/reset", 202, .empty),
        Contract("GET /metrics", 200),
        Contract("GET /connectors/c/metrics", 200),
        Contract("GET /connectors/c/logs?level=INFO&limit=10", 200),
        Contract("GET /connectors/c/logs?level=LOUD", 400),
        Contract(
            "POST /transforms/preview",
            #"{"config":{"transforms":"h","transforms.h.type":"HoistField$Value","transforms.h.field":"f"},"#
                + #""topic":"t","records":[{"value":1}]}"#, 200),
        Contract("POST /transforms/preview", #"{"config":{"transforms":"h","transforms.h.type":"No"}}"#, 400),
    ]

    private static let unsigned: [Contract] = [
        Contract("POST /connectors/c/tasks", "[]", 400, .error("Internal request missing required signature")),
        Contract("PUT /connectors/c/fence", 400, .error("Internal request missing required signature")),
    ]

    private static func stopped(_ fixture: ConnectFixture) -> [Contract] {
        let source = #"{"connector.class":"FileStreamSource","file":"\#(fixture.file("none"))","topic":"t"}"#
        let sink = #"{"connector.class":"FileStreamSink","file":"\#(fixture.file("none"))","topics":"t"}"#
        return [
            Contract("POST /connectors", #"{"name":"c","config":\#(source),"initial_state":"STOPPED"}"#, 201),
            Contract("POST /connectors", #"{"name":"k","config":\#(sink),"initial_state":"STOPPED"}"#, 201),
        ]
    }

    private static let internalRequests: [Contract] = [
        Contract("POST /connectors/c/tasks", "[]", 200, .empty),
        Contract(
            "POST /connectors/c/tasks", #"[{"file":"f"}]"#, 400,
            .error("Cannot submit non-empty set of task configs for stopped connector c")),
        Contract("POST /connectors/c/tasks", "{}", 400),
        Contract("POST /connectors/x/tasks", "[]", 404, .error("Connector x not found")),
        Contract("PUT /connectors/c/fence", 200),
        Contract("PUT /connectors/k/fence", 400, .error("Connector k is not a source connector")),
        Contract("PUT /connectors/x/fence", 404, .error("Connector x not found")),
    ]

    private static let loggers: [Contract] = [
        Contract("GET /admin/loggers", 200, .exactly(#"{"root":{"level":"FATAL","last_modified":null}}"#)),
        Contract("GET /admin/loggers/root", 200, .exactly(#"{"level":"FATAL","last_modified":null}"#)),
        Contract(
            "GET /admin/loggers/org.apache.kafka.connect.x", 200, .exactly(#"{"level":"FATAL","last_modified":null}"#)),
        Contract("GET /admin/loggers/nobody", 404, .error("Logger nobody not found.")),
        Contract("PUT /admin/loggers/a.b", #"{"level":"off"}"#, 200, .exactly(#"["a.b"]"#)),
        Contract("GET /admin/loggers/a.b", 200),
        Contract("PUT /admin/loggers/a?scope=worker", #"{"level":"OFF"}"#, 200, .exactly(#"["a","a.b"]"#)),
        Contract("PUT /admin/loggers/a?scope=elsewhere", #"{"level":"OFF"}"#, 200, .exactly(#"["a","a.b"]"#)),
        Contract("PUT /admin/loggers/x?scope=cluster", #"{"level":"ERROR"}"#, 204, .empty),
        Contract("GET /admin/loggers", 200),
        Contract(
            "PUT /admin/loggers/root", "{}", 400, .error("Desired 'level' parameter was not specified in request.")),
        Contract("PUT /admin/loggers/root", #"{"level":"LOUD"}"#, 404, .error("invalid log level 'LOUD'.")),
    ]

    private static func deletion(_ fixture: ConnectFixture) -> [Contract] {
        [
            Contract("DELETE /connectors/c", 204, .empty),
            Contract("DELETE /connectors/s?offsets=true", 204, .empty),
            Contract("DELETE /connectors/s?offsets=true", 404, .error("Connector s not found")),
            Contract("GET /connectors", 200, .exactly("[]")),
        ]
    }
}
