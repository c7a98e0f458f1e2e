import AvroFormat
import SchemaFormat
import Testing

/// Which versions of a subject may follow which, by all seven levels.
@Suite struct AvroCompatibilityTests {
    @Test(arguments: records + named + unions + containers + histories)
    func eachLevelAllowsWhatItShould(_ versions: SchemaVersions) throws {
        #expect(try versions.mistakes(in: AvroLanguage()) == [])
    }

    // The verdicts of a pair that reads both ways, of one that only the new version reads, and so on.
    private static let both = "+ ++ ++ ++"
    private static let backward = "+ ++ -- --"
    private static let forward = "+ -- ++ --"
    private static let neither = "+ -- -- --"

    private static func record(_ fields: String..., more: String = "") -> String {
        #"{"type":"record","name":"Order","namespace":"shop","fields":[\#(fields.joined(separator: ","))]\#(more)}"#
    }

    private static func field(_ name: String, _ type: String, _ more: String = "") -> String {
        #"{"name":"\#(name)","type":\#(type)\#(more)}"#
    }

    private static let id = field("id", #""long""#)
    private static let note = field("note", #""string""#)
    private static let noteWithDefault = field("note", #""string""#, #","default":"""#)
    private static let optionalNote = field("note", #"["null","string"]"#, #","default":null"#)

    static let records: [SchemaVersions] = [
        SchemaVersions("nothing changes", both, [record(id)], then: record(id)),
        SchemaVersions("a field comes without a default", forward, [record(id)], then: record(id, note)),
        SchemaVersions("a field comes with a default", both, [record(id)], then: record(id, noteWithDefault)),
        SchemaVersions("a field comes that may be null", both, [record(id)], then: record(id, optionalNote)),
        SchemaVersions(
            "a field comes that may be null and has no default", forward, [record(id)],
            then: record(id, field("note", #"["null","string"]"#))),
        SchemaVersions("a field goes that had no default", backward, [record(id, note)], then: record(id)),
        SchemaVersions("a field goes that had a default", both, [record(id, noteWithDefault)], then: record(id)),
        SchemaVersions("a field has another name", neither, [record(note)], then: record(field("text", #""string""#))),
        SchemaVersions(
            "a field has another name, and the old one as an alias", backward, [record(note)],
            then: record(field("text", #""string""#, #","aliases":["note"]"#))),
        SchemaVersions(
            "a field has another name and defaults", both, [record(noteWithDefault)],
            then: record(field("text", #""string""#, #","default":"""#))),
        SchemaVersions("a field gets a default", both, [record(id, note)], then: record(id, noteWithDefault)),
        SchemaVersions("a field loses its default", both, [record(id, noteWithDefault)], then: record(id, note)),
        SchemaVersions(
            "a default is another one", both, [record(noteWithDefault)],
            then: record(field("note", #""string""#, #","default":"none""#))),
        SchemaVersions("the fields change places", both, [record(id, note)], then: record(note, id)),
        SchemaVersions("a field may be null", backward, [record(note)], then: record(optionalNote)),
        SchemaVersions("a field may no longer be null", forward, [record(optionalNote)], then: record(note)),
        SchemaVersions(
            "an int becomes a long", backward, [record(field("n", #""int""#))], then: record(field("n", #""long""#))),
        SchemaVersions(
            "a double becomes a float", forward, [record(field("n", #""double""#))],
            then: record(field("n", #""float""#))),
        SchemaVersions(
            "an int becomes text", neither, [record(field("n", #""int""#))], then: record(field("n", #""string""#))),
        SchemaVersions(
            "text becomes bytes", both, [record(field("n", #""string""#))], then: record(field("n", #""bytes""#))),
        SchemaVersions(
            "documentation, order and a property change", both, [record(field("n", #""int""#, #","doc":"a""#))],
            then: record(field("n", #""int""#, #","order":"ignore","x":1"#), more: #","doc":"b""#)),
        SchemaVersions(
            "a logical type comes", both, [record(field("n", #""long""#))],
            then: record(field("n", #"{"type":"long","logicalType":"timestamp-millis"}"#))),
        SchemaVersions(
            "a decimal has another scale, which Avro does not look at", both,
            [record(field("n", #"{"type":"bytes","logicalType":"decimal","precision":4,"scale":1}"#))],
            then: record(field("n", #"{"type":"bytes","logicalType":"decimal","precision":4,"scale":2}"#))),
        SchemaVersions(
            "two fields are swapped in their types", neither,
            [record(field("a", #""int""#), field("b", #""boolean""#))],
            then: record(field("a", #""boolean""#), field("b", #""int""#))),
    ]

    private static func symbols(_ list: String, _ more: String = "") -> String {
        #"{"type":"enum","name":"Color","symbols":\#(list)\#(more)}"#
    }

    static let named: [SchemaVersions] = [
        SchemaVersions("a symbol comes", backward, [symbols(#"["R","G"]"#)], then: symbols(#"["R","G","B"]"#)),
        SchemaVersions("a symbol goes", forward, [symbols(#"["R","G","B"]"#)], then: symbols(#"["R","G"]"#)),
        SchemaVersions("a symbol is another", neither, [symbols(#"["R","G"]"#)], then: symbols(#"["R","B"]"#)),
        SchemaVersions("the symbols change places", both, [symbols(#"["R","G"]"#)], then: symbols(#"["G","R"]"#)),
        SchemaVersions(
            "a symbol comes, and there was a default", both, [symbols(#"["R","G"]"#, #","default":"R""#)],
            then: symbols(#"["R","G","B"]"#, #","default":"R""#)),
        SchemaVersions(
            "a symbol goes, and there is a default", both, [symbols(#"["R","G"]"#)],
            then: symbols(#"["R"]"#, #","default":"R""#)),
        SchemaVersions(
            "an enum has another name", neither, [symbols(#"["R"]"#)],
            then: #"{"type":"enum","name":"Colour","symbols":["R"]}"#),
        SchemaVersions(
            "an enum has another name and the old one as an alias", backward, [symbols(#"["R"]"#)],
            then: #"{"type":"enum","name":"Colour","aliases":["Color"],"symbols":["R"]}"#),
        SchemaVersions(
            "an enum moves to another namespace", both, [symbols(#"["R"]"#)],
            then: #"{"type":"enum","name":"paint.Color","symbols":["R"]}"#),
        SchemaVersions(
            "a record has another name", neither, [record(id)],
            then: #"{"type":"record","name":"shop.Purchase","fields":[\#(id)]}"#),
        SchemaVersions(
            "a record has another name and the old one as an alias", backward, [record(id)],
            then: #"{"type":"record","name":"shop.Purchase","aliases":["Order"],"fields":[\#(id)]}"#),
        SchemaVersions(
            "a fixed has another size", neither, [#"{"type":"fixed","name":"Hash","size":16}"#],
            then: #"{"type":"fixed","name":"Hash","size":20}"#),
        SchemaVersions(
            "a fixed becomes bytes", neither, [#"{"type":"fixed","name":"Hash","size":16}"#], then: #""bytes""#),
        SchemaVersions("an enum becomes text", neither, [symbols(#"["R"]"#)], then: #""string""#),
    ]

    static let unions: [SchemaVersions] = [
        SchemaVersions("a member comes", backward, [#"["null","int"]"#], then: #"["null","int","string"]"#),
        SchemaVersions("a member goes", forward, [#"["null","int","string"]"#], then: #"["null","int"]"#),
        SchemaVersions("the members change places", both, [#"["null","int"]"#], then: #"["int","null"]"#),
        SchemaVersions("a type becomes a union with it", backward, [#""int""#], then: #"["null","int"]"#),
        SchemaVersions(
            "a type becomes a union that it is promoted in", backward, [#""int""#], then: #"["null","double"]"#),
        SchemaVersions("a type becomes a union without it", neither, [#""int""#], then: #"["null","boolean"]"#),
        SchemaVersions("a union of one is its member", both, [#"["int"]"#], then: #""int""#),
        SchemaVersions("a union's member grows", backward, [#"["null","int"]"#], then: #"["null","long"]"#),
        SchemaVersions(
            "a union becomes the type that reads all of it", backward, [#"["int","long"]"#], then: #""double""#),
        SchemaVersions("a union has nothing in common", neither, [#"["null","int"]"#], then: #"["boolean","bytes"]"#),
        SchemaVersions(
            "a record in a union gets a field without a default", forward, [#"["null",\#(record(id))]"#],
            then: #"["null",\#(record(id, note))]"#),
        SchemaVersions(
            "a record in a union gets a field with a default", both, [#"["null",\#(record(id))]"#],
            then: #"["null",\#(record(id, noteWithDefault))]"#),
        SchemaVersions(
            "a union of records gets another", backward, [#"["null",\#(record(id))]"#],
            then: #"["null",\#(record(id)),{"type":"record","name":"Refund","fields":[]}]"#),
    ]

    private static func list(_ fields: String...) -> String {
        let next = field("next", #"["null","Node"]"#)
        return #"{"type":"record","name":"Node","fields":[\#((fields + [next]).joined(separator: ","))]}"#
    }

    static let containers: [SchemaVersions] = [
        SchemaVersions(
            "an array's items grow", backward, [#"{"type":"array","items":"int"}"#],
            then: #"{"type":"array","items":"long"}"#),
        SchemaVersions(
            "a map's values are others", neither, [#"{"type":"map","values":"int"}"#],
            then: #"{"type":"map","values":"boolean"}"#),
        SchemaVersions(
            "an array becomes a map", neither, [#"{"type":"array","items":"int"}"#],
            then: #"{"type":"map","values":"int"}"#),
        SchemaVersions(
            "an array's record gets a field without a default", forward,
            [#"{"type":"array","items":\#(record(id))}"#], then: #"{"type":"array","items":\#(record(id, note))}"#),
        SchemaVersions("a list's nodes get a field without a default", forward, [list(id)], then: list(id, note)),
        SchemaVersions("a list's nodes get a field with a default", both, [list(id)], then: list(id, optionalNote)),
        SchemaVersions(
            "a list's nodes grow", backward, [list(field("n", #""int""#))], then: list(field("n", #""long""#))),
        SchemaVersions("a record becomes a map", neither, [record(id)], then: #"{"type":"map","values":"long"}"#),
    ]

    static let histories: [SchemaVersions] = [
        SchemaVersions(
            "a field that was dropped comes back with another type", "+ +- +- +-",
            [record(id, field("n", #""int""#, #","default":0"#)), record(id)],
            then: record(id, field("n", #""string""#, #","default":"""#))),
        SchemaVersions(
            "a field loses its default once every version has it", "+ +- ++ +-",
            [record(id), record(id, noteWithDefault)], then: record(id, note)),
        SchemaVersions(
            "a field with a default goes, which the first version has none for", "+ ++ +- +-",
            [record(id, note), record(id, noteWithDefault)], then: record(id)),
        SchemaVersions(
            "a number grew, and is as it was", "+ -- ++ --",
            [record(field("n", #""int""#)), record(field("n", #""long""#))], then: record(field("n", #""int""#))),
        SchemaVersions(
            "a number grows again", "+ ++ -- --",
            [record(field("n", #""int""#)), record(field("n", #""long""#))], then: record(field("n", #""double""#))),
        SchemaVersions("there was no version", both, [], then: record(id)),
        SchemaVersions(
            "an earlier version broke with the first", "+ +- +- +-", [#""string""#, record(id)],
            then: record(id, optionalNote)),
    ]
}
