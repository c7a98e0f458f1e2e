import Foundation
import LogCore
import RecordFormat
import StorageHarness
import Testing

/// Small appends that are copied into the mapped tail of the file: when, and what becomes of them.
@Suite struct MappedTailTests {
    private let files = CrashFileSystem(seed: 1)
    private let path = PartitionLogCrashTests.path
    private var logFile: String { path + "/00000000000000000000.log" }

    private func open(
        _ files: CrashFileSystem? = nil, _ change: (inout LogConfiguration) -> Void = { _ in }
    ) throws -> PartitionLog {
        var configuration = LogConfiguration()
        configuration.tailMapping.leastAhead = 0
        change(&configuration)
        return try PartitionLog.open(
            path, configuration: configuration, known: .init(), observer: SilentObserver(),
            fileSystem: files ?? self.files)
    }

    private func values(_ log: PartitionLog) throws -> [String] {
        try log.records(from: log.watermarks.logStartOffset).map { $0.value?.string ?? "" }
    }

    // MARK: - When

    @Test func aLogIsMappedOnceMuchWasAppendedSinceItsLastFlush() throws {
        let log = try open { $0.tailMapping.leastAhead = 16 << 10 }
        let value = String(repeating: "v", count: 1_000)
        for _ in 0..<10 { try log.append([value]) }
        #expect(!log.hasMappedTail && files.count(of: .copy) == 0)
        for _ in 0..<20 { try log.append([value]) }
        #expect(log.hasMappedTail && files.count(of: .copy) > 10)
        #expect(try values(log) == Array(repeating: value, count: 30))
    }

    @Test func aLogThatIsFlushedEachTimeIsNot() throws {
        let log = try open { $0.tailMapping.leastAhead = 16 << 10 }
        let value = String(repeating: "v", count: 1_000)
        for _ in 0..<50 {
            try log.append([value])
            try log.flush()
        }
        #expect(!log.hasMappedTail && files.count(of: .copy) == 0)
    }

    @Test func largeBatchesAreWrittenBetweenSmallOnes() throws {
        let log = try open()
        let values = (0..<40).map { "\($0) " + String(repeating: "x", count: $0 % 3 == 0 ? 40_000 : 10) }
        for value in values { try log.append([value]) }
        #expect(files.count(of: .copy) > 20 && files.count(of: .write) > 10)
        #expect(try self.values(log) == values)
        try log.close()
        #expect(try self.values(open()) == values)
    }

    @Test func anIdleTailIsGivenBackAndTakenAgain() throws {
        let log = try open()
        try log.append(["one"])
        log.unmapIdleTail()
        try log.append(["two"])
        log.unmapIdleTail()
        #expect(log.hasMappedTail)
        log.unmapIdleTail()
        #expect(!log.hasMappedTail)
        try log.append(["three"])
        #expect(log.hasMappedTail)
        #expect(try values(log) == ["one", "two", "three"])
    }

    @Test func aSystemThatTakesNoPagesAheadIsWrittenTo() throws {
        for call in [CrashFileSystem.Call.map, .populate] {
            let files = CrashFileSystem(seed: 1)
            let log = try open(files)
            files.fail(call, after: 0, with: EINVAL)
            for index in 0..<5 { try log.append(["\(index)"]) }
            #expect(files.stopFailing() == call)
            #expect(!log.hasMappedTail && files.count(of: .copy) == 0 && log.failure == nil)
            #expect(try values(log) == ["0", "1", "2", "3", "4"])
        }
    }

    @Test func aFileSystemThatReservesNoRoomIsWrittenTo() throws {
        files.refuseAllocation()
        let log = try open()
        for index in 0..<5 { try log.append(["\(index)"]) }
        #expect(!log.hasMappedTail && files.count(of: .copy) == 0)
        #expect(try values(log) == ["0", "1", "2", "3", "4"])
    }

    // MARK: - Where the file is cut

