import RecordFormat
import Testing

@testable import Coordination

@Suite struct SharePartitionTests {
    private static let key = SharePartitionKey(groupID: "g", topicID: TopicID(high: 1, low: 2), partition: 3)
    private var settings: ShareSettings = {
        var settings = ShareSettings()
        settings.deliveryCountLimit = 2
        settings.maxRecordLocks = 100
        settings.lockDuration = .seconds(10)
        return settings
    }()

    private static func drawn(_ name: String) throws -> ByteSlice {
        try GroupRecordTests.drawn(name, in: "share-group-state.md")
    }

    private func time(_ seconds: Int) -> CoordinationTime {
        CoordinationTime(
            instant: CoordinationInstant(sinceStart: .seconds(seconds)), timestamp: Timestamp(milliseconds: 1))
    }

    private func makePartition(from start: Int64 = 0) -> SharePartition {
        var share = SharePartition(key: Self.key, startOffset: LogOffset(start), at: Timestamp(milliseconds: 1))
        let write = share.establish(leaderEpoch: 0, at: Timestamp(milliseconds: 1))
        #expect(write.isSnapshot)
        #expect(share.nextFetchOffset(settings) == nil)
        share.writeEnded(write.id, isDurable: true)
        return share
    }

    private func batches(_ ranges: Range<Int64>...) -> [ShareableBatch] {
        ranges.map { ShareableBatch(first: LogOffset($0.lowerBound), next: LogOffset($0.upperBound)) }
    }

    private func acquire(
        _ share: inout SharePartition, _ member: MemberID, _ batches: [ShareableBatch], max: Int = 500,
        batchSize: Int = 500, isStrict: Bool = false, at seconds: Int = 0
    ) -> [AcquiredRange] {
        guard let offset = share.nextFetchOffset(settings) else { return [] }
        let found = batches.filter { $0.next > offset }
        let acquired = share.acquire(
            ShareAcquisition(member: member, maxRecords: max, batchSize: batchSize, isStrict: isStrict), from: offset,
            found, settings, at: time(seconds).instant)
        share.checkInvariants()
        return acquired
    }

    private func acknowledge(
        _ share: inout SharePartition, _ member: MemberID, _ range: ClosedRange<Int64>, _ types: Int8...,
        at seconds: Int = 0
    ) throws {
        let acknowledgement = ShareAcknowledgement(
            first: LogOffset(range.lowerBound), last: LogOffset(range.upperBound), types: types)
        let write = try share.acknowledge([acknowledgement], by: member, settings, at: time(seconds))
        share.checkInvariants()
        if let write { share.writeEnded(write.id, isDurable: true) }
        share.checkInvariants()
    }

    private func range(_ first: Int64, _ next: Int64, _ count: Int16) -> AcquiredRange {
        AcquiredRange(first: LogOffset(first), next: LogOffset(next), deliveryCount: count)
    }

    @Test func twoMembersGetDifferentRecords() throws {
        var share = makePartition()
        let log = batches(0..<10, 10..<20, 20..<30)
        #expect(acquire(&share, "m1", log, max: 10) == [range(0, 10, 1)])
        #expect(acquire(&share, "m2", log, max: 15) == [range(10, 30, 1)])
        #expect(acquire(&share, "m1", log).isEmpty)
        #expect(share.endOffset == LogOffset(30) && share.startOffset == .zero)
        try acknowledge(&share, "m2", 10...29, 1)
        #expect(share.startOffset == .zero)
        try acknowledge(&share, "m1", 0...9, 1)
        #expect(share.startOffset == LogOffset(30) && share.runs.isEmpty)
    }

    @Test func strictLimitCutsBatches() throws {
        var share = makePartition()
        let log = batches(0..<10, 10..<20)
        #expect(acquire(&share, "m1", log, max: 3, isStrict: true) == [range(0, 3, 1)])
        #expect(acquire(&share, "m2", log, max: 9, isStrict: true) == [range(3, 12, 1)])
        #expect(acquire(&share, "m2", log, max: 1) == [range(12, 20, 1)])
    }

    @Test func batchSizeSplitsWhatIsAcknowledgedTogether() throws {
        var share = makePartition()
        let acquired = acquire(&share, "m1", batches(0..<4, 4..<8, 8..<12, 12..<40), batchSize: 8)
        #expect(acquired == [range(0, 8, 1), range(8, 12, 1), range(12, 40, 1)])
    }

