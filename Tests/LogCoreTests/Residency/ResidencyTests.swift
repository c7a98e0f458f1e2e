import Foundation
import RecordFormat
import StorageHarness
import Testing

@testable import LogCore

/// Logs that may hold only so many files open.
@Suite struct ResidencyTests {
    private let files = CrashFileSystem(seed: 1)

    private func open(
        _ path: String, _ residency: LogResidency, observer: RecordingObserver = RecordingObserver()
    ) throws -> PartitionLog {
        var configuration = LogConfiguration()
        configuration.segmentBytes = 300
        configuration.indexIntervalBytes = 0
        return try PartitionLog.open(
            path, configuration: configuration, known: .init(), observer: observer, fileSystem: files,
            residency: residency)
    }

    private func values(_ log: PartitionLog) throws -> [String?] {
        try log.records(from: .zero).map { $0.value?.string }
    }

    @Test func filesAreGivenBackAndOpenedAgain() throws {
        let residency = LogResidency(.init(descriptors: 6, mappings: 2))
        var logs: [PartitionLog] = []
        var expected: [[String]] = []
        for number in 0..<10 {
            logs.append(try open("/data/events-\(number)", residency))
            expected.append([])
        }
        for round in 0..<20 {
            for (number, log) in logs.enumerated() {
                try log.append(["\(number)-\(round)"])
                expected[number].append("\(number)-\(round)")
                #expect(residency.statistics.descriptors <= 6 && residency.statistics.mappings <= 2)
            }
        }
        for (log, values) in zip(logs, expected) {
            #expect(log.segmentBaseOffsets.count > 3)
            #expect(try self.values(log) == values)
            #expect(residency.statistics.descriptors <= 6 && residency.statistics.mappings <= 2)
        }
        #expect(residency.statistics.givenBack > 100)
        for log in logs { try log.close() }
        logs.removeAll()
        #expect(residency.statistics.descriptors == 0 && residency.statistics.mappings == 0)
    }

    @Test func aReaderKeepsWhatItHolds() throws {
        let residency = LogResidency.tight
        let log = try open("/data/events-0", residency)
        for number in 0..<20 { try log.append(["\(number)"]) }
        let slice = try #require(try log.read(from: .zero, upTo: .logEnd, limit: 1, mustProgress: true).slice)
        let descriptor = slice.file.descriptor
        // Reads of all other segments, a truncation and a deletion leave no room for it.
        #expect(try values(log).count == 20)
        log.advanceHighWatermark(to: LogOffset(20))
        try log.advanceLogStart(to: LogOffset(18))
        try log.truncate(to: LogOffset(19))
        #expect(slice.file.descriptor == descriptor)
        var batches = RecordBatchSequence(try slice.readBytes())
        #expect(try batches.next()?.records().first?.value?.string == "0")
    }

