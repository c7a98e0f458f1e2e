import AvroFormat
import JSON
import SchemaFormat
import Testing

/// Schemas and values that someone made to do harm.
@Suite struct AvroHostileTests {
    private func code(_ body: () throws -> Void) -> SchemaError.Code? {
        do {
            try body()
            return nil
        } catch let error as SchemaError {
            return error.code
        } catch let error as AvroError {
            return error.code
        } catch {
            return nil
        }
    }

    @Test(arguments: [
        (#"{"type":"array","items":"#, #""int""#, "}"), ("[", #""int""#, "]"), (#"{"a":"#, "1", "}"),
        (#"{"type":"record","name":"R","fields":[{"name":"f","type":"#, #""int""#, "}]}"),
        (#"{"type":"#, #""int""#, "}"),
    ])
    func aHundredThousandLevelsAreAnError(_ open: String, _ inner: String, _ close: String) {
        let text = String(repeating: open, count: 100_000) + inner + String(repeating: close, count: 100_000)
        for isNew in [true, false] { #expect(code { _ = try schema(text, isNew: isNew) } == .invalidSchema) }
        #expect(code { _ = try schema(String(repeating: open, count: 100_000)) } == .invalidSchema)
    }

    @Test func asDeepAsJSONGoesIsFine() throws {
        func nested(_ levels: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: levels) + #""int""# + String(repeating: close, count: levels)
        }
        let arrays = try schema(nested(999, #"{"type":"array","items":"#, "}"))
        #expect(arrays.obstacles(readingDataOf: arrays, roles: .newReader) == [])
        #expect(try arrays.normalized().canonicalText == arrays.canonicalText)
        #expect(try arrays.encoded("[]") == [0])
        let unions = try schema(nested(490, #"["null",{"type":"array","items":"#, "}]"))
        #expect(unions.obstacles(readingDataOf: unions, roles: .newReader) == [])
        var records = #""int""#
        for level in 0..<300 {
            records = #"{"type":"record","name":"R\#(level)","fields":[{"name":"f","type":\#(records)}]}"#
        }
        let record = try schema(records)
        #expect(record.canonicalText == records)
        #expect(record.obstacles(readingDataOf: record, roles: .newReader) == [])
    }

    /// Each record holds the next, which is defined after it: the text is flat, and what it means is deep.
    @Test func aChainOfNamesIsBounded() throws {
        func chain(_ count: Int) -> String {
            let records = (0..<count).map { index in
                let type = index + 1 < count ? #""R\#(index + 1)""# : #""int""#
                return #"{"type":"record","name":"R\#(index)","fields":[{"name":"f","type":\#(type)}]}"#
            }
            return "[\(records.joined(separator: ","))]"
        }
        #expect(code { _ = try schema(chain(5_000)) } == .limitExceeded)
        #expect(
            try schema(chain(300)).canonicalText.hasPrefix(
                #"[{"type":"record","name":"R0","fields":[{"name":"f","type":{"type""#))
    }

    /// Each record holds the one before it, so that the text is flat in every form.
    @Test func aChainOfDefinedNamesIsComparedAsFarAsItGoes() throws {
        func chain(_ count: Int, _ first: String) -> String {
            let records = (0..<count).map { index in
                let type = index > 0 ? #""R\#(index - 1)""# : first
                return #"{"type":"record","name":"R\#(index)","fields":[{"name":"f","type":\#(type)}]}"#
            }
            return "[\(records.joined(separator: ",")),{\"type\":\"array\",\"items\":\"R\(count - 1)\"}]"
        }
        let long = try schema(chain(2_000, #""int""#))
        #expect(long.obstacles(readingDataOf: long, roles: .newReader).count <= 1)
        let short = try schema(chain(300, #""int""#))
        #expect(short.obstacles(readingDataOf: short, roles: .newReader) == [])
        #expect(!short.obstacles(readingDataOf: try schema(chain(300, #""string""#)), roles: .newReader).isEmpty)
        // A value of it is as deep.
        let empty = try schema(chain(2_000, #""null""#))
        #expect(code { _ = try empty.decodedJSON([0xA0, 0x1F, 2, 0]) } == .limitExceeded)
    }

    @Test func manyValuesOfNoBytesAreRefused() throws {
        let count: [UInt8] = [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
        let million: [UInt8] = [0x80, 0x89, 0x7A]
        for items in [
            #""null""#, #"{"type":"record","name":"E","fields":[]}"#, #"{"type":"fixed","name":"F","size":0}"#,
        ] {
            let array = try schema(#"{"type":"array","items":\#(items)}"#)
            #expect(code { _ = try array.decodedJSON(count + [0]) } == .limitExceeded)
            #expect(code { _ = try array.decodedJSON(million + [0]) } == .limitExceeded)
            #expect(try array.decodedText([0x80, 0x02, 0x00], form: .plain).utf8.count > 128)
        }
        let ints = try schema(#"{"type":"array","items":"int"}"#)
        #expect(code { _ = try ints.decodedJSON(count + [0]) } == .invalidBytes)
        let map = try schema(#"{"type":"map","values":"null"}"#)
        #expect(code { _ = try map.decodedJSON(count + [0]) } == .invalidBytes)
        let many = JSONObject.fields(1000) { _ in #"{"name":"f","type":"null"}"# }
        let wide = try schema(#"{"type":"array","items":{"type":"record","name":"W","fields":[\#(many)]}}"#)
        #expect(code { _ = try wide.decodedJSON([0x80, 0x80, 0x02, 0]) } == .limitExceeded)
    }

    @Test func blocksOfOneItemTakeNoMoreTimeThanOneBlock() throws {
        let array = try schema(#"{"type":"array","items":"boolean"}"#)
        let bytes = [UInt8]((0..<200_000).flatMap { _ in [2, 1] as [UInt8] }) + [0]
        guard case .array(let elements) = try array.decoded(bytes) else {
            Issue.record("no array")
            return
        }
        #expect(elements.count == 200_000)
    }

    @Test func aDeepValueIsRefused() throws {
        let list = try schema(#"{"type":"record","name":"L","fields":[{"name":"n","type":["null","L"]}]}"#)
        #expect(code { _ = try list.decodedJSON([UInt8](repeating: 2, count: 100_000) + [0]) } == .limitExceeded)
        let deep = [UInt8](repeating: 2, count: 999) + [0]
        #expect(try list.decodedJSON(deep, form: .plain).text.utf8.count > 999 * 4)
        #expect(try list.bytes(of: list.decoded(deep)) == deep)
        let array = try schema(
            #"{"type":"record","name":"T","fields":[{"name":"c","type":{"type":"array","items":"T"}}]}"#)
        #expect(code { _ = try array.decodedJSON([UInt8](repeating: 2, count: 100_000)) } == .limitExceeded)
    }

    /// Each level could be either of two records, which only the innermost level tells apart.
    @Test func unionsThatLookAlikeAreNotTriedWithoutEnd() throws {
        let members = #"["null","A","B"]"#
        let both = try schema(
            """
            [{"type":"record","name":"A","fields":[{"name":"n","type":\(members)},{"name":"x","type":"int","default":1}]},
            {"type":"record","name":"B","fields":[{"name":"n","type":\(members)}]}]
            """)
        let text = String(repeating: #"{"n":"#, count: 40) + "17" + String(repeating: "}", count: 40)
        #expect(code { _ = try both.encoded(text) } == .limitExceeded)
        let good = String(repeating: #"{"n":"#, count: 200) + "null" + String(repeating: "}", count: 200)
        #expect(code { _ = try both.encoded(good) } == nil)
    }

    @Test func defaultsDoNotMultiply() throws {
        var text = #"{"type":"record","name":"R0","fields":[{"name":"v","type":"int","default":0}]}"#
        for level in 1..<40 {
            text = """
                {"type":"record","name":"R\(level)","fields":[{"name":"a","type":\(text),"default":{}},
                {"name":"b","type":"R\(level - 1)","default":{}}]}
                """
        }
        let record = try schema(text, isNew: false)
        #expect(code { _ = try record.encode([:]) } == .limitExceeded)
        #expect(code { _ = try schema(text) } == .invalidSchema)
    }

    @Test func bigUnionsAreComparedUpToABound() throws {
        let union = "[" + JSONObject.fields(1_000) { #"{"type":"fixed","name":"F\#($0)","size":1}"# } + "]"
        let schema = try schema(union)
        let obstacles = schema.obstacles(readingDataOf: schema, roles: .newReader)
        #expect(
            obstacles == ["The schemas are too big to be compared: they nest too deeply or their unions are too long"])
    }

    @Test func aLongTextIsRefusedBeforeItIsRead() {
        let text = "\"" + String(repeating: "x", count: 9 << 20) + "\""
        #expect(refusal { try schema(text) } == "the schema has 9437186 bytes, and the limit is 8388608")
    }

    @Test func aLongMessageIsCut() {
        let text = #"{"type":"record","fields":"\#(String(repeating: "x", count: 100_000))"}"#
        #expect((refusal { try schema(text) } ?? "").utf8.count < 300)
        let values: [JSONValue] = [
            .array([JSONValue](repeating: .string(String(repeating: "é", count: 150)), count: 100_000)),
            ["name": .array([JSONValue](repeating: [:], count: 100_000))],
            .string(String(repeating: "x", count: 1 << 20)),
        ]
        for value in values {
            let message = refusal { try schema(#"["null","int"]"#).encode(value) } ?? ""
            #expect(message.contains("…") && message.utf8.count < 600)
        }
    }
}

extension JSONObject {
    fileprivate static func fields(_ count: Int, _ text: (Int) -> String) -> String {
        (0..<count).map { index in text(index).replacing("\"name\":\"f\"", with: "\"name\":\"f\(index)\"") }
            .joined(separator: ",")
    }
}
