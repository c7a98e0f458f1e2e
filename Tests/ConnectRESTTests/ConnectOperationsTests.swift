import ConnectAPI
import ConnectRuntime
import HTTPService
import HTTPTestSupport
import JSON
import RecordFormat
import Synchronization
import Testing

/// What an operator sees and asks for over REST.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ConnectOperationsTests {
    /// A sink whose task fails, hangs and writes to its log as a test tells it.
    private final class Sink: SinkConnector, SinkTask {
        struct State {
            var failures = 0
            var hangs = false
            var starts = 0
            var waiters: [CheckedContinuation<Void, Never>] = []
            var context: (any SinkTaskContext)?
        }

        let state = Mutex(State())

        var version: String { "1" }
        var definition: ConfigDefinition { ConfigDefinition() }
        var taskClass: String { "test.SinkTask" }

        func start(context: any ConnectorContext, configuration: [String: String]) async throws {
            context.logger.info("the connector is there", ["topics": configuration["topics"] ?? ""])
        }

        func taskConfigurations(maximum: Int) async throws -> [[String: String]] { [[:]] }
        func makeTask() -> any SinkTask { self }

        func start(context: any SinkTaskContext, configuration: [String: String]) async throws {
            let fails = state.withLock { state in
                state.context = context
                state.starts += 1
                state.failures -= 1
                return state.failures >= 0
            }
            if fails { throw ConnectError(.failed, "no luck") }
        }

        func put(_ records: [SinkRecord]) async throws {
            await withCheckedContinuation { continuation in
                let hangs = state.withLock { state in
                    if state.hangs { state.waiters.append(continuation) }
                    return state.hangs
                }
                if !hangs { continuation.resume() }
            }
        }

        func release() {
            let waiters = state.withLock { state in
                state.hangs = false
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.resume() }
        }

        func stop() async throws {}
    }

    private func serving(
        _ sink: Sink, _ properties: [String: String] = [:],
        _ body: (ConnectFixture, ConnectServer) async throws -> Void
    ) async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(
                properties, plugins: { $0.registerSink("test.Sink", version: "7") { sink } }
            ) { server in try await body(fixture, server) }
        }
    }

    private func create(
        _ name: String, _ more: [String: String] = [:], on server: ConnectServer
    ) async throws {
        var config = JSONObject()
        let all = ["connector.class": "test.Sink", "topics": "t"].merging(more) { $1 }
        for (key, value) in all {
            config[key] = .string(value)
        }
        let body: JSONValue = ["name": .string(name), "config": .object(config)]
        let answer = try await server.send("POST", "/connectors", body.text)
        #expect(answer.status == 201, "\(answer.body)")
    }

    private func json(_ server: ConnectServer, _ path: String) async throws -> JSONValue {
        try JSONValue(parsing: try await server.send("GET", path).body)
    }

    // MARK: Metrics

    @Test func metricsTellWhatAConnectorDoes() async throws {
        let sink = Sink()
        try await serving(sink) { _, server in
            try await create("a \"quoted\"\\name", on: server)
            let path = "/connectors/a%20%22quoted%22%5Cname"
            try await Wait.until("the task") {
                try await json(server, path + "/metrics")["tasks"]?.array?.first?["connector-task-metrics"]?["status"]
                    == "running"
            }
            let metrics = try await json(server, path + "/metrics")
            #expect(metrics["connector-metrics"]?["connector-type"] == "sink")
            #expect(metrics["connector-metrics"]?["connector-class"] == "test.Sink")
            #expect(metrics["connector-metrics"]?["connector-version"] == "7")
            #expect(metrics["connector-metrics"]?["status"] == "running")
            #expect(metrics["connect-worker-metrics"]?["connector-running-task-count"] == 1)
            let task = try #require(metrics["tasks"]?.array?.first)
            #expect(task["id"] == 0)
            for (group, name) in [
                ("sink-task-metrics", "sink-record-read-total"), ("task-error-metrics", "total-records-skipped"),
                ("task-error-metrics", "last-error-timestamp"), ("connector-task-metrics", "restarts-total"),
            ] { #expect(task[group]?[name] == 0, "\(name)") }

            let text = try await server.send("GET", "/metrics")
            #expect(text.status == 200)
            #expect(text.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let label = #"connector="a \"quoted\"\\name""#
            let lines = text.body.split(separator: "\n").map(String.init)
            #expect(lines.contains("kafka_connect_task_state{\(label),task=\"0\",state=\"running\"} 1"))
            #expect(lines.contains("kafka_connect_task_state{\(label),task=\"0\",state=\"failed\"} 0"))
            #expect(lines.contains("kafka_connect_connector_state{\(label),state=\"running\"} 1"))
            #expect(lines.contains("kafka_connect_worker_metrics_connector_count 1"))
            #expect(lines.contains("# TYPE kafka_connect_sink_task_metrics_sink_record_read_total counter"))
            #expect(
                lines.contains(
                    "kafka_connect_connector_info{\(label),connector_type=\"sink\",connector_class=\"test.Sink\","
                        + "connector_version=\"7\"} 1"))
            Self.checkFormat(lines)
        }
    }

    @Test func metricsTellOfTheGroup() async throws {
        try await serving(Sink()) { _, server in
            try await create("c", on: server)
            let group = try #require(
                try await json(server, "/connectors/c/metrics")["connect-worker-rebalance-metrics"])
            #expect(group["connect-protocol"] == "SESSIONED" && group["leader-name"] == "http://worker:8083/")
            #expect(group["rebalancing"] == 0 && (group["completed-rebalances-total"]?.int64 ?? 0) >= 1)
            let epoch = try #require(group["epoch"]?.int64)
            let text = try await server.send("GET", "/metrics").body
            let lines = text.split(separator: "\n").map(String.init)
            let prefix = "kafka_connect_worker_rebalance"
            #expect(
                lines.contains(
                    prefix + #"_info{connect_protocol="SESSIONED",leader_name="http://worker:8083/"} 1"#))
            #expect(lines.contains("# TYPE \(prefix)_metrics_completed_rebalances_total counter"))
            #expect(
                lines.contains("\(prefix)_metrics_epoch \(epoch)") && lines.contains("\(prefix)_metrics_rebalancing 0"))
            for name in ["rebalance_max_time_ms", "rebalance_avg_time_ms", "time_since_last_rebalance_ms"] {
                #expect(lines.contains { $0.hasPrefix("\(prefix)_metrics_\(name) ") }, "\(name)")
            }
            Self.checkFormat(lines)
        }
    }

    @Test func metricsTellOfTheClassesAndVersionsOfATask() async throws {
        try await serving(Sink(), ["header.converter": "StringConverter"]) { _, server in
            let transforms = [
                "key.converter": "JsonConverter", "transforms": #"a"b,c\d"#, #"transforms.a"b.type"#: "Filter",
                #"transforms.a"b.predicate"#: "p", #"transforms.c\d.type"#: "HoistField$Value",
                #"transforms.c\d.field"#: "f", "predicates": "p", "predicates.p.type": "RecordIsTombstone",
            ]
            let (classes, built) = ("org.apache.kafka.connect.", "_version=\"1.0\"")
            for name in ["one", "two"] { try await create(name, transforms, on: server) }
            for name in ["one", "two"] { try await server.wait(for: name, "RUNNING", tasks: ["RUNNING"]) }
            let task = try #require(try await json(server, "/connectors/one/metrics")["tasks"]?.array?.first)
            let common = try #require(task["connector-task-metrics"])
            #expect(common["connector-class"] == "test.Sink" && common["connector-version"] == "7")
            #expect(common["connector-type"] == "sink" && common["header-converter-version"] == "1.0")
            #expect(common["task-class"] == "test.SinkTask" && common["task-version"] == "1")
            #expect(common["key-converter-class"] == .string(classes + "json.JsonConverter"))
            #expect(
                task["connector-transform-metrics"] == [
                    [
                        "transform": #"a"b"#, "transform-class": .string(classes + "transforms.Filter"),
                        "transform-version": "1.0",
                    ],
                    [
                        "transform": #"c\d"#, "transform-class": .string(classes + "transforms.HoistField$Value"),
                        "transform-version": "1.0",
                    ],
                ])
            let tombstone = classes + "transforms.predicates.RecordIsTombstone"
            #expect(
                task["connector-predicate-metrics"] == [
                    ["predicate": "p", "predicate-class": .string(tombstone), "predicate-version": "1.0"]
                ])

            let lines = try await server.send("GET", "/metrics").body.split(separator: "\n").map(String.init)
            for name in ["one", "two"] {
                let prefix = "kafka_connect_connector_"
                let tags = "connector=\"\(name)\",task=\"0\","
                for line in [
                    prefix + "task_info{\(tags)connector_class=\"test.Sink\",connector_version=\"7\","
                        + "connector_type=\"sink\",task_class=\"test.SinkTask\",task_version=\"1\","
                        + "key_converter_class=\"\(classes)json.JsonConverter\",key_converter\(built),"
                        + "value_converter_class=\"\(classes)storage.StringConverter\",value_converter\(built),"
                        + "header_converter_class=\"\(classes)storage.StringConverter\",header_converter\(built)} 1",
                    prefix + #"transform_info{\#(tags)transform="a\"b","#
                        + "transform_class=\"\(classes)transforms.Filter\",transform\(built)} 1",
                    prefix + #"transform_info{\#(tags)transform="c\\d","#
                        + "transform_class=\"\(classes)transforms.HoistField$Value\",transform\(built)} 1",
                    prefix + "predicate_info{\(tags)predicate=\"p\",predicate_class=\"\(tombstone)\","
                        + "predicate\(built)} 1",
                ] { #expect(lines.count { $0 == line } == 1, "\(line)") }
            }
            Self.checkFormat(lines)
        }
    }

    /// Every family is announced once and stands together.
    private static func checkFormat(_ lines: [String]) {
        var seen: Set<String> = []
        var family = ""
        for line in lines {
            if line.hasPrefix("# TYPE ") {
                family = String(line.split(separator: " ")[2])
                #expect(seen.insert(family).inserted, "\(family) stands twice")
            } else {
                #expect(line.hasPrefix(family + "{") || line.hasPrefix(family + " "), "\(line)")
                #expect(line.split(separator: " ").last.flatMap { Double($0) } != nil, "\(line)")
            }
        }
    }

    @Test func recordsAreCountedOnTheirWay() async throws {
        try await serving(Sink(), ["offset.flush.interval.ms": "50"]) { fixture, server in
            let file = fixture.file("in.txt")
            fixture.append((0..<500).map { "\($0)\n" }.joined(), to: file)
            for (name, config) in [
                ("in", #"{"connector.class":"FileStreamSource","file":"\#(file)","topic":"lines"}"#),
                ("out", #"{"connector.class":"FileStreamSink","file":"\#(fixture.file("out.txt"))","topics":"lines"}"#),
            ] {
                let answer = try await server.send("POST", "/connectors", #"{"name":"\#(name)","config":\#(config)}"#)
                #expect(answer.status == 201, "\(answer.body)")
            }
            func task(_ name: String, _ group: String) async throws -> JSONValue? {
                try await json(server, "/connectors/\(name)/metrics")["tasks"]?.array?.first?[group]
            }
            try await Wait.until("all of them") {
                try await task("out", "sink-task-metrics")?["sink-record-send-total"] == 500
            }
            try await Wait.until("the commits") {
                let sink = try await task("out", "sink-task-metrics")
                let source = try await task("in", "source-task-metrics")
                return sink?["sink-record-active-count"] == 0 && source?["source-record-active-count"] == 0
            }
            let source = try #require(try await task("in", "source-task-metrics"))
            #expect(source["source-record-poll-total"] == 500 && source["source-record-write-total"] == 500)
            let sink = try #require(try await task("out", "sink-task-metrics"))
            #expect(sink["sink-record-read-total"] == 500 && sink["sink-record-lag-max"] == 0)
            #expect(sink["partitions"] == [["topic": "lines", "partition": 0, "sink-record-lag": 0]])
            #expect((sink["offset-commit-completion-total"]?.int64 ?? 0) > 0)
            let text = try await server.send("GET", "/metrics").body
            #expect(
                text.contains(#"kafka_connect_sink_task_lag{connector="out",task="0",topic="lines",partition="0"} 0"#))
            Self.checkFormat(text.split(separator: "\n").map(String.init))
        }
    }

    @Test func aTaskThatReplacesOneThatHangsIsNotSaidToHang() async throws {
        let sink = Sink()
        sink.state.withLock { $0.hangs = true }
        try await serving(sink, ["task.hang.timeout.ms": "50", "task.shutdown.graceful.timeout.ms": "10"]) {
            _, server in
            try await create("c", on: server)
            try await Wait.until("the notice") {
                try await json(server, "/connectors/c/tasks/0/status")["trace"] != nil
            }
            sink.state.withLock { $0.hangs = false }
            #expect(try await server.send("POST", "/connectors/c/tasks/0/restart").status == 204)
            try await Wait.until("a task that is well") {
                let status = try await json(server, "/connectors/c/tasks/0/status")
                return sink.state.withLock { $0.starts } == 2 && status["state"] == "RUNNING" && status["trace"] == nil
            }
            sink.release()
        }
    }

    @Test func whatFailedKeepsItsSeriesAndWhatIsDeletedDoesNot() async throws {
        let sink = Sink()
        sink.state.withLock { $0.failures = 1 }
        try await serving(sink) { _, server in
            try await create("c", on: server)
            try await server.wait(for: "c", "RUNNING", tasks: ["FAILED"])
            let text = try await server.send("GET", "/metrics").body
            #expect(text.contains(#"kafka_connect_task_state{connector="c",task="0",state="failed"} 1"#))
            #expect(try await server.send("DELETE", "/connectors/c").status == 204)
            try await Wait.until("its end") {
                try await !server.send("GET", "/metrics").body.contains("connector=\"c\"")
            }
            for path in ["/connectors/c/metrics", "/connectors/c/logs", "/connectors/c/logs?follow=true"] {
                let answer = try await server.send("GET", path)
                #expect(answer.status == 404 && answer.body.contains("Connector c not found"), "\(answer.body)")
            }
        }
    }

    // MARK: Restarts and hangs

    @Test func aTaskThatFailedComesBackByItself() async throws {
        let sink = Sink()
        sink.state.withLock { $0.failures = 2 }
        try await serving(sink) { _, server in
            try await create(
                "c", ["task.restart.policy": "on-failure", "task.restart.backoff.ms": "1"], on: server)
            try await server.wait(for: "c", "RUNNING", tasks: ["RUNNING"])
            #expect(sink.state.withLock { $0.starts } == 3)
            let task = try await json(server, "/connectors/c/metrics")["tasks"]?.array?.first
            #expect(task?["connector-task-metrics"]?["restarts-total"] == 2)
            let wrong = try await server.send(
                "PUT", "/connectors/c/config",
                #"{"connector.class":"test.Sink","topics":"t","task.restart.max.attempts":"0"}"#)
            #expect(wrong.status == 400 && wrong.body.contains("task.restart.max.attempts"))
        }
    }

    @Test func aTaskThatHangsIsSeen() async throws {
        let sink = Sink()
        sink.state.withLock { $0.hangs = true }
        try await serving(sink, ["task.hang.timeout.ms": "50"]) { _, server in
            try await create("c", on: server)
            try await Wait.until("the notice") {
                let task = try await json(server, "/connectors/c/status")["tasks"]?.array?.first
                return task?["state"] == "RUNNING" && task?["trace"]?.string?.contains("in put() for") == true
            }
            try await Wait.until("the line") {
                try await json(server, "/connectors/c/logs?task=0&level=warn").array?.contains {
                    $0["fields"]?["call"] == "put"
                } == true
            }
            let text = try await server.send("GET", "/metrics").body
            let line = text.split(separator: "\n").first {
                $0.hasPrefix("kafka_connect_connector_task_metrics_call_time_ms{")
            }
            #expect(line?.split(separator: " ").last.flatMap { Double($0) } ?? 0 >= 50)
            sink.release()
            try await Wait.until("the end of the notice") {
                try await json(server, "/connectors/c/status")["tasks"]?.array?.first?["trace"] == nil
            }
        }
    }

    // MARK: Logs

    @Test func aConnectorsLogIsThere() async throws {
        let sink = Sink()
        try await serving(sink) { _, server in
            try await create("c", on: server)
            try await server.wait(for: "c", "RUNNING", tasks: ["RUNNING"])
            sink.state.withLock { $0.context }?.logger.warning("careful", ["why": "so"])
            sink.state.withLock { $0.context }?.logger.error("too late")
            let all = try #require(try await json(server, "/connectors/c/logs").array)
            #expect(all.first?["message"] == "the connector is there" && all.first?["task"] == nil)
            #expect(all.first?["fields"] == ["topics": "t"] && all.first?["level"] == "INFO")
            #expect(all.contains { $0["message"] == "the task is RUNNING" && $0["task"] == 0 })
            let warnings = try #require(try await json(server, "/connectors/c/logs?level=WARN&task=0").array)
            #expect(warnings.map { $0["message"] } == ["careful", "too late"])
            #expect(warnings.first?["task"] == 0 && warnings.first?["level"] == "WARN")
            #expect(try await json(server, "/connectors/c/logs?limit=1").array?.map { $0["message"] } == ["too late"])
            #expect(try await json(server, "/connectors/c/logs?task=1").array == [])
            for query in ["level=loud", "task=x", "limit=-1", "limit=1001"] {
                #expect(try await server.send("GET", "/connectors/c/logs?" + query).status == 400, "\(query)")
            }
        }
    }

    @Test func aLogIsFollowedUntilTheConnectorIsDeleted() async throws {
        let sink = Sink()
        try await serving(sink) { _, server in
            try await create("c", on: server)
            try await server.wait(for: "c", "RUNNING", tasks: ["RUNNING"])
            var written = 0
            let text = try await RawHTTP.follow(server.address, "/connectors/c/logs?follow=true&level=warn") { text in
                // Each line is written once the one before it has arrived, so that they are seen to come one by one.
                guard text.contains("\r\n\r\n"), written == 0 || text.contains("line \(written)") else { return }
                written += 1
                if written <= 3 {
                    sink.state.withLock { $0.context }?.logger.warning("line \(written)")
                } else if written == 4 {
                    let answer = try await server.send("DELETE", "/connectors/c")
                    #expect(answer.status == 204)
                }
            }
            #expect(written == 4)
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.lowercased().contains("content-type: application/x-ndjson\r\n"))
            #expect(text.lowercased().contains("transfer-encoding: chunked\r\n"))
            #expect(text.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test func whoFollowsALogDoesNotKeepTheServer() async throws {
        let sink = Sink()
        let following = Mutex<Task<String, any Error>?>(nil)
        try await serving(sink) { _, server in
            try await create("c", on: server)
            try await server.wait(for: "c", "RUNNING", tasks: ["RUNNING"])
            let isFollowing = Mutex(false)
            let task = Task {
                try await RawHTTP.follow(server.address, "/connectors/c/logs?follow=true") { text in
                    if text.contains("the connector is there") { isFollowing.withLock { $0 = true } }
                }
            }
            following.withLock { $0 = task }
            try await Wait.until("the first lines") { isFollowing.withLock { $0 } }
        }
        // The server has ended: so has the answer, in good order.
        let answer = try await following.withLock { $0 }?.value
        #expect(answer?.hasSuffix("0\r\n\r\n") == true)
    }
}
