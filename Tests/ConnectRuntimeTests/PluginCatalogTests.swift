import ConnectAPI
import RecordFormat
import Testing

@testable import ConnectRuntime

@Suite struct PluginCatalogTests {
    private let plugins = PluginCatalog(version: "test")

    @Test(arguments: [
        "org.apache.kafka.connect.storage.StringConverter", "StringConverter", "String",
    ])
    func convertersAreFoundByEveryName(name: String) async throws {
        let converter = try plugins.makeConverter(name, configuration: [:], isKey: false)
        var headers: [RecordHeader] = []
        #expect(
            try await converter.serialize(topic: "t", headers: &headers, schema: nil, value: .string("x"))?.string
                == "x")
    }

    @Test func whatIsUnknownIsRefused() {
        for name in ["com.example.Nothing", "Cast$Value"] {
            #expect(throws: ConnectError.self) { try plugins.makeConverter(name, configuration: [:], isKey: true) }
        }
        #expect(throws: ConnectError.self) { try plugins.makeTransform("String", configuration: [:]) }
        #expect(throws: ConnectError.self) { try plugins.makePredicate("Filter", configuration: [:]) }
    }

    @Test func allOfKafkasTransformsAndPredicatesAreThere() throws {
        let both = [
            "Cast", "ExtractField", "Flatten", "HeaderFrom", "HoistField", "InsertField", "MaskField", "ReplaceField",
            "SetSchemaMetadata", "TimestampConverter",
        ]
        let single = ["DropHeaders", "Filter", "InsertHeader", "RegexRouter", "TimestampRouter", "ValueToKey"]
        let names = (both.flatMap { ["\($0)$Key", "\($0)$Value"] } + single)
            .map { "org.apache.kafka.connect.transforms.\($0)" }
        let all = plugins.descriptions(connectorsOnly: false)
        #expect(Set(all.filter { $0.kind == .transformation }.map(\.className)) == Set(names))
        #expect(both.count + single.count == 16)
        let predicates = all.filter { $0.kind == .predicate }.map(\.className)
        #expect(
            predicates.filter { $0.hasPrefix("org.apache.kafka.connect.transforms.predicates.") }.count == 3)
        #expect(plugins.descriptions(connectorsOnly: true).isEmpty)
        #expect(throws: Never.self) { try plugins.makeTransform("Cast$Value", configuration: ["spec": "int8"]) }
    }
}
