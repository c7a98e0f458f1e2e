import RecordFormat
import Replication

/// One node: a disk that outlives its processes, and what its present process has in memory.
final class SimulatedNode {
    let id: BrokerID
    var disk: SimulatedDisk

    /// The number of the present or last process; what was meant for a former one is dropped.
    var run = 0
    var isUp = false
    /// Until when the process stands still, with whatever comes in the meantime waiting for it.
    var pausedUntil = 0
    /// Until when no sync ends.
    var syncStuckUntil = 0
    /// How far this machine's clock is ahead of the others'.
    var clockAhead = 0
    /// Whether the process ends once it leads nothing, and when it does in any case.
    var drainsUntil: Int?

    var brokerEpoch = BrokerEpoch(0)
    /// Whether a registration is on its way, and since when.
    var registeringSince: Int?
    /// The metadata as far as the node has followed it; nothing before the first registration.
    var revision = 0
    var brokers = BrokerDirectory()
    var replicas: [Replica] = []
    /// For each partition, whether a sync is under way.
    var isSyncing: [Bool] = []
    /// The records of the answer that is being handled.
    var arrived: [SimulatedRecord] = []

    var controller: ClusterController?
    var controllerEpoch = 0
    /// The requests to the store whose answers have not come.
    var outstanding: Set<Int> = []

    init(id: BrokerID, disk: SimulatedDisk) {
        self.id = id
        self.disk = disk
    }

    /// The index of the node among all.
    var index: Int { Int(id.rawValue) }

    /// The node's clock.
    func instant(at time: Int) -> ReplicationInstant {
        ReplicationInstant(nanoseconds: Int64(time + clockAhead) * 1000)
    }

    /// Forgets what a process has in memory.
    func stop() {
        isUp = false
        run += 1
        pausedUntil = 0
        drainsUntil = nil
        registeringSince = nil
        revision = 0
        brokers = BrokerDirectory()
        replicas = []
        isSyncing = []
        controller = nil
        outstanding = []
        brokerEpoch = BrokerEpoch(0)
    }
}
