import EventStore
import Foundation
import LogCore
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@Suite struct EventStoreTests {
    private let topicID = TopicID(high: 7, low: 9)
    private let partition = TopicPartition("topic", 0)

    @Test func secondOpenerIsToldWhoHoldsTheDirectory() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let error = try #require(throws: LogError.self) { _ = try EventStore.open(directory) }
        #expect(error.code == .directoryLocked)
        #expect(error.message.contains("process \(ProcessInfo.processInfo.processIdentifier)"))
        try store.close()
        try EventStore.open(directory).close()
    }

    @Test func anotherNodesDirectoryIsRefused() throws {
        let directory = try TestDirectory()
        let first = try EventStore.open(directory)
        let clusterID = first.clusterID
        try first.close()
        let error = try #require(throws: LogError.self) { _ = try EventStore.open(directory, nodeID: 2) }
        #expect(error.message.contains("node.id 1"))
        let again = try EventStore.open(directory)
        #expect(again.clusterID == clusterID)
        try again.close()
    }

    @Test func cleanShutdownIsMarkedAndReopens() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        #expect(!store.wasCleanlyClosed)
        try store.open(partition, topicID: topicID, configuration: LogConfiguration()).append(["a", "b"])
        #expect(!directory.exists(".kafka_cleanshutdown"))
        try store.close()
        #expect(try directory.text(".kafka_cleanshutdown") == #"{"version":0,"brokerEpoch":-1}"#)
        #expect(try directory.text("recovery-point-offset-checkpoint") == "0\n1\ntopic 0 2\n")

        let observer = RecordingObserver()
        let again = try EventStore.open(directory, observer: observer)
        #expect(again.wasCleanlyClosed)
        #expect(!directory.exists(".kafka_cleanshutdown"))
        let log = try again.open(partition, topicID: topicID, configuration: LogConfiguration())
        #expect(log.log.watermarks.logEndOffset == LogOffset(2))
        #expect(observer.findings.isEmpty)
        try again.close()
    }

    @Test func crashIsRecoveredFromTheCheckpointOn() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let log = try store.open(partition, topicID: topicID, configuration: LogConfiguration())
        try log.append(["a", "b"])
        let crashed = try directory.copy()
        try store.close()

        let observer = RecordingObserver()
        let again = try EventStore.open(crashed, observer: observer)
        #expect(!again.wasCleanlyClosed)
        let recovered = try again.open(partition, topicID: topicID, configuration: LogConfiguration())
        #expect(recovered.log.watermarks.logEndOffset == LogOffset(2))
        #expect(observer.seen.withLock { $0.reports[0].scannedBytes } > 0)
        try again.close()
    }

    /// A start that fails halfway must not forget where the logs stand that it did not come to.
    @Test func checkpointsKeepPartitionsThatWereNotOpened() throws {
        let directory = try TestDirectory()
        let other = TopicPartition("other", 3)
        let store = try EventStore.open(directory)
        try store.open(partition, topicID: topicID, configuration: LogConfiguration()).append(["a"])
        try store.open(other, topicID: topicID, configuration: LogConfiguration()).append(["a", "b", "c"])
        try store.close()

        let half = try EventStore.open(directory)
        _ = try half.open(partition, topicID: topicID, configuration: LogConfiguration())
        try half.close()
        #expect(try directory.text("recovery-point-offset-checkpoint") == "0\n2\nother 3 3\ntopic 0 1\n")
    }

    @Test func directoryOfAnotherTopicIsNotOpened() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        _ = try store.open(partition, topicID: topicID, configuration: LogConfiguration())
        try store.close()
        let again = try EventStore.open(directory)
        let error = try #require(throws: LogError.self) {
            _ = try again.open(partition, topicID: .random(), configuration: LogConfiguration())
        }
        #expect(error.code == .unsupportedFormat)
        #expect(try again.storedPartitions().map(\.partition) == [partition])
        #expect(try again.storedPartitions().map(\.topicID) == [topicID])
        try again.close()
    }

    @Test func commitThreadFlushesWhatIsAskedForAndCounts() async throws {
        let directory = try TestDirectory()
        let observer = RecordingObserver()
        let store = try EventStore.open(directory, observer: observer)
        let logs = try (0..<5).map {
            try store.open(TopicPartition("topic", $0), topicID: topicID, configuration: LogConfiguration())
        }
        for log in logs {
            try log.append(["a", "b"])
            store.requestFlush(of: log)
        }
        try await wait(for: "all flushed") { logs.allSatisfy { !$0.log.hasUnflushedRecords } }
        try await wait(for: "all told") { Set(observer.flushed).count == logs.count }
        let statistics = store.commitStatistics
        #expect(statistics.records == 10)
        #expect(statistics.rounds >= 1 && statistics.rounds <= statistics.syncs && statistics.syncs >= 5)
        try store.close()
    }

    @Test func roundsOverManyLogsAreShared() async throws {
        let directory = try TestDirectory()
        let observer = RecordingObserver()
        let store = try EventStore.open(directory, observer: observer)
        let logs = try (0..<200).map {
            try store.open(TopicPartition("topic", $0), topicID: topicID, configuration: LogConfiguration())
        }
        for round in 1...3 {
            for log in logs { try log.append(["round \(round)"]) }
            let start = ContinuousClock.now
            for log in logs { store.requestFlush(of: log) }
            try await wait(for: "all told") { observer.flushed.count >= logs.count * round }
            print("\(logs.count) logs made durable in \(ContinuousClock.now - start)")
            #expect(logs.allSatisfy { $0.log.watermarks.recoveryPoint == LogOffset(Int64(round)) })
        }
        #expect(Set(observer.flushed).count == logs.count)
        #expect(store.commitStatistics.records == 600 && store.commitStatistics.syncs == 600)
        try store.close()
    }

    @Test func sealedSegmentsAndOverdueRecordsAreFlushedWithoutBeingAskedFor() async throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory, now: { Timestamp(milliseconds: Self.milliseconds()) })
        var configuration = LogConfiguration()
        configuration.flushesEveryAppend = false
        configuration.segmentBytes = 200
        let rolling = try store.open(partition, topicID: topicID, configuration: configuration)
        configuration.segmentBytes = 1 << 20
        configuration.flushInterval = .milliseconds(10)
        let timed = try store.open(TopicPartition("timed", 0), topicID: topicID, configuration: configuration)
        configuration.flushInterval = nil
        let never = try store.open(TopicPartition("never", 0), topicID: topicID, configuration: configuration)
        for index in 0..<5 {
            for log in [rolling, timed, never] {
                try log.append(["a value that fills a segment soon \(index)"])
                store.noteUnflushed(log)
            }
        }
        #expect(rolling.log.segmentBaseOffsets.count > 1)
        try await wait(for: "sealed segments flushed") { !rolling.log.hasUnflushedRecords }
        try await wait(for: "flush.ms kept") { !timed.log.hasUnflushedRecords }
        #expect(never.log.hasUnflushedRecords)
        try store.close()
    }

    private static func milliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    @Test func retentionRunsOnItsThread() async throws {
        let directory = try TestDirectory()
        let observer = RecordingObserver()
        let store = try EventStore.open(
            directory, observer: observer, retention: .milliseconds(100),
            now: { Timestamp(milliseconds: EventStore.now.milliseconds + 100_000) })
        var configuration = LogConfiguration()
        configuration.retention = .seconds(10)
        configuration.segmentBytes = 200
        let log = try store.open(partition, topicID: topicID, configuration: configuration)
        for _ in 0..<5 { try log.append(["a value that fills a segment soon"]) }
        try log.log.flush()
        log.log.advanceHighWatermark(to: log.log.watermarks.logEndOffset)
        try await wait(for: "all expired") { log.log.watermarks.logStartOffset == LogOffset(5) }
        // The log start moves before the files go.
        try await wait(for: "all deleted") { observer.seen.withLock { $0.deletedSegments } >= 4 }
        try store.close()
    }

    @Test func checkpointsAreWrittenAtTheirInterval() async throws {
        let directory = try TestDirectory()
        // An interval of nothing is taken for a short one, not for a thread that never rests.
        let store = try EventStore.open(directory, checkpoints: .zero)
        let log = try store.open(partition, topicID: topicID, configuration: LogConfiguration())
        try log.append(["a"])
        try log.log.flush()
        try await wait(for: "checkpoint") {
            (try? directory.text("recovery-point-offset-checkpoint")) == "0\n1\ntopic 0 1\n"
        }
        try store.close()
    }

    @Test func damagedCheckpointIsNamed() throws {
        let directory = try TestDirectory()
        try EventStore.open(directory).close()
        try "0\n1\ntopic zero\n".write(
            toFile: directory.path + "/recovery-point-offset-checkpoint", atomically: false, encoding: .utf8)
        let error = try #require(throws: LogError.self) { _ = try EventStore.open(directory) }
        #expect(error.message.contains("recovery-point-offset-checkpoint"))
    }

    @Test func manyPartitionsOpenAndCloseQuickly() throws {
        let directory = try TestDirectory()
        let count: Int32 = 1_000
        let clock = ContinuousClock()
        for round in ["created", "opened"] {
            let store = try EventStore.open(directory)
            let opening = try clock.measure {
                for index in 0..<count {
                    _ = try store.open(
                        TopicPartition("many", index), topicID: topicID, configuration: LogConfiguration())
                }
            }
            let closing = try clock.measure { try store.close() }
            print("\(count) partitions \(round) in \(opening), closed in \(closing)")
        }
    }
}
