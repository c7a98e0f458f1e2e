import Logging
import ServerHarness
import Testing

@testable import millrace

@Suite(.timeLimit(.minutes(1))) struct ServerTests {
    private let logger: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    private func settings(_ directory: TemporaryDirectory, _ more: String...) throws -> ServerSettings {
        try ServerSettings(
            file: nil, environment: [:],
            overrides: [
                "listeners=PLAINTEXT://127.0.0.1:0", "connect.listeners=http://127.0.0.1:0",
                "schema.registry.listeners=http://127.0.0.1:0", "rest.listeners=http://127.0.0.1:0",
            ] + more,
            dataDirectory: directory.path("data"))
    }

    @Test func aStartThatIsCancelledLeavesNothingRunning() async throws {
        let directory = try TemporaryDirectory()
        let settings = try settings(directory)
        for _ in 0..<3 {
            let starting = Task { [logger] in try await Server.start(settings, logger: logger) }
            starting.cancel()
            await #expect(throws: CancellationError.self) { try await starting.value }
        }
        // The lock is free and the data whole.
        let server = try await Server.start(settings, logger: logger)
        #expect(server.addresses.keys.sorted() == ["connect", "kafka", "rest", "schemaRegistry"])
        try await server.shutdown()
    }

    @Test func anAddressThatMeansEveryInterfaceIsGivenAsOneToConnectTo() async throws {
        let directory = try TemporaryDirectory()
        let settings = try settings(directory, "connect.listeners=http://:0")
        let server = try await Server.start(settings, logger: logger)
        #expect(server.addresses["connect"]?.hasPrefix("http://127.0.0.1:") == true)
        try await server.shutdown()
    }

    @Test func aPortInUseEndsTheStart() async throws {
        let first = try TemporaryDirectory(), second = try TemporaryDirectory()
        let server = try await Server.start(try settings(first), logger: logger)
        let address = try #require(server.addresses["connect"])
        let taken = try settings(second, "connect.listeners=\(address)")
        await #expect(throws: (any Error).self) { try await Server.start(taken, logger: logger) }
        try await server.shutdown()
    }
}
