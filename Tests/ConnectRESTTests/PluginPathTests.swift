import Foundation
import HTTPTestSupport
import JSON
import ServerHarness
import Testing

/// Plug-ins that come and go while the server runs, as a user of the API sees them.
@Suite(.timeLimit(.minutes(2))) struct PluginPathTests {
    private func classes(_ server: ConnectServer) async throws -> [String] {
        let answer = try await server.send("GET", "/connector-plugins")
        #expect(answer.status == 200)
        return try JSONValue(parsing: answer.body).array?.compactMap { $0["class"]?.string } ?? []
    }

    /// Another version of the example is listed beside it, and has its own keys.
    private func check(
        _ fixture: ConnectFixture, besideOne example: String, in path: String, _ server: ConnectServer
    ) async throws {
        try FileManager.default.copyItem(atPath: example, toPath: fixture.file("staged"))
        let definition = #""definition": {"keys": [{"name": "older"}]}"#
        let manifest =
            #"{"class": "example.PythonLinesSource", "type": "source", "version": "0.9", "executable": "/bin/false", "#
            + definition + "}"
        try manifest.write(toFile: fixture.file("staged/connector.json"), atomically: true, encoding: .utf8)
        try FileManager.default.moveItem(atPath: fixture.file("staged"), toPath: path + "/older")
        try await Wait.until("the other version") { try await classes(server).count == 5 }
        let listed = try JSONValue(parsing: try await server.send("GET", "/connector-plugins").body).array ?? []
        let versions = listed.filter { $0["class"]?.string == "example.PythonLinesSource" }
            .compactMap { $0["version"]?.string }
        #expect(versions == ["0.9", "1.0"])
        let config = "/connector-plugins/PythonLinesSource/config"
        for (version, key) in [("", "file"), ("?version=latest", "file"), ("?version=(,1.0)", "older")] {
            let keys = try await server.send("GET", config + version)
            #expect(try JSONValue(parsing: keys.body).array?.first?["name"]?.string == key)
        }
        let missing = try await server.send("GET", config + "?version=2.0")
        #expect(missing.status == 404)
        #expect(missing.body.contains("available versions: [0.9, 1.0]"))
        try FileManager.default.moveItem(atPath: path + "/older", toPath: fixture.file("older"))
        try await Wait.until("its removal") { try await classes(server).count == 4 }
    }

    @Test func aDirectoryIsListedWhileItIsThere() async throws {
        try await ConnectFixture.with { fixture in
            let path = fixture.file("plugins")
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try await fixture.serving(["plugin.path": path]) { server in
                #expect(try await classes(server).count == 2)
                let example = Repository.root.appending(path: "Examples/plugins/python-lines").path()
                try FileManager.default.copyItem(atPath: example, toPath: fixture.file("staged"))
                try FileManager.default.moveItem(atPath: fixture.file("staged"), toPath: path + "/lines")
                try await Wait.until("the plug-ins") { try await classes(server).count == 4 }
                let listed = try await server.send("GET", "/connector-plugins")
                let entries = try JSONValue(parsing: listed.body).array ?? []
                let source: JSONValue = ["class": "example.PythonLinesSource", "type": "source", "version": "1.0"]
                #expect(entries.contains(source))
                let keys = try await server.send("GET", "/connector-plugins/PythonLinesSource/config")
                #expect(keys.status == 200)
                #expect(try JSONValue(parsing: keys.body).array?.first?["name"]?.string == "file")
                let body = "{\"connector.class\": \"PythonLinesSink\", \"topics\": \"t\", \"name\": \"c\"}"
                let findings = try await server.send("PUT", "/connector-plugins/PythonLinesSink/config/validate", body)
                #expect(findings.status == 200)
                #expect(try JSONValue(parsing: findings.body)["error_count"]?.int64 == 1)
                try await check(fixture, besideOne: example, in: path, server)
                try FileManager.default.moveItem(atPath: path + "/lines", toPath: fixture.file("away"))
                try await Wait.until("the removal") { try await classes(server).count == 2 }
                #expect(try await server.send("GET", "/connector-plugins/PythonLinesSource/config").status == 404)
            }
        }
    }
}
