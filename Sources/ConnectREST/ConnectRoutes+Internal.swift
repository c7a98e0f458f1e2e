import ConnectRuntime
import HTTPService
import HTTPTypes
import JSON

/// What the workers of a group ask of each other (KIP-507).
extension ConnectRoutes {
    func addInternal(to table: inout RouteTable) {
        add(.post, "/connectors/{name}/tasks", to: &table) { request in
            try await checkSignature(of: request)
            try await herder.putTasks(
                of: request.parameter("name"), try RequestBodies.taskConfigurations(request.json()))
            return ServiceResponse(.ok)
        }
        add(.put, "/connectors/{name}/fence", to: &table) { request in
            try await checkSignature(of: request)
            try await herder.fenceZombies(of: request.parameter("name"))
            return ServiceResponse(.ok)
        }
    }

    private func checkSignature(of request: ServiceRequest) async throws {
        func field(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }
        do {
            try await herder.checkSignature(
                RequestSignature(
                    algorithm: field(RequestSignature.algorithmField), signature: field(RequestSignature.signatureField)
                ),
                of: request.body)
        } catch let problem as RequestSignature.Problem {
            switch problem {
            case .malformed(let message): throw ServiceError(.badRequest, message)
            case .noKey:
                throw ServiceError(
                    .serviceUnavailable,
                    "This worker is still starting up and has not been able to read a session key from the config topic"
                        + " yet")
            case .wrong: throw ServiceError(.forbidden, "Internal request contained invalid signature.")
            }
        }
    }
}
