import HTTPService
import HTTPTypes
import JSON
import KafkaClient
import KafkaProtocol

extension V3Routes {
    /// Settings as resources: lists, one by one, and all of a kind.
    func addConfigs(to routes: inout ProxyRoutes) {
        addConfigs(
            "/topics/{topic_name}/configs", named: "topic-configs", to: &routes, of: V3Descriptions.topicConfigs
        ) { .topic($0.parameter("topic_name")) }
        addConfigs(
            "/brokers/{broker_id}/configs", named: "broker-configs", to: &routes, of: V3Descriptions.brokerConfigs
        ) { .broker(try $0.number("broker_id")) }
        addConfigs("/broker-configs", named: "cluster-configs", to: &routes, of: V3Descriptions.clusterConfigs) { _ in
            .brokerDefaults
        }
        let admin = clients.admin
        add(.get, "/topics/-/configs", named: "api.v3.topic-configs.list", V3Descriptions.allTopicConfigs, to: &routes)
        {
            request in
            let owners = try await admin.listTopics(includingInternal: true).map {
                ClusterResources.ConfigOwner.topic($0.name)
            }
            return try await Self.listAll(
                owners, kind: "KafkaTopicConfigList", at: request.resources.url("topics", "-", "configs"), request,
                admin)
        }
        add(
            .get, "/brokers/-/configs", named: "api.v3.broker-configs.list", V3Descriptions.allBrokerConfigs,
            to: &routes
        ) { request in
            let owners = try await admin.describeCluster().brokers.map {
                ClusterResources.ConfigOwner.broker($0.nodeID)
            }
            return try await Self.listAll(
                owners, kind: "KafkaBrokerConfigList", at: request.resources.url("brokers", "-", "configs"), request,
                admin)
        }
    }

    private func addConfigs(
        _ path: String, named name: String, to routes: inout ProxyRoutes, of descriptions: V3Descriptions.Configs,
        owner: @escaping @Sendable (ClusterRequest) throws -> ClusterResources.ConfigOwner
    ) {
        let admin = clients.admin
        add(.get, path, named: "api.v3.\(name).list", descriptions.list, to: &routes) { request in
            let owner = try owner(request)
            let entries = try await Self.entries(of: owner, admin)
            return ServiceResponse(
                json: Resource.list(
                    Self.listKind(owner), at: request.resources.configsURL(of: owner),
                    entries.map { request.resources.config($0, of: owner) }))
        }
        add(.get, path + "/{name}", named: "api.v3.\(name).get", descriptions.get, to: &routes) { request in
            let owner = try owner(request)
            let entries = try await Self.entries(of: owner, admin)
            guard let entry = entries.first(where: { $0.name == request.parameter("name") }) else {
                throw RESTError.notFound
            }
            return ServiceResponse(json: request.resources.config(entry, of: owner))
        }
        add(.put, path + "/{name}", named: "api.v3.\(name).update", descriptions.put, to: &routes) { request in
            let owner = try owner(request)
            let value = try request.body().optionalText("value")
            let change = ConfigChange(request.parameter("name"), .set, value)
            try await ConfigAlteration(changes: [change]).apply(to: owner, in: request.resources, admin)
            return ServiceResponse(.noContent)
        }
        add(.delete, path + "/{name}", named: "api.v3.\(name).delete", descriptions.delete, to: &routes) { request in
            let owner = try owner(request)
            let changes = [ConfigChange.delete(request.parameter("name"))]
            try await ConfigAlteration(changes: changes).apply(to: owner, in: request.resources, admin)
            return ServiceResponse(.noContent)
        }
        add(.post, path + ":alter", named: "api.v3.\(name).alter", descriptions.alter, to: &routes) { request in
            let owner = try owner(request)
            try await ConfigAlteration(try request.body()).apply(to: owner, in: request.resources, admin)
            return ServiceResponse(.noContent)
        }
    }