    @Test func whatIsNotSyncedIsSyncedBeforeItIsGivenBack() throws {
        let residency = LogResidency(.init(descriptors: 2, mappings: 2))
        let log = try open("/data/events-0", residency)
        try log.append(["one"])
        let syncs = files.count(of: .syncData)
        let others = try (1..<4).map { try open("/data/events-\($0)", residency) }
        for log in others { #expect(try values(log).isEmpty) }
        for log in others { try log.append(["other"]) }
        for log in others { try log.append(["another"]) }
        #expect(files.count(of: .syncData) > syncs)
        // The flush finds nothing left to do but the names.
        try log.flush()
        #expect(try values(log) == ["one"])
    }

    @Test func aSyncThatFailedOnTheWayOutFailsTheFlush() throws {
        let residency = LogResidency(.init(descriptors: 2, mappings: 2))
        let observer = RecordingObserver()
        let log = try open("/data/events-0", residency, observer: observer)
        try log.append(["one"])
        files.fail(.syncData, after: 0, with: EIO)
        let others = try (1..<4).map { try open("/data/events-\($0)", residency) }
        for _ in 0..<8 { for log in others { #expect(try values(log).isEmpty) } }
        #expect(files.stopFailing() == .syncData)
        #expect(observer.failures.isEmpty)
        let error = #expect(throws: LogError.self) { try log.flush() }
        #expect(error?.code == .io && observer.failures.count == 1)
        #expect(log.watermarks.recoveryPoint == .zero)
        #expect(throws: LogError.self) { try log.append(["two"]) }
    }

    /// The process has no descriptor left: that is no fault of the log's, and passes.
    @Test(arguments: [EMFILE, ENFILE]) func aProcessWithoutDescriptorsIsToldSo(errno: Int32) throws {
        let residency = LogResidency(.init(descriptors: 2, mappings: 2))
        let observer = RecordingObserver()
        let log = try open("/data/events-0", residency, observer: observer)
        for number in 0..<10 { try log.append(["\(number)"]) }
        let others = try (1..<4).map { try open("/data/events-\($0)", residency) }
        for log in others { try log.append(["other"]) }
        files.fail(.open, after: 0, with: errno, isLasting: true)
        for body in [
            { _ = try log.append(["10"]) }, { try log.rollNow() },
            { _ = try log.read(from: .zero, upTo: .logEnd, limit: 1, mustProgress: true) },
        ] as [() throws -> Void] {
            let error = #expect(throws: LogError.self) { try body() }
            #expect(error?.code == .tooManyOpenFiles && error?.isRetriable == true && error?.requiresReopen == false)
            #expect(error?.message.contains("raise") == true)
        }
        files.stopFailing()
        #expect(observer.failures.isEmpty && log.failure == nil)
        try log.append(["10"])
        try log.flush()
        #expect(try values(log) == (0...10).map { "\($0)" })
    }

    @Test func aFlushWithoutDescriptorsIsDoneByTheNext() throws {
        let residency = LogResidency(.init(descriptors: 1, mappings: 1))
        let log = try open("/data/events-0", residency)
        try log.append(["one"])
        let other = try open("/data/events-1", residency)
        try other.append(["other"])
        files.fail(.openDirectory, after: 0, with: EMFILE, isLasting: true)
        let error = #expect(throws: LogError.self) { try log.flush() }
        #expect(error?.code == .tooManyOpenFiles && log.failure == nil)
        #expect(log.hasUnflushedRecords)
        files.stopFailing()
        try log.flush()
        var generator = SeededGenerator(seed: 1)
        let crashed = files.crashed(&generator)
        let reopened = try PartitionLog.open(
            "/data/events-0", configuration: LogConfiguration(), known: .init(recoveryPoint: LogOffset(1)),
            observer: RecordingObserver(), fileSystem: crashed)
        #expect(try values(reopened) == ["one"])
    }

    @Test func aMappingThatIsRefusedIsTriedAgainLater() throws {
        let log = try open("/data/events-0", .tight)
        for number in 0..<30 { try log.append(["\(number)"]) }
        files.fail(.map, after: 0, with: ENOMEM, isLasting: true)
        let error = #expect(throws: LogError.self) {
            try log.offset(for: Timestamp(milliseconds: 1_000), upTo: .logEnd)
        }
        #expect(error?.code == .tooManyOpenFiles && error?.message.contains("vm.max_map_count") == true)
        files.stopFailing()
        #expect(try log.offset(for: Timestamp(milliseconds: 1_000), upTo: .logEnd)?.offset == .zero)
        #expect(log.failure == nil)
    }

    @Test func theLimitsOfTheProcessAreHalved() {
        let limits = LogResidency.Limits.ofProcess()
        var descriptors = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &descriptors)
        #expect(limits.descriptors == min(Int(clamping: descriptors.rlim_cur), 1 << 20) / 2)
        #expect((1...1 << 19).contains(limits.mappings))
    }
}
