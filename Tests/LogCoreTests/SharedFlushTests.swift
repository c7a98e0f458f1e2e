import Foundation
import LogCore
import RecordFormat
import StorageHarness
import Testing

/// Flushes whose sync is one of the whole file system: when a log takes part, and what it believes afterwards.
///
/// What a power cut leaves of it is looked at, among all else, by `PartitionLogCrashTests`.
@Suite struct SharedFlushTests {
    private let files = CrashFileSystem(seed: 1)
    private let lockFile: LogFile

    init() throws {
        lockFile = try LogDirectory.create("/data", durably: true, in: files).open(".lock", .create)
    }

    /// A log with one flushed record, and one that is not.
    private func open() throws -> PartitionLog {
        let log = try PartitionLog.open(
            PartitionLogCrashTests.path, configuration: LogConfiguration(), known: .init(), observer: SilentObserver(),
            fileSystem: files)
        try log.append(["flushed"])
        try log.flush()
        try log.append(["new"])
        return log
    }

    @Test func aSyncOfTheFileSystemMovesTheRecoveryPoint() throws {
        let log = try open()
        let syncs = files.count(of: .syncData)
        let flush = try #require(log.beginSharedFlush(with: lockFile))
        try log.append(["too late"])
        #expect(try lockFile.syncFileSystem())
        #expect(log.endSharedFlush(flush) == 1)
        #expect(log.watermarks.recoveryPoint == LogOffset(2) && log.hasUnflushedRecords)
        #expect(log.flushMark?.recoveryPoint == LogOffset(2))
        #expect(files.count(of: .syncData) == syncs && files.count(of: .syncAllData) == 1)
        // What came meanwhile is still to be synced.
        #expect(try log.flush() == LogOffset(3))
        #expect(files.count(of: .syncData) == syncs + 1)
    }

    @Test func aLogThatNeedsMoreIsLeftToItsOwnFlush() throws {
        let log = try open()
        try log.flush()
        #expect(log.beginSharedFlush(with: lockFile) == nil, "nothing is new")
        try log.append(["sealed"])
        try log.rollNow()
        try log.append(["active"])
        #expect(log.beginSharedFlush(with: lockFile) == nil, "a sealed segment's indexes are synced, too")
        try log.flush()
        try log.append(["new"])
        #expect(log.beginSharedFlush(with: lockFile) != nil)
        try log.close()
        #expect(log.beginSharedFlush(with: lockFile) == nil)
    }

    @Test func newNamesAreSyncedWithTheFileSystem() throws {
        let log = try PartitionLog.open(
            PartitionLogCrashTests.path, configuration: LogConfiguration(), known: .init(), observer: SilentObserver(),
            fileSystem: files)
        try log.append(["first"])
        let flush = try #require(log.beginSharedFlush(with: lockFile))
        #expect(flush.unsynced == nil, "a copy of the bytes is not enough")
        #expect(try lockFile.syncFileSystem())
        let syncs = files.count(of: .syncDirectory)
        #expect(log.endSharedFlush(flush) == 1)
        try log.append(["second"])
        #expect(log.beginSharedFlush(with: lockFile)?.unsynced != nil)
        #expect(try log.flush() == LogOffset(2) && files.count(of: .syncDirectory) == syncs)
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20 {
            let next = try PartitionLog.open(
                PartitionLogCrashTests.path, configuration: LogConfiguration(), known: .init(),
                observer: SilentObserver(), fileSystem: files.crashed(&generator))
            #expect(next.watermarks.logEndOffset == LogOffset(2))
        }
    }

    @Test func namesThatCameMeanwhileAreTheNextFlushs() throws {
        let log = try open()
        let flush = try #require(log.beginSharedFlush(with: lockFile))
        #expect(try lockFile.syncFileSystem())
        try log.rollNow()
        try log.append(["active"])
        #expect(log.endSharedFlush(flush) == 1)
        let syncs = files.count(of: .syncDirectory)
        #expect(try log.flush() == LogOffset(3) && files.count(of: .syncDirectory) > syncs)
    }

    @Test func itSaysWhichBytesAreNew() throws {
        let log = try open()
        let flush = try #require(log.beginSharedFlush(with: lockFile))
        let range = try #require(flush.unsynced)
        let content = try #require(files.content(PartitionLogCrashTests.path + "/00000000000000000000.log"))
        let read = try ByteSlice(unsafeCapacity: range.count) { target throws(LogError) in
            try flush.readUnsynced(into: target)
            return target.count
        }
        #expect(read.array == Array(content[range]) && read.string.contains("new") && !read.string.contains("flushed"))
        #expect(log.endSharedFlush(flush) == 1)
        try log.append(["third"])
        #expect(log.beginSharedFlush(with: lockFile)?.unsynced?.lowerBound == range.upperBound)
        // What stays is behind another end, and a flush has to say where.
        try log.truncate(to: LogOffset(1))
        try log.append(["another"])
        #expect(try #require(log.beginSharedFlush(with: lockFile)).unsynced == nil)
    }

