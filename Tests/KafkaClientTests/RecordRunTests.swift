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
    private func runs(_ partitions: [Int32], _ records: ArraySlice<ProducerRecord>) -> [RecordRun] {
        var gathering = RecordRunGathering(records, of: "t", at: time)
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

    /// A small part of a call's records does not keep the others in memory, which count for nothing any more.
    @Test func fewOfACallsRecordsAreCopied() {
        var released = false
        final class Owner {
            let onRelease: () -> Void
            init(_ onRelease: @escaping () -> Void) { self.onRelease = onRelease }
            deinit { onRelease() }
        }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 1)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 7)
        var few: RecordRun?
        do {
            let value = ByteSlice(owner: Owner { released = true }, unsafeBytes: UnsafeRawBufferPointer(memory))
            let records = [record("a"), ProducerRecord(topic: "t", value: value), record("b"), record("c")]
            few = runs([1, 2, 2, 2], records[...])[0]
        }
        #expect(few?.count == 1)
        #expect(released)
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
        #expect(first.size + second.size == batch.size)
        func decoded(_ batch: ProducerBatch) throws -> [(String?, Int64)] {
            try RecordBatch(validating: batch.encoded(codec: .none)).records()
                .map { ($0.value?.string, $0.timestamp.milliseconds) }
        }
        let all = try decoded(first) + decoded(second)
        #expect(all.map(\.0) == texts)
        #expect(all.map(\.1) == texts.indices.map { $0 < 14 ? 1 : 2 })
    }
}
