import EventStore
import LogCore
import RecordFormat
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The process that is killed while it writes: a store with one topic, appended to on a thread for each processor.
enum CrashingWriter {
    /// What is written, and how it counts.
    struct Load {
        var directory: String
        var partitions: Int32
        /// Bytes after which the parent is told; the writing goes on. At 0, each partition gets one batch of one record.
        var bytes: Int
        /// Whether appends wait for the device.
        var isDurable: Bool
        /// Whether the store is closed instead of being killed.
        var closes = false

        /// The topic's settings.
        var configuration: LogConfiguration {
            var configuration = LogConfiguration()
            configuration.flushesEveryAppend = isDurable
            return configuration
        }

        /// The arguments that bring the load to a child.
        var arguments: [String] {
            ["recover-writer", directory, "\(partitions)", "\(bytes)", isDurable ? "durable" : "page-cache"]
                + (closes ? ["--closes"] : [])
        }
    }

    static let topic = "bench"
    private static let recordsPerBatch = 100
    private static let valueSize = 1000

    /// Writes, and says `ready` on standard output once what was asked for is written; does not return by itself unless
    /// it closes the store.
    static func run(_ load: Load) async throws {
        // Nobody is there any more who would kill this process, and it would write until the disk is full.
        Task {
            await StandardInput.end()
            _exit(1)
        }
        let store = try EventStore.open(load.directory)
        let topic = try store.topic(Self.topic, partitions: load.partitions, configuration: load.configuration)
        guard load.bytes > 0 else {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for partition in 0..<load.partitions {
                    group.addTask {
                        let record = NewRecord(value: ByteSlice("one"), partition: partition)
                        try await topic.append(record, requiring: load.isDurable ? .device : .pageCache)
                    }
                }
                try await group.waitForAll()
            }
            return try finish(load, store)
        }
        let written = Counter()
        let values = (0..<recordsPerBatch).map { _ in String(repeating: "x", count: valueSize) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<Int32(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) {
                group.addTask {
                    var partition = worker
                    while true {
                        partition = (partition + 1) % load.partitions
                        let records = values.map { NewRecord(value: ByteSlice($0), partition: partition) }
                        try await topic.append(records, requiring: load.isDurable ? .device : .pageCache)
                        let before = written.bytes.add(recordsPerBatch * valueSize, ordering: .relaxed).oldValue
                        if before < load.bytes, before + recordsPerBatch * valueSize >= load.bytes {
                            try finish(load, store)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private final class Counter: Sendable {
        let bytes = Atomic<Int>(0)
    }

    /// Tells the parent, and waits for it to kill this process where nothing else is left to do.
    private static func finish(_ load: Load, _ store: EventStore) throws {
        if load.closes { try store.close() }
        guard write(1, "ready\n", 6) == 6 else { return }
        if load.bytes == 0, !load.closes { while true { pause() } }
    }
}
