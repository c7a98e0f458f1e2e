import Foundation
import ServerHarness
import Testing

/// The Connect lesson as a newcomer follows it: plain `curl`, a real log file, `kcat` to look at the topic.
@Suite(.timeLimit(.minutes(5)))
struct LessonTests {
    @Test func everyStepOfTheLessonWorksVerbatim() async throws {
        try await ServerProcess.with { server in
            let lesson = try Lesson(in: server.directory)
            let connectors = "\(server.connect)/connectors"

            let plugins = try await Curl.request(nil, "\(server.connect)/connector-plugins")
            #expect(plugins.status == 200)
            let classes = try #require(plugins.json?.array).compactMap { $0["class"]?.string }
            #expect(classes.contains { $0.hasSuffix("FileStreamSourceConnector") })
            #expect(classes.contains { $0.hasSuffix("FileStreamSinkConnector") })

            let created = try await Curl.request("POST", connectors, json: lesson.createSource)
            #expect(created.status == 201)
            #expect(created.headers["location"]?.hasSuffix("/connectors/first-connector") == true)
            #expect(created.json?["name"]?.string == "first-connector")
            #expect(created.json?["config"]?["tasks.max"]?.string == "1")
            #expect(created.json?["config"]?["name"]?.string == "first-connector")
            #expect(created.json?["type"]?.string == "source")

            #expect(try await Curl.request(nil, connectors).json == ["first-connector"])
            try await server.expectState("RUNNING", of: "first-connector")

            let detail = try #require(try await Curl.request(nil, "\(connectors)/first-connector").json)
            #expect(detail["config"]?["file"]?.string == lesson.source)
            #expect(detail["tasks"] == [["connector": "first-connector", "task": 0]])

            let status = try #require(try await Curl.request(nil, "\(connectors)/first-connector/status").json)
            #expect(status["name"]?.string == "first-connector")
            #expect(status["type"]?.string == "source")
            #expect(status["connector"]?["worker_id"]?.string?.contains(":") == true)

            let contents = try lesson.contents()
            try await server.expectTopic(Lesson.topic, holds: contents)
            #expect(try await server.read(Lesson.topic) == contents)

            #expect(try await Curl.request("PUT", "\(connectors)/first-connector/pause").status == 202)
            try await server.expectState("PAUSED", of: "first-connector")
            #expect(try await Curl.request("PUT", "\(connectors)/first-connector/resume").status == 202)
            try await server.expectState("RUNNING", of: "first-connector")
            #expect(try await Curl.request("POST", "\(connectors)/first-connector/restart").status == 204)
            try await server.expectState("RUNNING", of: "first-connector")

            #expect(try await Curl.request("DELETE", "\(connectors)/first-connector").status == 204)
            #expect(try await Curl.request(nil, connectors).json == [])
            #expect(try await Curl.request(nil, "\(connectors)/first-connector").status == 404)
            // Neither pausing nor restarting may have sent a line twice, and deleting leaves the topic alone.
            #expect(try await server.read(Lesson.topic) == contents)
        }
    }

    @Test func appendedLinesAreReadBackSoon() async throws {
        try await ServerProcess.with { server in
            let lesson = try Lesson(in: server.directory)
            _ = try await Curl.request("POST", "\(server.connect)/connectors", json: lesson.createSource)
            try await server.expectTopic(Lesson.topic, holds: lesson.contents())

            var slowest = Duration.zero
            for round in 1...5 {
                let before = try lesson.contents().split(separator: 10, omittingEmptySubsequences: false).count - 1
                let lines = (1...3).map { "2026-01-02 00:00:00 status installed appended-\(round)-\($0):all 1.0" }
                let bootstrap = server.bootstrap
                // Ends by itself when the three lines are there; what it takes to start counts against the figure.
                let begun = ContinuousClock.now
                async let arrived = Command.kcat(
                    ["-C", "-q", "-u", "-b", bootstrap, "-t", Lesson.topic, "-o", "\(before)", "-c", "3"],
                    within: .seconds(60))
                try lesson.append(lines)
                #expect(try await arrived.output == lines.map { $0 + "\n" }.joined())
                slowest = max(slowest, ContinuousClock.now - begun)
            }
            print("appended lines were read back after at most \(slowest), the start of kcat included")
        }
    }

    @Test func aSinkWritesAnIdenticalFile() async throws {
        try await ServerProcess.with { server in
            let lesson = try Lesson(in: server.directory)
            let connectors = "\(server.connect)/connectors"
            #expect(try await Curl.request("POST", connectors, json: lesson.createSource).status == 201)
            #expect(try await Curl.request("POST", connectors, json: lesson.createSink).status == 201)
            try lesson.append(["a line that came while both were running"])
            let contents = try lesson.contents()
            let copy = try await eventually("the sink to write \(contents.count) bytes", within: .seconds(60)) {
                let copy = FileManager.default.contents(atPath: lesson.copy) ?? Data()
                return copy.count >= contents.count ? copy : nil
            }
            #expect(copy == contents)
            #expect(try await Curl.request(nil, "\(connectors)/log-copy").json?["type"]?.string == "sink")
        }
    }

    @Test func aTaskGoesOnWhereItWasAfterARestartOfTheServer() async throws {
        try await ServerProcess.with(ports: .kept) { server in
            let lesson = try Lesson(in: server.directory)
            let connectors = "\(server.connect)/connectors"
            #expect(try await Curl.request("POST", connectors, json: lesson.createSource).status == 201)
            #expect(try await Curl.request("POST", connectors, json: lesson.createSink).status == 201)
            try await server.expectTopic(Lesson.topic, holds: lesson.contents())

            try await server.stop()
            try lesson.append(["written while the server was away", "and a second one, with an ü"])
            try await server.start()

            try await server.expectState("RUNNING", of: "first-connector")
            try lesson.append(["written after it was back"])
            let contents = try lesson.contents()
            try await server.expectTopic(Lesson.topic, holds: contents)
            // Nothing left out at the restart and nothing read again.
            #expect(try await server.read(Lesson.topic) == contents)
            let copy = try await eventually("the sink to write \(contents.count) bytes") {
                let copy = FileManager.default.contents(atPath: lesson.copy) ?? Data()
                return copy.count >= contents.count ? copy : nil
            }
            #expect(copy == contents)
        }
    }
}
