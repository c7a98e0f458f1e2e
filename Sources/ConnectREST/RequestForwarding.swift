import ConnectRuntime
import HTTPService
import HTTPTypes

/// Sends requests on to the worker that has to carry them out.
///
/// A request of a user has two hops at most: from any worker to the leader, and from there to the worker that runs what
/// is meant. `forward` in the query says how many are left: nothing for two, `true` for one, `false` for none.
struct RequestForwarding: Sendable {
    /// Carries requests; `nil` for a worker that is on its own.
    let peers: PeerTransport?

    /// Fields that belong to one connection and not to the request.
    private static let connectionFields: Set<String> = [
        "connection", "content-length", "content-type", "expect", "host", "keep-alive", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// Has a handler answer, or the worker that it says has to.
    func answer(
        _ request: ServiceRequest, _ handler: RouteTable.Handler
    ) async throws -> ServiceResponse {
        do {
            return try await handler(request)
        } catch RequestRefusal.elsewhere(let url) {
            let forward = request.queryFlag("forward")
            guard let url else {
                return Self.conflict(
                    "Cannot complete request momentarily due to no known leader URL, likely because a rebalance was"
                        + " underway.")
            }
            guard forward ?? true, let peers else { return Self.conflict(Self.conflictingOperation) }
            return try await send(request, to: url, isLast: forward != nil, peers)
        } catch RequestRefusal.rebalancing {
            return Self.conflict(Self.conflictingOperation)
        }
    }

    private static let conflictingOperation =
        "Cannot complete request because of a conflicting operation (e.g. worker rebalance)"

    private static func conflict(_ message: String) -> ServiceResponse {
        var response = ServiceError(.conflict, message).response
        response.headers[.retryAfter] = "1"
        return response
    }

    private func send(
        _ request: ServiceRequest, to url: String, isLast: Bool, _ peers: PeerTransport
    ) async throws -> ServiceResponse {
        var outgoing = PeerRequest(
            method: request.method.rawValue, worker: url, path: request.segments,
            query: request.query.filter { $0.name != "forward" } + [("forward", isLast ? "false" : "true")],
            body: request.body)
        outgoing.headers = request.headers.compactMap { field in
            Self.connectionFields.contains(field.name.canonicalName) ? nil : (field.name.rawName, field.value)
        }
        let answer: PeerResponse
        do {
            answer = try await peers(outgoing)
        } catch {
            throw ServiceError(.internalServerError, "IO Error trying to forward REST request: \(error)")
        }
        var response = ServiceResponse(HTTPResponse.Status(code: answer.status))
        for (name, value) in answer.headers {
            guard let name = HTTPField.Name(name) else { continue }
            if name == .contentType || name == .location || name == .retryAfter { response.headers[name] = value }
        }
        response.body = answer.body
        return response
    }
}
