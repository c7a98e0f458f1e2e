import ConnectRuntime
import HTTPService
import HTTPTypes

/// Which connectors `GET /connectors` lists: all of Kafka's, or by `state`, `type` and `q` some of them.
struct ConnectorFilter {
    private let states: Set<ConnectStatus.State>
    private let kinds: Set<ConnectorKind>
    private let text: String?

    /// Reads the query; each of `state` and `type` may stand several times, and any of its values will do.
    ///
    /// - Throws: ``ServiceError`` with status 400 for a state or type that there is not.
    init(_ request: ServiceRequest) throws {
        states = Set(
            try request.queryValues("state").map { text in
                guard let state = ConnectStatus.State(rawValue: text.uppercased()) else {
                    throw ServiceError(.badRequest, "There is no state '\(text)'")
                }
                return state
            })
        kinds = Set(
            try request.queryValues("type").map { text in
                guard let kind = ConnectorKind(rawValue: text.lowercased()) else {
                    throw ServiceError(.badRequest, "The type '\(text)' is none of source, sink and unknown")
                }
                return kind
            })
        text = request.queryValues("q").last?.lowercased()
    }

    /// The names of the connectors that are meant, sorted.
    ///
    /// A state is a connector's own, or that of one of its tasks: who looks for `failed` looks for what needs a hand.
    func names(from herder: DistributedHerder) async throws -> [String] {
        var names = try await herder.connectors()
        if let text { names.removeAll { !$0.lowercased().contains(text) } }
        guard !states.isEmpty || !kinds.isEmpty else { return names }
        var found: [String] = []
        for name in names {
            // One that was deleted meanwhile is left out.
            guard let info = try? await herder.status(of: name) else { continue }
            let own = [info.connector.state] + info.tasks.map(\.status.state)
            guard kinds.isEmpty || kinds.contains(info.kind), states.isEmpty || own.contains(where: states.contains)
            else { continue }
            found.append(name)
        }
        return found
    }
}
