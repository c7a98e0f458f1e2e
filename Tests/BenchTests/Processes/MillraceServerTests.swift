import Foundation
import ServerHarness
import Testing

@testable import millrace_bench

/// A shell in the place of the server: it takes its first argument, `serve`, for a script that lies where it is started.
///
/// Functions that start one are not asynchronous, because it ends with the thread that has started it.
@Suite(.timeLimit(.minutes(1))) struct MillraceServerTests {
    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private func start(_ script: String) throws -> MillraceServer {
        try Data(script.utf8).write(to: URL(filePath: directory.path("serve")))
        return try MillraceServer("/bin/sh", directory: directory.path(""))
    }

    /// Ready at once, and ends when it is asked to.
    private static let script = """
        trap 'exit 0' TERM
        echo "$@" >>arguments
        mkdir -p "$2"
        echo '{"kafka":"127.0.0.1:9","rest":"127.0.0.1:10"}' >new
        mv new "$4"
        while :; do sleep 0.01; done
        """

    @Test func itIsReadyOnceItSaysWhereItListens() throws {
        let server = try start(Self.script)
        defer { server.kill() }
        #expect(server.addresses == ["kafka": "127.0.0.1:9", "rest": "127.0.0.1:10"])
        #expect(try server.bootstrapServer == "127.0.0.1:9" && server.secondsToReady > 0)
        #if os(Linux)
        let (resident, filled) = (try #require(server.residentMemory), try #require(server.memory))
        #expect(resident >= filled && filled > 0)
        #endif
        try server.stop()
        // What an earlier one has left does not make the next one ready.
        #expect(throws: BenchFailure.self) { _ = try start("exit 0") }
    }

    @Test func everyAPIListensOnAFreePort() throws {
        try start(Self.script).kill()
        let arguments = try String(contentsOfFile: directory.path("arguments"), encoding: .utf8)
        for (key, scheme) in [
            ("listeners", "PLAINTEXT"), ("connect.listeners", "http"), ("schema.registry.listeners", "http"),
            ("rest.listeners", "http"),
        ] {
            #expect(arguments.contains("--set \(key)=\(scheme)://127.0.0.1:0"))
        }
    }

    @Test func whatEndsInsteadSaysWhy() throws {
        let failure = #expect(throws: BenchFailure.self) { _ = try start("echo no port is free; exit 1") }
        #expect(failure?.description == "sh has ended by itself. It wrote:\nno port is free")
    }

    @Test func aServerWithoutKafkaIsNotDriven() throws {
        let server = try start("echo '{}' >new; mv new \"$4\"; sleep 1000")
        defer { server.kill() }
        #expect(throws: BenchFailure.self) { _ = try server.bootstrapServer }
    }
}
