import AvroFormat
import JSON
import SchemaFormat
import Testing

/// Made-up schemas with made-up values.
@Suite struct AvroRandomTests {
    @Test func schemasAndValuesComeBackAsTheyWent() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("random schemas: seed \(seed)")
        var random = RandomSchema(seed: seed)
        for _ in 0..<300 {
            let schema = try schema(random.schema().text)
            let text = schema.canonicalText
            let again = try AvroSchema(parsing: text)
            #expect(again.canonicalText == text)
            let normalized = try schema.normalized()
            #expect(try normalized.normalized().canonicalText == normalized.canonicalText)
            #expect(schema.obstacles(readingDataOf: again, roles: .newReader) == [], "\(text)")
            #expect(schema.obstacles(readingDataOf: normalized, roles: .newReader) == [], "\(text)")
            for _ in 0..<5 {
                let value = random.value(of: schema.root, in: schema.types)
                let bytes = try schema.bytes(of: value)
                #expect(try schema.decoded(bytes) == value, "\(text)")
                let json = schema.json(of: value)
                #expect(try schema.value(from: json) == value, "\(text) \(json.text)")
                #expect(try schema.encode(JSONValue(parsing: json.text)) == bytes, "\(text) \(json.text)")
                #expect(try schema.decoded(bytes, writtenWith: again) == value, "\(text)")
            }
        }
    }

    @Test func plainJSONComesBackWhereItSaysAll() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("random plain values: seed \(seed)")
        var random = RandomSchema(seed: seed, isPlain: true)
        for _ in 0..<300 {
            let schema = try schema(random.schema().text)
            let plain = schema.json(of: random.value(of: schema.root, in: schema.types), form: .plain)
            let value = try schema.value(from: plain)
            #expect(schema.json(of: value, form: .plain) == plain, "\(schema.canonicalText) \(plain.text)")
        }
    }

    @Test func damagedBytesAreRefusedOrAreOtherValues() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("damaged values: seed \(seed)")
        var random = RandomSchema(seed: seed)
        for _ in 0..<200 {
            let schema = try schema(random.schema().text)
            let whole = try schema.bytes(of: random.value(of: schema.root, in: schema.types))
            for _ in 0..<20 where !whole.isEmpty {
                var bytes = whole
                bytes[Int.random(in: bytes.indices, using: &random.random)] = .random(
                    in: .min ... .max, using: &random.random)
                if Bool.random(using: &random.random) { bytes.removeLast() }
                guard let value = try? schema.decoded(bytes) else { continue }
                // What is read can be written, though blocks may have come in parts.
                #expect(throws: Never.self) { try schema.bytes(of: value) }
            }
        }
    }
}
