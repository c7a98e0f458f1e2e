public import RecordFormat

/// A broker and where it is reached.
public struct BrokerEndpoint: Hashable, Sendable {
    /// The broker's number in the cluster.
    public var nodeID: Int32
    /// The host name or address that it advertises.
    public var host: String
    /// The port that it advertises.
    public var port: Int
    /// The rack it stands in, if it says so.
    public var rack: String?

    /// Names a broker.
    public init(nodeID: Int32, host: String, port: Int, rack: String? = nil) {
        self.nodeID = nodeID
        self.host = host
        self.port = port
        self.rack = rack
    }
}

/// A cluster's identity, brokers and controller.
public struct ClusterDescription: Hashable, Sendable {
    /// What the cluster calls itself.
    public var clusterID: String?
    /// The broker that takes administrative requests.
    public var controllerID: Int32?
    /// The brokers, by number.
    public var brokers: [BrokerEndpoint]
    /// Those that belong to the cluster and are away, by number; empty where nobody asked for them.
    public var fencedBrokers: [BrokerEndpoint]

    /// Describes a cluster.
    public init(
        clusterID: String?, controllerID: Int32?, brokers: [BrokerEndpoint], fencedBrokers: [BrokerEndpoint] = []
    ) {
        self.clusterID = clusterID
        self.controllerID = controllerID
        self.brokers = brokers
        self.fencedBrokers = fencedBrokers
    }
}

/// One partition and who keeps it.
public struct PartitionDescription: Hashable, Sendable {
    /// The partition's number, from 0.
    public var partition: Int32
    /// The broker that serves it; `nil` while there is none.
    public var leader: Int32?
    /// The leader's generation; `.none` from brokers that do not say.
    public var leaderEpoch: LeaderEpoch
    /// The brokers that keep it, the preferred leader first.
    public var replicas: [Int32]
    /// Those of them that are caught up.
    public var inSyncReplicas: [Int32]
    /// Those of them that are away.
    public var offlineReplicas: [Int32]
    /// Those of them that may lead although they are not in sync (KIP-966); `nil` where nobody said.
    public var eligibleLeaderReplicas: [Int32]?

    /// Describes a partition.
    public init(
        partition: Int32, leader: Int32?, leaderEpoch: LeaderEpoch = .none, replicas: [Int32] = [],
        inSyncReplicas: [Int32] = [], offlineReplicas: [Int32] = [], eligibleLeaderReplicas: [Int32]? = nil
    ) {
        self.partition = partition
        self.leader = leader
        self.leaderEpoch = leaderEpoch
        self.replicas = replicas
        self.inSyncReplicas = inSyncReplicas
        self.offlineReplicas = offlineReplicas
        self.eligibleLeaderReplicas = eligibleLeaderReplicas
    }
}
