import LogCore
import RecordFormat
import Replication

/// A cluster of nodes in simulated time: the production machines of Replication over a network, disks and a metadata
/// store that fail as a seed says.
///
/// Nothing in it depends on anything but the seed and the length of the run, so that a seed replays exactly.
public final class Simulation {
    /// What is to happen.
    enum Event {
        case nodeTick(node: Int, run: Int)
        case message(to: Int, run: Int, Message)
        case synced(node: Int, run: Int, partition: Int, upTo: Int)
        case storeRequest(from: Int, run: Int, number: Int, StoreRequest)
        case storeAnswer(to: Int, run: Int, number: Int, StoreAnswer)
        case watch(node: Int, run: Int, revision: Int)
        case storeTick
        case produce
        case fault
        case start(node: Int)
        case heal(Repair)
    }

    /// What nodes send one another.
    enum Message {
        case fetch(partition: Int, from: Int, run: Int, FetchToken, ReplicaFetch)
        case answer(partition: Int, FetchToken, FetchAnswer, [SimulatedRecord])
        case noAnswer(partition: Int, FetchToken)
    }

    /// What nodes ask of the store.
    enum StoreRequest {
        case register(BrokerRegistration.Origin)
        case keepAlive(BrokerEpoch)
        case drain(BrokerEpoch)
        case campaign(BrokerEpoch)
        case propose(partition: Int, InSyncProposal)
        case change(ClusterChange, controllerEpoch: Int)
    }

    /// What it answers; `unknown` is the node's own, after it has waited for long enough.
    enum StoreAnswer {
        case registered(BrokerEpoch, SimulatedStore.Snapshot)
        case session(BrokerEpoch, isAlive: Bool)
        case elected(Int, SimulatedStore.Snapshot)
        case proposed(partition: Int, InSyncProposal, InSyncProposal.Outcome)
        case changed(ClusterChange, controllerEpoch: Int, ClusterChange.Outcome?)
    }

    /// The end of a fault.
    enum Repair {
        case link(from: Int, to: Int)
        case network
    }

    let seed: UInt64
    var random: SimulationRandom
    let plan: SimulationPlan
    var queue = EventQueue<Event>()
    var time = 0
    var nodes: [SimulatedNode] = []
    var store = SimulatedStore()
    var invariants: Invariants
    var trace: Trace
    /// Which links are cut, by sender and receiver; the store is the last of both.
    var isCut: [[Bool]]
    var delayFactor = 1
    /// Whether faults still happen.
    var isFaulty = true
    var nextValue = 0
    var nextRequest = 0
    var fencedWrites = 0
    private(set) var steps = 0

    /// Creates the run of a seed.
    ///
    /// - Parameter keptEvents: How many of the last events are kept for people.
    public init(seed: UInt64, keptEvents: Int = 120) {
        self.seed = seed
        trace = Trace(keeping: keptEvents)
        var random = SimulationRandom(seed: seed)
        plan = SimulationPlan(&random)
        invariants = Invariants(partitions: plan.partitions)
        isCut = Array(repeating: Array(repeating: false, count: plan.nodes + 1), count: plan.nodes + 1)
        self.random = random
        for index in 0..<plan.nodes {
            let disk = SimulatedDisk(
                directory: self.random.next(), boot: UInt64(index) << 32,
                logs: Array(repeating: SimulatedLog(), count: plan.partitions))
            nodes.append(SimulatedNode(id: BrokerID(Int32(index)), disk: disk))
            store.admit(nodes[index].id, disk.origin)
        }
        createPartitions()
        for index in 0..<plan.nodes { queue.push(.start(node: index), at: self.random.below(30_000)) }
        queue.push(.storeTick, at: SimulationPlan.Times.storeTick)
        queue.push(.produce, at: 200_000)
        queue.push(.fault, at: 400_000)
    }

