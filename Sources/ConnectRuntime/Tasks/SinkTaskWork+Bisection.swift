import ConnectAPI
import Logging
import Synchronization

extension SinkTaskWork {
    /// The most records that may fail one after the other, over however many batches. More than that is no matter of
    /// records: a system that takes nothing must not send a whole topic to the dead letters.
    static let poisonLimit = 10

    /// Puts a batch that failed in halves, so that only the records that are to blame are left out.
    ///
    /// - Returns: What could not be put for the moment, with the offsets of the whole batch; `nil` when all is settled.
    /// - Throws: The error of a record that is not tolerated, or of one too many; no offset is committed then.
    func bisect(
        _ batch: Batch, _ error: any Error, _ conversion: SinkConversion, while control: TaskControl
    ) async throws -> Batch? {
        environment.logger.warning(
            "a batch could not be put and is put in halves",
            metadata: ["task": "\(environment.id)", "records": "\(batch.records.count)", "error": "\(error)"])
        var search = PutBisection(count: batch.records.count)
        do {
            while let part = search.next {
                guard !isAbandoned else { return nil }
                // What is left comes again after a stop, and is held through a pause.
                guard control.demand == .run else { return rest(of: batch, search) }
                do {
                    try await task.put(Array(batch.records[part]))
                    search.succeed()
                    state.withLock { $0.poisonedInARow = 0 }
                } catch let error as ConnectError where error.isRetriable {
                    return rest(of: batch, search)
                } catch {
                    guard let index = search.fail() else { continue }
                    try await passBy(batch.records[index], error, conversion)
                }
            }
        } catch {
            state.withLock { $0.hasFailed = true }
            throw error
        }
        guard !isAbandoned else { return nil }
        state.withLock { $0.put.merge(batch.nextOffsets) { $1 } }
        return nil
    }

    private func passBy(_ record: SinkRecord, _ error: any Error, _ conversion: SinkConversion) async throws {
        let count = state.withLock { state in
            state.poisonedInARow += 1
            return state.poisonedInARow
        }
        guard count <= Self.poisonLimit else {
            throw ConnectError(
                .failed,
                "\(Self.poisonLimit) records in a row could not be put, so that it is hardly their fault"
                    + " (errors.put.bisect)",
                cause: error)
        }
        environment.metrics.note { measurements, _ in measurements.errors.failures += 1 }
        try await conversion.report(record, error)
    }

    private func rest(of batch: Batch, _ search: PutBisection) -> Batch? {
        guard let first = search.firstUnsettled else { return nil }
        return Batch(records: Array(batch.records[first...]), nextOffsets: batch.nextOffsets)
    }
}
