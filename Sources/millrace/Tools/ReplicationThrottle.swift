import KafkaClient
import RecordFormat

/// What bounds the copying of a reassignment, as Kafka's tool bounds it (KIP-73): a rate for each broker that takes part,
/// and the replicas that it counts for, so that those which merely follow are not slowed down.
struct ReplicationThrottle: Equatable {
    /// Replicas as `partition:broker`, by topic: those that are copied from.
    private(set) var leaders: [String: [String]] = [:]
    /// Those that are copied to.
    private(set) var followers: [String: [String]] = [:]
    /// The brokers that send or receive.
    private(set) var brokers: Set<Int32> = []

    private static let rates = ["leader.replication.throttled.rate", "follower.replication.throttled.rate"]
    private static let replicas = ["leader.replication.throttled.replicas", "follower.replication.throttled.replicas"]

    /// Works out who takes part.
    ///
    /// - Parameters:
    ///   - plan: Where the partitions are to be.
    ///   - present: Where they are.
    init(for plan: ReassignmentPlan, from present: ReassignmentPlan) {
        for partition in plan.partitions {
            let sources = present.replicas[partition] ?? []
            let targets = (plan.replicas[partition] ?? []).filter { !sources.contains($0) }
            // One that gets no new replica copies nothing.
            if targets.isEmpty { continue }
            leaders[partition.topic, default: []] += sources.map { "\(partition.partition):\($0)" }
            followers[partition.topic, default: []] += targets.map { "\(partition.partition):\($0)" }
            brokers.formUnion(sources + targets)
        }
    }

    /// Sets the throttle, the replicas first: a rate without them bounds nothing.
    func set(_ bytesPerSecond: Int64, _ admin: KafkaAdmin) async throws {
        for topic in leaders.keys.sorted() {
            let lists = [leaders[topic] ?? [], followers[topic] ?? []]
            try await admin.changeConfigs(
                of: .topic(topic),
                zip(Self.replicas, lists).map { .set($0, $1.joined(separator: ",")) })
        }
        for broker in brokers.sorted() {
            try await admin.changeConfigs(of: .broker(broker), Self.rates.map { .set($0, String(bytesPerSecond)) })
        }
    }

    /// Takes the throttle of some topics away, and the rates of all brokers.
    static func remove(topics: [String], _ admin: KafkaAdmin) async throws {
        for topic in topics { try await admin.changeConfigs(of: .topic(topic), replicas.map { .delete($0) }) }
        for broker in try await admin.describeCluster().brokers {
            try await admin.changeConfigs(of: .broker(broker.nodeID), rates.map { .delete($0) })
        }
    }
}
