import EventStore
import LogCore
import RecordFormat

/// A data directory with one partition and one checkpoint replaced, opened anew for each input.
final class StoreTarget {
    // One thread makes inputs, and runs them.
    nonisolated(unsafe) static let current = StoreTarget()

    private static let checkpoints = [
        "recovery-point-offset-checkpoint", "log-start-offset-checkpoint", "replication-offset-checkpoint",
    ]
    private static let partition = TopicPartition("events", 0)
    private let scratch = ScratchDirectory()
    private let files: [String: ByteSlice]

    private init() {
        do {
            let store = try Self.open(scratch)
            let log = try store.open(Self.partition, topicID: .zero, configuration: LogConfiguration()).log
            _ = try log.append(Self.batch(), from: .producer(LeaderEpoch(0)), now: Self.now)
            try store.close()
        } catch {
            fatalError("no store to begin with: \(error)")
        }
        files = scratch.files()
    }

    private static let now = Timestamp(milliseconds: 1_000)

    private static func open(_ scratch: ScratchDirectory) throws -> EventStore {
        try EventStore(EventStore.Options(directory: scratch.path, now: { now }), observer: FuzzObserver())
    }

    private static func batch() throws -> ByteSlice {
        var builder = RecordBatchBuilder()
        try builder.append(timestamp: now, key: nil, value: ByteSlice("value"))
        return try builder.finish()
    }

    /// One checkpoint of each kind: which file it is for, and a text.
    static var seeds: [ByteSlice] {
        (0..<3).map { ByteSlice([UInt8($0)] + Array("0\n2\nevents 0 1\nother 17 23\n".utf8)) }
    }

    /// A checkpoint is refused as a whole, or the log opens by what it says; the log then works.
    func run(_ input: ByteSlice) {
        guard let choice = input.array.first else { return }
        scratch.restore(files)
        scratch.write(input[1..<input.count], to: Self.checkpoints[Int(choice) % Self.checkpoints.count])
        guard let store = try? Self.open(scratch) else { return }
        do {
            let log = try store.open(Self.partition, topicID: .zero, configuration: LogConfiguration()).log
            let end = log.watermarks.logEndOffset
            let result = try log.append(Self.batch(), from: .producer(LeaderEpoch(0)), now: Self.now)
            demand(result.firstOffset == end, "appended at \(result.firstOffset), not at \(end)")
            let slice = try log.read(from: end, upTo: .logEnd, limit: 1, mustProgress: true).slice
            var sequence = RecordBatchSequence(try slice?.readBytes() ?? .empty)
            let found = try sequence.next()?.records().first
            demand(found?.offset == end, "\(found as Any) at \(end)")
            try store.close()
        } catch {
            fatalError("the other files are right: \(error)")
        }
    }
}

private struct FuzzObserver: StoreObserver {}
