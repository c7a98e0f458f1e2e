import EventStore
import LogCore
import RecordFormat
import StorageHarness
import Testing

/// A store on a file system that forgets what was not synced, whose rounds over many logs go through a journal.
struct JournaledStore {
    static let partitions: Int32 = 12
    /// So small that the two files take turns within a few rounds.
    static let journalSize = 24 << 10
    static let names = ["commit-journal.a", "commit-journal.b"]

    let files: CrashFileSystem
    let observer = RecordingObserver()
    let store: EventStore
    let topic: Topic

    init(_ files: CrashFileSystem, configuration: LogConfiguration? = nil) throws {
        self.files = files
        var cleaner = CleanerOptions()
        cleaner.backoff = .milliseconds(10)
        store = try EventStore(
            EventStore.Options(
                directory: "/data", checkpointInterval: .seconds(3600), retentionInterval: .seconds(3600),
                cleaner: cleaner, now: { EventStore.now }),
            observer: observer, fileSystem: files, journalSize: Self.journalSize)
        topic =
            if let configuration {
                try store.topic("events", partitions: Self.partitions, configuration: configuration)
            } else { try store.topic("events", partitions: Self.partitions) }
    }

    /// What was acknowledged as durable, by partition and offset.
    typealias Acknowledged = [Int32: [LogOffset: String]]

    /// Appends to all partitions at once, one record of each after the other, until `isEnough`.
    func append(
        _ label: String, keys: Int = 0, atMost rounds: Int = 5_000, until isEnough: @escaping @Sendable () -> Bool
    ) async -> Acknowledged {
        await withTaskGroup(of: (Int32, [LogOffset: String]).self) { group in
            for partition in 0..<Self.partitions {
                group.addTask { [topic] in
                    var acknowledged: [LogOffset: String] = [:]
                    for round in 0..<rounds where !isEnough() {
                        let value = "\(label) \(partition) \(round)"
                        let key = keys > 0 ? ByteSlice("\(round % keys)") : nil
                        do throws(LogError) {
                            let place = try await topic.append(
                                NewRecord(key: key, value: ByteSlice(value), partition: partition), requiring: .device)
                            acknowledged[place.firstOffset] = value
                        } catch { break }
                    }
                    return (partition, acknowledged)
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// Appends until the journal has taken `count` more rounds.
    func appendThroughJournal(_ label: String, rounds count: Int = 5, keys: Int = 0) async throws -> Acknowledged {
        let before = store.commitStatistics.journalSyncs
        let acknowledged = await append(label, keys: keys) { [store] in
            store.commitStatistics.journalSyncs >= before + count
        }
        try #require(store.commitStatistics.journalSyncs >= before + count, "the journal took no rounds")
        return acknowledged
    }

    /// The store as the next process finds it after a power cut now.
    func afterPowerCut(_ generator: inout SeededGenerator) throws -> JournaledStore {
        try JournaledStore(files.crashed(&generator))
    }

    /// How many of those records are not there.
    func missing(of acknowledged: Acknowledged) throws -> Int {
        var count = 0
        for (partition, values) in acknowledged {
            let found = Dictionary(
                uniqueKeysWithValues: try topic.records(of: partition).map { ($0.offset, $0.value?.string ?? "null") })
            count += values.count { found[$0.key] != $0.value }
        }
        return count
    }
}
