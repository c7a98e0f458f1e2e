import EventStore
import Foundation
import LogCore
import RecordFormat
import ServerHarness
import Synchronization
import Testing

/// The cleaner of a whole store: what it compacts, what it writes down and when it stops.
@Suite struct CleanerTests {
    private let topicID = TopicID(high: 7, low: 9)
    private let partition = TopicPartition("state", 0)

    private static var configuration: LogConfiguration {
        var configuration = LogConfiguration()
        configuration.cleanupPolicy = .compact
        configuration.segmentBytes = 300
        return configuration
    }

    private func open(
        _ directory: TestDirectory, observer: RecordingObserver = RecordingObserver(),
        _ change: (inout CleanerOptions) -> Void = { _ in }
    ) throws -> EventStore {
        var cleaner = CleanerOptions()
        cleaner.backoff = .milliseconds(1)
        change(&cleaner)
        return try EventStore(
            EventStore.Options(directory: directory.path, cleaner: cleaner, now: { EventStore.now }),
            observer: observer)
    }

    private func fill(_ log: StoredLog, rounds: Int) throws {
        for round in 0..<rounds {
            for key in ["a", "b", "c"] {
                var builder = RecordBatchBuilder()
                try builder.append(timestamp: EventStore.now, key: ByteSlice(key), value: ByteSlice("\(round)"))
                _ = try log.log.append(builder.finish(), from: .producer(LeaderEpoch(0)), now: EventStore.now)
            }
        }
        try log.log.flush()
        log.log.advanceHighWatermark(to: log.log.watermarks.logEndOffset)
    }

    @Test func logsAreCompactedInTheBackgroundAndThatIsWrittenDown() async throws {
        let directory = try TestDirectory()
        let observer = RecordingObserver()
        let store = try open(directory, observer: observer)
        let log = try store.open(partition, topicID: topicID, configuration: Self.configuration)
        let plain = try store.open(TopicPartition("plain", 0), topicID: topicID, configuration: LogConfiguration())
        try plain.append(["kept"])
        try fill(log, rounds: 20)
        store.cleanNow()
        try await wait(for: "the cleaner") { observer.compacted.contains(partition) }
        let statistics = store.cleanerStatistics
        #expect(statistics.compactions >= 1 && statistics.bytesFreed > 0 && statistics.recordsDropped > 0)
        #expect(log.log.cleanedOffset > .zero && plain.log.cleanedOffset == .zero)
        let crashed = try directory.copy()
        let cleaned = log.log.cleanedOffset
        try store.close()
        #expect(try directory.text("cleaner-offset-checkpoint") == "0\n1\nstate 0 \(cleaned)\n")

        // The next process goes on from there, after a crash too.
        for directory in [directory, crashed] {
            let again = try open(directory) { $0.isEnabled = false }
            let log = try again.open(partition, topicID: topicID, configuration: Self.configuration)
            #expect(log.log.cleanedOffset > .zero && log.log.cleanedOffset <= cleaned)
            try again.close()
        }
    }

    @Test func aDeletedPartitionIsForgotten() async throws {
        let directory = try TestDirectory()
        let observer = RecordingObserver()
        let store = try open(directory, observer: observer)
        try fill(try store.open(partition, topicID: topicID, configuration: Self.configuration), rounds: 20)
        try await wait(for: "the cleaner") { observer.compacted.contains(partition) }
        try store.delete([partition], topicID: topicID)
        #expect(try directory.text("cleaner-offset-checkpoint") == "0\n0\n")
        try store.close()
    }

    @Test func nothingIsCompactedWhenTheCleanerIsOff() throws {
        let directory = try TestDirectory()
        let store = try open(directory) { $0.isEnabled = false }
        let log = try store.open(partition, topicID: topicID, configuration: Self.configuration)
        try fill(log, rounds: 20)
        store.cleanNow()
        try store.close()
        #expect(!directory.exists("cleaner-offset-checkpoint"))
    }

    @Test func damageIsReportedOnceAndKeepsNoOtherLogFromItsTurn() async throws {
        let directory = try TestDirectory()
        let first = try open(directory) { $0.isEnabled = false }
        let bad = TopicPartition("bad", 0)
        try fill(try first.open(bad, topicID: topicID, configuration: Self.configuration), rounds: 20)
        try first.close()
        let path = directory.path + "/bad-0/00000000000000000000.log"
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        bytes[RecordBatchHeader.size + 3] ^= 1
        try Data(bytes).write(to: URL(filePath: path))

        let observer = RecordingObserver()
        let store = try open(directory, observer: observer)
        let damaged = try store.open(bad, topicID: topicID, configuration: Self.configuration)
        let good = try store.open(partition, topicID: topicID, configuration: Self.configuration)
        try await wait(for: "the damage to be found") { store.cleanerStatistics.uncleanable == [bad] }
        try fill(good, rounds: 20)
        try await wait(for: "the other log") { observer.compacted.contains(partition) }
        #expect(store.cleanerStatistics.failures == 1)
        #expect(observer.seen.withLock { $0.failures }.map(\.code) == [.corruptBatch])
        #expect(damaged.log.failure == nil)
        try store.close()
    }

    @Test func closingCallsASlowCompactionOff() async throws {
        let directory = try TestDirectory()
        let store = try open(directory) { $0.bytesPerSecond = 1 }
        let log = try store.open(partition, topicID: topicID, configuration: Self.configuration)
        try fill(log, rounds: 20)
        store.cleanNow()
        try await wait(for: "the cleaner to look") { store.cleanerStatistics.largestDirtyRatio > 0 }
        try store.close()
        #expect(store.cleanerStatistics.compactions == 0)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.path + "/state-0")
                .allSatisfy { !$0.hasSuffix(FileNames.Suffix.cleaned) })
    }
}
