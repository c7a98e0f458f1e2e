import ConnectAPI
import RecordFormat
import Testing

@testable import ConnectRuntime

@Suite struct TransformChainTests {
    private static let transforms = "org.apache.kafka.connect.transforms"

    private func chain(_ configuration: [String: String]) async throws -> TransformChain {
        try await TransformChain(configuration, plugins: PluginCatalog(version: "1"))
    }

    private func apply(_ chain: TransformChain, _ record: SourceRecord) async throws -> SourceRecord? {
        var step = ProcessingStep(stage: .valueConverter, className: "")
        defer { #expect(step.stage == .transformation) }
        return try await chain.apply(record, &step)
    }

    private func record(_ value: ConnectValue, topic: String = "orders") -> SourceRecord {
        SourceRecord(sourcePartition: [:], sourceOffset: [:], topic: topic, value: value)
    }

    @Test func transformsFollowEachOtherInOrder() async throws {
        let chain = try await chain([
            "transforms": "hoist , cast,", "transforms.cast.type": "Cast$Value", "transforms.cast.spec": "n:string",
            "transforms.hoist.type": "\(Self.transforms).HoistField$Value", "transforms.hoist.field": "n",
        ])
        #expect(!chain.isEmpty)
        #expect(try await apply(chain, record(.int64(1)))?.value == .map(["n": .string("1")]))
    }

    @Test(arguments: [false, true]) func aPredicateChoosesTheRecords(isNegated: Bool) async throws {
        let chain = try await chain([
            "transforms": "drop", "transforms.drop.type": "Filter", "transforms.drop.predicate": "orders",
            "transforms.drop.negate": "\(isNegated)", "predicates": "orders",
            "predicates.orders.type": "TopicNameMatches", "predicates.orders.pattern": "ord.*",
        ])
        #expect(try await apply(chain, record(.null)) == (isNegated ? record(.null) : nil))
        let other = record(.null, topic: "other")
        #expect(try await apply(chain, other) == (isNegated ? nil : other))
    }

    @Test func whatIsNotThereIsRefused() async {
        await #expect(throws: ConnectError.self) { try await chain(["transforms": "a"]) }
        await #expect(throws: ConnectError.self) {
            try await chain(["transforms": "a", "transforms.a.type": "Nothing"])
        }
        await #expect(throws: ConnectError.self) {
            try await chain(["transforms": "a", "transforms.a.type": "Filter", "transforms.a.predicate": "p"])
        }
    }
}
