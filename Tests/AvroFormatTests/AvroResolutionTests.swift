import AvroFormat
import JSON
import SchemaFormat
import Testing

/// Data of one schema read as another.
@Suite struct AvroResolutionTests {
    struct Resolved: Sendable, CustomStringConvertible {
        let writer: String
        let reader: String
        let written: String
        /// What is read in plain form, or the refusal.
        let read: String
        var description: String { "\(written) of \(writer) as \(reader)" }
    }

    private static func record(_ fields: String, name: String = "R", _ more: String = "") -> String {
        #"{"type":"record","name":"\#(name)","fields":[\#(fields)]\#(more)}"#
    }

    static let table: [Resolved] = [
        Resolved(writer: #""int""#, reader: #""long""#, written: "5", read: "5"),
        Resolved(writer: #""int""#, reader: #""double""#, written: "5", read: "5.0"),
        Resolved(writer: #""long""#, reader: #""float""#, written: "5", read: "5.0"),
        Resolved(writer: #""float""#, reader: #""double""#, written: "0.5", read: "0.5"),
        Resolved(writer: #""string""#, reader: #""bytes""#, written: #""é""#, read: #""Ã©""#),
        Resolved(writer: #""bytes""#, reader: #""string""#, written: #""Ã©""#, read: #""é""#),
        Resolved(
            writer: #""long""#, reader: #""int""#, written: "5", read: "long was written, which int does not read"),
        Resolved(writer: #"["null","int"]"#, reader: #""long""#, written: "5", read: "5"),
        Resolved(
            writer: #"["null","int"]"#, reader: #""long""#, written: "null",
            read: "null was written, which long does not read"),
        Resolved(writer: #""int""#, reader: #"["null","long","int"]"#, written: "5", read: "5"),
        Resolved(writer: #""int""#, reader: #"["null","double"]"#, written: "5", read: "5.0"),
        Resolved(
            writer: record(#"{"name":"a","type":"int"},{"name":"gone","type":"string"},{"name":"b","type":"int"}"#),
            reader: record(
                #"{"name":"b","type":"long"},{"name":"new","type":["null","int"],"default":null},{"name":"c","aliases":["a"],"type":"int"}"#
            ), written: #"{"a":1,"gone":"x","b":2}"#, read: #"{"b":2,"new":null,"c":1}"#),
        Resolved(
            writer: record(""), reader: record(#"{"name":"a","type":"int"}"#), written: "{}",
            read: "it was not written and has no default, at path '/a'"),
        Resolved(
            writer: record("", name: "S"), reader: record(""), written: "{}",
            read: "S was written, which R does not read"),
        Resolved(
            writer: record("", name: "S"), reader: record("", #","aliases":["S"]"#), written: "{}", read: "{}"),
        Resolved(
            writer: #"{"type":"enum","name":"E","symbols":["A","B"]}"#,
            reader: #"{"type":"enum","name":"E","symbols":["B","C"]}"#, written: #""B""#, read: #""B""#),
        Resolved(
            writer: #"{"type":"enum","name":"E","symbols":["A","B"]}"#,
            reader: #"{"type":"enum","name":"E","symbols":["B","C"]}"#, written: #""A""#,
            read: "E has no symbol 'A' and no default"),
        Resolved(
            writer: #"{"type":"enum","name":"E","symbols":["A","B"]}"#,
            reader: #"{"type":"enum","name":"E","symbols":["B","C"],"default":"C"}"#, written: #""A""#, read: #""C""#),
        Resolved(
            writer: #"{"type":"fixed","name":"F","size":1}"#, reader: #"{"type":"fixed","name":"F","size":2}"#,
            written: #""a""#, read: "F was written, which F does not read"),
        Resolved(
            writer: #"{"type":"array","items":"int"}"#, reader: #"{"type":"array","items":"double"}"#, written: "[1,2]",
            read: "[1.0,2.0]"),
        Resolved(
            writer: #"{"type":"map","values":"int"}"#, reader: #"{"type":"map","values":"string"}"#,
            written: #"{"k":1}"#,
            read: "int was written, which string does not read, at path '/k'"),
        Resolved(
            writer: #"["null",{"type":"record","name":"n.R","fields":[{"name":"v","type":"int"}]}]"#,
            reader:
                #"[{"type":"record","name":"n.R","fields":[{"name":"v","type":"long"},{"name":"w","type":"string","default":"d"}]},"null"]"#,
            written: #"{"v":3}"#, read: #"{"v":3,"w":"d"}"#),
    ]

    @Test(arguments: table)
    func aReaderSeesWhatItAskedFor(_ resolved: Resolved) throws {
        let writer = try schema(resolved.writer)
        let reader = try schema(resolved.reader)
        let bytes = try writer.encoded(resolved.written)
        let refused = refusal { try reader.decoded(bytes, writtenWith: writer) }
        #expect(try refused ?? reader.readText(bytes, writtenWith: writer) == resolved.read)
    }

    @Test func whatIsCompatibleIsRead() throws {
        // Where the comparison sees no obstacle, values are read; the table of levels is a good collection of schemas.
        let seed = UInt64.random(in: 0 ... .max)
        print("resolution: seed \(seed)")
        var random = RandomSchema(seed: seed)
        let tables = AvroCompatibilityTests.records + AvroCompatibilityTests.unions + AvroCompatibilityTests.containers
        for versions in tables {
            for earlier in versions.earlier {
                let writer = try schema(earlier)
                let reader = try schema(versions.next)
                guard reader.obstacles(readingDataOf: writer, roles: .newReader).isEmpty else { continue }
                let value = random.value(of: writer.root, in: writer.types)
                // Random bytes are not always text.
                if versions.description == "text becomes bytes" { continue }
                let bytes = try writer.bytes(of: value)
                let read = try reader.decoded(bytes, writtenWith: writer)
                #expect(throws: Never.self, "\(versions)") { try reader.bytes(of: read) }
            }
        }
    }
}

extension AvroSchema {
    /// What bytes of another schema decode to, as the text of plain JSON; it can be written as this schema too.
    fileprivate func readText(_ bytes: [UInt8], writtenWith writer: AvroSchema) throws -> String {
        let value = try decoded(bytes, writtenWith: writer)
        #expect(try decoded(self.bytes(of: value)) == value)
        return json(of: value, form: .plain).text
    }
}
