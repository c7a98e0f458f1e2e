import ProtocolSchema
import Testing

@Suite struct SchemaParserTests {
    private static let list = "api 1 Fetch flexible 12+\n"

    /// The error that the generator ends in, as text with file and line.
    private func failure(_ text: String) -> String? {
        do {
            _ = try Generator.generate(from: [.init(name: "test.schema", text: text)])
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func data(_ fields: String, flexible: String = " flexible 1+") -> String {
        "data Note versions 0-3\(flexible) {\n\(fields)\n}\n"
    }

    @Test func aFieldSaysAllThereIsToSay() throws {
        let text = data(
            """
            // What it is.
            name: string?(2+) @1+ ignorable = "x"
            parts: [Part]? @2+ tag 4 = null { // Behind the brace.
                id: uuid // Behind the field.
            }
            """)
        let message = try #require(try Generator.schema(from: [.init(name: "a", text: text)]).messages.first)
        #expect(message.kind == .data)
        #expect(message.versions.description == "0-3")
        #expect(message.firstFlexibleVersion == 1)
        let name = message.fields[0]
        #expect(name.documentation == "What it is.")
        #expect(name.versions.description == "1-3")
        #expect(name.nullableVersions?.description == "2-3")
        #expect(name.isIgnorable)
        #expect(name.defaultValue == .string("x"))
        let parts = message.fields[1]
        #expect(parts.documentation == "Behind the brace.")
        #expect(parts.type == .array(of: .structure("Part")))
        #expect(parts.tag == 4)
        #expect(parts.nullableVersions?.description == "2-3")
        #expect(parts.fields[0].documentation == "Behind the field.")
        #expect(parts.fields[0].versions.description == "2-3")
    }

    @Test(arguments: [
        ("data Note versions 0-3 {\n  a: string;\n}", "test.schema:2: unexpected character \";\""),
        ("data Note versions 0-3 {\n  a string\n}", "test.schema:2: expected \":\", found \"string\""),
        ("data Note versions 0-3 {\n  a: text\n}", "test.schema:2: there is no type text"),
        ("data Note versions 0-3 {\n  a: int8 = \"x\n}", "test.schema:2: the text is not closed on its line"),
        ("note Note", "test.schema:1: expected request, response, data, api or error, found \"note\""),
        ("request FetchRequest versions 0-1 {}", "test.schema:1: FetchRequest: no API is named Fetch"),
    ])
    func mistakesAreNamedWithTheirLine(text: String, error: String) {
        #expect(failure(text) == error)
    }

    @Test(arguments: [
        ("a: int8\na: int8", "declared twice"),
        ("a: int8?", "int8 has no null"),
        ("a: int8 = 128", "128 is no int8"),
        ("a: string = 1", "1 is no string"),
        ("a: bool = \"x\"", "the default value is of another type"),
        ("a: string?(2+) = null", "null is not allowed in each version"),
        ("a: int8 @2-7", "versions 2-7 are not within 0-3"),
        ("a: int8 @0+ tag 0", "only flexible versions carry tagged fields"),
        ("a: int8 @1+ tag 0\nb: int8 @1+ tag 0", "tag 0 is taken"),
        ("a: records @1+ tag 0", "records cannot be tagged"),
        ("a: Part", "Part has no fields"),
        ("a: [Part] { b: Part }", "Part would contain itself"),
        ("a: [Part] @2+ { b: int8 }\nc: Part", "Part lacks some versions"),
        ("a: Part { b: Item }\nc: Item { d: Part }", "Part would contain itself"),
        ("structure Part { b: Part }\na: Part", "Part would contain itself"),
        ("structure Part { b: int8 }\na: Part { c: int8 }", "Part is declared twice"),
        ("structure Part {}", "a structure has fields"),
        ("a: Part { structure Item { b: int8 } }", "expected \":\", found \"Item\""),
        ("a: [Part] { b: int8 }\nc: Part { d: int8 }", "Part is declared twice"),
    ])
    func contradictionsAreRefused(fields: String, error: String) throws {
        let found = try #require(failure(data(fields)))
        #expect(found.hasSuffix(": " + error), "\(found)")
    }

    @Test func aRequestNeedsItsResponse() {
        let request = "request FetchRequest versions 4-18 flexible 12+ {}\n"
        #expect(failure(Self.list + request)?.hasSuffix("there is no response to it") == true)
        let other = "response FetchResponse versions 4-17 flexible 12+ {}\n"
        #expect(failure(Self.list + request + other)?.hasSuffix("its response has other versions") == true)
        let flexible = "request FetchRequest versions 4-18 flexible 11+ {}\n"
        #expect(failure(Self.list + flexible)?.contains("another first flexible version") == true)
    }

    @Test func structuresMayBeSharedAndNull() throws {
        let text = data("first: Part? { id: int32 }\nmore: [Part]")
        let output = try Generator.generate(from: [.init(name: "test.schema", text: text)])
        let source = try #require(output.sources.first { $0.name == "Note.generated.swift" }?.text)
        #expect(source.contains("public var first: Part? = nil"))
        #expect(source.contains("first = try reader.readNullableStructure(\"Note.first\", version: version)"))
        #expect(source.contains("try writer.writeNullableStructure(first, \"Note.first\", version: version)"))
        #expect(source.contains("more = try reader.readArray(\"Note.more\", version: version, compact: compact)"))
    }

    @Test func aStructureOfItsOwnHasAllVersions() throws {
        let text = data("structure Part { id: int32 }\nold: [Part] @0-1\nnew: Part @2+\nstructure: int8")
        let message = try #require(try Generator.schema(from: [.init(name: "test.schema", text: text)]).messages.first)
        #expect(message.fields.map(\.name) == ["old", "new", "structure"])
        let output = try Generator.generate(from: [.init(name: "test.schema", text: text)])
        let source = try #require(output.sources.first { $0.name == "Note.generated.swift" }?.text)
        #expect(source.contains("public var old: [Part] = []"))
        #expect(source.contains("public var new: Part = .init()"))
        #expect(source.ranges(of: "public struct Part:").count == 1)
        #expect(source.contains("let compact = version >= 1"))
    }
}
