import RecordFormat
import Testing

@testable import Coordination

/// Producers that begin, write, end, fall silent, die and come back under a few transactional ids, over a log and
/// partitions that are slow, fail, and are cut off by crashes of the coordinator.
///
/// Everything follows from the seed. What is checked is what clients are promised: all partitions of a transaction see
/// one outcome, the one that its client was told; a producer that another has replaced writes nothing any more; and in
/// the end nothing is left open.
final class TransactionSimulation {
    /// One producer: what it is, and what it waits for.
    private struct Client {
        enum Waiting { case nothing, initialization(RequestToken), addition(RequestToken, TopicPartition) }
        let id: TransactionalID
        let clientProtocol: TransactionProtocol
        /// The number of the process; another one is another producer.
        var instance: Int
        var identity: ProducerIdentity?
        var waiting = Waiting.nothing
        /// The end that it waits for, and repeats until it has an answer.
        var ending: (outcome: TransactionOutcome, token: RequestToken?)?
        var added: Set<TopicPartition> = []
        /// The number of the transaction that it writes.
        var work: Int
    }

    private let seed: UInt64
    /// How likely the log ends an append in one step, in percent.
    private let logSpeed: Int
    private var random: SplitMix64
    private let host: TransactionHarness
    private var clients: [Client]
    private var partitions: [TopicPartition: SimulatedPartition]
    private var lastNumber = 0
    /// The producer of each transactional id that had the last answer.
    private var current: [TransactionalID: (identity: ProducerIdentity, instance: Int)] = [:]
    private var owners: [ProducerIdentity: Int] = [:]
    private var told: [Int: TransactionOutcome] = [:]
    private(set) var commits = 0
    private(set) var refusedWrites = 0

    init(seed: UInt64) throws {
        self.seed = seed
        logSpeed = [90, 40, 15][Int(seed % 3)]
        random = SplitMix64(seed: seed)
        var configuration = TransactionCoordinatorConfiguration()
        configuration.transactionalIDExpiration = .seconds(600)
        host = try TransactionHarness(configuration: configuration)
        host.isLogPrompt = false
        host.areMarkersPrompt = false
        host.areIdentitiesPrompt = false
        partitions = [p0: .init(), p1: .init(), TopicPartition("other", 0): .init()]
        clients = (0..<5).map { index in
            Client(
                id: TransactionalID("id\(index % 3)"),
                clientProtocol: index % 2 == 0 ? .epochPerTransaction : .classic, instance: index, work: index)
        }
        lastNumber = clients.count
    }

    private func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private func makeNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    func run(steps: Int) throws {
        for _ in 0..<steps {
            step(Int.random(in: clients.indices, using: &random))
            try progress()
            if chance(40) { host.wait(.milliseconds(Int.random(in: 1..<800, using: &random))) }
            if chance(1) { host.wait(.seconds(Int.random(in: 1..<700, using: &random))) }
            if chance(1) { try crash() }
            collectAnswers()
            if chance(10) { try check() }
        }
        try settle()
    }

    // MARK: - The world

    /// The coordinator dies, or another takes over; requests under way get no answer that counts, and markers may have
    /// got through or not.
    private func crash() throws {
        for marker in host.markers where chance(50) { write(marker) }
        if chance(50) {
            try host.move(keeping: Int.random(in: 0...host.appends.count, using: &random))
        } else {
            try host.restart()
        }
        for index in clients.indices {
            clients[index].waiting = .nothing
            clients[index].ending?.token = nil
        }
    }

    private func progress() throws {
        if !host.searches.isEmpty, chance(60) { host.findIdentity(chance(10) ? .coordinatorNotAvailable : nil) }
        if !host.appends.isEmpty, chance(logSpeed) {
            let index = Int.random(in: host.appends.indices, using: &random)
            switch Int.random(in: 0..<100, using: &random) {
            case ..<6: host.completeAppend(at: index, .failure(.unavailable))
            case ..<7:
                // Nobody knows whether the record is in the log, until the next coordinator finds it there.
                host.completeAppend(at: index)
                try crash()
            default: host.completeAppend(at: index)
            }
        }
        guard !host.markers.isEmpty, chance(logSpeed) else { return }
        let index = Int.random(in: host.markers.indices, using: &random)
        let marker = host.markers[index]
        let isSettled = chance(90)
        if isSettled || chance(50) { write(marker) }
        host.completeMarker(at: index, isSettled)
    }

