import AvroFormat
import SchemaFormat
import Testing

@Suite struct AvroSchemaWriterTests {
    struct Written: Sendable, CustomStringConvertible {
        let given: String
        let canonical: String
        /// `nil` where it is the canonical text.
        var normalized: String?
        var description: String { given }
    }

    static let table: [Written] = [
        Written(given: #" "string" "#, canonical: #""string""#),
        Written(given: #"{"type":"string"}"#, canonical: #""string""#),
        Written(given: #"{"type":"string","doc":"gone","size":3}"#, canonical: #""string""#),
        Written(
            given: #"{"avro.java.string":"String","type":"string"}"#,
            canonical: #"{"type":"string","avro.java.string":"String"}"#),
        Written(given: "[ \"null\" , \"int\" ]", canonical: #"["null","int"]"#),
        Written(
            given: #"{"fields":[],"name":"a.b.R","doc":"d","type":"record"}"#,
            canonical: #"{"type":"record","name":"R","namespace":"a.b","doc":"d","fields":[]}"#),
        Written(
            given: #"{"type":"record","name":"a.R","namespace":"ignored","fields":[]}"#,
            canonical: #"{"type":"record","name":"R","namespace":"a","fields":[]}"#),
        Written(
            given: #"{"type":"error","name":"R","fields":[]}"#, canonical: #"{"type":"error","name":"R","fields":[]}"#,
            normalized: #"{"type":"record","name":"R","fields":[]}"#),
        // The namespace is inherited, left out where it is, and written where it is not.
        Written(
            given:
                #"{"type":"record","name":"R","namespace":"a","fields":[{"name":"x","type":{"type":"fixed","name":"F","namespace":"a","size":1}},{"name":"y","type":{"type":"fixed","name":"G","namespace":"","size":1}},{"name":"z","type":{"type":"fixed","name":"b.H","size":1}},{"name":"v","type":["a.F","G","b.H"]}]}"#,
            canonical:
                #"{"type":"record","name":"R","namespace":"a","fields":[{"name":"x","type":{"type":"fixed","name":"F","size":1}},{"name":"y","type":{"type":"fixed","name":"G","namespace":"","size":1}},{"name":"z","type":{"type":"fixed","name":"H","namespace":"b","size":1}},{"name":"v","type":["F","G","b.H"]}]}"#
        ),
        // A name that is a word of the language keeps its namespace.
        Written(
            given:
                #"{"type":"record","name":"record","namespace":"a","fields":[{"name":"x","type":["null","a.record"]}]}"#,
            canonical:
                #"{"type":"record","name":"record","namespace":"a","fields":[{"name":"x","type":["null","a.record"]}]}"#
        ),
        // A field: the order of its members, what is left out, aliases in their order.
        Written(
            given:
                #"{"type":"record","name":"R","fields":[{"type":"int","zz":1,"aliases":["q","p"],"order":"ASCENDING","default":0,"doc":"","name":"x"},{"name":"y","type":"int","order":"ignore"}]}"#,
            canonical:
                #"{"type":"record","name":"R","fields":[{"name":"x","type":"int","doc":"","default":0,"aliases":["q","p"],"zz":1},{"name":"y","type":"int","order":"ignore"}]}"#,
            normalized:
                #"{"type":"record","name":"R","fields":[{"name":"x","type":"int","doc":"","default":0,"aliases":["p","q"],"zz":1},{"name":"y","type":"int","order":"ignore"}]}"#
        ),
        Written(
            given:
                #"{"zz":{"d":1,"c":2},"type":"enum","aliases":["b.F","E2"],"name":"a.E","doc":"","symbols":["A"],"default":"A","aa":null}"#,
            canonical:
                #"{"type":"enum","name":"E","namespace":"a","doc":"","symbols":["A"],"default":"A","zz":{"d":1,"c":2},"aa":null,"aliases":["b.F","E2"]}"#,
            normalized:
                #"{"type":"enum","name":"E","namespace":"a","symbols":["A"],"default":"A","aa":null,"zz":{"c":2,"d":1},"aliases":["E2","b.F"]}"#
        ),
        Written(
            given: #"{"type":"bytes","scale":2,"x":1,"precision":4,"a":2,"logicalType":"decimal"}"#,
            canonical: #"{"type":"bytes","scale":2,"x":1,"precision":4,"a":2,"logicalType":"decimal"}"#,
            normalized: #"{"type":"bytes","logicalType":"decimal","precision":4,"scale":2,"a":2,"x":1}"#),
        Written(
            given: #"{"type":"bytes","scale":0,"precision":4,"logicalType":"decimal"}"#,
            canonical: #"{"type":"bytes","scale":0,"precision":4,"logicalType":"decimal"}"#,
            normalized: #"{"type":"bytes","logicalType":"decimal","precision":4,"scale":0}"#),
        Written(
            given: #"{"type":"string","precision":4,"logicalType":"decimal","a":1}"#,
            canonical: #"{"type":"string","precision":4,"logicalType":"decimal","a":1}"#,
            normalized: #"{"type":"string","a":1,"logicalType":"decimal","precision":4}"#),
        // Numbers as Java writes them; a default for a floating-point field has a fraction once it is normalised.
        Written(
            given:
                #"{"type":"record","name":"R","fields":[{"name":"a","type":"double","default":1},{"name":"b","type":"float","default":"1e10"},{"name":"c","type":"double","default":0.00012},{"name":"d","type":"double","default":"NaN"},{"name":"e","type":"double","default":1.50},{"name":"f","type":["double","null"],"default":12345678}]}"#,
            canonical:
                #"{"type":"record","name":"R","fields":[{"name":"a","type":"double","default":1},{"name":"b","type":"float","default":1.0E10},{"name":"c","type":"double","default":1.2E-4},{"name":"d","type":"double","default":"NaN"},{"name":"e","type":"double","default":1.5},{"name":"f","type":["double","null"],"default":12345678}]}"#,
            normalized:
                #"{"type":"record","name":"R","fields":[{"name":"a","type":"double","default":1.0},{"name":"b","type":"float","default":1.0E10},{"name":"c","type":"double","default":1.2E-4},{"name":"d","type":"double","default":"NaN"},{"name":"e","type":"double","default":1.5},{"name":"f","type":["double","null"],"default":1.2345678E7}]}"#
        ),
        Written(
            given:
                #"{"type":"record","name":"R","fields":[{"name":"m","type":{"type":"map","values":"float"},"default":{"b":0.001,"a":100}}]}"#,
            canonical:
                #"{"type":"record","name":"R","fields":[{"name":"m","type":{"type":"map","values":"float"},"default":{"b":0.001,"a":100}}]}"#,
            normalized:
                #"{"type":"record","name":"R","fields":[{"name":"m","type":{"type":"map","values":"float"},"default":{"a":100.0,"b":0.001}}]}"#
        ),
        // A record that holds itself, and a name before its definition, which moves to where it is used.
        Written(
            given:
                #"{"type":"record","name":"a.List","fields":[{"name":"next","type":["null","List"]},{"name":"v","type":"a.V"},{"name":"w","type":{"type":"fixed","name":"V","size":2}}]}"#,
            canonical:
                #"{"type":"record","name":"List","namespace":"a","fields":[{"name":"next","type":["null","List"]},{"name":"v","type":{"type":"fixed","name":"V","size":2}},{"name":"w","type":"V"}]}"#
        ),
        Written(
            given:
                "/* what it is */ {\"type\": \"array\", // of texts\n \"items\": {\"type\": \"string\", \"u\": \"http://x/*y*/\"}}",
            canonical: #"{"type":"array","items":{"type":"string","u":"http://x/*y*/"}}"#),
        Written(
            given: #"{"type":"record","name":"R","fields":[{"name":"x","type":"int"}],"x":1,"x":2,"default":5}"#,
            canonical: #"{"type":"record","name":"R","fields":[{"name":"x","type":"int"}],"x":2,"default":5}"#,
            normalized: #"{"type":"record","name":"R","fields":[{"name":"x","type":"int"}],"default":5,"x":2}"#),
    ]

    @Test(arguments: table)
    func aSchemaIsWrittenInOneWay(_ written: Written) throws {
        let parsed = try schema(written.given)
        #expect(parsed.canonicalText == written.canonical)
        #expect(try schema(written.canonical).canonicalText == written.canonical)
        let normalized = try parsed.normalized()
        #expect(normalized.canonicalText == written.normalized ?? written.canonical)
        #expect(try normalized.normalized().canonicalText == normalized.canonicalText)
        #expect(try schema(normalized.canonicalText).normalized().canonicalText == normalized.canonicalText)
    }

    @Test(arguments: [
        ("0.0", "0.0"), ("-0.0", "-0.0"), ("0.1", "0.1"), ("0.001", "0.001"), ("0.00099", "9.9E-4"),
        ("9999999.0", "9999999.0"), ("10000000.0", "1.0E7"), ("123456789.125", "1.23456789125E8"),
        ("1e21", "1.0E21"), ("-1.5e-7", "-1.5E-7"), ("100.0", "100.0"), ("1e0", "1.0"), ("-0", "0"),
        ("12345678901234567890", "12345678901234567890"),
    ])
    func numbersAreWrittenAsJavaDoes(_ given: String, _ written: String) throws {
        #expect(try schema(#"{"type":"int","x":\#(given)}"#).canonicalText == #"{"type":"int","x":\#(written)}"#)
    }
}