    private func createPartitions() {
        var placement = ReplicaPlacement(
            nodes: nodes.map { ReplicaPlacement.Node(id: $0.id, rack: $0.index % 2 == 0 ? "even" : "odd") })
        for _ in 0..<plan.partitions {
            let factor = min(plan.nodes, random.pick([2, 3, 3, 3]))
            guard let replicas = placement.place(replicationFactor: factor) else { continue }
            store.create(PartitionState(replicas: replicas, inSyncReplicas: replicas), plan.makeTopic(&random))
        }
    }

    /// The name that the machines know a partition by.
    func id(of partition: Int) -> PartitionID {
        PartitionID(topic: TopicID(high: 1, low: UInt64(partition)), index: 0)
    }

    /// What a run came to.
    public struct Report: Hashable, Sendable {
        /// A hash of all that happened.
        public var trace: UInt64
        /// How many events there were.
        public var steps: Int
        /// How many records were acknowledged.
        public var replicatedRecords: Int
        /// How many epochs were led.
        public var epochsLed: Int
        /// How many of them lost what was before, on purpose.
        public var uncleanElections: Int
        /// How many writes of former controllers were refused.
        public var fencedWrites: Int
        /// How many partitions had nobody left who had everything, and so no leader at the end.
        public var partitionsLost: Int
    }

    /// Runs faults for so many steps, and then what has to become of the cluster without.
    ///
    /// - Throws: ``InvariantViolation`` at the first step after which a claim does not hold.
    public func run(faultySteps: Int) throws -> Report {
        while steps < faultySteps { try step() }
        try settle()
        return Report(
            trace: trace.hash, steps: steps, replicatedRecords: invariants.replicatedRecords,
            epochsLed: invariants.epochsLed, uncleanElections: invariants.uncleanElections,
            fencedWrites: fencedWrites,
            partitionsLost: store.partitions.count {
                $0.inSyncReplicas.isEmpty && $0.eligibleLeaderReplicas.isEmpty
            })
    }

    /// The last events, for people.
    public var lastEvents: String { trace.text }

    /// Lets the next event happen.
    func step() throws {
        guard let (next, event) = queue.pop() else { preconditionFailure("a cluster in which nothing happens") }
        time = next
        steps += 1
        trace.mix(time)
        handle(event)
        if let violation = invariants.violation { throw violation }
    }

    private func handle(_ event: Event) {
        switch event {
        case .nodeTick(let node, let run): whenAwake(node, run, event) { tick(nodes[node]) }
        case .message(let node, let run, let message): whenAwake(node, run, event) { receive(message, at: nodes[node]) }
        case .synced(let node, let run, let partition, let offset):
            whenAwake(node, run, event) { synced(partition, upTo: offset, at: nodes[node]) }
        case .storeAnswer(let node, let run, let number, let answer):
            whenAwake(node, run, event) {
                if nodes[node].outstanding.remove(number) != nil { receive(answer, at: nodes[node]) }
            }
        case .watch(let node, let run, let revision):
            whenAwake(node, run, event) { if !isCut[plan.nodes][node] { follow(upTo: revision, nodes[node]) } }
        case .storeRequest(let node, let run, let number, let request): answer(request, number, of: node, run)
        case .storeTick: tickStore()
        case .produce: produce()
        case .fault: if isFaulty { injectFault() }
        case .start(let node): start(nodes[node])
        case .heal(let repair): heal(repair)
        }
    }

    /// Does what is meant for a process if that lives; while it is paused, once it goes on.
    private func whenAwake(_ index: Int, _ run: Int, _ event: Event, _ body: () -> Void) {
        let node = nodes[index]
        guard node.isUp, node.run == run else { return }
        if node.pausedUntil > time { return queue.push(event, at: node.pausedUntil) }
        body()
    }

    private func tickStore() {
        let revision = store.revision
        store.expireSessions(at: time)
        publish(since: revision)
        queue.push(.storeTick, at: time + SimulationPlan.Times.storeTick)
    }
}
