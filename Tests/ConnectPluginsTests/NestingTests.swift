import ConnectAPI
import JSON
import Testing

@testable import ConnectPlugins

/// Values that transforms have nested.
@Suite struct NestingTests {
    @Test(arguments: [nil, ConnectSchema.int32])
    func valuesAreWrittenUpToTheDepthThatIsRead(schema: ConnectSchema?) async throws {
        let data = JSONDataCodec(writesDecimalsAsNumbers: true, replacesNullWithDefault: true)
        let path = Array(repeating: "a", count: 100).joined(separator: ".")
        let hoist = try transform("HoistField$Value", ["field": path, "field.syntax.version": "V2"])
        var record = Records.source(.int32(1), schema)
        for _ in 0..<4 { record = try #require(try await hoist.apply(record)) }
        let schemas = JSONSchemaCodec(data: data)
        if let schema = record.valueSchema { _ = try schemas.json(of: schema) }
        for _ in 0..<6 { record = try #require(try await hoist.apply(record)) }
        #expect(!record.value.isNested(deeperThan: 1000) && record.value.isNested(deeperThan: 999))
        let json = try data.json(of: record.value, record.valueSchema)
        #expect(json.utf8.count == 1000 * #"{"a":}"#.utf8.count + 1)

        record = try #require(try await hoist.apply(record))
        #expect(record.value.isNested(deeperThan: 1000))
        let error = #expect(throws: ConnectError.self) { try data.json(of: record.value, record.valueSchema) }
        #expect(error?.message == "A value has more than 1000 levels of nesting")
        if let schema = record.valueSchema {
            let error = #expect(throws: ConnectError.self) { try schemas.json(of: schema) }
            #expect(error?.message == "A schema has more than 400 levels of nesting")
        }
    }
}
