import Foundation
import LogCore
import RecordFormat
import Testing

/// Disks that are full and disks that fail, through real system calls.
@Suite(.serialized) struct StorageFailureTests {
    /// A tmpfs of a megabyte; nil where the process may not mount one.
    final class SmallDisk {
        let directory: TestDirectory
        var path: String { directory.path + "/disk" }

        init?() throws {
            directory = try TestDirectory()
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            guard getuid() == 0, Self.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path) else { return nil }
        }

        deinit { _ = Self.run("umount", "-l", path) }

        private static func run(_ arguments: String...) -> Bool {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = arguments
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }
    }

    static let canMount: Bool = {
        guard let disk = try? SmallDisk() else {
            print("skipped: a full disk cannot be tested without the right to mount a tmpfs")
            return false
        }
        withExtendedLifetime(disk) {}
        return true
    }()

    @Test(.enabled(if: canMount, "needs the right to mount a tmpfs"))
    func aFullDiskRefusesAppendsKeepsReadsAndRecoversOnceThereIsRoom() throws {
        let disk = try #require(try SmallDisk())
        let observer = RecordingObserver()
        let configuration: LogConfiguration = {
            var configuration = LogConfiguration()
            configuration.segmentBytes = 100_000
            return configuration
        }()
        let log = try PartitionLog.open(
            disk.path + "/events-0", configuration: configuration, known: .init(), observer: observer)
        func fill() throws -> Int64 {
            while true {
                let end = log.watermarks.logEndOffset
                do {
                    let value = "value \(end) " + String(repeating: "x", count: 5_000)
                    _ = try log.append(
                        Batches.make([value]), from: .producer(LeaderEpoch(Int32(end.rawValue / 40))),
                        now: PartitionLog.now)
                } catch let error as LogError {
                    try #require(error.code == .storageFull, "\(error)")
                    try #require(error.isRetriable)
                    try #require(log.watermarks.logEndOffset == end)
                    return end.rawValue
                }
            }
        }
        func check(_ log: PartitionLog, from start: Int64, to end: Int64) throws {
            let values = try log.records(from: LogOffset(start)).map {
                $0.value?.string.split(separator: "x").first.map(String.init)
            }
            try #require(values == (start..<end).map { "value \($0) " })
        }
        let ballast = disk.path + "/ballast"
        try Data(repeating: 1, count: 300_000).write(to: URL(fileURLWithPath: ballast))
        let first = try fill()
        #expect(first > 50)
        // Also small ones are refused or taken as a whole, again and again.
        for _ in 0..<20 { _ = try fill() }
        try check(log, from: 0, to: first)
        #expect(log.failure == nil && observer.failures.isEmpty)
        try FileManager.default.removeItem(atPath: ballast)
        let second = try fill()
        #expect(second > first + 20)
        try check(log, from: 0, to: second)
        // What a crash now leaves opens as soon as there is room for the indexes.
        log.advanceHighWatermark(to: LogOffset(second))
        var smaller = configuration
        smaller.retentionBytes = 300_000
        try log.apply(smaller)
        try log.deleteOldSegments(now: PartitionLog.now)
        let start = log.watermarks.logStartOffset.rawValue
        #expect(start > 0)
        let reopened = try PartitionLog.open(
            disk.path + "/events-0", configuration: configuration, known: .init(logStartOffset: LogOffset(start)))
        #expect(reopened.watermarks.logEndOffset.rawValue == second)
        try check(reopened, from: start, to: second)
        _ = try reopened.append(Batches.make(["goes on"]), from: .producer(LeaderEpoch(1_000)), now: PartitionLog.now)
    }

    /// Puts the file at `path`, opened with `flags`, in the place of the active segment's descriptor: from then on the
    /// kernel refuses what it will not do.
    private func replaceDescriptor(of log: PartitionLog, by path: String? = nil, flags: Int32) throws {
        let slice = try #require(try log.read(from: .zero, upTo: .logEnd, limit: 1, mustProgress: true).slice)
        let other = open(path ?? slice.file.path, flags)
        try #require(other >= 0 && dup2(other, slice.file.descriptor) >= 0)
        close(other)
    }

    @Test func aWriteThatFailsMakesTheLogReadOnlyUntilItIsOpenedAgain() throws {
        let directory = try TestDirectory()
        let observer = RecordingObserver()
        let log = try PartitionLog.open(
            directory.log, configuration: LogConfiguration(), known: .init(), observer: observer)
        for index in 0..<10 { try log.append(["value \(index)"]) }
        try replaceDescriptor(of: log, flags: O_RDONLY)
        let error = #expect(throws: LogError.self) { try log.append(["fails"]) }
        #expect(error?.code == .io)
        #expect(error?.message.contains(directory.log) == true)
        let next = #expect(throws: LogError.self) { try log.append(["refused"]) }
        #expect(next?.code == .readOnly)
        #expect(throws: LogError.self) { try log.flush() }
        #expect(throws: LogError.self) { try log.truncate(to: .zero) }
        #expect(log.failure?.code == .io)
        #expect(observer.failures.count == 1, "told once")
        #expect(log.watermarks.recoveryPoint == .zero, "nothing was acknowledged")
        #expect(try log.records(from: .zero).map { $0.value?.string } == (0..<10).map { "value \($0)" })
        try log.close()
        let reopened = try PartitionLog.open(directory.log, configuration: LogConfiguration(), known: .init())
        #expect(reopened.watermarks.logEndOffset.rawValue == 10)
        #expect(try reopened.append(["goes on"]).firstOffset.rawValue == 10)
    }

    @Test func aSyncThatFailsIsNeverTriedAgain() throws {
        let directory = try TestDirectory()
        let observer = RecordingObserver()
        let log = try PartitionLog.open(
            directory.log, configuration: LogConfiguration(), known: .init(), observer: observer)
        try log.append(["one"])
        try log.flush()
        try log.append(["two"])
        try replaceDescriptor(of: log, by: "/dev/null", flags: O_RDWR)
        let error = #expect(throws: LogError.self) { try log.flush() }
        #expect(error?.code == .io)
        #expect(log.watermarks.recoveryPoint.rawValue == 1)
        for _ in 0..<2 {
            let again = #expect(throws: LogError.self) { try log.flush() }
            #expect(again?.code == .readOnly)
        }
        #expect(throws: LogError.self) { try log.append(["three"]) }
        #expect(observer.failures.count == 1)
        #expect(log.watermarks.recoveryPoint.rawValue == 1)
    }
}
