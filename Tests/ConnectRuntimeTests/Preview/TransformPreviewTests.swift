import ConnectAPI
import RecordFormat
import Testing

@testable import ConnectRuntime

@Suite struct TransformPreviewTests {
    private func show(_ configuration: [String: String], _ record: PreviewRecord) async throws -> PreviewedRecord {
        let preview = try await TransformPreview(
            configuration, worker: try WorkerConfiguration(), plugins: PluginCatalog(version: "1"))
        return await preview.show(record)
    }

    private func record(_ value: ConnectValue) -> PreviewRecord {
        var record = PreviewRecord(topic: "t", offset: 5)
        record.value = SchemaAndValue(nil, value)
        return record
    }

    private static let chain = [
        "transforms": "hoist,skip,cast,drop", "transforms.hoist.type": "HoistField$Value",
        "transforms.hoist.field": "n", "transforms.skip.type": "Filter", "transforms.skip.predicate": "other",
        "transforms.cast.type": "Cast$Value", "transforms.cast.spec": "n:int32", "transforms.drop.type": "Filter",
        "transforms.drop.predicate": "seven", "predicates": "other,seven",
        "predicates.other.type": "TopicNameMatches", "predicates.other.pattern": "other",
        "predicates.seven.type": "FieldValueMatches$Value", "predicates.seven.field": "n",
        "predicates.seven.value": "7",
    ]

    @Test func everyStepIsShown() async throws {
        let way = try await show(Self.chain, record(.string("1")))
        #expect(way.steps.map(\.alias) == ["hoist", "skip", "cast", "drop"])
        #expect(way.steps.map(\.outcome) == [.changed, .passedBy, .changed, .passedBy])
        #expect(way.steps[0].record?.value.value == .map(["n": .string("1")]))
        #expect(way.steps[0].className == "org.apache.kafka.connect.transforms.HoistField$Value")
        #expect(way.outcome == .arrived && way.record?.value.value == .map(["n": .int32(1)]))
    }

    @Test func aRecordEndsWhereItIsDroppedOrFails() async throws {
        let dropped = try await show(Self.chain, record(.string("7")))
        #expect(dropped.outcome == .dropped && dropped.record == nil && dropped.steps.count == 4)
        let failed = try await show(Self.chain, record(.string("x")))
        #expect(failed.outcome == .failed && failed.record == nil && failed.steps.count == 3)
        #expect(failed.error?.isEmpty == false && failed.steps[2].error == failed.error)
    }

    @Test func convertersMakeWhatIsGivenAsBytes() async throws {
        let configuration = ["value.converter": "JsonConverter", "value.converter.schemas.enable": "false"]
        var given = record(.null)
        given.rawValue = ByteSlice(#"{"a":1}"#)
        let way = try await show(configuration, given)
        #expect(way.record?.value.value == .map(["a": .int64(1)]))
        given.rawValue = ByteSlice("{")
        let failed = try await show(configuration, given)
        #expect(failed.outcome == .failed && failed.steps.isEmpty)
    }
}
