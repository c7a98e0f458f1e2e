import RecordFormat
import Testing

@testable import KafkaClient

/// Records of a call on their way into batches: none is lost, doubled or changes places, whatever partitions, times and
/// sizes they have.
@Suite struct RecordRunTests {
    private let time = Timestamp(milliseconds: 1000)

    private func record(_ text: String, time: Int64? = nil) -> ProducerRecord {
        ProducerRecord(topic: "t", value: ByteSlice(text), timestamp: time.map { Timestamp(milliseconds: $0) })
    }

    /// The runs of records that go to these partitions.
    private func runs(
        _ partitions: [Int32], _ records: ArraySlice<ProducerRecord>, isWholeCall: Bool = true
    ) -> [RecordRun] {
        var gathering = RecordRunGathering(records, isWholeCall: isWholeCall, of: "t", at: time)
        for (partition, record) in zip(partitions, records) { gathering.add(size: record.sizeBound, to: partition) }
        return gathering.finish()
    }

    @Test func neighboursOfOnePartitionAreARun() {
        // A slice that does not begin at 0, as the rest of a call's records does.
        let records = (0..<8).map { record("\($0)") }[1...]
        let runs = runs([3, 3, 5, 3, 3, 3], records)
        #expect(runs.map(\.partition.partition) == [3, 5, 3])
        #expect(runs.map { $0[0..<$0.count].map { $0.value?.string } } == [["1", "2"], ["3"], ["4", "5", "6"]])
        #expect(runs.map { $0[1..<$0.count].map { $0.value?.string } } == [["2"], [], ["5", "6"]])
        #expect(runs.map { $0.sizes } == runs.map { $0[0..<$0.count].map(\.sizeBound) })
        #expect(self.runs([], []).isEmpty)
    }

    @Test func recordsWithoutATimeHaveTheCalls() {
        let run = runs([1, 1, 1, 1], [record("a"), record("b", time: 7), record("c", time: 7), record("d")])[0]
        #expect((0..<4).map { run.time(at: $0).milliseconds } == [1000, 7, 7, 1000])
        #expect(run.prefixOfOneTime(0..<4) == 0..<1)
        #expect(run.prefixOfOneTime(1..<4) == 1..<3)
        let even = runs([1, 1], [record("a"), record("b")])[0]
        #expect(even.prefixOfOneTime(0..<2) == 0..<2)
    }

    @Test func whatIsPendingIsCountedAcrossRuns() {
        let records = ["a", "bb", "ccc", "dddd"].map { record($0) }
        let base = records[0].sizeBound - 1
        var pending = PendingRuns(runs([1, 1, 2, 2], records[...]))
        #expect(pending.leadingSize(limit: 0) == base + 1)
        #expect(pending.leadingSize(limit: 2 * base + 3) == 2 * base + 3)
        #expect(pending.leadingSize(limit: 3 * base + 5) == 2 * base + 3)
        #expect(pending.leadingSize(limit: .max) == 4 * base + 10)
        pending.advance(by: 1)
        #expect(pending.next?.records == 1..<2 && pending.leadingSize(limit: .max) == 3 * base + 9)
        pending.advance(by: 1)
        #expect(pending.next?.run.partition.partition == 2 && pending.next?.records == 0..<2)
        pending.advance(by: 2)
        #expect(pending.isEmpty && pending.next == nil)
    }

    /// Whether a run of the first record keeps the second one's value in memory.
    private func keepsOthers(_ first: String, other: Int, isWholeCall: Bool) -> Bool {
        var released = false
        final class Owner {
            let memory: UnsafeMutableRawBufferPointer
            let onRelease: () -> Void
            init(_ count: Int, _ onRelease: @escaping () -> Void) {
                memory = .allocate(byteCount: count, alignment: 1)
                memory.initializeMemory(as: UInt8.self, repeating: 7)
                self.onRelease = onRelease
            }
            deinit {
                memory.deallocate()
                onRelease()
            }
        }
        var run: RecordRun?
        do {
            let owner = Owner(other) { released = true }
            let value = ByteSlice(owner: owner, unsafeBytes: UnsafeRawBufferPointer(owner.memory))
            let records = [record(first), ProducerRecord(topic: "t", value: value)]
            run = runs([1, 2], records[...], isWholeCall: isWholeCall)[0]
        }
        return withExtendedLifetime(run) { !released }
    }

    /// What the bound of the buffer does not count is not kept: neither records that are more than the run's own, nor those
    /// of other topics.
    @Test func aRunKeepsNoMoreThanTwiceItsOwn() {
        let large = String(repeating: "x", count: 1000)
        #expect(keepsOthers(large, other: 500, isWholeCall: true))
        #expect(!keepsOthers("small", other: 500, isWholeCall: true))
        #expect(!keepsOthers(large, other: 500, isWholeCall: false))
    }

    @Test func aBatchOfPartsIsSplitInTheMiddle() throws {
        var batch = ProducerBatch(number: 1, createdAt: .now, deadline: .now)
        // Many at once, few that join those before them, and few of another time.
        let texts = (0..<23).map { "record \($0)" }
        for (range, time) in [(0..<12, 1), (12..<14, 1), (14..<20, 2), (20..<23, 2)] {
            let records = range.map { record(texts[$0]) }
            batch.append(
                records[...], time: Timestamp(milliseconds: Int64(time)), size: records.reduce(0) { $0 + $1.sizeBound })
        }
        #expect(batch.parts.map(\.records.count) == [14, 9])
        batch.close()
        let (first, second) = batch.split()
        #expect(first.records == 0..<11 && second.records == 11..<23)
        for half in [first, second] {
            #expect(half.size == half.parts.flatMap(\.records).reduce(0) { $0 + $1.sizeBound })
        }
        func decoded(_ batch: ProducerBatch) throws -> [(String?, Int64)] {
            try RecordBatch(validating: batch.encoded(codec: .none)).records()
                .map { ($0.value?.string, $0.timestamp.milliseconds) }
        }
        let all = try decoded(first) + decoded(second)
        #expect(all.map(\.0) == texts)
        #expect(all.map(\.1) == texts.indices.map { $0 < 14 ? 1 : 2 })
    }
}
