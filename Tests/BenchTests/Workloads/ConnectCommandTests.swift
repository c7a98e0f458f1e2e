import ArgumentParser
import Testing

@testable import millrace_bench

@Suite(.timeLimit(.minutes(1))) struct ConnectCommandTests {
    @Test(arguments: [
        ["--lines", "0"], ["--size", "9"], ["--size", "524289"], ["--rounds", "0"],
        ["--lines", "1000000000", "--size", "100"], ["--connect-url", "http://127.0.0.1:8083"],
        ["--connect-url", "127.0.0.1:8083", "--bootstrap-server", "127.0.0.1:9092"],
    ])
    func whatCannotBeMeasuredIsRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { _ = try ConnectCommand.parse(arguments) }
    }

    @Test func aWorkerThatRunsIsNamedWithItsCluster() throws {
        let command = try ConnectCommand.parse([
            "--connect-url", "http://127.0.0.1:8083", "--bootstrap-server", "127.0.0.1:9092", "--lines", "1",
        ])
        #expect(command.lines == 1 && command.connectURL == "http://127.0.0.1:8083")
    }

    private static func answer(_ status: String, _ body: String) -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test func aTaskThatFailedIsTold() async throws {
        let failed = #"{"connector":{"state":"RUNNING"},"tasks":[{"id":0,"state":"FAILED","trace":"no disk"}]}"#
        let answers = [
            "/connectors/a/status": Self.answer("200 OK", #"{"tasks":[{"id":0,"state":"RUNNING"}]}"#),
            "/connectors/b/status": Self.answer("200 OK", failed),
        ]
        try await withNullHTTPServer(answers) { port in
            let calls = ConnectorCalls(port: port)
            try calls.checkTasks(of: "a")
            // Nothing is known of it yet.
            try calls.checkTasks(of: "c")
            let failure = #expect(throws: BenchFailure.self) { try calls.checkTasks(of: "b") }
            #expect(failure?.description == "a task of b has failed: no disk")
        }
    }

    @Test func whatTheWorkerRefusesIsTold() async throws {
        let answers = ["/connectors": Self.answer("400 Bad Request", "no class")]
        try await withNullHTTPServer(answers) { port in
            let failure = await #expect(throws: BenchFailure.self) {
                try await ConnectorCalls(port: port).create("a", ["topic": "t"])
            }
            #expect(failure?.description == "POST /connectors is answered 400: no class")
        }
    }
}
