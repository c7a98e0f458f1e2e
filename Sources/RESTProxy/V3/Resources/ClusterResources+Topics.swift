import JSON
import KafkaClient
import RecordFormat

extension ClusterResources {
    /// A topic.
    ///
    /// - Parameter operations: What the client may do with it; empty where it was not asked.
    func topic(
        _ name: String, isInternal: Bool, replicationFactor: Int, partitionCount: Int,
        operations: Set<AccessOperation> = []
    ) -> JSONValue {
        Resource.object(
            "KafkaTopic", at: url("topics", name), named: names.name(["kafka": clusterID, "topic": name]),
            [
                "cluster_id": id, "topic_name": .string(name), "is_internal": .bool(isInternal),
                "replication_factor": .integer(replicationFactor), "partitions_count": .integer(partitionCount),
                "partitions": related("topics", name, "partitions"), "configs": related("topics", name, "configs"),
                "partition_reassignments": related("topics", name, "partitions", "-", "reassignment"),
                "authorized_operations": .array(
                    operations.sorted { $0.rawValue < $1.rawValue }.map { .string($0.name) }),
            ])
    }

    /// A topic as the cluster describes it.
    func topic(_ topic: TopicDescription, operations: Set<AccessOperation> = []) -> JSONValue {
        self.topic(
            topic.name, isInternal: topic.isInternal, replicationFactor: topic.partitions.first?.replicas.count ?? 0,
            partitionCount: topic.partitions.count, operations: operations)
    }

    /// A partition.
    func partition(_ partition: PartitionDescription, of topic: String) -> JSONValue {
        let number = String(partition.partition)
        return Resource.object(
            "KafkaPartition", at: url("topics", topic, "partitions", number),
            named: names.name(["kafka": clusterID, "topic": topic, "partition": number]),
            [
                "cluster_id": id, "topic_name": .string(topic), "partition_id": .integer(partition.partition),
                "leader": partition.leader.map {
                    related("topics", topic, "partitions", number, "replicas", String($0))
                }, "replicas": related("topics", topic, "partitions", number, "replicas"),
                "reassignment": related("topics", topic, "partitions", number, "reassignment"),
            ])
    }

    /// A partition with its ends; `nil` for one that was not asked for.
    func offsets(_ partition: TopicPartition, type: String, earliest: LogOffset?, latest: LogOffset?) -> JSONValue {
        let number = String(partition.partition)
        return Resource.object(
            "KafkaPartitionWithOffsets", at: url("topics", partition.topic, "partitions", number, "offset"),
            named: names.name([
                "kafka": clusterID, "topic": partition.topic, "partition": number, "offset_type": type,
            ]),
            [
                "cluster_id": id, "topic_name": .string(partition.topic), "partition_id": .integer(partition.partition),
                "earliest_offset": earliest.map { .integer($0.rawValue) },
                "latest_offset": latest.map { .integer($0.rawValue) },
            ])
    }

    /// One broker's copy of a partition.
    func replica(_ broker: Int32, of partition: PartitionDescription, _ topic: String) -> JSONValue {
        let number = String(partition.partition)
        return Resource.object(
            "KafkaReplica", at: url("topics", topic, "partitions", number, "replicas", String(broker)),
            named: names.name([
                "kafka": clusterID, "topic": topic, "partition": number, "replica": String(broker),
            ]),
            [
                "cluster_id": id, "topic_name": .string(topic), "partition_id": .integer(partition.partition),
                "broker_id": .integer(broker), "is_leader": .bool(partition.leader == broker),
                "is_in_sync": .bool(partition.inSyncReplicas.contains(broker)),
                "broker": related("brokers", String(broker)),
            ])
    }

    /// The copies of a partition.
    func replicas(of partition: PartitionDescription, _ topic: String) -> [JSONValue] {
        partition.replicas.sorted().map { replica($0, of: partition, topic) }
    }

    /// A partition on its way to other brokers.
    func reassignment(_ reassignment: PartitionReassignment) -> JSONValue {
        let topic = reassignment.partition.topic
        let number = String(reassignment.partition.partition)
        return Resource.object(
            "KafkaReassignment", at: url("topics", topic, "partitions", number, "reassignment"),
            named: names.name(["kafka": clusterID, "topic": topic, "partition": number, "reassignment": nil]),
            [
                "cluster_id": id, "topic_name": .string(topic),
                "partition_id": .integer(reassignment.partition.partition),
                "adding_replicas": .array(reassignment.addingReplicas.map { .integer($0) }),
                "removing_replicas": .array(reassignment.removingReplicas.map { .integer($0) }),
                "replicas": related("topics", topic, "partitions", number, "replicas"),
            ])
    }
}