    private func write(_ marker: (write: TransactionMarkers, partition: TopicPartition)) {
        #expect(partitions[marker.partition]!.admits(marker.write.producer), "a marker too late; seed \(seed)")
        partitions[marker.partition]!.end(marker.write.producer, marker.write.outcome)
    }

    // MARK: - Clients

    private func step(_ index: Int) {
        if chance(1) { return restart(index) }
        switch clients[index].waiting {
        // The client gives up and asks again, as after a request timeout.
        case .initialization, .addition:
            if chance(2) { clients[index].waiting = .nothing }
        case .nothing where clients[index].identity == nil:
            clients[index].waiting = .initialization(host.initialize(clients[index].id, timeout: .seconds(20)))
        case .nothing where clients[index].ending != nil: end(index)
        case .nothing: work(index)
        }
    }

    /// The process dies and another one takes its place.
    private func restart(_ index: Int) {
        clients[index].identity = nil
        clients[index].waiting = .nothing
        clients[index].ending = nil
        clients[index].added = []
        clients[index].instance = makeNumber()
        clients[index].work = makeNumber()
    }

    private func work(_ index: Int) {
        let client = clients[index]
        guard let identity = client.identity, let partition = partitions.keys.sorted().randomElement(using: &random)
        else { return }
        if chance(15) {
            guard !client.added.isEmpty || client.clientProtocol.bumpsEpoch else { return }
            let outcome: TransactionOutcome = client.added.isEmpty || chance(30) ? .abort : .commit
            clients[index].ending = (outcome, nil)
        } else if client.added.contains(partition) {
            write(client, identity, to: partition)
        } else {
            let token = host.add([partition], identity, client.id)
            clients[index].waiting = .addition(token, partition)
        }
    }

    private func write(_ client: Client, _ identity: ProducerIdentity, to partition: TopicPartition) {
        let log = partitions[partition]!
        var isAdmitted = log.admits(identity)
        if isAdmitted, !log.isOpen(identity.id) {
            let question = PartitionAddition(
                transactionalID: client.id, producer: identity, partitions: [partition])
            isAdmitted = host.coordinator.verifyPartitions(question) == .success([partition: nil])
        }
        guard isAdmitted else {
            refusedWrites += 1
            return restartFenced(client)
        }
        let isCurrent = current[client.id]?.instance == client.instance
        #expect(isCurrent, "a producer that was replaced has written; seed \(seed)")
        partitions[partition]!.append(client.work, by: identity)
    }

    private func restartFenced(_ client: Client) {
        if let index = clients.firstIndex(where: { $0.instance == client.instance }) { restart(index) }
    }

    private func end(_ index: Int) {
        guard let ending = clients[index].ending, let identity = clients[index].identity else { return }
        if ending.token != nil {
            if chance(2) { clients[index].ending?.token = nil }
            return
        }
        let client = clients[index]
        clients[index].ending?.token = host.end(ending.outcome, identity, client.id, by: client.clientProtocol)
    }

    private func collectAnswers() {
        for index in clients.indices {
            switch clients[index].waiting {
            case .initialization(let token) where host.answers[token] != nil:
                clients[index].waiting = .nothing
                if let identity = host.identity(token) { initialized(index, identity) }
            case .addition(let token, let partition) where host.answers[token] != nil:
                clients[index].waiting = .nothing
                if let error = host.error(token) {
                    refused(index, error)
                } else {
                    clients[index].added.insert(partition)
                }
            default: break
            }
            guard let ending = clients[index].ending, let token = ending.token, host.answers[token] != nil else {
                continue
            }
            clients[index].ending?.token = nil
            if let identity = host.identity(token) {
                ended(index, ending.outcome, identity)
            } else if let error = host.error(token) {
                refused(index, error)
            }
        }
    }

