import EventStore
import LogCore
import Logging
import RecordFormat
import Replication
import Synchronization

@testable import Broker

/// The metadata of a cluster in which other nodes lead: what this node has kept, seen through `view`.
final class SharedMetadata: MetadataStore {
    private let own: LocalMetadataStore
    private let view: @Sendable (ClusterImage) -> ClusterImage
    private let observers = Mutex<[@Sendable () -> Void]>([])
    let replication: ReplicationNode?

    init(
        _ own: LocalMetadataStore, replication: ReplicationNode? = nil,
        seenThrough view: @escaping @Sendable (ClusterImage) -> ClusterImage
    ) {
        self.own = own
        self.replication = replication
        self.view = view
    }

    var image: ClusterImage { view(own.image) }

    func observe(_ observer: @escaping @Sendable () -> Void) { observers.withLock { $0.append(observer) } }

    /// Tells the node that others have changed something, which `view` shows by now.
    func othersHaveChanged() { for observer in observers.withLock({ $0 }) { observer() } }

    var logEndOffset: LogOffset { own.logEndOffset }

    var deletions: [ClusterImage.Deletion] { own.deletions }

    func put(_ topic: ClusterImage.Topic, basedOn basis: ClusterImage) async throws {
        try await own.put(topic, basedOn: basis)
    }

    func remove(_ topic: ClusterImage.Topic) async throws { try await own.remove(topic) }

    func didDelete(_ id: TopicID) async throws { try await own.didDelete(id) }

    func put(
        _ configuration: [String: String], of resource: ConfigurationResource, basedOn basis: ClusterImage
    ) async throws {
        try await own.put(configuration, of: resource, basedOn: basis)
    }

    func put(_ quotas: [QuotaEntity: [QuotaKey: Double]], basedOn basis: ClusterImage) async throws {
        try await own.put(quotas, basedOn: basis)
    }

    func put(_ features: FeatureLevels, basedOn basis: ClusterImage) async throws {
        try await own.put(features, basedOn: basis)
    }

    func reserveProducerIDs(_ count: Int64) async throws -> ProducerID { try await own.reserveProducerIDs(count) }
}

extension MetadataStore {
    /// Sets a topic, derived from the present image.
    func put(_ topic: ClusterImage.Topic) async throws { try await put(topic, basedOn: image) }
}

extension PartitionState {
    /// A partition whose replicas are all in sync unless said otherwise.
    static func led(
        by leader: Int32?, in epoch: Int32, _ replicas: [Int32], inSync: [Int32]? = nil, version: Int32 = 0
    ) throws -> PartitionState {
        let replicas = replicas.map { BrokerID($0) }
        let state = PartitionState(
            replicas: replicas, addingReplicas: [], removingReplicas: [],
            inSyncReplicas: inSync?.map { BrokerID($0) } ?? replicas,
            eligibleLeaderReplicas: [], leader: leader.map { BrokerID($0) }, leaderEpoch: LeaderEpoch(epoch),
            version: PartitionVersion(version))
        guard let state else { throw TestFailure("a partition that contradicts itself") }
        return state
    }
}

extension BrokerDirectory {
    /// Nodes that are all there, each in its first incarnation.
    static func test(_ count: Int32) -> BrokerDirectory {
        var brokers = BrokerDirectory()
        for id in 1...count {
            let origin = BrokerRegistration.Origin(directory: UInt64(id), boot: 1, endedCleanly: true)
            brokers.register(BrokerRegistration(id: BrokerID(id), origin: origin, succeeding: nil).admitted)
            brokers.setSession(of: BrokerID(id), to: BrokerEpoch(1))
        }
        return brokers
    }
}

extension ReplicationNode {
    /// A node of a cluster whose nodes are all there.
    static func test(
        _ id: Int32, of count: Int32, _ store: EventStore, logger: Logger = Logger(label: "test"),
        propose: @escaping Propose
    ) -> ReplicationNode {
        let node = ReplicationNode(
            id: BrokerID(id), epoch: BrokerEpoch(1), store: store, logger: logger, now: { WallClock.now() },
            propose: propose)
        node.set(.test(count))
        return node
    }
}
