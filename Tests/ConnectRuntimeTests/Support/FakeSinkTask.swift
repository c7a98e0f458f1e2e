import ConnectAPI
import RecordFormat
import Synchronization

@testable import ConnectRuntime

/// A sink task that keeps what it is put and behaves as a test tells it.
final class FakeSinkTask: SinkTask {
    typealias Put = @Sendable (_ records: [SinkRecord]) async throws -> Void

    private struct State {
        var context: (any SinkTaskContext)?
        var put: [[String]] = []
        var tries = 0
        var preCommits = 0
        var closed: [[TopicPartition]] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let onPut: Put
    private let onPreCommit: @Sendable () async throws -> Void
    private let onOpen: @Sendable (any SinkTaskContext, [TopicPartition]) -> Void
    private let onClose: @Sendable () async throws -> Void

    init(
        onPut: @escaping Put = { _ in }, onPreCommit: @escaping @Sendable () async throws -> Void = {},
        onOpen: @escaping @Sendable (any SinkTaskContext, [TopicPartition]) -> Void = { _, _ in },
        onClose: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.onPut = onPut
        self.onPreCommit = onPreCommit
        self.onOpen = onOpen
        self.onClose = onClose
    }

    /// The values of each batch that was taken; empty ones are left out.
    var put: [[String]] { state.withLock { $0.put } }
    /// How often a batch with records was put, taken or not.
    var tries: Int { state.withLock { $0.tries } }
    var preCommits: Int { state.withLock { $0.preCommits } }
    var closed: [[TopicPartition]] { state.withLock { $0.closed } }
    var isStopped: Bool { state.withLock { $0.isStopped } }

    var version: String { "1" }

    func start(context: any SinkTaskContext, configuration: [String: String]) async throws {
        state.withLock { $0.context = context }
    }

    func open(_ partitions: [TopicPartition]) async throws {
        if let context = state.withLock({ $0.context }) { onOpen(context, partitions) }
    }

    func put(_ records: [SinkRecord]) async throws {
        guard !records.isEmpty else { return }
        state.withLock { $0.tries += 1 }
        try await onPut(records)
        state.withLock { $0.put.append(records.map { Self.text($0.value) }) }
    }

    func preCommit(_ offsets: [TopicPartition: LogOffset]) async throws -> [TopicPartition: LogOffset] {
        state.withLock { $0.preCommits += 1 }
        try await onPreCommit()
        return offsets
    }

    func close(_ partitions: [TopicPartition]) async throws {
        state.withLock { $0.closed.append(partitions) }
        try await onClose()
    }

    func stop() async throws { state.withLock { $0.isStopped = true } }

    private static func text(_ value: ConnectValue) -> String {
        if case .string(let text) = value { text } else { "\(value)" }
    }
}
