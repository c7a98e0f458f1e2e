import Coordination
import RecordFormat

/// A coordinator of transactions that replays whatever `__transaction_state` holds, and works on with it.
enum TransactionRecordTarget {
    static func run(_ input: ByteSlice) {
        var run = TransactionRun()
        for (key, value) in RecordInput.records(in: input) {
            // A record that cannot be read is reported and passed over: the others count all the same.
            _ = try? run.coordinator.replay(TransactionRecord(key: key, value: value))
        }
        run.settle { $0.replayCompleted(at: $1) }
        let known = run.describe()
        for id in known.prefix(4) { run.useOnce(id) }
        run.letTimePass()
        _ = run.describe()
    }

    /// What a coordinator writes for a transaction from its beginning to its end, as one log, and each record alone.
    static var seeds: [ByteSlice] {
        var run = TransactionRun()
        run.useOnce("copier")
        let records = run.written.map { (key: $0.key, value: $0.value) }
        return [RecordInput.input(records)] + records.map { RecordInput.input([$0]) }
    }
}

/// A coordinator of transactions with a host that carries out what it asks for, at once and with success.
private struct TransactionRun: ~Copyable {
    var coordinator = TransactionCoordinator()
    private var reader = TransactionCoordinator()
    private var elapsed = Duration.zero
    private var lastProducerID: Int64 = 1_000
    /// What it has had written.
    private(set) var written: [TransactionRecord] = []
    private var responses: [TransactionResponse] = []

    /// More than any input has a use for: one that goes on beyond it asks for appends without end.
    private static let mostActions = 100_000
    private static let mostTimers = 40

    init() {}

    private var now: CoordinationTime {
        let passed = Int64(elapsed / .milliseconds(1))
        return CoordinationTime(
            instant: CoordinationInstant(sinceStart: elapsed), timestamp: Timestamp(milliseconds: 1_000_000 + passed))
    }

    /// Lets something happen, and carries out what follows from it.
    mutating func settle(_ event: (inout TransactionCoordinator, CoordinationTime) -> [TransactionAction]) {
        var actions = event(&coordinator, now)
        var done = 0
        while done < actions.count {
            demand(done < Self.mostActions, "appends without end")
            switch actions[done] {
            case .respond(_, let response): responses.append(response)
            case .append(let append):
                written.append(append.record)
                read(append.record)
                actions += coordinator.appendCompleted(append.token, .success(()), at: now)
            case .allocateProducerID(let token):
                lastProducerID += 1
                actions += coordinator.producerIDAllocated(token, .success(ProducerID(lastProducerID)), at: now)
            case .writeMarkers(let markers):
                for partition in markers.partitions {
                    actions += coordinator.markerWritten(markers.token, to: partition, true, at: now)
                }
            }
            done += 1
        }
    }

    private mutating func read(_ record: TransactionRecord) {
        do {
            let isKept = try reader.replay(record)
            demand(isKept, "a record of no kind was written")
        } catch {
            fatalError("a record was written that cannot be read: \(error)")
        }
    }

    /// One transaction of a producer, as far as the coordinator lets it come.
    mutating func useOnce(_ id: TransactionalID) {
        let initialization = ProducerInitialization(transactionalID: id, timeout: .seconds(60))
        settle { $0.initializeProducer(initialization, token: RequestToken(1), at: $1) }
        guard case .initialized(.success(let producer))? = responses.last else { return }
        let addition = PartitionAddition(
            transactionalID: id, producer: producer, partitions: [TopicPartition("topic", 1)])
        settle { $0.addPartitions(addition, token: RequestToken(2), at: $1) }
        let end = TransactionEnd(transactionalID: id, producer: producer, outcome: .commit)
        settle { $0.endTransaction(end, token: RequestToken(3), at: $1) }
    }

    /// Lets timers fire in the order of their moments.
    mutating func letTimePass() {
        let end = elapsed + .seconds(30 * 24 * 3600)
        for _ in 0..<Self.mostTimers {
            guard let next = coordinator.nextDeadline, next.sinceStart <= end else { break }
            elapsed = max(elapsed, next.sinceStart)
            settle { $0.advance(to: $1) }
        }
        elapsed = end
        settle { $0.advance(to: $1) }
    }

    /// Asks for all that can be told of each transactional id.
    borrowing func describe() -> [TransactionalID] {
        let ids = coordinator.listTransactions(TransactionFilter(), at: now).map(\.transactionalID)
        for id in ids { _ = coordinator.describe(id) }
        return ids
    }
}
