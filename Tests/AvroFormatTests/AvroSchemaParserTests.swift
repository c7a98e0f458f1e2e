import AvroFormat
import SchemaFormat
import Testing

@Suite struct AvroSchemaParserTests {
    struct Refused: Sendable, CustomStringConvertible {
        let text: String
        let message: String
        /// Whether it is refused too where it is registered already.
        var isAlways = true
        var description: String { text }
    }

    static let refused: [Refused] = [
        Refused(text: #""com.x.Foo""#, message: "Undefined schema: com.x.Foo"),
        Refused(
            text:
                #"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":["null","Nowhere"]}]}"#,
            message: "Undefined schema: Nowhere, at path '/fields/1/type/1'"),
        Refused(
            text: #"{"type":"record","name":"n.R","fields":[{"name":"a","type":"S"}]}"#,
            message: "Undefined schema: n.S, at path '/fields/0/type'"),
        Refused(
            text:
                #"[{"type":"enum","name":"E","symbols":["A"]},{"type":"map","values":{"type":"enum","name":"E","symbols":["B"]}}]"#,
            message: "Can't redefine: E, at path '/1/values'"),
        Refused(
            text: #"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"long"}]}"#,
            message: "Duplicate field a in record R, at path '/fields/1'"),
        Refused(text: #"["int",["string"]]"#, message: #"Nested union: ["string"], at path '/1'"#),
        Refused(text: #"["int","string","int"]"#, message: "Duplicate in union:int, at path '/2'"),
        Refused(
            text: #"[{"type":"array","items":"int"},{"type":"array","items":"string"}]"#,
            message: "Duplicate in union:array, at path '/1'"),
        Refused(
            text: #"[{"type":"fixed","name":"F","size":1},"F"]"#, message: "Duplicate in union:F, at path '/1'"),
        Refused(text: #"{"type":"record","fields":[]}"#, message: #"No name in schema: {"type":"record","fields":[]}"#),
        Refused(
            text: #"{"type":"record","name":"R"}"#, message: #"Record has no fields: {"type":"record","name":"R"}"#),
        Refused(text: #"{"name":"x"}"#, message: #"No type: {"name":"x"}"#),
        Refused(
            text: #"{"type":{"type":"string"}}"#, message: #"No type: {"type":{"type":"string"}}"#, isAlways: false),
        Refused(text: #"{"type":"array"}"#, message: #"Array has no items type: {"type":"array"}"#),
        Refused(text: #"{"type":"map"}"#, message: #"Map has no values type: {"type":"map"}"#),
        Refused(text: #"{"type":"enum","name":"E"}"#, message: #"Enum has no symbols: {"type":"enum","name":"E"}"#),
        Refused(
            text: #"{"type":"enum","name":"E","symbols":["A","A"]}"#, message: "Duplicate enum symbol: A"),
        Refused(
            text: #"{"type":"enum","name":"E","symbols":["A","B-C"]}"#, message: "Illegal character in: B-C"),
        Refused(text: #"{"type":"enum","name":"E","symbols":["A",1]}"#, message: "Null name"),
        Refused(
            text: #"{"type":"enum","name":"E","symbols":["A","B"],"default":"C"}"#,
            message: "The Enum Default: C is not in the enum symbol set: [A, B]"),
        Refused(
            text: #"{"type":"fixed","name":"F","size":1.5}"#,
            message: #"Invalid or no size: {"type":"fixed","name":"F","size":1.5}"#),
        Refused(text: #"{"type":"fixed","name":"F","size":-1}"#, message: "Malformed data. Length is negative: -1"),
        Refused(
            text: #"{"type":"fixed","name":"int","size":1}"#, message: "Schemas may not be named after primitives: int"),
        Refused(text: #"{"type":"fixed","name":"9F","size":1}"#, message: "Illegal initial character: 9F"),
        Refused(text: #"{"type":"fixed","name":"","size":1}"#, message: "Empty name"),
        Refused(text: #"{"type":"fixed","name":"Fé","size":1}"#, message: "Illegal character in: Fé", isAlways: false),
        Refused(
            text: #"{"type":"fixed","name":"F","namespace":"a.1b","size":1}"#,
            message: #"Namespace part "1b" is invalid: Illegal initial character: 1b"#, isAlways: false),
        Refused(
            text: #"{"type":"record","name":"R","fields":[{"name":"a b","type":"int"}]}"#,
            message: "Illegal character in: a b, at path '/fields/0'"),
        Refused(
            text: #"{"type":"record","name":"R","fields":[{"type":"int"}]}"#,
            message: #"No field name: {"type":"int"}, at path '/fields/0'"#),
        Refused(
            text: #"{"type":"record","name":"R","fields":["int"]}"#,
            message: #"No field name: "int", at path '/fields/0'"#),
        Refused(
            text: #"{"type":"record","name":"R","fields":[{"name":"a"}]}"#,
            message: #"No field type: {"name":"a"}, at path '/fields/0'"#),
        Refused(
            text: #"{"type":"record","name":"R","fields":[{"name":"a","type":"int","order":"up"}]}"#,
            message: #"the order is one of ascending, descending and ignore, and not "up", at path '/fields/0'"#),
        Refused(
            text: #"{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":"x"}]}"#,
            message: #"Invalid default for field a: "x" not a int, at path '/fields/0'"#, isAlways: false),
        Refused(
            text: #"{"type":"record","name":"R","fields":[{"name":"a","type":["null","int"],"default":"x"}]}"#,
            message: #"Invalid default for field a: "x" not a union, at path '/fields/0'"#, isAlways: false),
        Refused(
            text: #"{"type":"record","name":"R","fields":[{"name":"a","type":"double","default":"x"}]}"#,
            message: #"Invalid default: "x" is no number, at path '/fields/0'"#),
        Refused(
            text: #"{"type":"record","name":"R","aliases":"S","fields":[]}"#, message: #"aliases not an array: "S""#),
        Refused(
            text: #"{"type":"record","name":"R","aliases":[1],"fields":[]}"#, message: "alias not a string: 1"),
        Refused(
            text: #"{"type":"recor","name":"R","fields":[]}"#,
            message:
                #"A schema "type" MUST be a primitive type or one of "enum", "fixed", "record", "error", "array" or "map", and not "recor""#
        ),
        Refused(text: "17", message: "Schema not yet supported: 17"),
        Refused(text: "", message: "no JSON: unexpected end of the document at line 1, column 1"),
        Refused(
            text: #""int" "long""#, message: "no JSON: unexpected text after the document at line 1, column 7"),
    ]

    @Test(arguments: refused)
    func aTextThatIsNoSchemaIsRefusedWithItsPlace(_ refused: Refused) {
        #expect(refusal { try schema(refused.text) } == refused.message)
        #expect((refusal { try schema(refused.text, isNew: false) } != nil) == refused.isAlways)
    }

    @Test(arguments: [
        ("int", "5", true), ("int", "5000000000", false), ("int", "5.0", false), ("long", "5000000000", true),
        ("float", "1", true), ("double", "\"NaN\"", true), ("double", "null", false), ("boolean", "true", true),
        ("string", "1", false), ("bytes", "\"\\u00ff\"", true), ("null", "null", true), ("null", "0", false),
    ])
    func aDefaultFitsItsType(_ type: String, _ value: String, isLegal: Bool) {
        let text = #"{"type":"record","name":"R","fields":[{"name":"a","type":"\#(type)","default":\#(value)}]}"#
        #expect((refusal { try schema(text) } == nil) == isLegal)
    }

    @Test func aDefaultOfARecordMayLeaveOutFieldsWithDefaults() {
        func text(_ value: String) -> String {
            """
            {"type":"record","name":"R","fields":[{"name":"a","default":\(value),"type":{"type":"record","name":"S","fields":[
            {"name":"x","type":"int"},{"name":"y","type":["null","string"],"default":null},
            {"name":"z","type":{"type":"map","values":{"type":"array","items":"long"}},"default":{}}]}}]}
            """
        }
        #expect(refusal { try schema(text(#"{"x":1}"#)) } == nil)
        #expect(refusal { try schema(text(#"{"x":1,"y":"s","z":{"k":[1,2]}}"#)) } == nil)
        #expect(refusal { try schema(text(#"{"y":"s"}"#)) } != nil)
        #expect(refusal { try schema(text(#"{"x":1,"z":{"k":[1,"2"]}}"#)) } != nil)
    }

    @Test func aDefaultThatHoldsItselfIsRefused() {
        let text = #"{"type":"record","name":"R","fields":[{"name":"a","type":"R","default":{}}]}"#
        #expect(refusal { try schema(text) }?.hasPrefix("Invalid default for field a") == true)
    }

    @Test func theSameDefinitionMayStandTwice() throws {
        let text = """
            [{"type":"enum","name":"E","symbols":["A"]},
            {"type":"map","values":{"type":"enum","name":"E","doc":"again","symbols":["A"]}}]
            """
        #expect(
            try schema(text).canonicalText
                == #"[{"type":"enum","name":"E","symbols":["A"]},{"type":"map","values":"E"}]"#)
    }

    @Test func dependenciesAreKnownByName() throws {
        let dependencies = [
            SchemaDependency(
                name: "geo.Point", text: #"{"type":"record","name":"Point","namespace":"geo","fields":[]}"#),
            SchemaDependency(
                name: "geo.Line",
                text: #"{"type":"record","name":"geo.Line","fields":[{"name":"from","type":"Point"}]}"#),
        ]
        let text =
            #"{"type":"record","name":"geo.Map","fields":[{"name":"lines","type":{"type":"array","items":"Line"}}]}"#
        let map = try schema(text, dependencies: dependencies)
        #expect(
            map.canonicalText
                == #"{"type":"record","name":"Map","namespace":"geo","fields":[{"name":"lines","type":{"type":"array","items":"Line"}}]}"#
        )
        #expect(
            try map.text(in: "resolved")
                == #"{"type":"record","name":"Map","namespace":"geo","fields":[{"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[{"name":"from","type":{"type":"record","name":"Point","fields":[]}}]}}}]}"#
        )
        #expect(try map.text(in: "pretty") == map.canonicalText)
        #expect(
            refusal { try schema(text, dependencies: [dependencies[1]]) }
                == "the referenced schema 'geo.Line': Undefined schema: geo.Point, at path '/fields/0/type'")
        #expect(
            refusal { try schema(#"{"type":"fixed","name":"geo.Line","size":1}"#, dependencies: dependencies) }
                == "Can't redefine: geo.Line")
    }

    @Test func whatTheLanguageTellsOfASchema() throws {
        let language = AvroLanguage()
        let record = try language.parse(
            #"{"type":"record","name":"R","namespace":"n","fields":[{"name":"a","type":"int"}]}"#, dependencies: [],
            isNew: true)
        #expect(record.name == "n.R")
        #expect(record.type == .avro && language.type == .avro)
        #expect(record.hasTopLevelField("a") && !record.hasTopLevelField("b"))
        let text = try language.parse(#""string""#, dependencies: [], isNew: true)
        #expect(text.name == nil && !text.hasTopLevelField("a"))
        #expect(throws: SchemaError(.invalidSchema, "Undefined schema: strin")) {
            try language.parse(#""strin""#, dependencies: [], isNew: true)
        }
    }

    @Test(
        arguments: [
            (
                #"{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}"#,
                AvroLogicalType.decimal(precision: 9, scale: 2)
            ),
            (#"{"type":"bytes","logicalType":"decimal","precision":9}"#, .decimal(precision: 9, scale: 0)),
            (
                #"{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":9}"#,
                .decimal(precision: 9, scale: 0)
            ),
            (#"{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":10}"#, nil),
            (#"{"type":"bytes","logicalType":"decimal","precision":2,"scale":3}"#, nil),
            (#"{"type":"bytes","logicalType":"decimal"}"#, nil),
            (#"{"type":"bytes","logicalType":"decimal","precision":"4"}"#, nil),
            (#"{"type":"string","logicalType":"uuid"}"#, .uuid), (#"{"type":"int","logicalType":"uuid"}"#, nil),
            (#"{"type":"int","logicalType":"date"}"#, .date),
            (#"{"type":"int","logicalType":"time-millis"}"#, .timeMillis),
            (#"{"type":"long","logicalType":"time-micros"}"#, .timeMicros),
            (#"{"type":"long","logicalType":"timestamp-millis"}"#, .timestampMillis),
            (#"{"type":"long","logicalType":"timestamp-micros"}"#, .timestampMicros),
            (#"{"type":"long","logicalType":"timestamp-nanos"}"#, .timestampNanos),
            (#"{"type":"long","logicalType":"local-timestamp-millis"}"#, .localTimestampMillis),
            (#"{"type":"long","logicalType":"local-timestamp-micros"}"#, .localTimestampMicros),
            (#"{"type":"long","logicalType":"local-timestamp-nanos"}"#, .localTimestampNanos),
            (#"{"type":"fixed","name":"D","size":12,"logicalType":"duration"}"#, .duration),
            (#"{"type":"fixed","name":"D","size":16,"logicalType":"uuid"}"#, .uuid),
            (#"{"type":"bytes","logicalType":"big-decimal"}"#, .bigDecimal),
            (#"{"type":"long","logicalType":"date"}"#, nil),
        ] as [(String, AvroLogicalType?)])
    func aLogicalTypeThatDoesNotFitIsIgnored(_ text: String, _ logicalType: AvroLogicalType?) throws {
        let schema = try schema(text)
        #expect(schema.types[schema.root].logicalType == logicalType)
        #expect(schema.canonicalText == text, "what was written is kept")
    }
}
