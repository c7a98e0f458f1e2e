import ConnectAPI
import RecordFormat
import Synchronization

@testable import ConnectRuntime

/// A source task that returns the records that a test gave it, one batch a poll.
final class FakeSourceTask: SourceTask {
    typealias Poll = @Sendable () async throws -> Void

    private struct State {
        var batches: [[SourceRecord]] = []
        var sent = 0
        var acknowledged = 0
        var commits = 0
        var isStopped = false
    }

    private let state = Mutex(State())
    private let beforePoll: Poll

    init(beforePoll: @escaping Poll = {}) { self.beforePoll = beforePoll }

    /// Adds records, which count up over all batches.
    func add(_ count: Int) {
        state.withLock { state in
            state.batches.append(
                (0..<count).map { index in
                    SourceRecord(
                        sourcePartition: ["file": .string("f")],
                        sourceOffset: ["line": .int64(Int64(state.sent + index + 1))], topic: "t",
                        value: .string("\(state.sent + index)"))
                })
            state.sent += count
        }
    }

    var acknowledged: Int { state.withLock { $0.acknowledged } }
    var commits: Int { state.withLock { $0.commits } }
    var isStopped: Bool { state.withLock { $0.isStopped } }

    var version: String { "1" }

    func start(context: any SourceTaskContext, configuration: [String: String]) async throws {}

    func poll() async throws -> [SourceRecord] {
        await Task.yield()
        try await beforePoll()
        return state.withLock { $0.batches.isEmpty ? [] : $0.batches.removeFirst() }
    }

    func commitRecords(_ records: [(record: SourceRecord, place: RecordPlace?)]) async throws {
        state.withLock { $0.acknowledged += records.count }
    }

    func commit() async throws { state.withLock { $0.commits += 1 } }

    func stop() async throws { state.withLock { $0.isStopped = true } }
}