    @Test func aTruncationGoesOnBehindTheCut() throws {
        let log = try open()
        for index in 0..<10 { try log.append(["\(index)"]) }
        try log.truncate(to: LogOffset(4))
        #expect(!log.hasMappedTail)
        for index in 10..<13 { try log.append(["\(index)"]) }
        let expected = ["0", "1", "2", "3", "10", "11", "12"]
        #expect(try values(log) == expected)
        try log.close()
        #expect(try values(open()) == expected)
    }

    @Test func aNewSegmentIsMappedAnew() throws {
        let log = try open { $0.segmentBytes = 1_000 }
        let values = (0..<60).map { "value \($0)" }
        for value in values { try log.append([value]) }
        #expect(log.segmentBaseOffsets.count > 4 && log.hasMappedTail)
        #expect(try self.values(log) == values)
        try log.close()
        #expect(try self.values(open()) == values)
    }

    // MARK: - Durability and faults

    @Test func aFlushMakesCopiesDurable() throws {
        let log = try open()
        for index in 0..<50 { try log.append(["\(index)"]) }
        #expect(files.count(of: .copy) == 50)
        try log.flush()
        for seed in UInt64(0)..<20 {
            var generator = SeededGenerator(seed: seed)
            #expect(try values(open(files.crashed(&generator))).count == 50)
        }
    }

    @Test func aFullDiskRefusesAndTheTailGoesOn() throws {
        let log = try open()
        let big = String(repeating: "b", count: 700_000)
        try log.append(["one"])
        try log.append([big])
        // The next piece of room holds more small ones.
        try log.append(["more"])
        files.isFull = true
        let error = #expect(throws: LogError.self) { for _ in 0..<10 { try log.append([big]) } }
        #expect(error?.code == .storageFull && log.failure == nil)
        try log.append(["two"])
        #expect(try values(log).filter { $0 != big } == ["one", "more", "two"] && log.hasMappedTail)
        files.isFull = false
        try log.append([big])
        try log.append(["three"])
        try log.flush()
        #expect(try values(open()).filter { $0 != big } == ["one", "more", "two", "three"])
    }

    @Test func aCopyThatMeetsALostPageTakesTheLogOffline() throws {
        let log = try open()
        for index in 0..<5 { try log.append(["\(index)"]) }
        files.fail(.copy, after: 0)
        let error = #expect(throws: LogError.self) { try log.append(["lost"]) }
        #expect(error?.code == .io && log.failure != nil)
        #expect(throws: LogError.self) { try log.append(["refused"]) }
        let reopened = try open()
        #expect(try values(reopened) == ["0", "1", "2", "3", "4"])
        #expect(try reopened.append(["next"]).firstOffset.rawValue == 5)
    }

    /// A process that is killed in the middle of a copy leaves any part of it: not even from the front.
    @Test func whatAKilledProcessLeavesOfACopyIsCutOff() throws {
        let log = try open()
        for index in 0..<5 { try log.append(["\(index)"]) }
        let before = log.size
        try log.append(["half " + String(repeating: "h", count: 150)])
        let whole = try #require(files.content(logFile))
        for left in before..<log.size {
            for isFront in [true, false] {
                var torn = whole
                // One byte at least is missing, of those that are not zero anyway.
                for index in before..<log.size where isFront ? index >= left : index <= left { torn[index] = 0 }
                files.replace(logFile, with: torn)
                let reopened = try open()
                let found = try values(reopened)
                // Zeros in the place of zeros leave the batch whole.
                try #require(torn == whole || found == ["0", "1", "2", "3", "4"], "\(left) \(isFront): \(found)")
                try reopened.append(["next"])
                try #require(try values(reopened).last == "next")
            }
        }
    }

    @Test func aFileThatSomeoneElseCutsDoesNotEndTheProcess() throws {
        let directory = try TestDirectory()
        var configuration = LogConfiguration()
        configuration.tailMapping.leastAhead = 0
        let log = try PartitionLog.open(directory.log, configuration: configuration)
        let value = String(repeating: "v", count: 3_000)
        for _ in 0..<15 { try log.append([value]) }
        try #require(log.hasMappedTail)
        #expect(truncate(directory.log + "/00000000000000000000.log", 0) == 0)
        let error = #expect(throws: LogError.self) { try log.append([value]) }
        #expect(error?.code == .io && log.failure != nil)
    }
}
