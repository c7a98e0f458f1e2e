public import HTTPService
public import Logging

/// A service for as long as a test needs it.
public enum TestService {
    /// Serves routes on one listener of this machine, and shuts down behind `body`.
    public static func serve(
        _ routes: RouteTable, logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        _ change: (inout HTTPService.Configuration) throws -> Void = { _ in },
        _ body: (HTTPListener) async throws -> Void
    ) async throws {
        var configuration = HTTPService.Configuration(listeners: [HTTPListener(host: "127.0.0.1", port: 0)])
        try change(&configuration)
        let service = HTTPService(configuration: configuration, routes: routes, logger: logger)
        let running = Task { try await service.run() }
        do {
            try await body(try await service.addresses()[0])
        } catch {
            await service.shutdown(patience: .milliseconds(100))
            _ = try? await running.value
            throw error
        }
        await service.shutdown(patience: .seconds(10))
        try await running.value
    }
}
