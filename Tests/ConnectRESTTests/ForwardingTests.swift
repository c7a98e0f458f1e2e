import HTTPTestSupport
import JSON
import ServerHarness
import Testing

/// Two workers of one group, each with a port of its own.
@Suite(.timeLimit(.minutes(2))) struct ForwardingTests {
    private static let settings = [
        "rest.advertised.host.name": "127.0.0.1", "heartbeat.interval.ms": "100",
        "scheduled.rebalance.max.delay.ms": "0",
    ]

    private func withTwoWorkers(
        _ more: [String: String] = [:],
        _ body: (ConnectFixture, _ leader: ConnectServer, ConnectServer) async throws -> Void
    )
        async throws
    {
        let settings = Self.settings.merging(more) { $1 }
        try await ConnectFixture.with { fixture in
            try await fixture.serving(settings, isNamed: false) { leader in
                _ = try await leader.send("GET", "/connectors")
                try await fixture.serving(settings, isNamed: false) { follower in
                    _ = try await follower.send("GET", "/connectors")
                    try await body(fixture, leader, follower)
                }
            }
        }
    }

    private func source(_ fixture: ConnectFixture, _ name: String) -> String {
        #"{"connector.class":"FileStreamSource","topic":"t","file":"\#(fixture.file(name))"}"#
    }

    private func wait(
        for connector: String, on server: ConnectServer, _ state: String
    ) async throws { try await server.wait(for: connector, state, tasks: [state]) }

    @Test func aFollowerAnswersLikeTheLeader() async throws {
        try await withTwoWorkers { fixture, leader, follower in
            fixture.append("one\n", to: fixture.file("in.txt"))
            let created = try await follower.send(
                "POST", "/connectors", #"{"name":"a b/c","config":\#(source(fixture, "in.txt"))}"#)
            #expect(created.status == 201)
            #expect(created.headers["location"] == "/connectors/a%20b%2Fc")
            #expect(try JSONValue(parsing: created.body)["name"]?.string == "a b/c")
            let again = try await follower.send(
                "POST", "/connectors", #"{"name":"a b/c","config":\#(source(fixture, "in.txt"))}"#)
            #expect(again.status == 409)
            #expect(try JSONValue(parsing: again.body)["message"]?.string == "Connector a b/c already exists")
            try await wait(for: "a%20b%2Fc", on: follower, "RUNNING")
            #expect(try await fixture.values(of: "t", count: 1) == ["one"])

            let stopped = try await follower.send("PUT", "/connectors/a%20b%2Fc/stop")
            #expect(stopped.status == 204)
            try await follower.wait(for: "a%20b%2Fc", "STOPPED", tasks: [])
            let offsets = try await follower.send("DELETE", "/connectors/a%20b%2Fc/offsets")
            #expect(offsets.status == 200)
            let refused = try await follower.send(
                "PUT", "/connectors/x/config", #"{"connector.class":"FileStreamSource"}"#)
            #expect(refused.status == 400)
            #expect(try await follower.send("DELETE", "/connectors/a%20b%2Fc").status == 204)
            #expect(try await leader.send("GET", "/connectors").body == "[]")
        }
    }

    @Test func workersReachEachOtherOverTLSWithTheSettingsOfTheirListeners() async throws {
        let files = try await CertificateFiles.make()
        let settings = [
            "listeners": "http://127.0.0.1:0,https://127.0.0.1:0", "rest.advertised.listener": "https",
            "listeners.https.ssl.keystore.key": try files.text("server.key"),
            "listeners.https.ssl.keystore.certificate.chain": try files.text("server.pem"),
            "listeners.https.ssl.truststore.location": files.path("authority.pem"),
            "listeners.https.ssl.client.auth": "required",
        ]
        try await withTwoWorkers(settings) { fixture, leader, follower in
            let created = try await follower.send("PUT", "/connectors/a/config", source(fixture, "a.txt"))
            #expect(created.status == 201, "\(created.body)")
            try await wait(for: "a", on: leader, "RUNNING")
        }
    }

    @Test func aConnectorIsRestartedThroughEitherWorker() async throws {
        try await withTwoWorkers { fixture, leader, follower in
            for name in ["a", "b"] {
                let answer = try await leader.send("PUT", "/connectors/\(name)/config", source(fixture, "\(name).txt"))
                #expect(answer.status == 201)
            }
            for name in ["a", "b"] { try await wait(for: name, on: leader, "RUNNING") }
            for server in [leader, follower] {
                for name in ["a", "b"] {
                    #expect(try await server.send("POST", "/connectors/\(name)/restart").status == 204)
                    try await wait(for: name, on: server, "RUNNING")
                    #expect(try await server.send("POST", "/connectors/\(name)/tasks/0/restart").status == 204)
                    try await wait(for: name, on: server, "RUNNING")
                }
            }
        }
    }

    @Test func aRequestThatHasGoneFarEnoughGoesNoFurther() async throws {
        try await withTwoWorkers { fixture, _, follower in
            let answer = try await follower.send(
                "PUT", "/connectors/a/config?forward=false", source(fixture, "a.txt"))
            #expect(answer.status == 409)
            #expect(answer.headers["retry-after"] == "1")
            let message = try JSONValue(parsing: answer.body)["message"]?.string
            #expect(
                message == "Cannot complete request because of a conflicting operation (e.g. worker rebalance)")
            // One hop is enough to the leader.
            let forwarded = try await follower.send(
                "PUT", "/connectors/a/config?forward=true", source(fixture, "a.txt"))
            #expect(forwarded.status == 201)
        }
    }

    @Test func onlyWorkersHandOverTasks() async throws {
        try await withTwoWorkers { fixture, leader, _ in
            #expect(
                try await leader.send("PUT", "/connectors/a/config", source(fixture, "a.txt")).status == 201)
            try await wait(for: "a", on: leader, "RUNNING")
            let unsigned = try await leader.send("POST", "/connectors/a/tasks", "[]")
            #expect(unsigned.status == 400)
            let message = try JSONValue(parsing: unsigned.body)["message"]?.string
            #expect(message == "Internal request missing required signature")
            let forged = try await RawHTTP.send(
                leader.address, "POST", "/connectors/a/tasks",
                body: "[]",
                fields: ["X-Connect-Authorization: AAAA", "X-Connect-Request-Signature-Algorithm: HmacSHA256"])
            #expect(forged.status == 403)
            let unknown = try await RawHTTP.send(
                leader.address, "POST", "/connectors/a/tasks",
                body: "[]", fields: ["X-Connect-Authorization: AAAA", "X-Connect-Request-Signature-Algorithm: HmacMD5"])
            #expect(unknown.status == 400)
            let tasks = try await leader.send("GET", "/connectors/a/tasks")
            #expect(try JSONValue(parsing: tasks.body).array?.count == 1)
        }
    }
}
