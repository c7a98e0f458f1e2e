import ConnectAPI

extension TaskEnvironment {
    /// What a task starts with: the values of its placeholders, and clients with its connector's settings.
    ///
    /// - Parameter owned: Takes the clients, to be closed when the task has ended.
    /// - Throws: ``ConnectError`` for a value that there is not, and for settings that clients cannot have.
    func resolved(by transformer: WorkerConfigTransformer, _ owned: TaskClients) async throws -> TaskEnvironment {
        let resolved = try await transformer.resolve([connectorConfiguration, configuration], for: .task(id))
        var result = self
        result.connectorConfiguration = resolved[0].values
        result.configuration = resolved[1].values
        let roles = ClientRole.used(by: resolved[0].values, plugins.kind(of: resolved[0].values))
        for role in roles {
            for key in resolved[0].values.entries(under: role.overridePrefix).keys.sorted() {
                guard let refusal = worker.overridePolicy.refusal(of: key) else { continue }
                throw ConnectError(.invalidConfiguration, "Client Config Overrides not allowed: \(refusal)")
            }
        }
        if let forTask = clients.forTask {
            let settings = try ConnectorClientSettings(
                worker: worker.properties, connector: resolved[0].values, roles: roles)
            result.clients = forTask(id, settings, owned)
        }
        if worker.topics.createsTopics, let makeTopicAdmin = result.clients.makeTopicAdmin {
            result.topicCreation = try TopicCreation(
                result.connectorConfiguration, logger: logger, makeAdmin: makeTopicAdmin)
        }
        if worker.topics.tracksTopics { result.activeTopics = ActiveTopics(id: id, statuses: statuses) }
        return result
    }
}
