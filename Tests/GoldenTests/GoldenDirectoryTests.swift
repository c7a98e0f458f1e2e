import EventStore
import Foundation
import LogCore
import RecordFormat
import ServerHarness
import Synchronization
import Testing

/// Directories of the first format version, intact and damaged, must keep opening, and say what is wrong with them.
struct GoldenDirectoryTests {
    // MARK: - Partitions

    @Test func aCleanPartitionOpensWithNothingToSay() throws {
        let opened = try Opened(.clean)
        #expect(opened.findings == [])
        #expect(opened.log.segmentBaseOffsets.map(\.rawValue) == [0, 9, 18, 27])
        #expect(try opened.everythingExpected() == Array(0..<30))
        try opened.expectLookupsToMatchAScan()
        #expect(opened.log.leaderEpochs.checkpointText == "0\n2\n0 0\n4 18\n")
        // The snapshot has what each producer sent last: the next batch is taken, one from the middle of nowhere is not.
        #expect(throws: LogError.self) { try opened.append(producer: 100, sequence: 99) }
        #expect(try opened.append(producer: 100, sequence: 15).rawValue == 30)
    }

    @Test func everyCodecIsReadAsItWasWritten() throws {
        let opened = try Opened(.compressed)
        #expect(opened.findings == [])
        #expect(try opened.everythingExpected() == Array(0..<15))
        try opened.expectLookupsToMatchAScan()
    }

    @Test func aTornTailIsCutOffAndReported() throws {
        let opened = try Opened(.tornTail, recoveryPoint: 0)
        #expect(opened.findings.count == 1)
        #expect(opened.finding("00000000000000000027.log: cut", "offset 27"))
        #expect(try opened.everythingExpected() == Array(0..<27))
        #expect(try opened.append(producer: nil).rawValue == 27)
    }

    @Test func aDamagedBatchIsReportedAndTheOthersAreServed() throws {
        let opened = try Opened(.damagedBatch)
        #expect(try opened.everythingExpected() == Array(0..<6), "reading stops at the damage")
        let error = #expect(throws: LogError.self) { try opened.read(from: 6) }
        #expect(error?.code == .corruptBatch)
        #expect(error?.message.contains("\(Fixture.first).log is damaged at position 294") == true)
        #expect(try opened.read(from: 9).map(\.offset.rawValue) == Array(9..<30))
    }

    @Test(arguments: [
        (Fixture.damagedOffsetIndex, "00000000000000000000.index"),
        (Fixture.damagedTimeIndex, "00000000000000000009.timeindex"),
    ])
    func aDamagedIndexIsMadeAnewFromTheLog(fixture: Fixture, name: String) throws {
        let opened = try Opened(fixture)
        #expect(opened.findings.count == 1)
        #expect(opened.finding(name, "the indexes of", "were rebuilt"))
        #expect(try opened.everythingExpected() == Array(0..<30))
        try opened.expectLookupsToMatchAScan()
        try opened.expectIndexes(toBeThoseOf: .clean)
    }

    @Test func missingIndexesAreMadeAnewFromTheLog() throws {
        let opened = try Opened(.missingIndexes)
        #expect(opened.finding("\(Fixture.first)."))
        #expect(try opened.everythingExpected() == Array(0..<30))
        try opened.expectLookupsToMatchAScan()
        try opened.expectIndexes(toBeThoseOf: .clean)
    }

    @Test func aDamagedSnapshotIsPassedOver() throws {
        let opened = try Opened(.damagedSnapshot)
        #expect(opened.findings.count == 1)
        #expect(opened.finding("00000000000000000030.snapshot is no producer snapshot", "passed over"))
        #expect(try opened.everythingExpected() == Array(0..<30))
        #expect(throws: LogError.self) { try opened.append(producer: 100, sequence: 99) }
        #expect(try opened.append(producer: 100, sequence: 15).rawValue == 30)
    }

    @Test func damagedLeaderEpochsAreMadeAnewFromTheBatches() throws {
        let opened = try Opened(.damagedLeaderEpochs)
        #expect(opened.finding("leader-epoch-checkpoint"))
        #expect(opened.log.leaderEpochs.checkpointText == "0\n2\n0 0\n4 18\n")
        #expect(try opened.everythingExpected() == Array(0..<30))
    }

    @Test(arguments: [Int64(0), 5])
    func whatKafkaLaysOutIsRead(recoveryPoint: Int64) throws {
        let opened = try Opened(.kafkaLayout, recoveryPoint: recoveryPoint)
        #expect(opened.findings == [])
        let records = try opened.read(from: 0)
        #expect(records.map { $0.value?.string } == KafkaLayout.values)
        #expect(records.map(\.offset.rawValue) == [0, 1, 2, 3])
        #expect(opened.log.watermarks.logEndOffset.rawValue == 5, "the batch without records keeps its offset")
        #expect(opened.log.leaderEpochs.checkpointText == "0\n1\n3 0\n")
        #expect(try opened.log.offset(for: Timestamp(milliseconds: 1_500), upTo: .logEnd)?.offset.rawValue == 2)
    }

    // MARK: - Data directories

    @Test func aDataDirectoryOpensAsItWasClosed() throws {
        let copy = try Fixture.store.copy()
        let store = try EventStore(.init(directory: copy.url.path(), now: { Fixture.now }), observer: SilentStore())
        #expect(store.wasCleanlyClosed)
        #expect(store.clusterID == Fixture.cluster)
        let stored = try store.storedPartitions()
        #expect(stored.map(\.partition.directoryName) == ["events-0", "events-1"])
        for (partition, topicID) in stored {
            let log = try store.open(
                partition, topicID: #require(topicID), configuration: Fixture.configuration
            ).log
            #expect(log.watermarks.recoveryPoint.rawValue == 1)
            #expect(log.watermarks.highWatermark.rawValue == 1)
        }
        try store.close()
    }

    @Test func aDamagedCheckpointIsNamedAndCostsReadingOnly() throws {
        let copy = try Fixture.damagedCheckpoint.copy()
        let observer = FindingObserver()
        let store = try EventStore(.init(directory: copy.url.path(), now: { Fixture.now }), observer: observer)
        #expect(observer.damage.withLock { $0 }.contains { $0.contains("recovery-point-offset-checkpoint") })
        for (partition, topicID) in try store.storedPartitions() {
            let log = try store.open(partition, topicID: #require(topicID), configuration: Fixture.configuration).log
            #expect(log.watermarks.logEndOffset.rawValue == 1)
        }
        try store.close()
    }

    // MARK: - Writing

    @Test(arguments: Fixture.allCases.filter(\.writesTheSame))
    func todaysCodeWritesTheSameBytes(fixture: Fixture) throws {
        let scratch = try TemporaryDirectory()
        let written = scratch.url.appending(path: fixture.rawValue)
        try fixture.write(to: written)
        #expect(try Fixture.files(below: written) == Fixture.files(below: fixture.url))
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["MILLRACE_WRITE_FIXTURES"] != nil))
    func missingFixturesAreWritten() throws {
        for fixture in Fixture.allCases where !FileManager.default.fileExists(atPath: fixture.url.path()) {
            try fixture.write(to: fixture.url)
        }
    }
}
