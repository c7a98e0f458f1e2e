import EventStore
import LogCore
import RecordFormat
import Replication

/// How this node's copies of a topic's partitions are opened.
struct PartitionOpening: Sendable {
    private let store: EventStore
    private let topic: ClusterImage.Topic
    private let log: LogConfiguration
    private let minInSyncReplicas: Int
    private let throttled: ThrottledReplicas
    /// The node and its settings where partitions have several copies.
    private let replication: (node: ReplicationNode, configuration: ReplicaConfiguration)?

    init(
        store: EventStore, replication node: ReplicationNode?, _ configuration: BrokerConfiguration,
        _ topic: ClusterImage.Topic
    ) {
        self.store = store
        self.topic = topic
        log = configuration.logConfiguration(topic.configuration)
        minInSyncReplicas = configuration.minInSyncReplicas(topic.configuration)
        throttled = ThrottledReplicas(topic.configuration)
        replication = node.map { ($0, configuration.replicaConfiguration(topic.configuration)) }
    }

    /// Opens the partition of a number. One of several replicas does nothing before it is told of its state.
    ///
    /// - Throws: `LogError` if its log cannot be opened.
    func open(_ index: Int) throws -> Partition {
        let stored = try store.open(
            TopicPartition(topic.name, Int32(index)), topicID: topic.id, configuration: log)
        let state = topic.partitions[index]
        guard let (node, configuration) = replication else {
            let isLed = state.leader?.rawValue == store.options.nodeID
            let partition = Partition(
                stored, role: .alone(state.leaderEpoch, isLed: isLed), minInSyncReplicas: minInSyncReplicas)
            // The only replica is in sync with itself: everything that recovery kept is replicated.
            _ = partition.advance(to: stored.log.watermarks.logEndOffset)
            return partition
        }
        let replica = HostedReplica(node: node, log: stored.log, configuration: configuration)
        let partition = Partition(stored, role: .replicated(replica), minInSyncReplicas: minInSyncReplicas)
        partition.apply(throttled, on: node.id.rawValue)
        return partition
    }
}
