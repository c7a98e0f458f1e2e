import Foundation
import ServerHarness
import Testing

/// confluent-kafka's registry client with its serialisers, and fastavro, as users have them: against the Schema Registry, the
/// REST Proxy and Connect's converters. The scripts hold each value against what it has to be.
@Suite(.timeLimit(.minutes(5)))
struct RegistryClientTests {
    @Test func theClientRegistersEvolvesAndDeletesInAllLanguages() async throws {
        try await ServerProcess.with { server in
            let result = try await Command.python("registry_subjects.py", ["--registry", server.schemaRegistry]).json()
            #expect(result["languages"]?.int == 3)
            // What it left behind is there after a restart too: the registry has nothing but its topic.
            let subjects = try #require(
                try await Curl.request(nil, "\(server.schemaRegistry)/subjects?deleted=true").json?.array)
            #expect(subjects.count == 6 * 3 + 3)
            try await server.restart()
            let after = try await Curl.request(nil, "\(server.schemaRegistry)/subjects?deleted=true")
            #expect(after.json?.array == subjects)
        }
    }

    @Test func whatSerialisersWriteIsReadOverHTTPAndTheOtherWayRound() async throws {
        try await ServerProcess.with { server in
            let result = try await Command.python(
                "registry_records.py",
                ["--bootstrap", server.bootstrap, "--registry", server.schemaRegistry, "--rest", server.rest]
            ).json()
            #expect(result["languages"]?.int == 3)
        }
    }

    @Test func connectsConvertersAndTheSerialisersReadEachOther() async throws {
        try await ServerProcess.with { server in
            let files = server.directory.path("files")
            try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: false)
            let result = try await Command.python(
                "registry_connect.py",
                [
                    "--bootstrap", server.bootstrap, "--registry", server.schemaRegistry, "--connect", server.connect,
                    "--directory", files,
                ]
            ).json()
            #expect(result["sources"]?.int == 5)
            #expect(result["sinks"]?.int == 3)
        }
    }
}
