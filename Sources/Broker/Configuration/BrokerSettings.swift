import KafkaProtocol
import LogCore
import Logging

/// Changes what brokers, groups and subscriptions to client metrics have set; the topics' is ``TopicManager``'s.
struct BrokerSettings: Sendable {
    let nodeID: Int32
    let live: LiveConfiguration
    let metadata: any MetadataStore
    let topics: TopicManager
    let logger: Logger
    /// Told of new settings once they are in force.
    let didChange: @Sendable (BrokerConfiguration) -> Void
    /// Told of the subscriptions to client metrics once they are in force.
    let didSubscribe: @Sendable ([String: [String: String]]) -> Void

    /// Told what a group has set once it is in force.
    let didSetGroup: @Sendable (String, [String: String]) -> Void

    /// Changes what a resource has set.
    ///
    /// - Throws: ``RequestRefusal``, or a `LogError`. Nothing changed then.
    func configure(
        _ resource: ConfigurationResource, by change: ConfigurationChange, validateOnly: Bool
    ) async throws {
        switch resource.kind {
        case .broker: try await configureBroker(resource, change, validateOnly: validateOnly)
        case .group, .clientMetrics:
            // In turn with all other changes, so that two that add to one list do not lose each other.
            try await topics.inTurn {
                let image = metadata.image
                let settings = try validated(resource, change, image)
                guard !validateOnly, settings != image.configuration(of: resource) else { return }
                try await metadata.put(settings, of: resource, basedOn: image)
                if resource.kind == .clientMetrics { subscribe() } else { didSetGroup(resource.name, settings) }
            }
        case .topic: try await topics.configure(resource.name, by: change, validateOnly: validateOnly)
        case .brokerLogger: preconditionFailure("log levels are kept nowhere")
        }
    }

    private func subscribe() {
        let subscriptions = metadata.image.configurations.filter { $0.key.kind == .clientMetrics }
        didSubscribe(Dictionary(uniqueKeysWithValues: subscriptions.map { ($0.key.name, $0.value) }))
    }

    private func validated(
        _ resource: ConfigurationResource, _ change: ConfigurationChange, _ image: ClusterImage
    ) throws(RequestRefusal) -> [String: String] {
        let present = image.configuration(of: resource)
        if resource.kind == .clientMetrics,
            let unknown = change.operations.keys.sorted().first(where: { ClientMetricsKeys.byName[$0] == nil })
        {
            throw RequestRefusal(.invalidRequest, "Unknown client metrics configuration: \(unknown)")
        }
        do throws(ConfigurationError) {
            if resource.kind == .group {
                let settings = try change.applied(to: present) { GroupKeys.byName[$0] }
                try live.current.validateGroup(settings)
                return settings
            }
            let settings = try change.applied(to: present) { ClientMetricsKeys.byName[$0] }
            for (name, value) in settings { try ClientMetricsKeys.byName[name]?.validate(value) }
            _ = try MetricsSubscription(name: resource.name, settings: settings)
            return settings
        } catch { throw RequestRefusal(error) }
    }

    private func configureBroker(
        _ resource: ConfigurationResource, _ change: ConfigurationChange, validateOnly: Bool
    ) async throws {
        try await topics.reconfigure {
            let image = metadata.image
            let (settings, configuration) = try planned(resource, change, image)
            guard !validateOnly else { return nil }
            try await metadata.put(settings, of: resource, basedOn: image)
            live.current = configuration
            didChange(configuration)
            return configuration
        }
    }

    /// The settings of one broker or all after the change, and the configuration that comes of it.
    private func planned(
        _ resource: ConfigurationResource, _ change: ConfigurationChange, _ image: ClusterImage
    ) throws(RequestRefusal) -> ([String: String], BrokerConfiguration) {
        let names = change.operations.keys.sorted()
        let fixed = names.filter { BrokerKeys.key($0) != nil && BrokerKeys.update($0) == nil }
        guard fixed.isEmpty else {
            throw RequestRefusal(
                .invalidRequest, "Cannot update these configs dynamically: \(fixed.joined(separator: ", "))")
        }
        let own = names.filter { BrokerKeys.update($0) == .perBroker }
        guard !resource.name.isEmpty || own.isEmpty else {
            throw RequestRefusal(
                .invalidRequest,
                "Cannot update these configs at default cluster level, broker id must be specified: "
                    + own.joined(separator: ", "))
        }
        let current = live.current
        do throws(ConfigurationError) {
            // Other nodes may have changed something that is not in force here yet.
            let (node, cluster) =
                metadata.replication == nil
                ? current.dynamic
                : (
                    image.configuration(of: ConfigurationResource(kind: .broker, name: String(nodeID))),
                    image.configuration(of: .allBrokers)
                )
            let settings = try change.applied(to: resource.name.isEmpty ? cluster : node) { BrokerKeys.key($0) }
            let next =
                resource.name.isEmpty
                ? try current.changed(node: node, cluster: settings)
                : try current.changed(node: settings, cluster: cluster)
            for topic in image.topics.values { try check(topic, under: next) }
            return (settings, next)
        } catch { throw RequestRefusal(error) }
    }

    /// A default that does not go with what a topic has set would have the next start fail to open its logs.
    private func check(
        _ topic: ClusterImage.Topic, under configuration: BrokerConfiguration
    ) throws(ConfigurationError) {
        do throws(ConfigurationError) {
            try configuration.validateTopic(topic.configuration)
        } catch {
            throw ConfigurationError("topic \(topic.name) could not go with it: \(error.message)")
        }
    }

    /// Puts in force what was set before the start.
    ///
    /// What contradicts the settings that the broker was started with is left out, and a line says so: a broker that
    /// does not start could not be told better.
    func restore() {
        subscribe()
        let image = metadata.image
        for (resource, settings) in image.configurations where resource.kind == .group {
            didSetGroup(resource.name, settings)
        }
        let node = image.configuration(of: ConfigurationResource(kind: .broker, name: String(nodeID)))
        let cluster = image.configuration(of: .allBrokers)
        guard !node.isEmpty || !cluster.isEmpty else { return }
        do throws(ConfigurationError) {
            live.current = try live.current.changed(node: node, cluster: cluster)
        } catch {
            logger.error(
                "what was set while the broker ran is left out, for it does not fit the present settings: \(error)")
        }
    }

    /// Puts in force what other nodes have set.
    ///
    /// - Parameter former: The image that was taken over before.
    func adopt(_ image: ClusterImage, after former: ClusterImage) async {
        guard image.configurations != former.configurations else { return }
        subscribe()
        for resource in Set(image.configurations.keys).union(former.configurations.keys) where resource.kind == .group {
            let settings = image.configuration(of: resource)
            if settings != former.configuration(of: resource) { didSetGroup(resource.name, settings) }
        }
        let own = ConfigurationResource(kind: .broker, name: String(nodeID))
        let resources = [own, .allBrokers]
        guard resources.contains(where: { image.configuration(of: $0) != former.configuration(of: $0) }) else { return }
        do {
            try await topics.reconfigure {
                let configuration = try live.current.changed(
                    node: image.configuration(of: own), cluster: image.configuration(of: .allBrokers))
                live.current = configuration
                didChange(configuration)
                return configuration
            }
        } catch { logger.error("what was set by another node does not fit this one's settings: \(error)") }
    }
}