    @Test func lockThatEndsGivesRecordsToOthersUntilTheLimit() throws {
        var share = makePartition()
        let log = batches(0..<10)
        #expect(acquire(&share, "m1", log) == [range(0, 10, 1)])
        #expect(share.nextDeadline == time(10).instant)
        #expect(share.expireLocks(settings, at: time(9)) == nil)
        let expiry = share.expireLocks(settings, at: time(10))
        let write = try #require(expiry)
        guard case .update(_, let update?) = write.record else { throw ShareRefusal.invalidRequest("no update") }
        let stored = ShareStateBatch(first: .zero, next: LogOffset(10), state: .available, deliveryCount: 1)
        #expect(update.batches == [stored])
        // Nobody waits for the write.
        #expect(acquire(&share, "m2", log, at: 10) == [range(0, 10, 2)])
        #expect(throws: ShareRefusal.self) { try acknowledge(&share, "m1", 0...9, 1, at: 10) }
        try acknowledge(&share, "m2", 0...3, 1, at: 11)
        // The rest has been delivered as often as it may be.
        _ = share.expireLocks(settings, at: time(20))
        #expect(share.startOffset == LogOffset(10) && acquire(&share, "m1", log, at: 20).isEmpty)
    }

    @Test func eachTypeOfAcknowledgementHasItsEnd() throws {
        var share = makePartition()
        let log = batches(0..<6)
        _ = acquire(&share, "m1", log)
        try acknowledge(&share, "m1", 0...5, 1, 2, 3, 0, 2, 4)
        #expect(share.startOffset == LogOffset(1))
        let states = share.runs.elements.map(\.state)
        #expect(states == [.available, .archived, .available, .acquired])
        #expect(acquire(&share, "m2", log) == [range(1, 2, 2), range(4, 5, 2)])
        // Given back once more they have been delivered often enough.
        try acknowledge(&share, "m2", 1...1, 2)
        try acknowledge(&share, "m2", 4...4, 2)
        #expect(share.startOffset == LogOffset(5))
    }

    @Test func renewedLocksBeginAnew() throws {
        var share = makePartition()
        _ = acquire(&share, "m1", batches(0..<4))
        try acknowledge(&share, "m1", 0...1, 4, at: 9)
        _ = share.expireLocks(settings, at: time(10))
        #expect(share.runs.elements.map(\.state) == [.acquired, .available])
        #expect(share.nextDeadline == time(19).instant)
    }

    @Test func refusedAcknowledgementsChangeNothing() throws {
        var share = makePartition()
        _ = acquire(&share, "m1", batches(0..<10))
        let before = share.runs
        func refused(_ acknowledgements: [(ClosedRange<Int64>, [Int8])], by member: MemberID = "m1") throws -> Bool {
            let acknowledgements = acknowledgements.map {
                ShareAcknowledgement(
                    first: LogOffset($0.0.lowerBound), last: LogOffset($0.0.upperBound), types: $0.1)
            }
            do {
                _ = try share.acknowledge(acknowledgements, by: member, settings, at: time(0))
                return false
            } catch { return share.runs == before }
        }
        #expect(try refused([(0...3, [1])], by: "m2"))
        #expect(try refused([(0...10, [1])]))
        #expect(try refused([(0...3, [1]), (3...4, [1])]))
        #expect(try refused([(4...5, [1]), (0...1, [1])]))
        #expect(try refused([(0...3, [1, 1])]))
        #expect(try refused([(0...3, [])]))
        #expect(try refused([(0...3, [5])]))
        #expect(try refused([(0...3, [1]), (20...30, [1])]))
        try acknowledge(&share, "m1", 0...3, 1)
        // What is below the start is done with: that is no mistake.
        try acknowledge(&share, "m1", 0...3, 1)
        try acknowledge(&share, "m1", 2...5, 1)
        #expect(share.startOffset == LogOffset(6))
    }

