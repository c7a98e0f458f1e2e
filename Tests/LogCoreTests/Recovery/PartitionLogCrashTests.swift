import Foundation
import RecordFormat
import StorageHarness
import Synchronization
import Testing

@testable import LogCore

/// Logs on a file system that forgets what was not synced, in any order, and fails at any call.
@Suite struct PartitionLogCrashTests {
    static let path = "/data/events-0"

    static func configuration() -> LogConfiguration {
        var configuration = LogConfiguration()
        configuration.segmentBytes = 1_200
        configuration.indexIntervalBytes = 200
        configuration.indexMaxBytes = 400
        configuration.retention = nil
        configuration.retentionBytes = 3_000
        return configuration
    }

    static func open(
        _ files: CrashFileSystem, _ history: LogHistory, _ configuration: LogConfiguration = configuration(),
        residency: LogResidency = .tight
    ) throws -> (log: PartitionLog, report: RecoveryReport) {
        let observer = RecordingObserver()
        let log = try PartitionLog.open(
            path, configuration: configuration, known: history.checkpoint, observer: observer, fileSystem: files,
            residency: residency)
        return (log, observer.report)
    }

    // MARK: - Power cuts at random

    @Test func noPowerCutCostsWhatWasFlushed() throws {
        try Seeds.forEach(1_000) { generator in
            var run = try Run(&generator)
            for _ in 0..<25 { try run.step(&generator) }
        }
    }

    @Test func noTornSectorCostsWhatWasFlushed() throws {
        try Seeds.forEach(300) { generator in
            var run = try Run(&generator)
            for _ in 0..<15 { try run.step(&generator) }
            let files = run.files.crashed(&generator, tearsSectors: true)
            let (log, report) = try PartitionLogCrashTests.open(files, run.history, run.configuration)
            try run.history.check(log, report, isWhole: false)
            let end = log.watermarks.logEndOffset
            try #require(try log.append(["goes on"]).firstOffset == end)
            try #require(try log.records(from: end).map { $0.value?.string } == ["goes on"])
        }
    }

    /// One log through operations, failures and crashes of all kinds.
    struct Run {
        var files: CrashFileSystem
        var history = LogHistory()
        let configuration: LogConfiguration
        private var log: PartitionLog
        /// Whether a sync failed when a file was given back: the next flush has to say so.
        private var hasFailedToSync = false
        /// A flush that has begun and leaves the sync to one of all files.
        private var shared: SharedFlush?
        /// Whether that sync was made.
        private var isSharedFlushSynced = false

        init(_ generator: inout SeededGenerator) throws {
            var configuration = PartitionLogCrashTests.configuration()
            configuration.segmentBytes = Int.random(in: 300...3_000, using: &generator)
            configuration.indexIntervalBytes = Int.random(in: 0...400, using: &generator)
            configuration.indexMaxBytes = generator.isOne(in: 2) ? 4_096 : 60
            configuration.flushesEveryAppend = generator.isOne(in: 2)
            // Every other log copies its small batches into the mapped tail from the first on.
            if generator.isOne(in: 2) {
                configuration.tailMapping.leastAhead = 0
                configuration.tailMapping.largestCopy = Int.random(in: 0...600, using: &generator)
            }
            self.configuration = configuration
            files = CrashFileSystem(seed: generator.next())
            (log, _) = try PartitionLogCrashTests.open(files, history, configuration)
        }

        mutating func step(_ generator: inout SeededGenerator) throws {
            if generator.isOne(in: 8) {
                files.fail(
                    after: Int.random(in: 0..<12, using: &generator),
                    with: [EIO, ENOSPC, EINTR, EMFILE].randomElement(using: &generator)!)
            }
            do { try operate(&generator) } catch let error as LogError {
                // Nothing but the failure that was asked for, and only once.
                let failed = files.stopFailing()
                try #require(failed != nil || hasFailedToSync, "\(error)")
                // Each log's own next sync tells of it as well.
                if failed == .syncAllData { hasFailedToSync = true }
                if log.failure != nil { try reopen(&generator) }
            }
            if [.syncData, .syncAllData].contains(files.stopFailing()) { hasFailedToSync = true }
        }

        private mutating func operate(_ generator: inout SeededGenerator) throws {
            switch Int.random(in: 0..<32, using: &generator) {
            case 0..<11:
                try history.append(
                    Int.random(in: 1...4, using: &generator), length: Int.random(in: 0...500, using: &generator),
                    to: log)
            case 11..<14: try history.flush(log)
            case 14, 15:
                let target = Int64.random(in: max(history.start, history.end - 12)...history.end, using: &generator)
                try history.truncate(log, to: target)
            case 16: try history.deleteOldSegments(log)
            case 17: try log.rollNow()
            case 18, 19: history.note(log)
            case 20: try log.snapshotProducers()
            case 21..<25:
                isSharedFlushSynced = false
                shared = log.beginSharedFlush(with: try lockFile())
            case 25, 26:
                // After one that failed, another that succeeds would not tell of it.
                guard shared != nil, !hasFailedToSync else { return }
                try #require(try lockFile().syncFileSystem())
                isSharedFlushSynced = true
            case 27, 28:
                if let shared, isSharedFlushSynced { history.endSharedFlush(shared, of: log) }
            default: try reopen(&generator)
            }
        }

        /// A file that stands for the file system.
        private func lockFile() throws -> LogFile {
            try LogDirectory.open(PartitionLogCrashTests.path + "/..", in: files).open(".lock", .create)
        }

        /// Leaves a part of a write, as a process does that is killed in the middle of it.
        private func tear(_ generator: inout SeededGenerator) throws {
            guard log.failure == nil, let base = log.segmentBaseOffsets.last else { return }
            files.stopFailing()
            let batch = Batches.stamped(
                try Batches.make([String(repeating: "t", count: 700)]), offset: history.end, epoch: 0)
            // Without its last byte, which is zero like the room behind, it would be whole.
            let bytes = batch.array.prefix(Int.random(in: 0..<batch.count - 1, using: &generator))
            let file = try LogDirectory.open(PartitionLogCrashTests.path, in: files)
                .open(FileNames.segment(base, FileNames.Suffix.log), .readWrite)
            let end = log.state.withLock { $0.activeSize }
            try bytes.withUnsafeBytes { content in try file.write(content, at: end) }
        }

        /// Ends the process, one way or another, and opens the log again.
        private mutating func reopen(_ generator: inout SeededGenerator) throws {
            switch Int.random(in: 0..<3, using: &generator) {
            case 0 where log.failure == nil:
                do { try log.close() } catch { files.stopFailing() }
                history.note(log)
            case 1: try tear(&generator)
            default:
                files.stopFailing()
                if generator.isOne(in: 3) { try tear(&generator) }
                files = files.crashed(&generator)
            }
            files.forgetErrors()
            (shared, isSharedFlushSynced) = (nil, false)
            let report: RecoveryReport
            do { (log, report) = try PartitionLogCrashTests.open(files, history, configuration) } catch {
                // A start that fails is made again once the disk is better.
                try #require(files.stopFailing() != nil, "\(error)")
                (log, report) = try PartitionLogCrashTests.open(files, history, configuration)
            }
            files.stopFailing()
            hasFailedToSync = false
            try history.check(log, report)
        }
    }
}
