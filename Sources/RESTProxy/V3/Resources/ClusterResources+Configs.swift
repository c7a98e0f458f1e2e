import HTTPService
import JSON
import KafkaClient

extension ClusterResources {
    /// What a setting belongs to.
    enum ConfigOwner: Sendable, Hashable {
        /// A topic.
        case topic(String)
        /// A broker.
        case broker(Int32)
        /// All brokers that have no value of their own.
        case brokerDefaults

        /// What the cluster knows it as.
        var resource: ConfigResource {
            switch self {
            case .topic(let name): .topic(name)
            case .broker(let number): .broker(number)
            case .brokerDefaults: .brokerDefaults
            }
        }
    }

    /// Where the settings of an owner are.
    func configsURL(of owner: ConfigOwner) -> String {
        switch owner {
        case .topic(let topic): url("topics", topic, "configs")
        case .broker(let broker): url("brokers", String(broker), "configs")
        case .brokerDefaults: url("broker-configs")
        }
    }

    /// A setting.
    func config(_ entry: ConfigEntry, of owner: ConfigOwner) -> JSONValue {
        let kind: String
        let name: String
        let field: (name: String, value: JSONValue)
        switch owner {
        case .topic(let topic):
            kind = "KafkaTopicConfig"
            name = names.name(["kafka": clusterID, "topic": topic, "config": entry.name])
            field = ("topic_name", .string(topic))
        case .broker(let broker):
            kind = "KafkaBrokerConfig"
            name = names.name(["kafka": clusterID, "broker": String(broker), "config": entry.name])
            field = ("broker_id", .integer(broker))
        case .brokerDefaults:
            kind = "KafkaClusterConfig"
            name = names.name(["kafka": clusterID, "broker-config": entry.name])
            field = ("config_type", "BROKER")
        }
        return Resource.object(
            kind, at: configsURL(of: owner) + "/" + PercentEncoding.pathSegment(entry.name), named: name,
            [
                "cluster_id": id, field.name: field.value, "name": .string(entry.name), "value": .text(entry.value),
                "is_default": .bool(entry.isDefault), "is_read_only": .bool(entry.isReadOnly),
                "is_sensitive": .bool(entry.isSensitive), "source": .string(entry.source.name),
                "synonyms": .array(
                    entry.synonyms.map {
                        ["name": .string($0.name), "value": .text($0.value), "source": .string($0.source.name)]
                    }),
            ])
    }
}
