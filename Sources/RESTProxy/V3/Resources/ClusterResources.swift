import JSON
import KafkaClient

/// The resources of one cluster as JSON.
///
/// Fields, their order, and how resources refer to each other are those of kafka-rest's API v3.
struct ClusterResources: Sendable {
    /// What the cluster calls itself.
    let clusterID: String
    /// Addresses and names.
    let names: ResourceNames

    /// The address of a resource of the cluster.
    func url(_ segments: String...) -> String { names.url(["v3", "clusters", clusterID] + segments) }

    /// A reference to a resource of the cluster.
    func related(_ segments: String...) -> JSONValue {
        Resource.related(names.url(["v3", "clusters", clusterID] + segments))
    }

    /// The cluster's number in fields.
    var id: JSONValue { .string(clusterID) }

    /// The cluster.
    func cluster(_ cluster: ClusterDescription) -> JSONValue {
        Resource.object(
            "KafkaCluster", at: url(), named: names.name(["kafka": clusterID]),
            [
                "cluster_id": id, "controller": cluster.controllerID.map { related("brokers", String($0)) },
                "acls": related("acls"), "brokers": related("brokers"), "broker_configs": related("broker-configs"),
                "consumer_groups": related("consumer-groups"), "topics": related("topics"),
                "partition_reassignments": related("topics", "-", "partitions", "-", "reassignment"),
            ])
    }

    /// A broker.
    func broker(_ broker: BrokerEndpoint) -> JSONValue {
        let number = String(broker.nodeID)
        return Resource.object(
            "KafkaBroker", at: url("brokers", number), named: names.name(["kafka": clusterID, "broker": number]),
            [
                "cluster_id": id, "broker_id": .integer(broker.nodeID), "host": .string(broker.host),
                "port": .integer(broker.port), "rack": .text(broker.rack),
                "configs": related("brokers", number, "configs"),
                "partition_replicas": related("brokers", number, "partition-replicas"),
            ])
    }
}
