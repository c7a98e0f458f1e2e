import ConnectAPI
import ServerHarness
import Synchronization

@testable import ConnectRuntime

/// A source task that numbers records from the offset that was committed on, in batches of seeded sizes, up to a limit.
final class NumberSource: SourceTask {
    /// Called before each batch with the batch; may wait, fail, or end transactions.
    typealias Hook = @Sendable (_ batch: [SourceRecord], _ context: (any TransactionContext)?) async throws -> Void

    private struct State {
        var next = 0
        var context: (any TransactionContext)?
        var generator: SeededGenerator
        var committed: [(value: String, isPlaced: Bool)] = []
        var isStopped = false
        var first: Int?
    }

    static let partition: ConnectMap = ["numbers": .string("all")]
    static let offsetField = "next"

    private let topic: String
    private let partitions: Int
    private let limit: Int
    private let onBatch: Hook
    private let state: Mutex<State>

    init(
        topic: String = "t", partitions: Int = 1, limit: Int, seed: UInt64 = 1,
        onBatch: @escaping Hook = { _, _ in }
    ) {
        self.topic = topic
        self.partitions = partitions
        self.limit = limit
        self.onBatch = onBatch
        state = Mutex(State(generator: SeededGenerator(seed: seed)))
    }

    /// What the task was told of as committed, and whether each is in Kafka.
    var committed: [(value: String, isPlaced: Bool)] { state.withLock { $0.committed } }
    var isStopped: Bool { state.withLock { $0.isStopped } }
    /// The number that it went on from; `nil` before it was started.
    var first: Int? { state.withLock { $0.first } }
    /// The first number that was not returned yet.
    var next: Int { state.withLock { $0.next } }

    var version: String { "1" }

    func start(context: any SourceTaskContext, configuration: [String: String]) async throws {
        let offset = try await context.offsetStorageReader.offset(for: Self.partition)
        state.withLock { state in
            state.next = Int(offset?[Self.offsetField]?.integer ?? 0)
            state.context = context.transactionContext
            state.first = state.next
        }
    }

    func poll() async throws -> [SourceRecord] {
        await Task.yield()
        let (batch, context) = state.withLock { state in
            let count = min(Int.random(in: 1...10, using: &state.generator), limit - state.next)
            return ((0..<count).map { record(state.next + $0) }, state.context)
        }
        if batch.isEmpty { return [] }
        try await onBatch(batch, context)
        state.withLock { $0.next += batch.count }
        return batch
    }

    private func record(_ number: Int) -> SourceRecord {
        SourceRecord(
            sourcePartition: Self.partition, sourceOffset: [Self.offsetField: .int64(Int64(number + 1))],
            topic: topic, partition: Int32(number % partitions), value: .string("\(number)"))
    }

    func commitRecords(_ records: [(record: SourceRecord, place: RecordPlace?)]) async throws {
        state.withLock { state in
            state.committed += records.map { ($0.record.value.string ?? "", $0.place != nil) }
        }
    }

    func stop() async throws { state.withLock { $0.isStopped = true } }
}
