import KafkaProtocol
import RecordFormat
import Replication

/// How many partitions a topic gets, and which nodes have them.
extension TopicManager {
    /// Partitions of one topic above which a request is taken for a mistake: each is a directory with files.
    static let maxPartitions: Int32 = 100_000

    /// The partitions of a new topic.
    func partitions(for request: Request, in image: ClusterImage) throws(Refusal) -> [PartitionState] {
        guard request.assignments.isEmpty else {
            guard request.partitionCount == -1, request.replicationFactor == -1 else {
                throw Refusal(
                    code: .invalidRequest,
                    message: "Both numPartitions or replicationFactor and replicasAssignments were set.")
            }
            let numbers = 0..<Int32(request.assignments.count)
            let lists = numbers.compactMap { request.assignments[$0] }
            guard lists.count == numbers.count else {
                throw Refusal(
                    code: .invalidReplicaAssignment,
                    message: "partitions should be a consecutive 0-based integer sequence")
            }
            return try assigned(lists, count: lists[0].count, in: image)
        }
        return try placed(
            partitionCount(request), replicationFactor: replicationFactor(request, in: image), in: image)
    }

    /// The partitions that a topic is extended by.
    func partitions(
        extending topic: ClusterImage.Topic, by count: Int, assignments: [[Int32]]?, in image: ClusterImage
    ) throws(Refusal) -> [PartitionState] {
        let factor = topic.partitions.first.map { $0.replicas.count - $0.addingReplicas.count } ?? 1
        guard let assignments else { return try placed(Int32(count), replicationFactor: factor, in: image) }
        guard assignments.count == count else {
            throw Refusal(
                code: .invalidReplicaAssignment,
                message: "\(count) partitions are added, and \(assignments.count) of them have replicas assigned")
        }
        return try assigned(assignments, count: factor, in: image)
    }

    private func partitionCount(_ request: Request) throws(Refusal) -> Int32 {
        let defaultCount =
            switch request.name {
            case InternalTopics.consumerOffsets: "offsets.topic.num.partitions"
            case InternalTopics.transactionState: "transaction.state.log.num.partitions"
            case InternalTopics.shareGroupState: "share.coordinator.state.topic.num.partitions"
            default: "num.partitions"
            }
        let count = request.partitionCount == -1 ? Int32(configuration.integer(defaultCount)) : request.partitionCount
        guard count > 0, count <= Self.maxPartitions else {
            throw Refusal(
                code: .invalidPartitions,
                message:
                    "Number of partitions was set to an invalid value: \(count) is not in 1...\(Self.maxPartitions)")
        }
        return count
    }

    private func replicationFactor(_ request: Request, in image: ClusterImage) throws(Refusal) -> Int {
        // A server without a cluster is the only node there ever is, whatever its cluster's own topics are set to.
        let defaultFactor =
            switch metadata.replication == nil ? "" : request.name {
            case InternalTopics.consumerOffsets: "offsets.topic.replication.factor"
            case InternalTopics.transactionState: "transaction.state.log.replication.factor"
            case InternalTopics.shareGroupState: "share.coordinator.state.topic.replication.factor"
            default: "default.replication.factor"
            }
        let factor =
            request.replicationFactor == -1 ? configuration.integer(defaultFactor) : Int(request.replicationFactor)
        guard factor > 0 else {
            throw Refusal(code: .invalidReplicationFactor, message: "Replication factor must be larger than 0.")
        }
        return factor
    }

    // MARK: - Nodes

    /// The nodes that take copies now.
    private func ready(_ image: ClusterImage) -> Set<BrokerID> {
        guard metadata.replication != nil else { return [BrokerID(configuration.nodeID)] }
        return Set(image.brokers.registrations.keys.filter { image.brokers.standing(of: $0) == .ready })
    }

    private func placed(
        _ count: Int32, replicationFactor factor: Int, in image: ClusterImage
    ) throws(Refusal) -> [PartitionState] {
        let ready = ready(image)
        guard factor <= ready.count else {
            throw Refusal(
                code: .invalidReplicationFactor,
                message:
                    "Unable to replicate the partition \(factor) time(s): The target replication factor of \(factor) cannot be reached "
                    + "because only \(ready.count) broker(s) are registered.")
        }
        var placement = ReplicaPlacement(nodes: load(of: ready, in: image))
        return (0..<count).map { _ in
            guard let replicas = placement.place(replicationFactor: factor) else {
                preconditionFailure("there are \(ready.count) nodes for \(factor) copies")
            }
            return PartitionState(replicas: replicas, inSyncReplicas: replicas)
        }
    }

    /// What the nodes have already.
    private func load(of nodes: Set<BrokerID>, in image: ClusterImage) -> [ReplicaPlacement.Node] {
        guard nodes.count > 1 else { return nodes.map { ReplicaPlacement.Node(id: $0, rack: nil) } }
        var load = Dictionary(
            uniqueKeysWithValues: nodes.map {
                ($0, ReplicaPlacement.Node(id: $0, rack: image.nodes[$0.rawValue]?.rack))
            })
        for partition in image.topics.values.lazy.flatMap(\.partitions) {
            for replica in partition.replicas { load[replica]?.replicas += 1 }
            if let first = partition.replicas.first { load[first]?.leaders += 1 }
        }
        return Array(load.values)
    }

    /// Partitions whose replicas someone has chosen, `count` of each.
    private func assigned(
        _ assignments: [[Int32]], count: Int, in image: ClusterImage
    ) throws(Refusal) -> [PartitionState] {
        guard assignments.count <= Self.maxPartitions else {
            throw Refusal(code: .invalidPartitions, message: "\(assignments.count) partitions are too many")
        }
        let ready = ready(image)
        let known =
            metadata.replication == nil ? ready : Set(image.brokers.registrations.keys.filter(image.brokers.isMember))
        var partitions: [PartitionState] = []
        for replicas in assignments {
            if let fault = Self.fault(in: replicas, count: count, known: known) {
                throw Refusal(code: .invalidReplicaAssignment, message: fault)
            }
            let members = replicas.map { BrokerID($0) }
            guard members.contains(where: ready.contains) else {
                throw Refusal(
                    code: .invalidReplicaAssignment,
                    message:
                        "All brokers specified in the manual partition assignment \(replicas) are fenced or in controlled shutdown."
                )
            }
            partitions.append(PartitionState(replicas: members, inSyncReplicas: members.filter(ready.contains)))
        }
        return partitions
    }

    private static func fault(in replicas: [Int32], count: Int, known: Set<BrokerID>) -> String? {
        if replicas.isEmpty { return "The manual partition assignment includes an empty replica list." }
        if Set(replicas).count != replicas.count {
            return "The manual partition assignment includes a broker more than once."
        }
        if let stranger = replicas.first(where: { !known.contains(BrokerID($0)) }) {
            return "The manual partition assignment includes broker \(stranger), but no such broker is registered."
        }
        return replicas.count == count
            ? nil
            : "The manual partition assignment includes a partition with \(replicas.count) replica(s), not \(count)."
    }
}
