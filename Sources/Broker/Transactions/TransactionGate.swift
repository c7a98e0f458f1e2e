import Coordination
import LogCore
import RecordFormat
import Synchronization

/// Keeps records of transactions out of a partition's log that no marker would end (KIP-890).
///
/// A batch that was sent in a transaction may come after the marker that ends it: its client gave up, or the network
/// was slow. Appended then, it would open a transaction that nobody knows of, and readers of committed records would
/// wait there for ever. So the first batch of a transaction in a partition is let in only if the coordinator says that
/// the partition is part of it, and no marker has come between the question and the append:
/// 1. ``request(_:)`` notes the question,
/// 2. the coordinator is asked, and ``admit(_:)`` notes that it said yes,
/// 3. ``append(_:to:of:from:now:)`` lets the batch in; a marker in between has forgotten 1 and 2.
///
/// Every later batch finds the transaction open in the log and asks no one. Safe to use from any thread.
final class TransactionGate: Sendable {
    /// A question that was noted.
    struct Question: Sendable {
        fileprivate let producer: ProducerIdentity
        fileprivate let number: UInt64
    }

    private struct Entry {
        var producer: ProducerIdentity
        var number: UInt64
        var isAdmitted = false
    }

    private struct State {
        var entries: [ProducerID: Entry] = [:]
        var lastNumber: UInt64 = 0
    }

    /// Held during appends of transactions and of markers, so that neither comes between the other's look and write.
    private let state = Mutex(State())

    /// Notes that the coordinator is about to be asked about a producer.
    func request(_ producer: ProducerIdentity) -> Question {
        state.withLock { state in
            if let entry = state.entries[producer.id], entry.producer == producer {
                return Question(producer: producer, number: entry.number)
            }
            state.lastNumber += 1
            state.entries[producer.id] = Entry(producer: producer, number: state.lastNumber)
            return Question(producer: producer, number: state.lastNumber)
        }
    }

    /// Notes that the coordinator said yes.
    func admit(_ question: Question) {
        state.withLock { state in
            guard state.entries[question.producer.id]?.number == question.number else { return }
            state.entries[question.producer.id]?.isAdmitted = true
        }
    }

    /// Forgets a question that the coordinator did not say yes to.
    func withdraw(_ question: Question) {
        state.withLock { state in
            guard let entry = state.entries[question.producer.id], entry.number == question.number, !entry.isAdmitted
            else { return }
            state.entries[question.producer.id] = nil
        }
    }

    /// Appends a batch of the producer's transaction, if it may be.
    ///
    /// - Throws: `LogError` with code `.invalidTransactionState` if it may not, or what the log throws.
    func append(
        _ records: ByteSlice, to log: PartitionLog, of producer: ProducerIdentity, from origin: AppendOrigin,
        now: Timestamp
    ) throws(LogError) -> AppendResult {
        try state.withLock { state throws(LogError) in
            let entry = state.entries[producer.id]
            let isAdmitted = entry?.producer == producer && entry?.isAdmitted == true
            guard isAdmitted || log.hasOpenTransaction(of: producer.id, epoch: producer.epoch) else {
                throw LogError(
                    .invalidTransactionState, "the partition is not part of the transaction of producer \(producer)")
            }
            let result = try log.append(records, from: origin, now: now)
            state.entries[producer.id] = nil
            return result
        }
    }

    /// Appends the marker that ends the producer's transaction.
    func appendMarker(
        _ marker: ByteSlice, to log: PartitionLog, of producer: ProducerIdentity, from origin: AppendOrigin,
        now: Timestamp
    ) throws(LogError) -> AppendResult {
        try state.withLock { state throws(LogError) in
            let result = try log.append(marker, from: origin, now: now)
            state.entries[producer.id] = nil
            return result
        }
    }

    /// Forgets all questions, with what was said to them.
    func clear() { state.withLock { $0.entries = [:] } }

    /// The questions that are noted.
    var count: Int { state.withLock { $0.entries.count } }
}

extension Partition {
    /// Whether the coordinator has to be asked before a batch of the producer's transaction is appended.
    func needsAdmission(_ producer: ProducerIdentity) -> Bool {
        !log.hasOpenTransaction(of: producer.id, epoch: producer.epoch)
    }

    /// Appends a batch of the producer's transaction, if it may be.
    ///
    /// - Throws: `LogError` with code `.invalidTransactionState` if it may not, or what the log throws.
    func append(
        _ records: ByteSlice, of producer: ProducerIdentity, from origin: AppendOrigin, now: Timestamp
    ) throws(LogError) -> AppendResult {
        try gate.append(records, to: log, of: producer, from: origin, now: now)
    }

    /// Appends the marker that ends the producer's transaction.
    ///
    /// - Parameter epoch: The epoch that the partition is led in, where it has to be a certain one.
    func appendMarker(
        _ outcome: TransactionOutcome, of producer: ProducerIdentity, coordinatorEpoch: Int32,
        in epoch: LeaderEpoch? = nil, now: Timestamp
    ) throws -> AppendResult {
        let marker = EndTransactionMarker(
            outcome == .commit ? .committed : .aborted, coordinatorEpoch: coordinatorEpoch)
        let batch = try marker.batch(endingTransactionOf: producer.id, epoch: producer.epoch, at: now)
        return try gate.appendMarker(batch, to: log, of: producer, from: .coordinator(epoch ?? leaderEpoch), now: now)
    }
}
