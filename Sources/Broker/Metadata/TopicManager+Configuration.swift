import KafkaProtocol
import LogCore
import Logging
import RecordFormat

/// What changes the settings of topics that exist.
extension TopicManager {
    /// Changes what a topic has set, and puts it in force on its open logs.
    ///
    /// - Throws: ``Refusal`` with INVALID_CONFIG, UNKNOWN_TOPIC_OR_PARTITION; or a `LogError`. Nothing changed then.
    func configure(_ name: String, by change: ConfigurationChange, validateOnly: Bool) async throws {
        try await inTurn { [self] in
            let image = metadata.image
            let present = image.topic(name)
            let settings: [String: String]
            let configuration = configuration
            do throws(ConfigurationError) {
                settings = settled(try change.applied(to: present?.configuration ?? [:]) { TopicKeys.byName[$0] })
                try configuration.validateTopic(settings)
            } catch { throw Refusal(error) }
            // As in Kafka, what is wrong in itself is refused before anyone is told whether the topic is there.
            guard var topic = present else {
                throw Refusal(
                    code: .unknownTopicOrPartition, message: "The topic '\(name)' does not exist.")
            }
            if let refusal = flushRefusal(topic, settings) { throw Refusal(refusal) }
            guard !validateOnly, settings != topic.configuration else { return }
            topic.configuration = settings
            try await metadata.put(topic, basedOn: image)
            await apply(configuration, to: [topic])
        }
    }

    /// A topic's settings, with what nodes of a cluster may have different defaults for, or one node another after a restart,
    /// and have to agree on: what they count as replicated.
    nonisolated func settled(_ settings: [String: String]) -> [String: String] {
        guard metadata.replication != nil else { return settings }
        return settings.merging(["flush.messages": configuration.string("log.flush.interval.messages")]) { given, _ in
            given
        }
    }

    /// Why the settings that a topic is to have cannot be its: in a cluster a topic counts flushed offsets from its
    /// beginning on, or never. Were it to begin later, a node that lost power would pass for whole although what it had
    /// before was only in its page cache.
    nonisolated private func flushRefusal(
        _ topic: ClusterImage.Topic, _ settings: [String: String]
    ) -> ConfigurationError? {
        guard metadata.replication != nil else { return nil }
        let flushes = configuration.logConfiguration(topic.configuration).flushesEveryAppend
        guard configuration.logConfiguration(settings).flushesEveryAppend != flushes else { return nil }
        return ConfigurationError(
            "flush.messages of a replicated topic cannot be changed \(flushes ? "from" : "to") 1 once the topic exists: "
                + "create a topic that has it")
    }

    /// Changes the broker's settings by `change`, and puts the topics' defaults in force on all open logs.
    ///
    /// - Parameter change: Makes the new settings durable and gives them; called when no other change is under way.
    func reconfigure(_ change: @escaping @Sendable () async throws -> BrokerConfiguration?) async throws {
        try await inTurn { [self] in
            guard let configuration = try await change() else { return }
            await apply(configuration, to: Array(metadata.image.topics.values))
        }
    }

    /// Puts settings in force on the open logs of `topics`.
    ///
    /// They have been checked, so that a log can refuse them only by being closed: its next opening takes them.
    func apply(_ configuration: BrokerConfiguration, to topics: [ClusterImage.Topic]) async {
        for topic in topics {
            let logConfiguration = configuration.logConfiguration(topic.configuration)
            let minInSyncReplicas = configuration.minInSyncReplicas(topic.configuration)
            let throttled = ThrottledReplicas(topic.configuration)
            guard let open = registry.topic(topic.name) else { continue }
            for partition in open.copies {
                do throws(LogError) {
                    try partition.apply(logConfiguration, minInSyncReplicas: minInSyncReplicas)
                    partition.apply(throttled, on: configuration.nodeID)
                    if case .replicated(let replica) = partition.role {
                        let settings = configuration.replicaConfiguration(topic.configuration)
                        replica.bring(.configured(settings), to: partition)
                    }
                } catch {
                    logger.error("\(partition.id) keeps its old settings until it is opened again: \(error)")
                }
            }
        }
    }
}
