import ConnectAPI
import KafkaClient
import RecordFormat
import Synchronization

@testable import ConnectRuntime
@testable import KafkaClient

/// A consumer whose group, records and failures a test decides on.
///
/// A poll never waits: it calls the listener for the next change of the assignment, and returns what was added for
/// partitions that are not paused.
final class FakeSinkConsumer: SinkConsumer {
    enum Change: Sendable {
        case assign([TopicPartition])
        case revoke([TopicPartition])
        case lose([TopicPartition])
    }

    private struct State {
        var listener: (any SinkConsumerListener)?
        var changes: [Change] = []
        var records: [TopicPartition: [Record]] = [:]
        var positions: [TopicPartition: LogOffset] = [:]
        var assignment: Set<TopicPartition> = []
        var paused: Set<TopicPartition> = []
        var commits: [[TopicPartition: LogOffset]] = []
        var failingCommits = 0
        var polls = 0
        var isClosed = false
        var isAbandoned = false
    }

    private let state = Mutex(State())

    // MARK: What a test does

    func add(_ changes: Change...) { state.withLock { $0.changes += changes } }

    /// Adds records with the next offsets of a partition.
    func add(_ values: [String], to partition: TopicPartition) {
        state.withLock { state in
            for value in values {
                let offset = LogOffset(Int64(state.records[partition]?.count ?? 0))
                state.records[partition, default: []].append(
                    Record(offset: offset, timestamp: Timestamp(milliseconds: 0), key: nil, value: ByteSlice(value)))
            }
        }
    }

    /// Adds a record with the next offset of a partition.
    func add(
        key: ByteSlice? = nil, value: ByteSlice?, headers: [RecordHeader] = [], to partition: TopicPartition
    ) {
        state.withLock { state in
            let offset = LogOffset(Int64(state.records[partition]?.count ?? 0))
            state.records[partition, default: []].append(
                Record(
                    offset: offset, timestamp: Timestamp(milliseconds: 7), key: key, value: value, headers: headers))
        }
    }

    /// Has the next commits fail.
    func failCommits(_ count: Int) { state.withLock { $0.failingCommits = count } }

    var commits: [[TopicPartition: LogOffset]] { state.withLock { $0.commits } }
    var failingCommitsLeft: Int { state.withLock { $0.failingCommits } }
    var polls: Int { state.withLock { $0.polls } }
    var isClosed: Bool { state.withLock { $0.isClosed } }
    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    // MARK: What the work does

    var assignment: Set<TopicPartition> { state.withLock { $0.assignment } }
    var paused: Set<TopicPartition> { state.withLock { $0.paused } }

    func subscribe(to topics: [String], listener: any SinkConsumerListener) async throws {
        state.withLock { $0.listener = listener }
    }

    func subscribe(
        matching predicate: @escaping @Sendable (String) -> Bool, listener: any SinkConsumerListener
    ) async throws { state.withLock { $0.listener = listener } }

    func poll(timeout: Duration) async throws -> [ConsumedBatch] {
        await Task.yield()
        let (change, listener) = state.withLock { state in
            state.polls += 1
            return (state.changes.isEmpty ? nil : state.changes.removeFirst(), state.listener)
        }
        switch change {
        case .assign(let partitions)?:
            state.withLock { state in
                state.assignment.formUnion(partitions)
                for partition in partitions { state.positions[partition] = .zero }
            }
            try await listener?.assigned(partitions)
        case .revoke(let partitions)?:
            try await listener?.revoked(partitions)
            drop(partitions)
        case .lose(let partitions)?:
            drop(partitions)
            try await listener?.lost(partitions)
        case nil: break
        }
        return state.withLock { state in
            state.assignment.subtracting(state.paused).sorted().compactMap { partition in
                let position = state.positions[partition] ?? .zero
                let records = (state.records[partition] ?? []).filter { $0.offset >= position }
                guard let last = records.last else { return nil }
                let next = last.offset + 1
                state.positions[partition] = next
                return ConsumedBatch(
                    topicPartition: partition, records: records, leaderEpoch: .none, highWatermark: next,
                    timestampType: .createTime, nextOffset: next)
            }
        }
    }

    private func drop(_ partitions: [TopicPartition]) {
        state.withLock { state in
            state.assignment.subtract(partitions)
            state.paused.subtract(partitions)
        }
    }

    func wakeup() {}

    func seek(_ partition: TopicPartition, to offset: LogOffset) async throws {
        state.withLock { $0.positions[partition] = offset }
    }

    func pause(_ partitions: [TopicPartition]) throws { state.withLock { $0.paused.formUnion(partitions) } }

    func resume(_ partitions: [TopicPartition]) throws { state.withLock { $0.paused.subtract(partitions) } }

    func commit(_ offsets: [TopicPartition: LogOffset]) async throws {
        try state.withLock { state in
            guard state.failingCommits == 0 else {
                state.failingCommits -= 1
                throw KafkaClientError(.rebalanceNeeded, "the group has moved on")
            }
            state.commits.append(offsets)
        }
    }

    func close() async {
        let (owned, listener) = state.withLock { state in
            state.isClosed = true
            return (Array(state.assignment), state.listener)
        }
        try? await listener?.revoked(owned)
    }

    func abandon() async { state.withLock { $0.isAbandoned = true } }
}
