import JSON
import KafkaClient

/// Changes of the settings of one thing.
struct ConfigAlteration: Sendable, Hashable {
    /// The changes.
    var changes: [ConfigChange]
    /// Whether to check only if they could be made.
    var validateOnly = false

    /// Makes changes.
    init(changes: [ConfigChange]) { self.changes = changes }

    /// Reads the body of `configs:alter`.
    ///
    /// - Throws: ``RESTError`` with status 400.
    init(_ body: JSONObject) throws {
        guard let data = try body.optionalObjects("data") else {
            throw RESTError.badRequest("Missing required property 'data'")
        }
        changes = try Self.changes(data)
        validateOnly = try body.optionalFlag("validate_only") ?? false
    }

    /// Reads a list of names, values and operations.
    ///
    /// - Throws: ``RESTError`` with status 400.
    static func changes(_ entries: [JSONObject]) throws -> [ConfigChange] {
        try entries.map { entry in
            let name = try entry.text("name")
            switch try entry.optionalText("operation") {
            case nil, "SET": return ConfigChange(name, .set, try entry.optionalText("value"))
            case "DELETE": return .delete(name)
            case let other?: throw RESTError.badRequest("'operation' is \(other); it has to be SET or DELETE")
            }
        }
    }

    /// Makes the changes.
    ///
    /// - Throws: ``RESTError`` with status 404 for a setting that there is not, else what the cluster says.
    func apply(
        to owner: ClusterResources.ConfigOwner, in resources: ClusterResources, _ admin: KafkaAdmin
    ) async throws {
        // The brokers' defaults list only what is set, so what is not there may be set all the same.
        if owner != .brokerDefaults {
            try requireKnown(try await V3Routes.entries(of: owner, admin), of: owner, in: resources)
        }
        let results = try await admin.changeConfigs([owner.resource: changes], validateOnly: validateOnly)
        try results[owner.resource]?.get()
    }

    /// Sees to it that there are settings of these names.
    ///
    /// - Throws: ``RESTError`` with status 404.
    func requireKnown(
        _ entries: [ConfigEntry], of owner: ClusterResources.ConfigOwner, in resources: ClusterResources
    ) throws {
        let names = Set(entries.map(\.name))
        for change in changes where !names.contains(change.name) {
            let kind = owner.resource.kind == .topic ? "TOPIC" : "BROKER"
            throw RESTError.missing(
                "Config \(change.name) cannot be found for \(kind) \(owner.resource.name)"
                    + " in cluster \(resources.clusterID).")
        }
    }
}
