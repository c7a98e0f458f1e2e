import RecordFormat
import Testing

@testable import Coordination

/// A start that an administrator sets, and how far a group is said to have come.
@Suite struct SharePartitionAdministrationTests {
    private static let key = SharePartitionKey(groupID: "g", topicID: TopicID(high: 1, low: 2), partition: 3)
    private static let now = CoordinationTime(instant: .start, timestamp: Timestamp(milliseconds: 1))
    private let settings = ShareSettings()

    private func makePartition() -> SharePartition {
        var share = SharePartition(key: Self.key, startOffset: .zero, at: Self.now.timestamp)
        let write = share.establish(leaderEpoch: 0, at: Self.now.timestamp)
        share.writeEnded(write.id, isDurable: true)
        return share
    }

    @discardableResult private func acquire(
        _ share: inout SharePartition, _ range: Range<Int64>, by member: MemberID = "m"
    ) -> [AcquiredRange] {
        defer { share.checkInvariants() }
        return share.acquire(
            ShareAcquisition(member: member, maxRecords: 500, batchSize: 500), from: LogOffset(range.lowerBound),
            [ShareableBatch(first: LogOffset(range.lowerBound), next: LogOffset(range.upperBound))], settings,
            at: Self.now.instant)
    }

    private func acknowledge(_ share: inout SharePartition, _ range: ClosedRange<Int64>) throws -> ShareWrite? {
        defer { share.checkInvariants() }
        let acknowledgement = ShareAcknowledgement(
            first: LogOffset(range.lowerBound), last: LogOffset(range.upperBound), types: [1])
        return try share.acknowledge([acknowledgement], by: "m", settings, at: Self.now)
    }

    private func alter(_ share: inout SharePartition, to offset: Int64) -> ShareWrite? {
        defer { share.checkInvariants() }
        return share.alterStart(to: LogOffset(offset), leaderEpoch: 7, at: Self.now.timestamp)
    }

    private func end(_ write: ShareWrite?, _ share: inout SharePartition, isDurable: Bool = true) throws {
        share.writeEnded(try #require(write).id, isDurable: isDurable)
        share.checkInvariants()
    }

    @Test(arguments: [Int64(0), 4, 10, 25]) func newStartForgetsWhatWasKnown(offset: Int64) throws {
        var share = makePartition()
        acquire(&share, 0..<10)
        try end(try acknowledge(&share, 0...1), &share)
        try end(try acknowledge(&share, 5...6), &share)
        let write = try #require(alter(&share, to: offset))
        guard case .snapshot(_, let snapshot?) = write.record else { throw ShareRefusal.invalidRequest("no snapshot") }
        #expect(snapshot.startOffset == LogOffset(offset) && snapshot.batches.isEmpty)
        #expect(snapshot.stateEpoch == 1 && snapshot.leaderEpoch == 7)
        // Nothing is given away, and nothing shown of it, before it is durable.
        #expect(share.nextFetchOffset(settings) == nil && acquire(&share, offset..<30).isEmpty)
        #expect(share.progress == SharePartitionProgress(startOffset: LogOffset(2), doneCount: 2))
        #expect(share.nextDeadline == nil)
        try end(write, &share)
        #expect(share.progress == SharePartitionProgress(startOffset: LogOffset(offset), doneCount: 0))
        #expect(share.nextFetchOffset(settings) == LogOffset(offset))
        #expect(acquire(&share, offset..<30).map(\.deliveryCount) == [1])
        // The member that had records before has them no more.
        var restored = SharePartition(key: Self.key, snapshot: snapshot)
        #expect(restored.nextFetchOffset(settings) == LogOffset(offset))
        #expect(throws: ShareRefusal.self) { _ = try acknowledge(&restored, offset...(offset + 1)) }
    }

    @Test func recordsOfALookFromBeforeAreNotGiven() throws {
        var share = makePartition()
        acquire(&share, 0..<10)
        let looked = try #require(share.nextFetchOffset(settings))
        try end(alter(&share, to: 3), &share)
        // The batches between would be passed over for good.
        #expect(acquire(&share, looked.rawValue..<20).isEmpty && share.endOffset == LogOffset(3))
    }

    @Test func startThatIsNotStoredNeverWas() throws {
        var share = makePartition()
        acquire(&share, 0..<10)
        try end(try acknowledge(&share, 4...5), &share)
        let underWay = try acknowledge(&share, 0...1)
        let write = alter(&share, to: 20)
        #expect(alter(&share, to: 30) == nil)
        // What was on its way to the log fails along with it, and brings nothing back twice.
        try end(underWay, &share, isDurable: false)
        try end(write, &share, isDurable: false)
        #expect(share.progress == SharePartitionProgress(startOffset: .zero, doneCount: 2))
        let given = acquire(&share, 0..<10, by: "n")
        #expect(given.map(\.first) == [LogOffset(0), LogOffset(6)] && given.map(\.deliveryCount) == [1, 1])
        // Whether the log has the start is not known: the next write says everything.
        let release = share.release("n", settings, at: Self.now)
        #expect(try #require(release).isSnapshot)
    }

    @Test func acknowledgementThatIsStoredInTheMeantimeChangesNothing() throws {
        var share = makePartition()
        acquire(&share, 0..<10)
        let underWay = try acknowledge(&share, 0...9)
        let write = alter(&share, to: 5)
        try end(underWay, &share)
        #expect(share.progress?.startOffset == .zero)
        try end(write, &share)
        #expect(share.startOffset == LogOffset(5) && share.nextFetchOffset(settings) == LogOffset(5))
    }

    @Test func logThatLetsGoInTheMeantimeCounts() throws {
        var share = makePartition()
        let write = alter(&share, to: 5)
        share.logStartMoved(to: LogOffset(8))
        share.checkInvariants()
        try end(write, &share)
        #expect(share.progress?.startOffset == LogOffset(8))
    }

    @Test func lagCountsWhatIsNotDoneWith() throws {
        var share = SharePartition(key: Self.key, startOffset: .zero, at: Self.now.timestamp)
        #expect(share.progress == nil && share.isLost)
        let write = share.establish(leaderEpoch: 0, at: Self.now.timestamp)
        #expect(share.progress == nil && !share.isLost)
        try end(write, &share)
        #expect(share.progress?.lag(behind: LogOffset(12)) == 12)
        acquire(&share, 0..<10)
        try end(try acknowledge(&share, 3...5), &share)
        #expect(share.progress?.lag(behind: LogOffset(12)) == 9)
        try end(try acknowledge(&share, 0...2), &share)
        #expect(share.progress == SharePartitionProgress(startOffset: LogOffset(6), doneCount: 0))
        #expect(share.progress?.lag(behind: LogOffset(5)) == 0)
    }
}
