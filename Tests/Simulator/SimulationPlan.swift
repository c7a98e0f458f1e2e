import Replication

/// What a seed makes of a run: how many nodes and partitions, and which faults at what rate.
struct SimulationPlan {
    /// How the session and the lag of these runs relate to the faults, in microseconds.
    enum Times {
        static let session = 600_000
        static let tick = 60_000
        static let storeTick = 50_000
        static let fetchTimeout = 300_000
        static let storeTimeout = 250_000
        static let longPoll = 60_000
        static let produce = 12_000
        static let maxLag = Duration.milliseconds(500)
        static let backoff = Duration.milliseconds(70)
    }

    /// The kinds of faults; a seed takes some of them, so that each also meets the others alone.
    enum Fault: CaseIterable {
        case kill, powerCut, lostDirectory, restartAll, shutdown, pause, cutOneWay, isolate, cutFromStore, clockJump
        case stuckSync, slowNetwork, preferredElection, reassign, deleteRecords, minInSync
    }

    let nodes: Int
    let partitions: Int
    let faults: [Fault]
    /// The mean time between two faults.
    let faultInterval: Int
    let dropPerMille: Int
    let doublePerMille: Int
    let latePerMille: Int
    /// How late what is late may come.
    let lateness: Int
    /// Of how many requests to the store the answer is lost.
    let lostAnswerPerMille: Int
    /// How many writes to the store arrive late, after what the node that sent them has long given up on.
    let lateWritePerMille: Int
    /// How late a node may hear of changes.
    let watchDelay: Int
    /// How often a node that is behind does not hear of what lies between.
    let leapPerMille: Int
    /// How often a controller moves all partitions to their first replicas.
    let preferPerMille: Int

    init(_ random: inout SimulationRandom) {
        nodes = random.from(3...5)
        partitions = random.from(1...3)
        var faults: [Fault] = []
        for fault in Fault.allCases where random.happens(perMille: 550) { faults.append(fault) }
        self.faults = faults.isEmpty ? [.kill] : faults
        faultInterval = random.pick([60_000, 150_000, 300_000, 600_000])
        dropPerMille = random.pick([0, 5, 30])
        doublePerMille = random.pick([0, 10, 50])
        latePerMille = random.pick([0, 10, 50])
        lateness = random.pick([100_000, 1_000_000, 4_000_000])
        lostAnswerPerMille = random.pick([0, 30, 200])
        lateWritePerMille = random.pick([0, 50, 400])
        watchDelay = random.pick([3_000, 50_000, 800_000])
        leapPerMille = random.pick([0, 100, 700])
        preferPerMille = random.pick([0, 50, 600])
    }

    /// What a topic asks for.
    func makeTopic(_ random: inout SimulationRandom) -> TopicReplication {
        TopicReplication(
            minInSyncReplicas: random.pick([1, 2, 2, 2, 3]), allowsUncleanElection: random.happens(perMille: 60),
            flushesEveryAppend: random.happens(perMille: 600))
    }
}