    @Test func acknowledgedRecordsStayPutUntilTheWriteHasEnded() throws {
        var share = makePartition()
        let log = batches(0..<10)
        _ = acquire(&share, "m1", log)
        let acknowledgement = ShareAcknowledgement(first: .zero, last: LogOffset(9), types: [2])
        let first = try share.acknowledge([acknowledgement], by: "m1", settings, at: time(0))
        let write = try #require(first)
        #expect(write.isAwaited && share.nextFetchOffset(settings) == LogOffset(10))
        #expect(throws: ShareRefusal.self) {
            _ = try share.acknowledge([acknowledgement], by: "m1", settings, at: time(0))
        }
        #expect(share.expireLocks(settings, at: time(50)) == nil)
        // The write fails: the member has the records as before.
        share.writeEnded(write.id, isDurable: false)
        share.checkInvariants()
        let again = try share.acknowledge([acknowledgement], by: "m1", settings, at: time(1))
        let second = try #require(again)
        // Whether the log has the first is not known, so the second says everything.
        #expect(second.isSnapshot)
        share.writeEnded(second.id, isDurable: true)
        #expect(acquire(&share, "m2", log) == [range(0, 10, 2)])
    }

    @Test func recordsBehindOneThatIsHeldHaveALimit() throws {
        var share = makePartition()
        let log = batches(0..<60, 60..<120, 120..<180)
        #expect(acquire(&share, "m1", log) == [range(0, 120, 1)])
        #expect(share.nextFetchOffset(settings) == nil)
        // However many others the group has done with.
        try acknowledge(&share, "m1", 1...119, 1)
        #expect(share.nextFetchOffset(settings) == nil)
        #expect(acquire(&share, "m2", log) == [])
        try acknowledge(&share, "m1", 0...0, 1)
        #expect(acquire(&share, "m2", log) == [range(120, 180, 1)])
        try acknowledge(&share, "m2", 120...120, 2)
        #expect(share.nextFetchOffset(settings) == LogOffset(120))
    }

    @Test func gapsAndHiddenBatchesArePassedOver() throws {
        var share = makePartition(from: 5)
        var log = batches(8..<10, 12..<14)
        log.insert(ShareableBatch(first: LogOffset(10), next: LogOffset(12), isVisible: false), at: 1)
        #expect(acquire(&share, "m1", log) == [range(8, 10, 1), range(12, 14, 1)])
        #expect(share.startOffset == LogOffset(8))
        try acknowledge(&share, "m1", 8...9, 1)
        #expect(share.startOffset == LogOffset(12))
    }

    @Test func logThatLetsGoMovesTheStart() throws {
        var share = makePartition()
        _ = acquire(&share, "m1", batches(0..<10, 10..<20))
        share.logStartMoved(to: LogOffset(15))
        share.checkInvariants()
        #expect(share.startOffset == LogOffset(15))
        try acknowledge(&share, "m1", 0...19, 1)
        #expect(share.startOffset == LogOffset(20))
        share.logStartMoved(to: LogOffset(100))
        #expect(share.nextFetchOffset(settings) == LogOffset(100))
    }

    @Test func recordsComeBackFromTheirBytes() throws {
        let batch = ShareStateBatch(first: LogOffset(5), next: LogOffset(9), state: .archived, deliveryCount: 4)
        let snapshot = ShareSnapshot(
            snapshotEpoch: 1, stateEpoch: 2, leaderEpoch: 3, startOffset: LogOffset(4),
            createTimestamp: Timestamp(milliseconds: 5), writeTimestamp: Timestamp(milliseconds: 6), batches: [batch])
        let update = ShareUpdate(snapshotEpoch: 1, leaderEpoch: 3, startOffset: LogOffset(4), batches: [batch])
        let records: [ShareStateRecord] = [
            .snapshot(Self.key, snapshot), .snapshot(Self.key, nil), .update(Self.key, update),
        ]
        for record in records { #expect(try ShareStateRecord(record.encoded()) == record) }
        // The drawings of docs/format/share-group-state.md.
        let written = records.map { $0.encoded() }
        #expect(written[0].key == (try Self.drawn("share-state-key")))
        #expect(written[2].key.array == [0, 1] + written[0].key.array.dropFirst(2))
        #expect(written[0].value == (try Self.drawn("share-snapshot-value")))
        #expect(written[2].value == (try Self.drawn("share-update-value")))
        // Cut anywhere, a record is refused and takes nothing down.
        let whole = try #require(written[0].value)
        for end in 0..<whole.count {
            let cut = GroupRecord(key: written[0].key, value: whole[0..<end])
            #expect(throws: RecordDecodingError.self) { try ShareStateRecord(cut) }
        }
    }
}
