import Foundation
import ServerHarness
import Testing

/// How a server comes up, and that a data directory belongs to one server at a time.
@Suite(.timeLimit(.minutes(2)))
struct StartupTests {
    @Test func startsOnAnEmptyDataDirectory() async throws {
        var starts: [Duration] = []
        var resident = 0
        for _ in 1...5 {
            try await ServerProcess.with { server in
                try await server.stop()
                try FileManager.default.removeItem(at: server.dataDirectory)
                starts.append(try await server.start())
                resident = max(resident, try server.memoryKiB(.resident))
            }
        }
        let sorted = starts.sorted()
        print(
            """
            ready with an empty data directory: \(sorted[0]) at best, \(sorted[2]) in the middle, \(sorted[4]) at \
            worst of 5; resident then: at most \(resident / 1024) MiB
            """)
        #expect(resident > 0)
    }

    @Test func aSecondServerOnTheSameDataIsRefusedAndNamesTheHolder() async throws {
        try await ServerProcess.with { server in
            let readyFile = server.directory.path("second.json")
            let second = try await Command.run(
                Repository.serverBinary(),
                ServerProcess.arguments(
                    dataDirectory: server.dataDirectory.path(), readyFile: readyFile,
                    settings: [
                        "listeners": "PLAINTEXT://127.0.0.1:0", "connect.listeners": "http://127.0.0.1:0",
                        "schema.registry.listeners": "http://127.0.0.1:0", "rest.listeners": "http://127.0.0.1:0",
                    ]),
                within: .seconds(60))
            #expect(second.status > 0)
            #expect(second.errors.contains(try Regex("\\b\(server.processID)\\b")), "\(second.errors)")
            #expect(!FileManager.default.fileExists(atPath: readyFile))
            // The holder has not noticed.
            _ = try await Command.kcat(["-L", "-b", server.bootstrap])
        }
    }

    @Test func aServerThatWasKilledLeavesNoLockBehind() async throws {
        try await ServerProcess.with(ports: .kept) { server in
            try await server.kill()
            try await server.start()
            _ = try await Command.kcat(["-L", "-b", server.bootstrap])
        }
    }
}
