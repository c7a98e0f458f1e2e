import Foundation
import JSON
import SchemaFormat
import ServerHarness
import Testing

/// Random schemas and values that PyPI's `jsonschema` has judged.
@Suite struct AnotherValidatorTests {
    /// How many cases to compare; `MILLRACE_JSON_SCHEMA_CASES` asks for more of them.
    private static let caseCount =
        ProcessInfo.processInfo.environment["MILLRACE_JSON_SCHEMA_CASES"].flatMap { Int($0) } ?? 2000

    @Test func anotherValidatorAgrees() async throws {
        let seed = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt32($0) } ?? .random(in: 0 ... .max)
        print("jsonschema: seed \(seed)")
        let directory = try TemporaryDirectory()
        let path = directory.path("cases.jsonl")
        _ = try await Command.python("json_schema_cases.py", ["\(Self.caseCount)", path, "\(seed)"])
        var count = 0
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            let test = try JSONValue(parsing: String(line))
            let fits: Bool = try #require(test["fits"]?.bool as Bool?)
            let value = try #require(test["value"])
            let parsed = try schema(try #require(test["schema"]).text)
            let found = try problem(value.text, in: parsed)
            #expect((found == nil) == fits, "\(line): \(found?.message ?? "fits")")
            count += 1
        }
        #expect(count >= Self.caseCount)
    }
}
