import ConnectRuntime
import HTTPTestSupport
import JSON
import LogHarness
import Testing

/// Placeholders and passwords, looked for in everything that comes out of a worker.
@Suite(.serialized) struct SecretsTests {
    private static let canary = "canary-7f3a"

    /// The worker's properties, with a file of secrets.
    private func properties(_ fixture: ConnectFixture) -> [String: String] {
        fixture.append("password=\(Self.canary)\nuser=polly\nlevel=all-\(Self.canary)\n", to: fixture.file("secrets"))
        return [
            "config.providers": "file,env",
            "config.providers.file.class": "org.apache.kafka.common.config.provider.FileConfigProvider",
            "config.providers.file.param.allowed.paths": fixture.directory,
            "config.providers.env.class": "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
            "config.providers.env.param.allowlist.pattern": "PATH", "status.storage.partitions": "1",
            "topic.creation.enable": "true",
        ]
    }

    private func configuration(_ fixture: ConnectFixture, _ more: [String: String] = [:]) -> String {
        var object = JSONObject()
        let all = [
            "connector.class": "LeakyConnector", "password": "${file:\(fixture.file("secrets")):password}",
            "user": "${file:\(fixture.file("secrets")):user}", "topic": "birds",
        ].merging(more) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { object[key] = .string(value) }
        return JSONValue.object(object).text
    }

    private func register(_ plugins: PluginCatalog) {
        plugins.registerSource(LeakyConnector.className, version: "1") { LeakyConnector() }
    }

    @Test func aTaskGetsTheValueAndEveryAnswerThePlaceholder() async throws {
        try await ConnectFixture.with { fixture in
            let lines = LogLines()
            try await fixture.serving(properties(fixture), logger: lines.logger, plugins: register) { server in
                let path = "${file:\(fixture.file("secrets")):password}"
                var answers = [try await server.send("PUT", "/connectors/c/config", configuration(fixture)).body]
                try await server.wait(for: "c", "RUNNING", tasks: ["RUNNING"])
                #expect(try await fixture.values(of: "birds", count: 1) == ["polly \(Self.canary.count)"])
                for target in [
                    "/connectors/c", "/connectors/c/config", "/connectors/c/tasks", "/connectors/c/tasks-config",
                    "/connectors?expand=info&expand=status", "/connectors/c/status", "/connectors/c/topics",
                ] { answers.append(try await server.send("GET", target).body) }
                let tasks = try JSONValue(parsing: answers[3])
                #expect(tasks.array?.first?["config"]?["password"]?.string == path)
                #expect(tasks.array?.first?["config"]?["url"]?.string == "db://me:\(path)@host")
                let validated = try await server.send(
                    "PUT", "/connector-plugins/LeakyConnector/config/validate",
                    configuration(
                        fixture, ["name": "c", "errors.tolerance": "${file:\(fixture.file("secrets")):level}"]))
                #expect(validated.status == 200)
                #expect(validated.body.contains("Invalid value [hidden] for configuration errors.tolerance"))
                #expect(!validated.body.contains("polly"))
                answers.append(validated.body)
                #expect(try await server.send("PUT", "/connectors/c/stop").status == 204)
                try await server.wait(for: "c", "STOPPED", tasks: [])
                let altered = try await server.send(
                    "PATCH", "/connectors/c/offsets", #"{"offsets":[{"partition":{"p":"p"},"offset":{"o":2}}]}"#)
                #expect(altered.status == 400 && altered.body.contains("cannot set offsets with [hidden]"))
                answers.append(altered.body)
                for answer in answers { #expect(!answer.contains(Self.canary), "\(answer)") }
            }
            try await checkTopics(fixture)
            #expect(!lines.all.contains { $0.contains(Self.canary) || $0.contains("polly") })
        }
    }

    private func checkTopics(_ fixture: ConnectFixture) async throws {
        for topic in ["connect-configs", "connect-status"] {
            let values = try await fixture.values(of: topic, count: 1)
            #expect(
                !values.isEmpty && !values.contains { $0.contains(Self.canary) || $0.contains("polly") }, "\(topic)")
        }
    }

    @Test(arguments: ["start", "task", "poll", "validate", "errors", "stop", "end"], [true, false])
    func whatFailsDoesNotSayThePassword(place: String, isPlaceholder: Bool) async throws {
        try await ConnectFixture.with { fixture in
            let lines = LogLines()
            try await fixture.serving(properties(fixture), logger: lines.logger, plugins: register) { server in
                var more = ["leaks": place]
                if !isPlaceholder { more["password"] = Self.canary }
                let put = try await server.send("PUT", "/connectors/c/config", configuration(fixture, more))
                switch place {
                case "validate", "errors":
                    #expect(put.status == (place == "errors" ? 400 : 500))
                    #expect(put.body.contains("cannot log in with") && put.body.contains("[hidden]"))
                    #expect(!put.body.contains(Self.canary))
                    let validated = try await server.send(
                        "PUT", "/connector-plugins/LeakyConnector/config/validate",
                        configuration(fixture, more.merging(["name": "c"]) { $1 }))
                    #expect(!validated.body.contains(Self.canary) && validated.body.contains("[hidden]"))
                    return
                case "start": try await server.wait(for: "c", "FAILED", tasks: [])
                case "task", "poll": try await server.wait(for: "c", "RUNNING", tasks: ["FAILED"])
                default:
                    try await server.wait(for: "c", "RUNNING", tasks: ["RUNNING"])
                    #expect(try await server.send("PUT", "/connectors/c/stop").status == 204)
                    try await server.wait(for: "c", "STOPPED", tasks: [])
                    try await Wait.until("the log") { lines.all.contains { $0.contains("cannot log in with") } }
                    return
                }
                let status = try await server.send("GET", "/connectors/c/status").body
                #expect(status.contains("\(place): cannot log in with") && status.contains("[hidden]"))
                #expect(!status.contains(Self.canary) && !status.contains("polly"))
            }
            #expect(!lines.all.contains { $0.contains(Self.canary) || $0.contains("polly") })
        }
    }

    @Test func aPasswordIsHiddenAndKeptWhenItComesBackSo() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(properties(fixture), plugins: register) { server in
                let hidden = configuration(fixture, ["password": "[hidden]"])
                let refused = try await server.send("PUT", "/connectors/c/config", hidden)
                #expect(refused.status == 400 && refused.body.contains("give the password itself"))
                let written = configuration(fixture, ["password": Self.canary])
                let put = try await server.send("PUT", "/connectors/c/config", written)
                #expect(put.status == 201)
                try await server.wait(for: "c", "RUNNING", tasks: ["RUNNING"])
                for target in ["", "/config", "/tasks", "/tasks-config"] {
                    let answer = try await server.send("GET", "/connectors/c\(target)").body
                    #expect(!answer.contains(Self.canary), "\(answer)")
                    if !target.isEmpty { #expect(answer.contains(#""password":"[hidden]""#)) }
                }
                #expect(try await server.send("GET", "/connectors/c/tasks").body.contains("db://me:[hidden]@host"))
                // As tools do: read, change something, write back.
                #expect(try await server.send("PUT", "/connectors/c/config", hidden).status == 200)
                let patch = #"{"password":"[hidden]","topic":"eggs"}"#
                #expect(try await server.send("PATCH", "/connectors/c/config", patch).status == 200)
                #expect(try await fixture.values(of: "eggs", count: 1) == ["polly \(Self.canary.count)"])
            }
        }
    }

