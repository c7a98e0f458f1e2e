import ConnectRuntime
import HTTPService
import HTTPTypes
import JSON

/// The topics that connectors use (KIP-558).
extension ConnectRoutes {
    func addTopics(to table: inout RouteTable) {
        let topics = configuration.topics
        add(.get, "/connectors/{name}/topics", to: &table) { request in
            guard topics.tracksTopics else { throw ServiceError(.forbidden, "Topic tracking is disabled.") }
            let name = request.parameter("name")
            let names = try await herder.activeTopics(of: name)
            var answer = JSONObject()
            answer[name] = ["topics": .array(names.map(JSONValue.string))]
            return ServiceResponse(json: .object(answer))
        }
        add(.put, "/connectors/{name}/topics/reset", to: &table) { request in
            guard topics.tracksTopics else { throw ServiceError(.forbidden, "Topic tracking is disabled.") }
            guard topics.allowsReset else { throw ServiceError(.forbidden, "Topic tracking reset is disabled.") }
            try await herder.resetActiveTopics(of: request.parameter("name"))
            return ServiceResponse(.accepted)
        }
    }
}
