#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What is asked of a Connect worker over its REST API.
struct ConnectorCalls: Sendable {
    /// The API's port on this machine.
    let port: UInt16

    /// How often, and how far apart, is asked again what a rebalance kept from being done.
    private static let attempts = 100
    private static let pause = Duration.milliseconds(100)

    private struct NewConnector: Encodable {
        var name: String
        var config: [String: String]
    }

    private struct Status: Decodable {
        struct Task: Decodable {
            var state: String
            var trace: String?
        }

        var tasks: [Task]
    }

    /// Makes a connector.
    func create(_ name: String, _ configuration: [String: String]) async throws {
        let body = try JSONEncoder().encode(NewConnector(name: name, config: configuration))
        try await succeed(HTTPCall(port: port, method: "POST", target: "/connectors", body: [UInt8](body)))
    }

    /// Deletes a connector.
    func delete(_ name: String) async throws {
        try await succeed(HTTPCall(port: port, method: "DELETE", target: "/connectors/\(name)"))
    }

    /// Sees to it that no task of a connector has failed.
    ///
    /// - Throws: ``BenchFailure`` with what the first of them says.
    func checkTasks(of name: String) throws {
        let answer = try HTTPCall(port: port, method: "GET", target: "/connectors/\(name)/status").answer()
        // Nobody has said anything of it yet.
        guard answer.status != 404 else { return }
        guard answer.status == 200 else { throw Self.refusal("the status of \(name)", answer) }
        let status = try JSONDecoder().decode(Status.self, from: Data(answer.body))
        for task in status.tasks where task.state == "FAILED" {
            throw BenchFailure(description: "a task of \(name) has failed: \(task.trace ?? "without saying why")")
        }
    }

    private func succeed(_ call: HTTPCall) async throws {
        for _ in 0..<Self.attempts {
            let answer = try call.answer()
            if (200..<300).contains(answer.status) { return }
            guard answer.status == 409 else { throw Self.refusal("\(call.method) \(call.target)", answer) }
            try await Task.sleep(for: Self.pause)
        }
        throw BenchFailure(description: "\(call.method) \(call.target): the worker's group does not settle")
    }

    private static func refusal(_ what: String, _ answer: HTTPCall.Answer) -> BenchFailure {
        BenchFailure(description: "\(what) is answered \(answer.status): \(answer.text.prefix(500))")
    }
}
