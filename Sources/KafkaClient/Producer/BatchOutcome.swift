import RecordFormat
import Synchronization

/// What becomes of the records of one batch; those who wait for it are resumed once.
///
/// A batch that was too large for the broker goes out in parts, so the outcome comes in parts as well.
final class BatchOutcome: Sendable {
    /// The acknowledgement of some of the batch's records.
    private struct Part {
        var records: Range<Int>
        var result: Result<Acknowledgement, KafkaClientError>

        /// What became of one of the part's records.
        func acknowledgement(at index: Int) -> Result<Acknowledgement, KafkaClientError> {
            result.map { acknowledgement in
                Acknowledgement(
                    baseOffset: acknowledgement.baseOffset.map { $0 + Int64(index - records.lowerBound) },
                    appendTime: acknowledgement.appendTime)
            }
        }
    }

    /// What the broker said of a batch that it wrote.
    struct Acknowledgement: Sendable {
        /// Offset of the first record.
        var baseOffset: LogOffset?
        /// The broker's time, where the topic says so.
        var appendTime: Timestamp?
    }

    private struct State {
        var parts: [Part] = []
        var recordCount: Int?
        var decided = 0
        var isDone = false
        var nextWaiter: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, any Error>] = [:]
    }

    private let state = Mutex(State())

    /// Whether all is decided.
    var isDone: Bool { state.withLock { $0.isDone } }

    /// Fixes how many records there are; nothing is done before that.
    func seal(recordCount: Int) { update { $0.recordCount = recordCount } }

    /// Decides over some of the records.
    func decide(_ records: Range<Int>, _ result: Result<Acknowledgement, KafkaClientError>) {
        update { state in
            state.parts.append(Part(records: records, result: result))
            state.decided += records.count
        }
    }

    private func update(_ change: (inout State) -> Void) {
        let resumed = state.withLock { state -> [CheckedContinuation<Void, any Error>] in
            change(&state)
            guard state.decided == state.recordCount else { return [] }
            state.isDone = true
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for continuation in resumed { continuation.resume() }
    }

    /// Waits until all is decided.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; the records are sent all the same.
    func wait() async throws {
        if isDone { return }
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let resumption = state.withLock { state -> Result<Void, any Error>? in
                    if state.isDone { return .success(()) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiters[number] = continuation
                    return nil
                }
                if let resumption { continuation.resume(with: resumption) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(throwing: CancellationError())
        }
    }

    /// Where neighbours were written: together where their batch was written whole, and in parts where it was not.
    ///
    /// - Throws: What kept the first of those that failed from being written.
    /// - Precondition: all is decided.
    func acknowledgements(of records: Range<Int>) throws(KafkaClientError) -> [(count: Int, Acknowledgement)] {
        let parts = state.withLock { $0.parts }.sorted { $0.records.lowerBound < $1.records.lowerBound }
        var result: [(count: Int, Acknowledgement)] = []
        for part in parts where part.records.overlaps(records) {
            let covered = part.records.clamped(to: records)
            result.append((covered.count, try part.acknowledgement(at: covered.lowerBound).get()))
        }
        return result
    }

    /// What became of one record.
    ///
    /// - Precondition: all is decided.
    func result(at index: Int) -> Result<Acknowledgement, KafkaClientError> {
        state.withLock { state in
            guard let part = state.parts.first(where: { $0.records.contains(index) }) else {
                preconditionFailure("record \(index) was never decided")
            }
            return part.acknowledgement(at: index)
        }
    }
}

/// The claim to a record's acknowledgement.
public struct SendReceipt: Sendable {
    let outcome: BatchOutcome
    let index: Int
    let partition: TopicPartition
    let timestamp: Timestamp

    /// Whether the record is acknowledged or has failed.
    public var isDone: Bool { outcome.isDone }

    /// Waits for the acknowledgement; may be called any number of times.
    ///
    /// - Throws: ``KafkaClientError`` for what kept the record from being written, or `CancellationError` when the
    ///   task is cancelled, which leaves the record on its way.
    public func metadata() async throws -> RecordMetadata {
        try await outcome.wait()
        return metadata(try outcome.result(at: index).get())
    }

    func metadata(_ acknowledgement: BatchOutcome.Acknowledgement) -> RecordMetadata {
        RecordMetadata(
            topic: partition.topic, partition: partition.partition, offset: acknowledgement.baseOffset,
            timestamp: acknowledgement.appendTime ?? timestamp)
    }

    /// The receipt of another record of the batch that has the same time.
    func advanced(by distance: Int) -> SendReceipt {
        SendReceipt(outcome: outcome, index: index + distance, partition: partition, timestamp: timestamp)
    }
}
