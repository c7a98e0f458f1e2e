import AvroFormat
import Foundation
import JSON
import SchemaFormat
import ServerHarness
import Testing

/// What AvroFormat writes is read by fastavro, and the other way round.
@Suite struct AvroJudgeTests {
    private struct Case {
        let schema: AvroSchema
        let value: AvroValue
        let bytes: [UInt8]

        var plain: JSONValue { schema.json(of: value, form: .plain) }

        /// A line for the judge.
        func line() throws -> String {
            let line: JSONValue = [
                "schema": try JSONValue(parsing: schema.canonicalText), "json": schema.json(of: value),
                "bytes": .string(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()),
            ]
            return line.text
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func fastavroReadsAndWritesTheSameValues() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("fastavro: seed \(seed)")
        var random = RandomSchema(seed: seed, isPlain: true)
        var cases: [Case] = []
        for _ in 0..<200 {
            let schema = try schema(random.schema().text)
            for _ in 0..<2 {
                let value = random.value(of: schema.root, in: schema.types)
                cases.append(Case(schema: schema, value: value, bytes: try schema.bytes(of: value)))
            }
        }
        let directory = try TemporaryDirectory()
        let path = directory.path("values.jsonl")
        try cases.map { try $0.line() }.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        let lines = try await Command.python("avro_judge.py", [path]).output.split(separator: "\n")
        try #require(lines.count == cases.count)
        var readAsJSON = 0
        for (given, line) in zip(cases, lines) {
            let judgement = try JSONValue(parsing: String(line))
            let context = try given.line()
            #expect(try bytes(judgement["again"]) == given.bytes, "\(context)")
            // Text in JSON may be for a string or for bytes; which one it is for is seen again in plain form.
            if judgement["fromJSON"] != .null {
                let fromJSON = try given.schema.decoded(bytes(judgement["fromJSON"]))
                #expect(given.schema.json(of: fromJSON, form: .plain) == given.plain, "\(context)")
                readAsJSON += 1
            }
            #expect(isSame(judgement["json"], given.schema.json(of: given.value)), "\(context) \(line)")
            let made = try bytes(judgement["made"])
            #expect(try given.schema.bytes(of: given.schema.decoded(made)) == made, "\(context) \(line)")
        }
        #expect(readAsJSON > cases.count / 2)
    }

    private func bytes(_ value: JSONValue?) throws -> [UInt8] {
        let digits = Array(try #require(value?.string))
        return try stride(from: 0, to: digits.count, by: 2).map { place in
            try #require(UInt8(String(digits[place...place + 1]), radix: 16))
        }
    }

    /// Whether two values are the same, where Python writes a float with the digits of a double.
    private func isSame(_ first: JSONValue?, _ second: JSONValue?) -> Bool {
        switch (first, second) {
        case (.number(let first)?, .number(let second)?):
            first.isInteger ? first == second : Float(first.double) == Float(second.double)
        case (.array(let first)?, .array(let second)?):
            first.count == second.count && zip(first, second).allSatisfy { isSame($0, $1) }
        case (.object(let first)?, .object(let second)?):
            first.count == second.count && first.allSatisfy { isSame($0.value, second[$0.name]) }
        default: first == second
        }
    }
}
