import JSON
import ProtobufFormat
import SchemaFormat
import Testing

/// The text that is stored: what Schema Registry prints.
@Suite struct ProtobufTextTests {
    @Test func everythingIsPrintedByKindAndWithoutComments() throws {
        let printed = Texts.everythingPrinted
        let schema = try schema(Texts.everything)
        #expect(schema.canonicalText == printed)
        #expect(schema.name == "a.b.Inner")
        #expect(schema.type == .protobuf)
        // What was printed prints itself.
        #expect(try ProtobufLanguage().schema(printed).canonicalText == printed)
    }

    @Test(
        arguments: [
            ("", ""),
            ("message A{}", "message A {}\n"),
            ("message A{message B{}}", "message A {\n  message B {}\n}\n"),
            ("message A{optional int32 a=1;}", "message A {\n  optional int32 a = 1;\n}\n"),
            ("enum E{A=0;}", "enum E {\n  A = 0;\n}\n"),
            ("message A { reserved 536870911; reserved 5 to max; }", nil),
            ("message A { reserved 5 to max; }", "message A {\n  reserved 5 to max;\n}\n"),
            ("message A { option deprecated = true; }", "message A {\n  option deprecated = true;\n}\n"),
        ] as [(String, String?)])
    func small(text: String, printed: String?) throws {
        guard let printed else {
            #expect(refusal(text).code == .invalidSchema)
            return
        }
        let head = text.isEmpty ? "" : "syntax = \"proto3\";\n\n"
        #expect(try schema(text).canonicalText == head + printed)
    }

    @Test func normalizedTextHasOneOrderAndCompleteNames() throws {
        let normalized = Texts.disorderNormalized
        let parsed = try schema(Texts.disorder)
        let result = try parsed.normalized()
        #expect(result.canonicalText == normalized)
        #expect(try result.normalized().canonicalText == normalized)
        #expect(try ProtobufLanguage().schema(normalized).normalized().canonicalText == normalized)
        #expect(try result.encode(["b": ["e": "P"]]) == parsed.encode(["b": ["e": "P"]]))
    }

    @Test func extensionsAndCustomOptionsCanBeLeftOut() throws {
        let schema = try schema(
            """
            syntax = "proto2";
            import "google/protobuf/descriptor.proto"; import "confluent/meta.proto";
            extend google.protobuf.FieldOptions { optional string note = 5000; }
            message A {
              optional int32 a = 1 [(note) = "n", deprecated = true, (confluent.field_meta).doc = "d"];
              extensions 10 to 20;
            }
            """)
        let text = """
            syntax = "proto2";

            import "google/protobuf/descriptor.proto";
            import "confluent/meta.proto";

            message A {
              optional int32 a = 1 [
                deprecated = true,
                (confluent.field_meta).doc = "d"
              ];
            }

            """
        #expect(try schema.text(in: "ignore_extensions") == text)
        #expect(try schema.text(in: "unknown") == schema.canonicalText)
    }

    /// What `confluent-kafka` for Python sends. Made with `protobuf` 7.36.2: `base64(small_pb2.DESCRIPTOR.serialized_pb)`.
    private static let descriptor =
        "CgtzbWFsbC5wcm90bxIBcyK4AQoBTRIgCgZjb3VudHMYASADKAsyEC5zLk0uQ291bnRzRW50cnkSCwoBYRgCIAEoCUgAEhIKBW1heWJlGAMg"
        + "ASgFSAGIAQESEAoEbGlzdBgEIAMoEUICEAASDwoBbRgFIAEoCzIELnMuTRotCgtDb3VudHNFbnRyeRILCgNrZXkYASABKAkSDQoFdmFsdWUY"
        + "AiABKAU6AjgBGg8KAkluEgkKAXgYASABKAhCAwoBb0IICgZfbWF5YmUqFQoBRRIFCgFaEAASCQoBWRABGgIIAUIDCgFqYgZwcm90bzM="

    @Test func aDescriptorIsTakenAndPrintedAsItIs() throws {
        let schema = try ProtobufLanguage().schema(Self.descriptor)
        #expect(lines(schema.canonicalText) == lines(Texts.descriptorPrinted))
        #expect(lines(try schema.normalized().canonicalText) == lines(Texts.descriptorNormalized))
        // Clients count the entries of maps, since the text that is stored spells them out.
        #expect(schema.messageIndexes(of: "s.M.In") == [0, 1])
        let stored = try ProtobufLanguage().schema(schema.canonicalText)
        #expect(stored.canonicalText == schema.canonicalText)
        #expect(stored.messageIndexes(of: "s.M.In") == [0, 1])
        #expect(try stored.bytes(#"{"counts":{"a":1}}"#) == schema.bytes(#"{"counts":{"a":1}}"#))
        #expect(try schema.bytes(#"{"counts":{"a":1}}"#) == [0, 10, 5, 10, 1, 97, 16, 1])
    }

    @Test func theSerializedFormIsADescriptorThatCanBeReadAgain() throws {
        let schema = try schema(
            "package p; import \"other.proto\"; message A { Other o = 1; map<int32, string> m = 2; }",
            ["other.proto": "package p; message Other { int32 x = 1; }"])
        let serialized = try schema.text(in: "serialized")
        let again = try ProtobufLanguage().schema(
            serialized,
            dependencies: [
                SchemaDependency(
                    name: "other.proto", text: "syntax = \"proto3\"; package p; message Other { int32 x = 1; }")
            ])
        #expect(try again.text(in: "serialized") == serialized)
        #expect(again.name == "p.A")
        let value: JSONValue = ["o": ["x": 1], "m": ["1": "b"]]
        #expect(try again.encode(value) == schema.encode(value))
    }

    /// The lines without spaces at their ends: empty lines of what is nested have some.
    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.allSatisfy { $0 == " " } ? "" : String(line)
        }
    }
}