    private static func listKind(_ owner: ClusterResources.ConfigOwner) -> String {
        switch owner {
        case .topic: "KafkaTopicConfigList"
        case .broker: "KafkaBrokerConfigList"
        case .brokerDefaults: "KafkaClusterConfigList"
        }
    }

    /// The settings of an owner, by name.
    static func entries(
        of owner: ClusterResources.ConfigOwner, _ admin: KafkaAdmin
    ) async throws -> [ConfigEntry] {
        if case .broker(let number) = owner,
            try await !admin.describeCluster().brokers.contains(where: { $0.nodeID == number })
        {
            throw RESTError.missing("Broker \(number) cannot be found.")
        }
        let resource = owner.resource
        return try await admin.describeConfigs([resource], includingSynonyms: true)[resource]?.get() ?? []
    }

    private static func listAll(
        _ owners: [ClusterResources.ConfigOwner], kind: String, at url: String, _ request: ClusterRequest,
        _ admin: KafkaAdmin
    ) async throws -> ServiceResponse {
        let described = try await admin.describeConfigs(owners.map(\.resource), includingSynonyms: true)
        let data = try owners.flatMap { owner -> [JSONValue] in
            switch described[owner.resource] {
            case .success(let entries)?: return entries.map { request.resources.config($0, of: owner) }
            // Deleted since the topics were listed.
            case .failure(let error)? where error.errorCode == .unknownTopicOrPartition: return []
            case .failure(let error)?: throw error
            case nil: return []
            }
        }
        return ServiceResponse(json: Resource.list(kind, at: url, data))
    }

    /// Changes of several topics at once, of which some may be refused.
    func addConfigChanges(to routes: inout ProxyRoutes) {
        let admin = clients.admin
        add(
            .post, "/topics/-/configs:alter", named: "api.v3.topic-configs.alter-multi",
            V3Descriptions.alterTopicsConfigs, to: &routes
        ) { request in
            let body = try request.body()
            var alterations: [(topic: String, alteration: ConfigAlteration)] = []
            for entry in try body.optionalObjects("data") ?? [] {
                let topic = try entry.text("topic_name")
                let changes = try ConfigAlteration.changes(entry.optionalObjects("configs") ?? [])
                // The last one counts, as in an object.
                alterations.removeAll { $0.topic == topic }
                alterations.append((topic, ConfigAlteration(changes: changes)))
            }
            let validateOnly = try body.optionalFlag("validate_only") ?? false
            return try await Self.apply(alterations, validateOnly: validateOnly, request.resources, admin)
        }
    }

    private static func apply(
        _ alterations: [(topic: String, alteration: ConfigAlteration)], validateOnly: Bool,
        _ resources: ClusterResources, _ admin: KafkaAdmin
    ) async throws -> ServiceResponse {
        let described = try await admin.describeConfigs(alterations.map { .topic($0.topic) })
        var failures: [String: RESTError] = [:]
        var changes: [ConfigResource: [ConfigChange]] = [:]
        for (topic, alteration) in alterations {
            do {
                try alteration.requireKnown(
                    try described[.topic(topic)]?.get() ?? [], of: .topic(topic), in: resources)
                changes[.topic(topic)] = alteration.changes
            } catch {
                failures[topic] = RESTError(v3: error)
            }
        }
        for (resource, result) in try await admin.changeConfigs(changes, validateOnly: validateOnly) {
            if case .failure(let error) = result { failures[resource.name] = RESTError(v3: error) }
        }
        if failures.isEmpty { return ServiceResponse(.noContent) }
        let entries = alterations.compactMap { topic, _ in
            failures[topic].map { error -> JSONValue in
                [
                    "topic_name": .string(topic), "error_code": .integer(error.code),
                    "message": .string(error.message),
                ]
            }
        }
        return ServiceResponse(
            HTTPResponse.Status(code: 207, reasonPhrase: "Multi-Status"), json: ["failures": .array(entries)])
    }
}
