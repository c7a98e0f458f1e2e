import KafkaClient
import RecordFormat

/// A cluster's brokers and partitions at one moment, and what is amiss with them.
struct ClusterReport {
    /// One partition, with what its topic asks for.
    struct Partition {
        var topic: String
        var state: PartitionDescription
        /// The topic's `min.insync.replicas`, as far as the partition has as many replicas; nil where it was not asked.
        var minimumInSync: Int?

        var isWithoutLeader: Bool { state.leader == nil }
        var isUnderReplicated: Bool { state.inSyncReplicas.count < state.replicas.count }
        var isUnderMinimum: Bool { minimumInSync.map { state.inSyncReplicas.count < $0 } ?? false }
    }

    var cluster: ClusterDescription
    var partitions: [Partition]

    /// Asks a cluster.
    ///
    /// - Parameter topics: Which; all of them, internal ones included, where empty.
    static func gather(_ admin: KafkaAdmin, topics: [String]) async throws -> ClusterReport {
        var cluster = try await admin.describeCluster()
        cluster.fencedBrokers = try await admin.fencedBrokers() ?? []
        let described = try await admin.describePartitions(of: topics)
        var report = ClusterReport(
            cluster: cluster,
            partitions: described.flatMap { topic in
                topic.partitions.map { Partition(topic: topic.name, state: $0) }
            })
        // Whoever lacks no replica is not below any minimum, and settings are asked for topic by topic.
        let lacking = Set(report.partitions.filter(\.isUnderReplicated).map(\.topic))
        let settings = try await admin.describeConfigs(lacking.map { .topic($0) })
        for place in report.partitions.indices {
            let partition = report.partitions[place]
            let entries = try? settings[.topic(partition.topic)]?.get()
            let minimum = entries?.first { $0.name == "min.insync.replicas" }?.value.flatMap(Int.init)
            report.partitions[place].minimumInSync = minimum.map { min($0, partition.state.replicas.count) }
        }
        return report
    }

    /// The counts, in the order in which they are told; with the name that each has in JSON.
    var counts: [(name: String, key: String, count: Int)] {
        [
            ("topics", "topics", Set(partitions.map(\.topic)).count), ("partitions", "partitions", partitions.count),
            ("without leader", "withoutLeader", partitions.count { $0.isWithoutLeader }),
            ("under-replicated", "underReplicated", partitions.count { $0.isUnderReplicated }),
            ("under min.insync.replicas", "underMinimum", partitions.count { $0.isUnderMinimum }),
            ("with offline replicas", "withOfflineReplicas", partitions.count { !$0.state.offlineReplicas.isEmpty }),
        ]
    }

    /// The brokers, the controller marked, and then those that are away.
    var brokerTable: Table {
        var table = Table("broker", "rack", "listener", "controller", "fenced")
        for (brokers, isFenced) in [(cluster.brokers, false), (cluster.fencedBrokers, true)] {
            for broker in brokers {
                let host = broker.host.contains(":") ? "[\(broker.host)]" : broker.host
                table.add(
                    .number(Int64(broker.nodeID)), broker.rack.map { .text($0) } ?? .missing,
                    .text("\(host):\(broker.port)"), .flag(broker.nodeID == cluster.controllerID), .flag(isFenced))
            }
        }
        return table
    }

    /// The partitions, or those of them that lack replicas.
    func partitionTable(underReplicatedOnly: Bool) -> Table {
        func list(_ nodes: [Int32]) -> Table.Cell { nodes.isEmpty ? .missing : .text(nodes.joined) }
        var table = Table(
            "topic", "partition", "leader", "epoch", "replicas", "in-sync", "offline", "eligible", "lacks")
        for partition in partitions where !underReplicatedOnly || partition.isUnderReplicated {
            let state = partition.state
            let lacks =
                partition.isWithoutLeader
                ? "leader"
                : partition.isUnderMinimum
                    ? "minimum"
                    : partition.isUnderReplicated ? "replicas" : nil
            table.add(
                .text(partition.topic), .number(Int64(state.partition)),
                state.leader.map { .number(Int64($0)) } ?? .missing,
                state.leaderEpoch.rawValue >= 0 ? .number(Int64(state.leaderEpoch.rawValue)) : .missing,
                list(state.replicas), list(state.inSyncReplicas), list(state.offlineReplicas),
                list(state.eligibleLeaderReplicas ?? []), lacks.map { .text($0) } ?? .missing)
        }
        return table
    }

    /// All of it as one JSON object.
    func json(underReplicatedOnly: Bool) -> JSONText {
        .object([
            "cluster": cluster.clusterID.map { .string($0) } ?? .null,
            "controller": cluster.controllerID.map { .integer(Int64($0)) } ?? .null,
            "brokers": brokerTable.json,
            "counts": .object(Dictionary(uniqueKeysWithValues: counts.map { ($0.key, .integer(Int64($0.count))) })),
            "partitions": partitionTable(underReplicatedOnly: underReplicatedOnly).json,
        ])
    }
}
