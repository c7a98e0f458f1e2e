import Foundation
import JSON
import SchemaFormat
import Testing

/// Random schemas and values that another validator has judged; `Scripts/json-schema-cases` makes them.
@Suite struct AnotherValidatorTests {
    private static let path = ProcessInfo.processInfo.environment["MILLRACE_JSON_SCHEMA_CASES"]

    @Test(.enabled(if: path != nil, "MILLRACE_JSON_SCHEMA_CASES names no file"))
    func anotherValidatorAgrees() throws {
        let text = try String(contentsOfFile: try #require(Self.path), encoding: .utf8)
        var count = 0
        for line in text.split(separator: "\n") {
            let test = try JSONValue(parsing: String(line))
            let fits: Bool = try #require(test["fits"]?.bool as Bool?)
            let value = try #require(test["value"])
            let parsed = try schema(try #require(test["schema"]).text)
            let found = try problem(value.text, in: parsed)
            #expect((found == nil) == fits, "\(line): \(found?.message ?? "fits")")
            count += 1
        }
        #expect(count > 0)
    }
}
