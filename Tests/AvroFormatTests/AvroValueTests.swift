import AvroFormat
import JSON
import SchemaFormat
import Testing

@Suite struct AvroValueTests {
    struct Coded: Sendable, CustomStringConvertible {
        let type: String
        let json: String
        let bytes: [UInt8]
        var description: String { "\(json) as \(type)" }
    }

    /// By the specification's examples, and by hand.
    static let table: [Coded] = [
        Coded(type: #""null""#, json: "null", bytes: []),
        Coded(type: #""boolean""#, json: "true", bytes: [1]),
        Coded(type: #""int""#, json: "0", bytes: [0]),
        Coded(type: #""int""#, json: "-1", bytes: [1]),
        Coded(type: #""int""#, json: "-64", bytes: [0x7F]),
        Coded(type: #""int""#, json: "64", bytes: [0x80, 0x01]),
        Coded(type: #""int""#, json: "-2147483648", bytes: [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]),
        Coded(
            type: #""long""#, json: "9223372036854775807",
            bytes: [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
        Coded(
            type: #""long""#, json: "-9223372036854775808",
            bytes: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
        Coded(type: #""float""#, json: "1.5", bytes: [0, 0, 0xC0, 0x3F]),
        Coded(type: #""float""#, json: "0.1", bytes: [0xCD, 0xCC, 0xCC, 0x3D]),
        Coded(type: #""float""#, json: #""NaN""#, bytes: [0, 0, 0xC0, 0x7F]),
        Coded(type: #""double""#, json: "-2.0", bytes: [0, 0, 0, 0, 0, 0, 0, 0xC0]),
        Coded(type: #""double""#, json: #""Infinity""#, bytes: [0, 0, 0, 0, 0, 0, 0xF0, 0x7F]),
        Coded(type: #""double""#, json: #""-Infinity""#, bytes: [0, 0, 0, 0, 0, 0, 0xF0, 0xFF]),
        Coded(type: #""string""#, json: #""foo""#, bytes: [0x06, 0x66, 0x6F, 0x6F]),
        Coded(type: #""string""#, json: #""é""#, bytes: [0x04, 0xC3, 0xA9]),
        Coded(type: #""bytes""#, json: #""\u0000ÿA""#, bytes: [0x06, 0x00, 0xFF, 0x41]),
        Coded(type: #"{"type":"fixed","name":"F","size":2}"#, json: #""é!""#, bytes: [0xE9, 0x21]),
        Coded(type: #"{"type":"enum","name":"E","symbols":["A","B"]}"#, json: #""B""#, bytes: [2]),
        Coded(type: #"{"type":"array","items":"long"}"#, json: "[3,27]", bytes: [0x04, 0x06, 0x36, 0x00]),
        Coded(type: #"{"type":"array","items":"long"}"#, json: "[]", bytes: [0]),
        Coded(type: #"{"type":"map","values":"int"}"#, json: #"{"a":1}"#, bytes: [0x02, 0x02, 0x61, 0x02, 0x00]),
        Coded(type: #"["null","string"]"#, json: "null", bytes: [0]),
        Coded(type: #"["null","string"]"#, json: #"{"string":"a"}"#, bytes: [0x02, 0x02, 0x61]),
        Coded(
            type: #"["null",{"type":"record","name":"n.R","fields":[{"name":"a","type":"int"}]}]"#,
            json: #"{"n.R":{"a":5}}"#, bytes: [2, 10]),
        Coded(
            type:
                #"{"type":"record","name":"test","fields":[{"name":"a","type":"long"},{"name":"b","type":"string"}]}"#,
            json: #"{"a":27,"b":"foo"}"#, bytes: [0x36, 0x06, 0x66, 0x6F, 0x6F]),
        Coded(
            type:
                #"{"type":"record","name":"List","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","List"]}]}"#,
            json: #"{"v":1,"next":{"List":{"v":2,"next":null}}}"#, bytes: [2, 2, 4, 0]),
    ]

    @Test(arguments: table)
    func aValueIsCodedAsTheSpecificationSays(_ coded: Coded) throws {
        let schema = try schema(coded.type)
        #expect(try schema.encoded(coded.json) == coded.bytes)
        #expect(try schema.decodedText(coded.bytes) == coded.json)
    }

    @Test func blocksMayComeInPartsAndWithTheirSizes() throws {
        let array = try schema(#"{"type":"array","items":"long"}"#)
        #expect(try array.decodedText([0x02, 0x06, 0x02, 0x36, 0x00]) == "[3,27]")
        #expect(try array.decodedText([0x03, 0x04, 0x06, 0x36, 0x00]) == "[3,27]")
        let map = try schema(#"{"type":"map","values":"null"}"#)
        #expect(try map.decodedText([0x01, 0x04, 0x02, 0x61, 0x02, 0x02, 0x62, 0x00]) == #"{"a":null,"b":null}"#)
    }

    @Test(
        arguments: [
            (#""boolean""#, [2], "a boolean is a byte of 0 or 1"),
            (#""int""#, [], "the bytes end within a value"),
            (#""int""#, [0x80], "the bytes end within a value"),
            (#""int""#, [0x80, 0x80, 0x80, 0x80, 0x10], "an int of more than 32 bits"),
            (#""long""#, [UInt8](repeating: 0xFF, count: 10), "a number of more than 64 bits"),
            (#""long""#, [UInt8](repeating: 0xFF, count: 9) + [0x03], "a number of more than 64 bits"),
            (#""float""#, [1, 2, 3], "the bytes end within a value: 4 are needed, 3 are left"),
            (#""double""#, [1, 2, 3], "the bytes end within a value: 8 are needed, 3 are left"),
            (#""string""#, [0x04, 0x61], "a length of 2 bytes where 1 are left"),
            (#""string""#, [0x01], "a length of -1 bytes where 0 are left"),
            (
                #""string""#, [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
                "a length of 9223372036854775807 bytes where 0 are left"
            ),
            (#""string""#, [0x02, 0xFF], "a string that is not UTF-8"),
            (#""string""#, [0x06, 0xF0, 0x90, 0x80], "a string that is not UTF-8"),
            (#""bytes""#, [0x08, 0], "a length of 4 bytes where 1 are left"),
            (#"{"type":"fixed","name":"F","size":4}"#, [1], "the bytes end within a value: 4 are needed, 1 are left"),
            (#"{"type":"enum","name":"E","symbols":["A"]}"#, [2], "number 1 of a list of 1"),
            (#"{"type":"enum","name":"E","symbols":["A"]}"#, [1], "number -1 of a list of 1"),
            (#"["null","int"]"#, [4], "number 2 of a list of 2"),
            (#"{"type":"array","items":"int"}"#, [4, 2], "the bytes end within a value, at path '/1'"),
            (#"{"type":"array","items":"int"}"#, [3, 1, 2, 0], "a block of -1 bytes where 2 are left"),
            (#"{"type":"array","items":"int"}"#, [3, 20, 2, 0], "a block of 10 bytes where 2 are left"),
            (
                #"{"type":"array","items":"int"}"#, [UInt8](repeating: 0xFF, count: 9) + [0x01, 0x00, 0x00],
                "a block of more items than there can be"
            ),
            (#"{"type":"map","values":"int"}"#, [2, 2, 0x61], "the bytes end within a value, at path '/a'"),
            (
                #"{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":["null","int"]}}]}"#,
                [2, 2], "the bytes end within a value, at path '/a/0'"
            ),
            (#""null""#, [0, 0], "2 bytes are left over after the value"),
        ] as [(String, [UInt8], String)])
    func bytesThatAreNoValueAreRefused(_ type: String, _ bytes: [UInt8], _ message: String) throws {
        let schema = try schema(type)
        #expect(throws: SchemaError(.invalidBytes, message)) { try schema.decodedJSON(bytes) }
    }

    @Test(arguments: [
        (#""int""#, "2147483648", "2147483648 is no int of 32 bits"), (#""int""#, "1.5", "1.5 is no int of 32 bits"),
        (#""int""#, #""1""#, #""1" where the schema has int"#),
        (#""long""#, "9223372036854775808", "9223372036854775808 is no long of 64 bits"),
        (#""long""#, "1e30", "1e30 is no long of 64 bits"),
        (#""float""#, "1e39", "1e39 is beyond a float"), (#""double""#, "1e400", "1e400 is beyond a double"),
        (#""double""#, #""nan""#, #""nan" is no number"#), (#""boolean""#, "0", "0 where the schema has boolean"),
        (#""string""#, "1", "1 where the schema has string"), (#""null""#, "0", "0 where the schema has null"),
        (#""bytes""#, #""Ā""#, "bytes are text of the characters U+0000 to U+00FF, which 'Ā' is not"),
        (#"{"type":"fixed","name":"F","size":2}"#, #""a""#, "F has 2 bytes, and not 1"),
        (#"{"type":"enum","name":"E","symbols":["A"]}"#, #""B""#, #""B" is no symbol of E"#),
        (#"{"type":"array","items":"int"}"#, #"[1,"2"]"#, #""2" where the schema has int, at path '/1'"#),
        (#"{"type":"map","values":"int"}"#, #"{"k":null}"#, "null where the schema has int, at path '/k'"),
        (#"["null","int"]"#, #""a""#, #""a" fits no member of the union of null, int"#),
        (#"["null","int"]"#, #"{"int":"a"}"#, #""a" where the schema has int, at path '/int'"#),
        (#"["null","int"]"#, "5000000000", "5000000000 is no int of 32 bits"),
        (
            #"["null",{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}]"#, #"{"R":{"a":"x"}}"#,
            #""x" where the schema has int, at path '/R/a'"#
        ),
        (
            #"["null",{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}]"#, #"{"a":"x"}"#,
            #""x" where the schema has int, at path '/a'"#
        ),
        (
            #"["int",{"type":"fixed","name":"F","size":1},{"type":"enum","name":"E","symbols":["A"]}]"#, #""BC""#,
            #""BC" fits no member of the union of int, F, E"#
        ),
        (
            #"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#, "{}",
            "R has no value for this field, which has no default, at path '/a'"
        ),
        (
            #"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#, #"{"a":1,"b":2}"#,
            "R has no field 'b'"
        ),
        (#"{"type":"record","name":"R","fields":[]}"#, "[]", "[] where the schema has R"),
    ])
    func jsonThatIsNoValueIsRefused(_ type: String, _ json: String, _ message: String) throws {
        let schema = try schema(type)
        let value = try JSONValue(parsing: json)
        #expect(throws: SchemaError(.invalidValue, message)) { try schema.encode(value) }
    }

    @Test(arguments: [
        (#""int""#, "5.0", "5"), (#""long""#, "5e0", "5"), (#""double""#, "5", "5.0"),
        (#""float""#, #""INF""#, #""Infinity""#),
        (#"["null","string"]"#, #""a""#, #"{"string":"a"}"#), (#"["null","long"]"#, "7", #"{"long":7}"#),
        (#"["double","int"]"#, "7", #"{"int":7}"#), (#"["int","double"]"#, "7.0", #"{"double":7.0}"#),
        (#"["int","double"]"#, "5000000000", #"{"double":5000000000.0}"#), (#"["null","int"]"#, "7.0", #"{"int":7}"#),
        (#"["double","string"]"#, #""NaN""#, #"{"string":"NaN"}"#),
        (#"["null","double"]"#, #""NaN""#, #"{"double":"NaN"}"#),
        (#"["null",{"type":"enum","name":"E","symbols":["A"]},"string"]"#, #""A""#, #"{"E":"A"}"#),
        (#"["null",{"type":"enum","name":"E","symbols":["A"]},"string"]"#, #""B""#, #"{"string":"B"}"#),
        (#"["null",{"type":"array","items":"int"}]"#, "[1]", #"{"array":[1]}"#),
        (#"["null",{"type":"map","values":"int"}]"#, #"{"a":1}"#, #"{"map":{"a":1}}"#),
        (#"["null",{"type":"map","values":"int"}]"#, #"{"map":1}"#, #"{"map":{"map":1}}"#),
        (#"["null",{"type":"map","values":"int"}]"#, #"{"map":{"map":1}}"#, #"{"map":{"map":1}}"#),
        (
            #"[{"type":"record","name":"A","fields":[{"name":"a","type":"int"}]},{"type":"record","name":"n.B","fields":[{"name":"b","type":["null","int"]}]}]"#,
            #"{"b":5}"#, #"{"n.B":{"b":{"int":5}}}"#
        ),
        (
            #"{"type":"record","name":"R","fields":[{"name":"a","type":["null","int"],"default":null},{"name":"b","type":["int","null"],"default":5},{"name":"c","type":"bytes","default":"ÿ"}]}"#,
            "{}", #"{"a":null,"b":{"int":5},"c":"ÿ"}"#
        ),
        (
            #"{"type":"record","name":"R","fields":[{"name":"s","default":{"x":1},"type":{"type":"record","name":"S","fields":[{"name":"x","type":"int"},{"name":"y","type":"string","default":"z"}]}}]}"#,
            "{}", #"{"s":{"x":1,"y":"z"}}"#
        ),
        (
            #"{"type":"record","name":"R","fields":[{"name":"a","type":"int","aliases":["b"]},{"name":"c","type":"int"}]}"#,
            #"{"c":1,"b":2}"#, #"{"a":2,"c":1}"#
        ),
    ])
    func plainJSONIsTakenToo(_ type: String, _ json: String, _ canonical: String) throws {
        let schema = try schema(type)
        let bytes = try schema.encoded(json)
        #expect(try schema.decodedText(bytes) == canonical)
        #expect(try schema.encoded(canonical) == bytes)
    }

    @Test func plainJSONLeavesTheNamesOfTypesOut() throws {
        let schema = try schema(
            #"{"type":"record","name":"R","fields":[{"name":"a","type":["null",{"type":"array","items":["int","string"]}]},{"name":"b","type":["null","int"]}]}"#
        )
        let bytes = try schema.encoded(#"{"a":[1,"x"],"b":null}"#)
        #expect(try schema.decodedText(bytes, form: .plain) == #"{"a":[1,"x"],"b":null}"#)
        #expect(try schema.decodedText(bytes) == #"{"a":{"array":[{"int":1},{"string":"x"}]},"b":null}"#)
    }

    @Test func aValueOfAnotherTypeIsNotWritten() throws {
        let record = try schema(#"{"type":"record","name":"R","fields":[{"name":"a","type":["null","int"]}]}"#)
        #expect(try record.bytes(of: .record([.union(1, .int(3))])) == [2, 6])
        let wrong: [(AvroValue, String)] = [
            (.record([.int(3)]), "a value of type int where the schema has union, at path '/a'"),
            (.record([.union(2, .int(3))]), "the union has no member number 2, at path '/a'"),
            (.record([.union(1, .long(3))]), "a value of type long where the schema has int, at path '/a'"),
            (.record([]), "R has 1 fields, and not 0"), (.null, "a value of type null where the schema has R"),
        ]
        for (value, message) in wrong { #expect(refusal { try record.bytes(of: value) } == message) }
        let fixed = try schema(#"{"type":"fixed","name":"F","size":2}"#)
        #expect(refusal { try fixed.bytes(of: .fixed([1])) } == "F has 2 bytes, and not 1")
        let symbol = try schema(#"{"type":"enum","name":"E","symbols":["A"]}"#)
        #expect(refusal { try symbol.bytes(of: .enumeration(1)) } == "E has no symbol number 1")
    }

    @Test func theReaderAndTheWriterWorkWithoutATree() throws {
        var writer = AvroWriter()
        writer.write(true)
        writer.write(Int32(-5))
        writer.write(Int64(1) << 40)
        writer.write(Float(0.5))
        writer.write(0.25)
        writer.write("語")
        writer.write([1, 2, 3])
        writer.write(fixed: [4, 5])
        let written = writer.bytes
        var reader = AvroReader(written.span.bytes)
        let (boolean, int, long) = (try reader.boolean(), try reader.int(), try reader.long())
        let (float, double) = (try reader.float(), try reader.double())
        #expect(boolean)
        #expect(int == -5)
        #expect(long == 1 << 40)
        #expect(float == 0.5)
        #expect(double == 0.25)
        let (text, bytes, fixed) = (try reader.string(), try reader.bytes(), try reader.fixed(2))
        #expect(text == "語")
        #expect(bytes == [1, 2, 3])
        #expect(fixed == [4, 5])
        let remaining = reader.remaining
        #expect(remaining == 0)
    }
}
