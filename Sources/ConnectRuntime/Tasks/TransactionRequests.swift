import ConnectAPI
import Synchronization

/// What a source task asked for about its transactions, until the worker comes to it. Safe to use from any thread.
final class TransactionRequests: TransactionContext {
    private struct State {
        var commitsBatch = false
        var abortsBatch = false
        var commits: Set<SourceRecord> = []
        var aborts: Set<SourceRecord> = []
    }

    /// The most records that a task may have named and not returned.
    private static let limit = 100_000

    private let state = Mutex(State())

    func commitTransaction() { state.withLock { $0.commitsBatch = true } }

    func commitTransaction(after record: SourceRecord) { state.withLock { _ = $0.commits.insert(record) } }

    func abortTransaction() { state.withLock { $0.abortsBatch = true } }

    func abortTransaction(after record: SourceRecord) { state.withLock { _ = $0.aborts.insert(record) } }

    /// Takes what was asked for after a record.
    ///
    /// - Throws: ``ConnectError`` when that is both.
    func take(after record: SourceRecord) throws -> TransactionPacing.Verdict {
        let (commits, aborts) = state.withLock { state in
            (state.commits.remove(record) != nil, state.aborts.remove(record) != nil)
        }
        if commits && aborts {
            throw ConnectError(
                .failed,
                "Connector requested both commit and abort of same record against topic/partition \(record.topic)/"
                    + (record.partition.map { "\($0)" } ?? "null"))
        }
        return commits ? .commit : aborts ? .abort : .goOn
    }

    /// Takes what was asked for after a batch.
    ///
    /// - Throws: ``ConnectError`` when that is both, or when records were named that never came.
    func takeAfterBatch() throws -> TransactionPacing.Verdict {
        let taken = state.withLock { state in
            defer { (state.commitsBatch, state.abortsBatch) = (false, false) }
            return (state.commitsBatch, state.abortsBatch, named: state.commits.count + state.aborts.count)
        }
        if taken.0 && taken.1 {
            throw ConnectError(.failed, "Connector requested both commit and abort of same transaction")
        }
        if taken.named > Self.limit {
            throw ConnectError(
                .failed, "The task ended transactions after \(taken.named) records that it has not returned")
        }
        return taken.0 ? .commit : taken.1 ? .abort : .goOn
    }
}
