import Foundation
import ServerHarness
import Testing

/// What Connect's REST interface answers when a request is wrong, and the forms of a path that it has to accept.
@Suite(.timeLimit(.minutes(2)))
struct ConnectErrorTests {
    @Test func mistakesGetTheirCodeAndABodyThatSaysSo() async throws {
        try await ServerProcess.with { server in
            let connectors = "\(server.connect)/connectors"
            let lesson = try Lesson(in: server.directory)

            let incomplete = try await Curl.request("POST", connectors, json: #"{"name": "first-connector"}"#)
            #expect(incomplete.status == 422)
            #expect(incomplete.json == ["error_code": 422, "message": "config may not be empty"])

            let unknown = try await Curl.request(nil, "\(connectors)/nothing")
            #expect(unknown.status == 404)
            #expect(unknown.json == ["error_code": 404, "message": "Connector nothing not found"])

            #expect(try await Curl.request("POST", connectors, json: lesson.createSource).status == 201)
            let twice = try await Curl.request("POST", connectors, json: lesson.createSource)
            #expect(twice.status == 409)
            #expect(twice.json == ["error_code": 409, "message": "Connector first-connector already exists"])

            let broken = try await Curl.request("POST", connectors, json: #"{"name": "x", "#)
            #expect(broken.status == 400)
            #expect(broken.json?["error_code"] == 400)

            let wrongMethod = try await Curl.request("PATCH", connectors, json: "{}")
            #expect(wrongMethod.status == 405)
            #expect(wrongMethod.json?["error_code"] == 405)
        }
    }

    @Test func everyPathMayEndInASlash() async throws {
        try await ServerProcess.with { server in
            let connectors = "\(server.connect)/connectors"
            let lesson = try Lesson(in: server.directory)
            #expect(try await Curl.request("POST", "\(connectors)/", json: lesson.createSource).status == 201)
            try await server.expectState("RUNNING", of: "first-connector")
            for path in [
                "", "/first-connector", "/first-connector/config", "/first-connector/tasks",
                "/first-connector/status", "/first-connector/tasks/0/status",
            ] {
                #expect(try await Curl.request(nil, "\(connectors)\(path)/").status == 200, "\(path)/")
            }
            #expect(try await Curl.request(nil, "\(server.connect)/connector-plugins/").status == 200)
            #expect(try await Curl.request("DELETE", "\(connectors)/first-connector/").status == 204)
        }
    }

    @Test func theRootNamesVersionAndCluster() async throws {
        try await ServerProcess.with { server in
            let root = try await Curl.request(nil, "\(server.connect)/")
            #expect(root.status == 200)
            for key in ["version", "commit", "kafka_cluster_id"] {
                #expect(root.json?[key]?.string?.isEmpty == false, "\(key)")
            }
        }
    }

    @Test func tasksStopAndRestartByTheirNumber() async throws {
        try await ServerProcess.with { server in
            let connector = "\(server.connect)/connectors/first-connector"
            let lesson = try Lesson(in: server.directory)
            _ = try await Curl.request("POST", "\(server.connect)/connectors", json: lesson.createSource)
            try await server.expectState("RUNNING", of: "first-connector")

            #expect(try await Curl.request("POST", "\(connector)/tasks/0/restart").status == 204)
            #expect(try await Curl.request("POST", "\(connector)/tasks/7/restart").status == 404)
            #expect(try await Curl.request("POST", "\(connector)/tasks/first/restart").status == 404)

            #expect(try await Curl.request("PUT", "\(connector)/stop").status == 204)
            try await wait(for: "the connector to stop") {
                let status = try await Curl.request(nil, "\(connector)/status").json
                return status?["connector"]?["state"]?.string == "STOPPED" && status?["tasks"] == []
            }
            #expect(try await Curl.request("PUT", "\(connector)/resume").status == 202)
            try await server.expectState("RUNNING", of: "first-connector")
        }
    }

    @Test func aPutOfAConfigurationCreatesAndThenChanges() async throws {
        try await ServerProcess.with { server in
            let lesson = try Lesson(in: server.directory)
            let address = "\(server.connect)/connectors/by-put/config"
            func configuration(file: String, topic: String) -> String {
                #"{"connector.class": "FileStreamSource", "file": "\#(file)", "topic": "\#(topic)"}"#
            }
            let first = configuration(file: lesson.source, topic: "one")
            #expect(try await Curl.request("PUT", address, json: first).status == 201)
            try await server.expectTopic("one", holds: lesson.contents())
            // Another file: offsets belong to the file, so what went to one topic is not sent to the other.
            let copy = lesson.source + ".copy"
            try lesson.contents().write(to: URL(filePath: copy))
            let changed = try await Curl.request("PUT", address, json: configuration(file: copy, topic: "two"))
            #expect(changed.status == 200)
            #expect(try await Curl.request(nil, address).json?["topic"]?.string == "two")
            try await server.expectTopic("two", holds: lesson.contents())
        }
    }
}
