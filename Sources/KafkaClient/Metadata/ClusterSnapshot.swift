package import KafkaProtocol
package import RecordFormat

/// What the client knows of the cluster at one moment.
package struct ClusterSnapshot: Sendable {
    package var clusterID: String?
    package var controllerID: Int32?
    package var brokers: [Int32: BrokerEndpoint] = [:]
    package var topics: [String: TopicSnapshot] = [:]

    package init() {}

    /// The broker that leads a partition, if it is known and alive.
    package func leader(of partition: TopicPartition) -> Int32? {
        topics[partition.topic]?.partition(partition.partition)?.leader
    }

    /// Takes in an answer.
    ///
    /// A partition whose leader epoch is older than the one known keeps what is known: a broker that lags behind
    /// would send requests back to the old leader (KIP-320).
    ///
    /// - Parameters:
    ///   - isComplete: Whether the answer was to name every topic, so that others are gone.
    ///   - now: When the answer came.
    package mutating func merge(_ response: MetadataResponse, isComplete: Bool, at now: ContinuousClock.Instant) {
        clusterID = response.clusterID ?? clusterID
        controllerID = response.controllerID >= 0 ? response.controllerID : nil
        brokers = [:]
        for broker in response.brokers {
            brokers[broker.nodeID] = BrokerEndpoint(
                nodeID: broker.nodeID, host: broker.host, port: Int(broker.port), rack: broker.rack)
        }
        var merged = isComplete ? [:] : topics
        for topic in response.topics {
            guard let name = topic.name else { continue }
            merged[name] = TopicSnapshot(topic, name: name, previous: topics[name], at: now)
        }
        topics = merged
    }
}

/// What the client knows of one topic.
package struct TopicSnapshot: Sendable {
    package var name: String
    package var topicID: TopicID
    package var isInternal: Bool
    package var error: ErrorCode
    /// Sorted by number; there may be gaps while a topic is being created.
    package var partitions: [PartitionDescription]
    package var fetchedAt: ContinuousClock.Instant
    /// Set when an answer of the cluster contradicted this.
    package var isStale = false

    init(
        _ topic: MetadataResponse.MetadataResponseTopic, name: String, previous: TopicSnapshot?,
        at now: ContinuousClock.Instant
    ) {
        self.name = name
        topicID = topic.topicID
        isInternal = topic.isInternal
        error = ErrorCode(rawValue: topic.errorCode)
        fetchedAt = now
        // A topic that was deleted and created anew starts over with its epochs.
        let known = previous.flatMap { $0.topicID == topic.topicID ? $0 : nil }
        partitions = topic.partitions.map { partition in
            let fresh = PartitionDescription(
                partition: partition.partitionIndex, leader: partition.leaderID >= 0 ? partition.leaderID : nil,
                leaderEpoch: LeaderEpoch(partition.leaderEpoch), replicas: partition.replicaNodes,
                inSyncReplicas: partition.isrNodes, offlineReplicas: partition.offlineReplicas)
            guard let old = known?.partition(partition.partitionIndex), old.leaderEpoch > fresh.leaderEpoch,
                fresh.leaderEpoch != .none
            else { return fresh }
            return old
        }
        partitions.sort { $0.partition < $1.partition }
    }

    /// One partition, if it exists.
    package func partition(_ number: Int32) -> PartitionDescription? { index(of: number).map { partitions[$0] } }

    /// Who leads a partition, and in which epoch; `nil` while that is not known. A consumer asks so for each partition with
    /// each fetch, and has no use for a copy of the rest.
    func leadership(of number: Int32) -> (leader: Int32, epoch: LeaderEpoch)? {
        guard let place = index(of: number), let leader = partitions[place].leader else { return nil }
        return (leader, partitions[place].leaderEpoch)
    }

    private func index(of number: Int32) -> Int? {
        // Partitions count from 0 without gaps, but for a topic that is just being created.
        if Int(number) < partitions.count, number >= 0, partitions[Int(number)].partition == number {
            return Int(number)
        }
        return partitions.firstIndex { $0.partition == number }
    }

    /// Whether it can be used at `now`, or should be fetched again.
    package func isFresh(at now: ContinuousClock.Instant, maximumAge: Duration) -> Bool {
        error == .none && !isStale && fetchedAt.duration(to: now) < maximumAge
    }
}
