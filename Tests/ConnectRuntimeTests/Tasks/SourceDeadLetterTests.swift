import ConnectAPI
import KafkaClient
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

/// Dead letters of source tasks.
@Suite(.timeLimit(.minutes(1))) struct SourceDeadLetterTests {
    private static let settings = [
        "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "dlq",
        "errors.deadletterqueue.topic.replication.factor": "1",
        "errors.deadletterqueue.context.headers.enable": "true", "transforms": "cast",
        "transforms.cast.type": "Cast$Value", "transforms.cast.spec": "int32",
    ]

    /// A source task that returns three records, the second of which is no number.
    private final class ThreeRecords: SourceTask {
        let state = Mutex((hasPolled: false, commits: 0))
        var version: String { "1" }

        func start(context: any SourceTaskContext, configuration: [String: String]) async throws {}

        func poll() async throws -> [SourceRecord] {
            await Task.yield()
            let isFirst = state.withLock { state in
                defer { state.hasPolled = true }
                return !state.hasPolled
            }
            guard isFirst else { return [] }
            return ["1", "poison", "3"].enumerated().map { index, text in
                SourceRecord(
                    sourcePartition: ["file": .string("f")], sourceOffset: ["line": .int64(Int64(index + 1))],
                    topic: "t", key: .map(["n": .int32(Int32(index))]), value: .string(text),
                    headers: ConnectHeaders([.init("h", .int64(7))]))
            }
        }

        func commit() async throws { state.withLock { $0.commits += 1 } }
        func stop() async throws {}
    }

    @Test func aRecordThatCannotBeTransformedIsKeptAndItsNeighboursArrive() async throws {
        try await LiveClient.with { client in
            let fixture = try await TaskFixture()
            let task = ThreeRecords()
            let metrics = TaskMetrics()
            try await fixture.running(task, producing: client, connector: Self.settings, metrics: metrics) { _ in
                try await wait(for: "the offset") {
                    try fixture.offsets.offset(of: "c", ["file": .string("f")]) == ["line": .int64(3)]
                }
                #expect(fixture.statusStore.task(TaskFixture.id)?.state == .running)
            }
            let letters = try await records(of: "dlq", client)
            #expect(letters.map(\.value?.string) == ["poison"])
            #expect(letters.first?.key?.string == #"{"n":1}"#)
            let headers = Dictionary(
                uniqueKeysWithValues: (letters.first?.headers ?? []).map { ($0.key, $0.value?.string ?? "") })
            #expect(headers["h"] == "7")
            #expect(headers["__connect.errors.stage"] == "TRANSFORMATION")
            #expect(headers["__connect.errors.topic"] == "t")
            #expect(headers["__connect.errors.source.partition"] == #"{"file":"f"}"#)
            #expect(headers["__connect.errors.source.offset"] == #"{"line":2}"#)
            #expect(headers["__connect.errors.offset"] == nil)
            #expect(try await records(of: "t", client).map(\.value?.string) == ["1", "3"])
            #expect(metrics.measurements.errors.letters == 1 && metrics.measurements.errors.skipped == 1)
        }
    }

    private func records(of topic: String, _ client: KafkaClient) async throws -> [Record] {
        let consumer = try KafkaConsumer(
            client: client,
            configuration: ConsumerConfiguration(autoOffsetReset: .earliest, isAutoCommitEnabled: false))
        let partition = TopicPartition(topic, 0)
        try await consumer.assign([partition])
        let end = try await consumer.endOffsets([partition])[partition] ?? .zero
        var records: [Record] = []
        while records.last.map({ $0.offset + 1 < end }) ?? (end > .zero) {
            for batch in try await consumer.poll(timeout: .milliseconds(100)) { records += batch.records }
        }
        await consumer.close()
        return records
    }

    @Test func aLetterNeedsNoConverter() {
        let structure = ConnectSchema.structure([ConnectField("a", ConnectSchema(.int32))])
        var record = SourceRecord(
            sourcePartition: [:], sourceOffset: [:], topic: "t", key: .bytes(ByteSlice([0, 255])),
            valueSchema: structure, value: .map(["not": .string("a structure")]))
        var letter = record.letter(to: "dlq", context: [])
        #expect(letter.topic == "dlq" && letter.key?.array == [0, 255])
        #expect(letter.value?.string == #"{"not":"a structure"}"#)
        record.value = .null
        letter = record.letter(to: "dlq", context: [])
        #expect(letter.value == nil)
    }
}
