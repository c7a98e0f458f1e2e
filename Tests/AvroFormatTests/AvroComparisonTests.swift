import AvroFormat
import SchemaFormat
import Testing

@Suite struct AvroComparisonTests {
    struct Compared: Sendable, CustomStringConvertible {
        let description: String
        let writer: String
        let reader: String
        let messages: [String]
    }

    private static func record(_ fields: String, name: String = "R", _ more: String = "") -> String {
        #"{"type":"record","name":"\#(name)","fields":[\#(fields)]\#(more)}"#
    }

    private static func field(_ name: String, _ type: String, _ more: String = "") -> String {
        #"{"name":"\#(name)","type":\#(type)\#(more)}"#
    }

    static let table: [Compared] = [
        Compared(
            description: "a new field without a default", writer: record(field("a", #""int""#)),
            reader: record(field("a", #""int""#) + "," + field("b", #""string""#)),
            messages: [
                "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'b' at path '/fields/1' in the new "
                    + "schema has no default value and is missing in the old schema', additionalInfo:'b'}"
            ]),
        Compared(
            description: "another type", writer: record(field("a", #""int""#)),
            reader: record(field("a", #""string""#)),
            messages: [
                "{errorType:'TYPE_MISMATCH', description:'The type (path '/fields/0/type') of a field in the new schema does "
                    + "not match with the old schema', additionalInfo:'reader type: STRING not compatible with writer type: INT'}"
            ]),
        Compared(
            description: "another type of all", writer: #""int""#, reader: #"{"type":"array","items":"int"}"#,
            messages: [
                "{errorType:'TYPE_MISMATCH', description:'The type (path '/') of a field in the new schema does not match with "
                    + "the old schema', additionalInfo:'reader type: ARRAY not compatible with writer type: INT'}"
            ]),
        Compared(
            description: "another name, and a field that is missing", writer: record("", name: "n.S"),
            reader: record(field("a", #""int""#)),
            messages: [
                "{errorType:'NAME_MISMATCH', description:'The name of the schema has changed (path '/name')', "
                    + "additionalInfo:'expected: n.S'}",
                "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'a' at path '/fields/0' in the new "
                    + "schema has no default value and is missing in the old schema', additionalInfo:'a'}",
            ]),
        Compared(
            description: "symbols that are gone", writer: #"{"type":"enum","name":"E","symbols":["C","A","B"]}"#,
            reader: #"{"type":"enum","name":"E","symbols":["A"]}"#,
            messages: [
                "{errorType:'MISSING_ENUM_SYMBOLS', description:'The new schema is missing enum symbols '[B, C]' at path "
                    + "'/symbols' in the old schema', additionalInfo:'[B, C]'}"
            ]),
        Compared(
            description: "another size", writer: #"{"type":"fixed","name":"F","size":4}"#,
            reader: #"{"type":"map","values":{"type":"fixed","name":"F","size":8}}"#,
            messages: [
                "{errorType:'TYPE_MISMATCH', description:'The type (path '/') of a field in the new schema does not match with "
                    + "the old schema', additionalInfo:'reader type: MAP not compatible with writer type: FIXED'}"
            ]),
        Compared(
            description: "another size inside of a map",
            writer: #"{"type":"map","values":{"type":"fixed","name":"F","size":4}}"#,
            reader: #"{"type":"map","values":{"type":"fixed","name":"F","size":8}}"#,
            messages: [
                "{errorType:'FIXED_SIZE_MISMATCH', description:'The size of FIXED type field at path '/values/size' in the new "
                    + "schema does not match with the old schema', additionalInfo:'expected: 4, found: 8'}"
            ]),
        Compared(
            description: "a member of a union that is gone", writer: record(field("a", #"["null","string","int"]"#)),
            reader: record(field("a", #"["null","int"]"#)),
            messages: [
                "{errorType:'MISSING_UNION_BRANCH', description:'The new schema is missing a type inside a union field at path "
                    + "'/fields/0/type/1' in the old schema', additionalInfo:'reader union lacking writer type: STRING'}"
            ]),
        Compared(
            description: "a union that lacks what was no union", writer: #""string""#, reader: #"["null","int"]"#,
            messages: [
                "{errorType:'MISSING_UNION_BRANCH', description:'The new schema is missing a type inside a union field at path "
                    + "'/' in the old schema', additionalInfo:'reader union lacking writer type: STRING'}"
            ]),
        Compared(
            description: "a union that is one type now", writer: record(field("a", #"["null","int"]"#)),
            reader: record(field("a", #""int""#)),
            messages: [
                "{errorType:'TYPE_MISMATCH', description:'The type (path '/fields/0/type/0') of a field in the new schema does "
                    + "not match with the old schema', additionalInfo:'reader type: INT not compatible with writer type: NULL'}"
            ]),
        Compared(
            description: "an array's items", writer: #"{"type":"array","items":"long"}"#,
            reader: #"{"type":"array","items":"int"}"#,
            messages: [
                "{errorType:'TYPE_MISMATCH', description:'The type (path '/items') of a field in the new schema does not match "
                    + "with the old schema', additionalInfo:'reader type: INT not compatible with writer type: LONG'}"
            ]),
        Compared(
            description: "a missing field whose enum has a default of its own", writer: record(""),
            reader: record(field("e", #"{"type":"enum","name":"E","symbols":["A"],"default":"A"}"#)),
            messages: [
                "{errorType:'TYPE_MISMATCH', description:'The type (path '/fields/0/type') of a field in the new schema does "
                    + "not match with the old schema', additionalInfo:'reader type: ENUM not compatible with writer type: RECORD'}"
            ]),
        Compared(
            description: "a field that reads two", writer: record(field("a", #""int""#) + "," + field("b", #""int""#)),
            reader: record(field("a", #""int""#, #","aliases":["b"]"#)),
            messages: [
                "Unexpected exception during compatibility check: Reader record field a type:INT pos:0 matches multiple fields "
                    + "in writer record schema "
                    + #"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"}]}"#
            ]),
        Compared(
            description: "a record that holds itself, told once",
            writer: record(field("v", #""string""#) + "," + field("next", #"["null","R"]"#)),
            reader: record(field("v", #""int""#) + "," + field("next", #"["null","R"]"#)),
            messages: [
                "{errorType:'TYPE_MISMATCH', description:'The type (path '/fields/0/type') of a field in the new schema does "
                    + "not match with the old schema', additionalInfo:'reader type: INT not compatible with writer type: STRING'}"
            ]),
    ]

    @Test(arguments: table)
    func obstaclesNameTheRuleAndThePlace(_ compared: Compared) throws {
        let reader = try schema(compared.reader)
        let writer = try schema(compared.writer)
        #expect(reader.obstacles(readingDataOf: writer, roles: .newReader) == compared.messages)
        #expect(reader.obstacles(readingDataOf: reader, roles: .newReader) == [])
        #expect(writer.obstacles(readingDataOf: writer, roles: .newReader) == [])
    }

    @Test func theRolesAreNamedAsTheyAre() throws {
        let old = try schema(Self.record(Self.field("a", #""int""#)))
        let new = try schema(Self.record(""))
        #expect(
            old.obstacles(readingDataOf: new, roles: .oldReader) == [
                "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'a' at path '/fields/0' in the old "
                    + "schema has no default value and is missing in the new schema', additionalInfo:'a'}"
            ])
    }

    @Test func numbersGrowAndTextIsBytes() throws {
        let names = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]
        let reads: [String: Set<String>] = [
            "long": ["int"], "float": ["int", "long"], "double": ["int", "long", "float"], "bytes": ["string"],
            "string": ["bytes"],
        ]
        for reader in names {
            for writer in names {
                let obstacles = try schema("\"\(reader)\"").obstacles(
                    readingDataOf: try schema("\"\(writer)\""), roles: .newReader)
                let isRead = reader == writer || reads[reader, default: []].contains(writer)
                #expect(obstacles.isEmpty == isRead, "\(reader) reads \(writer)")
            }
        }
    }

    @Test func differencesAreNotWithoutNumber() throws {
        func text(_ type: String) -> String {
            Self.record((0..<5000).map { Self.field("f\($0)", "\"\(type)\"") }.joined(separator: ","))
        }
        let found = try schema(text("int")).obstacles(readingDataOf: try schema(text("string")), roles: .newReader)
        #expect(found.count == 1000)
    }
}
