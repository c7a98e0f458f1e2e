import Foundation
import LogCore
import RecordFormat
import StorageHarness
import Testing

/// Room that is written before it is needed: when, and what becomes of it.
@Suite struct WrittenRoomTests {
    private let files = CrashFileSystem(seed: 1)
    private let path = PartitionLogCrashTests.path

    private func open(
        _ files: CrashFileSystem? = nil, _ change: (inout LogConfiguration) -> Void = { _ in }
    ) throws -> PartitionLog {
        var configuration = LogConfiguration()
        change(&configuration)
        return try PartitionLog.open(
            path, configuration: configuration, known: .init(), observer: SilentObserver(),
            fileSystem: files ?? self.files)
    }

    private func values(_ log: PartitionLog) throws -> [String] {
        try log.records(from: log.watermarks.logStartOffset).map { $0.value?.string ?? "" }
    }

    /// The writes that it takes to append these values with a flush behind each.
    private func writes(_ values: [String], flushing: Bool = true) throws -> Int {
        let log = try open()
        // The epoch's checkpoint is written with the first.
        try log.append(["first"])
        try log.flush()
        let before = files.count(of: .write)
        for value in values {
            try log.append([value])
            if flushing { try log.flush() }
        }
        return files.count(of: .write) - before
    }

    @Test func aLogThatIsFlushedEachTimeWritesRoomOnceInAWhile() throws {
        // 64 KiB hold 13 of them, but end with the room that is reserved at first.
        let value = String(repeating: "v", count: 4_900)
        #expect(try writes(Array(repeating: value, count: 14)) == 14 + 2)
        #expect(try writes(Array(repeating: value, count: 26)) == 26 + 2)
    }

    @Test func aLogThatAppendsMuchBetweenFlushesDoesNot() throws {
        // The first of these comes so shortly behind a flush that more could follow.
        let value = String(repeating: "v", count: 20_000)
        #expect(try writes(Array(repeating: value, count: 20)) == 20 + 1)
    }

    @Test func aLogThatIsNotFlushedDoesNot() throws {
        let value = String(repeating: "v", count: 17_000)
        #expect(try writes(Array(repeating: value, count: 20), flushing: false) == 20 + 1)
    }

    @Test func roomStaysWithinTheSegmentAndGoesWithIt() throws {
        let log = try open { $0.segmentBytes = 10_000 }
        let values = (0..<60).map { "value \($0) " + String(repeating: "v", count: 400) }
        for value in values {
            try log.append([value])
            try log.flush()
        }
        #expect(log.segmentBaseOffsets.count > 2)
        #expect(try self.values(log) == values)
        let sealed = try #require(files.content(path + "/00000000000000000000.log"))
        #expect(sealed.count <= 10_000)
        try log.truncate(to: LogOffset(30))
        try log.append(["next"])
        try log.flush()
        try log.append(["last"])
        try log.close()
        #expect(try self.values(open()) == values[..<30] + ["next", "last"])
    }

    @Test func whatWasFlushedOutlivesAPowerCut() throws {
        let log = try open()
        let values = (0..<50).map { "value \($0)" }
        for value in values {
            try log.append([value])
            try log.flush()
        }
        for seed in UInt64(0)..<20 {
            var generator = SeededGenerator(seed: seed)
            #expect(try self.values(open(files.crashed(&generator))) == values)
        }
    }

    @Test func roomThatCannotBeWrittenFailsTheAppend() throws {
        let log = try open()
        for value in ["one", "two"] {
            try log.append([value])
            try log.flush()
        }
        files.fail(.write, after: 0, with: EIO)
        let error = #expect(throws: LogError.self) { try log.append(["three"]) }
        #expect(error?.code == .io && log.failure != nil)
        #expect(files.stopFailing() == .write)
        #expect(try values(log) == ["one", "two"])
    }
}
