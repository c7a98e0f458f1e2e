import HTTPTestSupport
import JSON
import Testing

/// The life of connectors over HTTP, with a broker, a worker and files.
@Suite(.serialized) struct ConnectLessonTests {
    @Test func aFileGoesThroughATopicIntoAnotherFile() async throws {
        try await ConnectFixture.with { fixture in
            let source = fixture.file("source.log"), sink = fixture.file("sink.log")
            var text = ""
            for number in 0..<5000 { text += "line \(number) grüße \(String(repeating: "-", count: number % 50))\n" }
            fixture.append(text, to: source)
            try await fixture.serving { server in
                let created = try await server.send(
                    "POST", "/connectors",
                    #"{"name":"first-connector","config":{"connector.class":"FileStreamSource","tasks.max":1,"#
                        + #""file":"\#(source)","topic":"kafka-connect-logs"}}"#)
                #expect(created.status == 201)
                #expect(created.headers["location"] == "/connectors/first-connector")
                #expect(
                    created.body
                        == #"{"name":"first-connector","config":{"connector.class":"FileStreamSource","file":"\#(source)","#
                        + #""name":"first-connector","tasks.max":"1","topic":"kafka-connect-logs"},"tasks":[],"type":"source"}"#
                )
                try await server.wait(for: "first-connector", "RUNNING", tasks: ["RUNNING"])
                #expect(
                    try await server.send("GET", "/connectors/first-connector/status").body
                        == #"{"name":"first-connector","connector":{"state":"RUNNING","worker_id":"worker:8083","#
                        + #""version":"1.0"},"tasks":[{"id":0,"state":"RUNNING","worker_id":"worker:8083","#
                        + #""version":"1.0"}],"type":"source"}"#)
                let lines = text.split(separator: "\n").map(String.init)
                #expect(try await fixture.values(of: "kafka-connect-logs", count: 5000) == lines)

                let copying = try await server.send(
                    "PUT", "/connectors/copy/config",
                    #"{"connector.class":"FileStreamSink","topics":"kafka-connect-logs","file":"\#(sink)"}"#)
                #expect(copying.status == 201)
                try await Wait.until("the copy") { fixture.contents(of: sink).count >= text.utf8.count }
                #expect(fixture.contents(of: sink) == fixture.contents(of: source))

                let started = ContinuousClock.now
                fixture.append("appended\n", to: source)
                try await Wait.until("the appended line") { fixture.contents(of: sink) == fixture.contents(of: source) }
                print("an appended line was copied within \(started.duration(to: .now))")
            }
        }
    }

    @Test func aTaskGoesOnWhereItWasAfterARestart() async throws {
        try await ConnectFixture.with { fixture in
            let source = fixture.file("source.log"), sink = fixture.file("sink.log")
            fixture.append("one\ntwo\n", to: source)
            try await fixture.serving { server in
                let config = #"{"connector.class":"FileStreamSource","file":"\#(source)","topic":"t"}"#
                #expect(try await server.send("PUT", "/connectors/s/config", config).status == 201)
                let copy = #"{"connector.class":"FileStreamSink","file":"\#(sink)","topics":"t"}"#
                #expect(try await server.send("PUT", "/connectors/k/config", copy).status == 201)
                #expect(try await fixture.values(of: "t", count: 2) == ["one", "two"])
                try await Wait.until("the copy") { fixture.contents(of: sink) == fixture.contents(of: source) }
                #expect(try await server.send("PUT", "/connectors/k/pause").status == 202)
                try await server.wait(for: "k", "PAUSED", tasks: ["PAUSED"])
            }
            fixture.append("three\n", to: source)
            try await fixture.serving { server in
                try await server.wait(for: "s", "RUNNING", tasks: ["RUNNING"])
                try await server.wait(for: "k", "PAUSED", tasks: ["PAUSED"])
                #expect(try await fixture.values(of: "t", count: 3) == ["one", "two", "three"])
                #expect(fixture.contents(of: sink) == Array("one\ntwo\n".utf8))
                #expect(try await server.send("PUT", "/connectors/k/resume").status == 202)
                try await Wait.until("the copy") { fixture.contents(of: sink) == fixture.contents(of: source) }
            }
        }
    }

    @Test func pauseResumeStopRestartAndDelete() async throws {
        try await ConnectFixture.with { fixture in
            let source = fixture.file("source.log")
            fixture.append("one\n", to: source)
            try await fixture.serving { server in
                let config = #"{"connector.class":"FileStreamSource","file":"\#(source)","topic":"t"}"#
                #expect(try await server.send("PUT", "/connectors/s/config", config).status == 201)
                try await server.wait(for: "s", "RUNNING", tasks: ["RUNNING"])
                #expect(try await server.send("PUT", "/connectors/s/pause/").status == 202)
                try await server.wait(for: "s", "PAUSED", tasks: ["PAUSED"])
                fixture.append("two\n", to: source)
                #expect(try await server.send("PUT", "/connectors/s/resume").status == 202)
                try await server.wait(for: "s", "RUNNING", tasks: ["RUNNING"])
                #expect(try await fixture.values(of: "t", count: 2) == ["one", "two"])

                let stopped = try await server.send("PUT", "/connectors/s/stop")
                #expect(stopped.status == 204)
                #expect(stopped.body.isEmpty)
                try await server.wait(for: "s", "STOPPED", tasks: [])
                #expect(try await server.send("GET", "/connectors/s/tasks").body == "[]")
                #expect(try await server.send("PUT", "/connectors/s/resume").status == 202)
                try await server.wait(for: "s", "RUNNING", tasks: ["RUNNING"])

                #expect(try await server.send("POST", "/connectors/s/restart").status == 204)
                #expect(try await server.send("POST", "/connectors/s/tasks/0/restart").status == 204)
                let restart = try await server.send("POST", "/connectors/s/restart?includeTasks=true&onlyFailed=false")
                #expect(restart.status == 202)
                #expect(
                    restart.body
                        == #"{"name":"s","connector":{"state":"RESTARTING","worker_id":"worker:8083","version":"1.0"},"#
                        + #""tasks":[{"id":0,"state":"RESTARTING","worker_id":"worker:8083","#
                        + #""version":"1.0"}],"type":"source"}"#)
                try await server.wait(for: "s", "RUNNING", tasks: ["RUNNING"])
                fixture.append("three\n", to: source)
                #expect(try await fixture.values(of: "t", count: 3) == ["one", "two", "three"])

                #expect(try await server.send("DELETE", "/connectors/s/").status == 204)
                #expect(try await server.send("GET", "/connectors").body == "[]")
                #expect(
                    try await server.send("GET", "/connectors/s/status").body
                        == #"{"error_code":404,"message":"No status found for connector s"}"#)
                // The offsets stay, so a connector of the same name goes on.
                fixture.append("four\n", to: source)
                #expect(try await server.send("PUT", "/connectors/s/config", config).status == 201)
                try await server.wait(for: "s", "RUNNING", tasks: ["RUNNING"])
                #expect(try await fixture.values(of: "t", count: 4) == ["one", "two", "three", "four"])
            }
        }
    }
}
