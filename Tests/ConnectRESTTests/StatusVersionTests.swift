import HTTPTestSupport
import JSON
import Testing

/// The versions that a connector's and its tasks' status tell over REST and in the status topic (KIP-891).
@Suite(.timeLimit(.minutes(2))) struct StatusVersionTests {
    /// What is answered of a connector with one task, both in this state.
    private func states(_ state: String) -> String {
        let rest = #""state":"\#(state)","worker_id":"worker:8083","version":"1.0"}"#
        return #"{"name":"c","connector":{\#(rest),"tasks":[{"id":0,\#(rest)],"type":"source"}"#
    }

    @Test func theVersionIsToldOfWhatWasMade() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(["status.storage.partitions": "1"]) { server in
                let config = #"{"connector.class":"FileStreamSource","file":"\#(fixture.file("f"))","topic":"t"}"#
                fixture.append("", to: fixture.file("f"))
                let created = try await server.send(
                    "POST", "/connectors", #"{"name":"c","initial_state":"PAUSED","config":\#(config)}"#)
                #expect(created.status == 201)
                try await server.wait(for: "c", "PAUSED", tasks: [])
                let new =
                    #"{"name":"c","connector":{"state":"PAUSED","worker_id":"worker:8083"},"tasks":[],"type":"source"}"#
                #expect(try await server.send("GET", "/connectors/c/status").body == new)
                // Whichever state it is in from then on.
                for (operation, state) in [("resume", "RUNNING"), ("pause", "PAUSED"), ("resume", "RUNNING")] {
                    #expect(try await server.send("PUT", "/connectors/c/\(operation)").status == 202)
                    try await server.wait(for: "c", state, tasks: [state])
                    #expect(try await server.send("GET", "/connectors/c/status").body == states(state))
                    #expect(
                        try await server.send("GET", "/connectors?expand=status").body
                            == #"{"c":{"status":\#(states(state))}}"#)
                }
                let restart = try await server.send("POST", "/connectors/c/restart?includeTasks=true")
                #expect(restart.status == 202 && restart.body == states("RESTARTING"))

                var values: [String] = []
                try await Wait.until("the restart of both") {
                    values = try await fixture.values(of: "connect-status", count: 1)
                    return values.count { $0.contains("RESTARTING") } == 2
                }
                for (index, value) in values.enumerated() {
                    let json = try JSONValue(parsing: value)
                    let state = json["state"]?.string ?? "", generation = json["generation"]?.int64 ?? -1
                    let version = index == 0 ? "null" : #""1.0""#
                    #expect(
                        value == #"{"state":"\#(state)","trace":null,"worker_id":"worker:8083","#
                            + #""generation":\#(generation),"version":\#(version)}"#)
                }
            }
        }
    }
}
