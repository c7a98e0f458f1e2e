import RecordFormat

@testable import Coordination

/// A partition's log, as far as transactions matter: who may write, what is open, and how it ended.
struct SimulatedPartition {
    /// One batch: the work of a client that it belongs to, and how its transaction ended.
    struct Batch {
        let work: Int
        let producer: ProducerID
        var outcome: TransactionOutcome?
    }

    private(set) var batches: [Batch] = []
    private(set) var epochs: [ProducerID: ProducerEpoch] = [:]

    /// Whether a transaction of the producer is open here.
    func isOpen(_ producer: ProducerID) -> Bool {
        batches.contains { $0.producer == producer && $0.outcome == nil }
    }

    /// Whether the producer's epoch is not over.
    func admits(_ producer: ProducerIdentity) -> Bool { epochs[producer.id, default: .none] <= producer.epoch }

    mutating func append(_ work: Int, by producer: ProducerIdentity) {
        epochs[producer.id] = producer.epoch
        batches.append(Batch(work: work, producer: producer.id))
    }

    mutating func end(_ producer: ProducerIdentity, _ outcome: TransactionOutcome) {
        epochs[producer.id] = producer.epoch
        for index in batches.indices where batches[index].producer == producer.id && batches[index].outcome == nil {
            batches[index].outcome = outcome
        }
    }
}