    @Test func whatIsLeftToOtherSyncsCanBeSyncedByItself() throws {
        let log = try open()
        let flush = try #require(log.beginSharedFlush(with: lockFile))
        #expect(log.endSharedFlush(flush) == 1)
        let syncs = files.count(of: .syncData)
        #expect(try log.flush() == LogOffset(2) && files.count(of: .syncData) == syncs, "nothing is new")
        try log.syncShared()
        #expect(files.count(of: .syncData) == syncs + 1)
        try log.syncShared()
        #expect(files.count(of: .syncData) == syncs + 1 && !log.isInDoubt)
        try log.append(["more"])
        files.fail(.syncData, after: 0)
        #expect(throws: LogError.self) { try log.syncShared() }
        #expect(log.isInDoubt && log.failure?.code == .io)
    }

    @Test func aSealedSegmentIsSyncedThatWasLeftToOtherSyncs() throws {
        let log = try open()
        let flush = try #require(log.beginSharedFlush(with: lockFile))
        #expect(log.endSharedFlush(flush) == 1)
        try log.rollNow()
        try log.append(["active"])
        try log.flush()
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20 {
            let next = try PartitionLog.open(
                PartitionLogCrashTests.path, configuration: LogConfiguration(), known: .init(),
                observer: SilentObserver(), fileSystem: files.crashed(&generator))
            #expect(next.watermarks.logEndOffset == LogOffset(3))
        }
    }

    @Test func aTruncationMeanwhileCallsItOff() throws {
        let log = try open()
        let flush = try #require(log.beginSharedFlush(with: lockFile))
        try log.truncate(to: LogOffset(1))
        try log.append(["another"])
        #expect(try lockFile.syncFileSystem())
        #expect(log.endSharedFlush(flush) == nil)
        #expect(log.watermarks.recoveryPoint == LogOffset(1))
    }

    @Test func aFlushMeanwhileIsKept() throws {
        let log = try open()
        let flush = try #require(log.beginSharedFlush(with: lockFile))
        try log.append(["more"])
        try log.flush()
        #expect(try lockFile.syncFileSystem())
        #expect(log.endSharedFlush(flush) == 0)
        #expect(log.flushMark?.recoveryPoint == LogOffset(3))
    }

    @Test func aFailedSyncMeanwhileIsNotForgotten() throws {
        let log = try open()
        let flush = try #require(log.beginSharedFlush(with: lockFile))
        files.fail(.syncData, after: 0)
        #expect(throws: LogError.self) { try log.flush() }
        files.stopFailing()
        #expect(try lockFile.syncFileSystem())
        #expect(log.endSharedFlush(flush) == nil)
        #expect(log.watermarks.recoveryPoint == LogOffset(1))
        #expect(log.beginSharedFlush(with: lockFile) == nil)
    }

    @Test func afterAFailedSyncOfAllFilesTheLogsOwnTells() throws {
        let log = try open()
        _ = try #require(log.beginSharedFlush(with: lockFile))
        // Some of what this writes stays unwritten, whatever the generator decides.
        try log.append([String(repeating: "x", count: 64 << 10)])
        files.fail(.syncAllData, after: 0)
        let error = #expect(throws: LogError.self) { _ = try lockFile.syncFileSystem() }
        #expect(error?.code == .io)
        #expect(throws: LogError.self) { try log.flush() }
        #expect(log.failure?.code == .io && log.watermarks.recoveryPoint == LogOffset(1))
    }

    @Test func aLogInAnotherFileSystemTakesNoPart() throws {
        let memory = "/dev/shm"
        guard FileManager.default.isWritableFile(atPath: memory) else { return }
        let here = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        let there = memory + "/" + UUID().uuidString
        defer { for path in [here, there] { try? FileManager.default.removeItem(atPath: path) } }
        let kernel = KernelFileSystem()
        let log = try PartitionLog.open(
            there, configuration: LogConfiguration(), known: .init(), observer: SilentObserver(), fileSystem: kernel)
        try log.append(["flushed"])
        try log.flush()
        try log.append(["new"])
        let near = try LogDirectory.open(there, in: kernel).open("near", .create)
        #expect(log.beginSharedFlush(with: near) != nil)
        let far = try LogDirectory.create(here, durably: true, in: kernel).open("far", .create)
        #expect(log.beginSharedFlush(with: far) == nil)
        // Memory keeps no promise to sync.
        #expect(try !near.syncFileSystem())
        try log.close()
    }
}
