import RecordFormat
import Testing

@testable import KafkaClient
@testable import RESTProxy

@Suite struct InstanceRecordsTests {
    private let first = TopicPartition("t", 0)
    private let second = TopicPartition("t", 1)

    private func batch(_ partition: TopicPartition, _ offsets: Range<Int64>, size: Int = 10) -> ConsumedBatch {
        ConsumedBatch(
            topicPartition: partition,
            records: offsets.map {
                Record(
                    offset: LogOffset($0), timestamp: .none, key: nil,
                    value: ByteSlice([UInt8](repeating: 1, count: size)))
            }, leaderEpoch: .none, highWatermark: .zero, timestampType: .createTime,
            nextOffset: LogOffset(offsets.upperBound))
    }

    private func offsets(_ records: [InstanceRecords.Pending]) -> [Int64] { records.map(\.record.offset.rawValue) }

    @Test func readsTakeWhatFits() {
        var records = InstanceRecords()
        records.append([batch(first, 0..<5)])
        #expect(offsets(records.take(upTo: 31, after: 0)) == [0, 1, 2])
        #expect(offsets(records.take(upTo: 31, after: 10)) == [3, 4])
        #expect(records.take(upTo: 31, after: 0).isEmpty)
    }

    @Test func aRecordThatIsTooLargeComesByItself() {
        var records = InstanceRecords()
        records.append([batch(first, 0..<2, size: 100)])
        #expect(records.take(upTo: 50, after: 10).isEmpty)
        #expect(offsets(records.take(upTo: 50, after: 0)) == [0])
        #expect(offsets(records.take(upTo: 50, after: 0)) == [1])
    }

    @Test func whatIsPutBackComesAgain() {
        var records = InstanceRecords()
        records.append([batch(first, 0..<4)])
        let taken = records.take(upTo: 21, after: 0)
        records.putBack(taken)
        #expect(offsets(records.take(upTo: 1000, after: 0)) == [0, 1, 2, 3])
    }

    @Test func answersMovePlaces() {
        var records = InstanceRecords()
        records.append([batch(first, 3..<5), batch(second, 7..<8)])
        let taken = records.take(upTo: 1000, after: 0)
        #expect(records.answered(taken) == [first: LogOffset(5), second: LogOffset(8)])
        #expect(records.places == [first: LogOffset(5), second: LogOffset(8)])
    }

    @Test func aSeekDropsWhatWasFetchedBefore() {
        var records = InstanceRecords()
        records.append([batch(first, 0..<4), batch(second, 0..<2)])
        let taken = records.take(upTo: 21, after: 0)
        records.move(first, to: LogOffset(9))
        records.putBack(taken)
        #expect(records.answered(taken).isEmpty)
        #expect(records.places == [first: LogOffset(9)])
        let rest = records.take(upTo: 1000, after: 0)
        #expect(rest.allSatisfy { $0.partition == second })
        #expect(offsets(rest) == [0, 1])
    }

    @Test func whatIsFetchedAfterASeekCounts() {
        var records = InstanceRecords()
        records.append([batch(first, 0..<2)])
        records.move(first, to: LogOffset(9))
        records.append([batch(first, 9..<11)])
        let taken = records.take(upTo: 11, after: 0)
        #expect(offsets(taken) == [9])
        #expect(records.answered(taken) == [first: LogOffset(10)])
        records.putBack(taken)
        #expect(offsets(records.take(upTo: 1000, after: 0)) == [9, 10])
    }

    @Test func partitionsThatGoTakeTheirRecordsAlong() {
        var records = InstanceRecords()
        records.append([batch(first, 0..<2), batch(second, 0..<2)])
        _ = records.answered(records.take(upTo: 11, after: 0))
        #expect(records.drop([first]) == [first: LogOffset(1)])
        #expect(records.places.isEmpty)
        #expect(records.take(upTo: 1000, after: 0).allSatisfy { $0.partition == second })
    }
}
