import ArgumentParser
import Foundation
import HTTPService
import HTTPTypes
import JSON
import Logging
import ServerHarness
import Synchronization
import Testing

@testable import millrace

/// What the tools ask of a worker that only writes it down.
@Suite(.timeLimit(.minutes(1))) struct ConnectRequestTests {
    private final class Requests: Sendable {
        private let requests = Mutex<[String]>([])

        var all: [String] { requests.withLock { $0 } }

        func add(_ request: ServiceRequest) {
            let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
            let line = [
                request.method.rawValue, request.segments.joined(separator: " / "), query,
                request.headers[.authorization] ?? "", String(decoding: request.body, as: UTF8.self),
            ]
            requests.withLock { $0.append(line.filter { !$0.isEmpty }.joined(separator: " | ")) }
        }
    }

    /// Runs tools and tells what they asked.
    private func asked(
        _ answer: JSONValue = ["message": "done"], _ body: (_ url: [String]) async throws -> Void
    ) async throws -> [String] {
        let requests = Requests()
        var table = RouteTable()
        let handler: RouteTable.Handler = { request in
            requests.add(request)
            return ServiceResponse(json: answer)
        }
        for path in ["/connectors", "/connectors/{a}", "/connectors/{a}/{b}"] {
            for method in [HTTPRequest.Method.get, .put, .post, .patch, .delete] {
                table.add(method, path) { try await handler($0) }
            }
        }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let service = HTTPService(
            configuration: HTTPService.Configuration(listeners: try HTTPListener.list("http://127.0.0.1:0")),
            routes: table, translate: { RouteTable.internalError($0) }, logger: logger)
        let running = Task { try await service.run() }
        do {
            let address = try #require(try await service.addresses().first)
            try await body(["--url", address.local.description + "/"])
        } catch {
            await service.shutdown(patience: .seconds(1))
            throw error
        }
        await service.shutdown(patience: .seconds(1))
        try await running.value
        return requests.all
    }

    @Test func whatIsAskedForGoesIntoTheQuery() async throws {
        let asked = try await asked([]) { url in
            try await Tool.run(["connect", "logs", "a/b", "--level", "WARN", "--task", "1", "--limit", "5"] + url)
            try await Tool.run(["connect", "list", "--state", "failed", "--query", "x y"] + url)
            try await Tool.run(["connect", "delete", "c", "--offsets"] + url)
            try await Tool.run(["connect", "restart", "c"] + url)
            try await Tool.run(["connect", "restart", "c", "--only-failed"] + url)
        }
        #expect(
            asked == [
                "GET | connectors / a/b / logs | level=WARN&task=1&limit=5",
                "GET | connectors | expand=status&expand=info&state=failed&q=x y",
                "DELETE | connectors / c | offsets=true", "POST | connectors / c / restart",
                "POST | connectors / c / restart | onlyFailed=true",
            ])
    }

    @Test func aUserIsNamed() async throws {
        let directory = try TemporaryDirectory()
        let file = directory.path("password")
        try "pass word\n".write(toFile: file, atomically: true, encoding: .utf8)
        let asked = try await asked { url in
            try await Tool.run(["connect", "status", "c", "--user", "me", "--password-file", file] + url)
            await #expect(throws: ValidationError.self) {
                try await Tool.run(["connect", "status", "c", "--password-file", file] + url)
            }
            await #expect(throws: ConnectToolError.self) {
                try await Tool.run(["connect", "status", "c", "--ca-file", file] + url)
            }
        }
        #expect(asked == ["GET | connectors / c / status | Basic bWU6cGFzcyB3b3Jk"])
    }

    @Test func linesThatComeAreFollowedToTheEnd() async throws {
        let asked = try await asked(["level": "INFO", "message": "one"]) { url in
            try await Tool.run(["connect", "logs", "c", "--follow", "--json"] + url)
        }
        #expect(asked == ["GET | connectors / c / logs | follow=true"])
    }
}
