import EventStore
import Foundation
import LogCore
import RecordFormat
import ServerHarness
import StorageHarness
import Testing

/// Rounds over many logs, which sync the file system in their place.
@Suite struct SharedSyncTests {
    private static let partitions: Int32 = 24

    private func open(_ files: CrashFileSystem) throws -> (store: EventStore, topic: Topic) {
        let store = try EventStore(
            EventStore.Options(
                directory: "/data", checkpointInterval: .seconds(3600), retentionInterval: .seconds(3600),
                now: { EventStore.now }),
            observer: RecordingObserver(), fileSystem: files, journalSize: 0)
        return (store, try store.topic("events", partitions: Self.partitions))
    }

    /// Appends to all partitions at once until `isEnough`, at most 5,000 records each, and returns what was acknowledged as
    /// durable.
    private func append(
        to topic: Topic, label: String, until isEnough: @escaping @Sendable (_ round: Int) -> Bool
    ) async -> [Int32: [String]] {
        await withTaskGroup(of: (Int32, [String]).self) { group in
            for partition in 0..<Self.partitions {
                group.addTask {
                    var acknowledged: [String] = []
                    var round = 0
                    while !isEnough(round), round < 5_000 {
                        let value = "\(label) \(partition) \(round)"
                        do throws(LogError) {
                            try await topic.append(
                                NewRecord(value: ByteSlice(value), partition: partition), requiring: .device)
                            acknowledged.append(value)
                        } catch { return (partition, acknowledged) }
                        round += 1
                    }
                    return (partition, acknowledged)
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func requireAll(_ acknowledged: [Int32: [String]], in topic: Topic) throws {
        for (partition, values) in acknowledged {
            let found = Set(try topic.values(of: partition))
            for value in values { try #require(found.contains(value), "an acknowledged record is lost") }
        }
    }

    @Test func whatIsAcknowledgedOutlivesAPowerCut() async throws {
        for seed in UInt64(0)..<20 {
            let files = CrashFileSystem(seed: seed)
            let (store, topic) = try open(files)
            let acknowledged = await append(to: topic, label: "a") { round in
                round >= 5 && store.commitStatistics.sharedSyncs > 2
            }
            let statistics = store.commitStatistics
            #expect(statistics.sharedSyncs > 2)
            #expect(statistics.records == acknowledged.values.reduce(0) { $0 + $1.count })
            #expect(statistics.failures == 0)
            var generator = StorageHarness.SeededGenerator(seed: seed)
            let (next, found) = try open(files.crashed(&generator))
            try requireAll(acknowledged, in: found)
            try next.close()
            try store.close()
        }
    }

    @Test func afterASyncThatFailedEachLogAnswersForItself() async throws {
        for seed in UInt64(0)..<20 {
            let files = CrashFileSystem(seed: seed)
            let (store, topic) = try open(files)
            let first = await append(to: topic, label: "a") { _ in store.commitStatistics.sharedSyncs > 0 }
            files.fail(.syncAllData, after: 1)
            let before = files.count(of: .syncAllData)
            let second = await append(to: topic, label: "b") { round in
                round >= 5 && files.count(of: .syncAllData) > before + 1
            }
            try #require(files.stopFailing() == .syncAllData)
            let shared = store.commitStatistics.sharedSyncs
            let third = await append(to: topic, label: "c") { $0 >= 5 }
            #expect(store.commitStatistics.sharedSyncs == shared, "its word counts for nothing any more")
            var generator = StorageHarness.SeededGenerator(seed: seed)
            let (next, found) = try open(files.crashed(&generator))
            for acknowledged in [first, second, third] { try requireAll(acknowledged, in: found) }
            try next.close()
            // Logs whose bytes are in doubt say so once more.
            try? store.close()
        }
    }

    @Test func aRealFileSystemIsSyncedForManyLogsAtOnce() async throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let topic = try store.topic("events", partitions: Self.partitions)
        let probe = try LogDirectory.open(directory.path, in: KernelFileSystem()).open("probe", .create)
        // On another file system than ext4 and XFS there is nothing to see.
        guard try probe.syncFileSystem() else {
            print("skipped: the temporary directory's file system is not synced as a whole")
            return try store.close()
        }
        let acknowledged = await append(to: topic, label: "a") { _ in store.commitStatistics.sharedSyncs > 2 }
        #expect(store.commitStatistics.sharedSyncs > 2)
        try requireAll(acknowledged, in: topic)
        try store.close()
        let again = try EventStore.open(directory)
        #expect(again.wasCleanlyClosed)
        try requireAll(acknowledged, in: try again.topic("events"))
        try again.close()
    }
}
