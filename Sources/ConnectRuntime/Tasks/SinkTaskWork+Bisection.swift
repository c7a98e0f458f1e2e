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
        do {
            let rest = try await putParts(of: batch, conversion, while: control)
            guard rest == nil, !isAbandoned else { return rest }
        } catch {
            state.withLock { $0.hasFailed = true }
            throw error
        }
        state.withLock { $0.put.merge(batch.nextOffsets) { $1 } }
        return nil
    }

    private func putParts(
        of batch: Batch, _ conversion: SinkConversion, while control: TaskControl
    ) async throws -> Batch? {
        var search = PutBisection(count: batch.records.count)
        // Kept back until something is put: were it a system that takes nothing, there would be no letters to take back.
        var poisoned: [(record: SinkRecord, error: any Error)] = []
        while let part = search.next {
            guard !isAbandoned else { return nil }
            // What is left comes again after a stop, and is held through a pause.
            guard control.demand == .run else { break }
            do {
                try await task.put(Array(batch.records[part]))
            } catch let error as ConnectError where error.isRetriable {
                break
            } catch {
                guard let index = search.fail() else { continue }
                try countPoisoned(error)
                poisoned.append((batch.records[index], error))
                continue
            }
            search.succeed()
            state.withLock { $0.poisonedInARow = 0 }
            for (record, error) in poisoned { try await conversion.report(record, error) }
            poisoned = []
        }
        for (record, error) in poisoned { try await conversion.report(record, error) }
        return rest(of: batch, search)
    }

    /// Takes note of a record that cannot be put.
    ///
    /// - Throws: ``ConnectError`` if it is one too many in a row.
    private func countPoisoned(_ error: any Error) throws {
        environment.metrics.note { measurements, _ in measurements.errors.failures += 1 }
        let count = state.withLock { state in
            state.poisonedInARow += 1
            return state.poisonedInARow
        }
        guard count > Self.poisonLimit else { return }
        throw ConnectError(
            .failed,
            "\(Self.poisonLimit) records in a row could not be put, so that it is hardly their fault (errors.put.bisect)",
            cause: error)
    }

    private func rest(of batch: Batch, _ search: PutBisection) -> Batch? {
        guard let first = search.firstUnsettled else { return nil }
        return Batch(records: Array(batch.records[first...]), nextOffsets: batch.nextOffsets)
    }
}