    @Test func aPatchDoesNotBringAPasswordToLight() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(properties(fixture), plugins: register) { server in
                let path = "/connectors/c/config"
                let written = configuration(fixture, ["password": Self.canary])
                #expect(try await server.send("PUT", path, written).status == 201)
                let before = try await server.send("GET", path).body
                let refused = try await server.send("PATCH", path, #"{"connector.class":"FileStreamSource"}"#)
                #expect(refused.status == 400 && refused.body.contains("has to set or remove password too"))
                let classless = try await server.send("PATCH", path, #"{"connector.class":null}"#)
                #expect(classless.status == 400 && classless.body.contains("contains no connector type"))
                #expect(!(refused.body + classless.body).contains(Self.canary))
                #expect(try await server.send("GET", path).body == before, "nothing has changed")
                // Without the password it may become another connector.
                let other = #"{"connector.class":"FileStreamSource","file":"\#(fixture.file("in"))","password":null}"#
                let patched = try await server.send("PATCH", path, other)
                #expect(patched.status == 200 && !patched.body.contains(Self.canary), "\(patched.body)")
            }
        }
    }

    @Test func aSecretThatThereIsNotIsAClearError() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(properties(fixture), plugins: register) { server in
                for (value, message) in [
                    (
                        "${file:\(fixture.file("secrets")):nothing}",
                        "The config provider 'file' has no value for ${file:\(fixture.file("secrets")):nothing}"
                    ),
                    ("${file:/etc/passwd:root}", "The path /etc/passwd is not allowed to be accessed, or is not there"),
                    ("${env:HOME}", "The config provider 'env' has no value for ${env:HOME}"),
                ] {
                    let answer = try await server.send(
                        "PUT", "/connectors/c/config", configuration(fixture, ["password": value]))
                    #expect(answer.status == 400 && answer.body.contains(message), "\(answer.body)")
                }
                // What names no provider of this worker is text.
                let other = configuration(fixture, ["password": "${vault:x}"])
                #expect(try await server.send("PUT", "/connectors/c/config", other).status == 201)
                #expect(try await fixture.values(of: "birds", count: 1) == ["polly 10"])
            }
        }
    }

    @Test func aRestartReadsTheValueAnew() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(properties(fixture), plugins: register) { server in
                let created = try await server.send("PUT", "/connectors/c/config", configuration(fixture))
                #expect(created.status == 201)
                #expect(try await fixture.values(of: "birds", count: 1) == ["polly \(Self.canary.count)"])
                fixture.append("password=four\n", to: fixture.file("secrets"))
                #expect(try await server.send("POST", "/connectors/c/tasks/0/restart").status == 204)
                #expect(try await fixture.values(of: "birds", count: 2).last == "polly 4")
            }
        }
    }
}