    private func initialized(_ index: Int, _ identity: ProducerIdentity) {
        let instance = clients[index].instance
        #expect(owners[identity] == nil, "\(identity) was given twice; seed \(seed)")
        owners[identity] = instance
        clients[index].identity = identity
        // Answers may be looked at in another order than they were given.
        let latest = current[clients[index].id]?.identity ?? .none
        let isLater = (identity.id.rawValue, identity.epoch) > (latest.id.rawValue, latest.epoch)
        if isLater { current[clients[index].id] = (identity, instance) }
    }

    private func ended(_ index: Int, _ outcome: TransactionOutcome, _ identity: ProducerIdentity) {
        let client = clients[index]
        told[client.work] = outcome
        if outcome == .commit { commits += 1 }
        if client.clientProtocol.bumpsEpoch {
            #expect(identity != client.identity, "no new epoch; seed \(seed)")
            #expect(owners[identity, default: client.instance] == client.instance, "given twice; seed \(seed)")
            owners[identity] = client.instance
        }
        clients[index].identity = identity
        if current[client.id]?.instance == client.instance { current[client.id]?.identity = identity }
        clients[index].ending = nil
        clients[index].added = []
        clients[index].work = makeNumber()
    }

    private func refused(_ index: Int, _ error: TransactionError) {
        switch error {
        case .concurrentTransactions, .coordinatorNotAvailable, .notCoordinator: break
        default: restart(index)
        }
    }

    // MARK: - Promises

    private func check() throws {
        var outcomes: [Int: TransactionOutcome] = told
        for partition in partitions.values {
            for batch in partition.batches {
                guard let outcome = batch.outcome else { continue }
                #expect(outcomes[batch.work, default: outcome] == outcome, "half of a transaction; seed \(seed)")
                outcomes[batch.work] = outcome
            }
        }
        guard chance(50), host.appends.isEmpty, host.markers.isEmpty, host.searches.isEmpty else { return }
        let replayed = try host.replayed()
        for id in Set(clients.map(\.id)) {
            guard host.coordinator.transactions[id]?.hasFailedFence != true else { continue }
            #expect(replayed.describe(id) == host.coordinator.describe(id), "a restart loses \(id); seed \(seed)")
        }
    }

    /// The clients fall silent: what is open is aborted, what is decided is carried out, and at last all is forgotten.
    private func settle() throws {
        host.isLogPrompt = true
        host.areIdentitiesPrompt = true
        for _ in 0..<4 {
            while !host.searches.isEmpty { host.findIdentity() }
            while !host.appends.isEmpty { host.completeAppend() }
            while !host.markers.isEmpty {
                write(host.markers[0])
                host.completeMarker()
            }
            host.wait(.seconds(30))
        }
        collectAnswers()
        try check()
        for (name, partition) in partitions {
            #expect(partition.batches.allSatisfy { $0.outcome != nil }, "\(name) is left open; seed \(seed)")
        }
        host.areMarkersPrompt = true
        host.wait(.seconds(700))
        #expect(host.coordinator.transactions.isEmpty, "ids are left over; seed \(seed)")
        #expect(try host.replayed().transactions.isEmpty, "ids are left in the log; seed \(seed)")
    }
}

@Suite struct TransactionSimulationTests {
    @Test func clientsGetWhatTheyArePromised() throws {
        var commits = 0
        var refusedWrites = 0
        for seed in Seeds.chosen.map({ $0...$0 }) ?? 1...1200 {
            let simulation = try TransactionSimulation(seed: seed)
            try simulation.run(steps: 250)
            commits += simulation.commits
            refusedWrites += simulation.refusedWrites
        }
        // Runs in which nothing happens prove nothing; of a single one not much can be asked.
        guard Seeds.chosen == nil else { return }
        #expect(commits > 1200)
        #expect(refusedWrites > 100)
    }
}
