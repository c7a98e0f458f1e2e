import JSON
import ProtobufFormat
import SchemaFormat
import Testing

/// What is read, and what is refused with its place.
@Suite struct ProtobufParsingTests {
    @Test(arguments: [
        ("message A {\n  int32 a = 0;\n}", "line 2, column 13: Field numbers must be positive integers"),
        ("message A {\n  int32 a = 1;\n  int32 b = 1;\n}", "line 3, column 13: Field number 1 has already been used"),
        ("message A {\n  Missing a = 1;\n}", "line 2, column 3: \"Missing\" is not defined"),
        ("message A {\n  int32 a = 1\n}", "line 3, column 1: Expected \";\""),
        ("message A {}\nmessage A {}", "line 2, column 9: \"A\" is already defined"),
        ("message A { required int32 a = 1; }", "Required fields are not allowed in proto3"),
        ("message A { int32 a = 19000; }", "reserved for the protocol buffer library implementation"),
        ("enum E { A = 1; }", "must be zero in proto3"), ("enum E { A = 0; B = 0; }", "allow_alias"),
        ("enum E {}", "at least one value"), ("message A { reserved 1; int32 a = 1; }", "uses reserved number 1"),
        ("import \"none.proto\"; message A {}", "none.proto"),
        ("message A { oneof o {} }", "Expected type name"),
        ("message A { map<float, int32> m = 1; }", "Key in map fields cannot be"),
        ("message A { option (none) = 1; }", "Option \"(none)\" unknown"),
        ("this is no schema", "line 1, column 20: Expected top-level statement"), ("message A { string a = 1; ", "end"),
        ("message google { message protobuf { message FieldOptions {} } }", "google"),
        ("package google.protobuf; message FieldOptions { string deprecated = 3; }", "already defined"),
        ("message A { int32 a = 1 [deprecated = 5]; }", "Value must be"),
        ("import \"default\"; message A {}", "recursively imports itself"),
    ])
    func whatIsWrongIsNamedWithItsPlace(text: String, message: String) {
        let error = refusal(text)
        #expect(error.code == .invalidSchema)
        #expect(error.message.contains(message), "\(error.message)")
    }

    @Test func errorsOfAnImportNameItsFile() {
        let error = refusal(
            "import \"a.proto\"; message A { B b = 1; }", ["a.proto": "\nmessage B {\n  Gone g = 1; }"])
        #expect(error.message.contains("\"a.proto\", line 3, column 3: \"Gone\" is not defined"), "\(error.message)")
    }

    @Test func importsAreFoundByNameInAnyOrder() throws {
        let schema = try schema(
            "package p; import \"dir/b.proto\"; message A { B b = 1; C c = 2; }",
            [
                "c.proto": "package p; message C { int32 x = 1; }",
                "dir/b.proto": "package p; import public \"c.proto\"; message B { C c = 1; }",
                "unused.proto": "nothing that is read",
            ])
        #expect(try schema.bytes(#"{"b":{"c":{"x":1}},"c":{"x":2}}"#) == [0, 10, 4, 10, 2, 8, 1, 18, 2, 8, 2])
    }

    @Test func importsInACircleAreRefused() {
        let error = refusal(
            "import \"a.proto\"; message M {}", ["a.proto": "import \"b.proto\";", "b.proto": "import \"a.proto\";"])
        #expect(error.message.contains("recursively imports itself"), "\(error.message)")
    }

    @Test(arguments: [
        "google/protobuf/any.proto", "google/protobuf/api.proto", "google/protobuf/descriptor.proto",
        "google/protobuf/duration.proto", "google/protobuf/empty.proto", "google/protobuf/field_mask.proto",
        "google/protobuf/source_context.proto", "google/protobuf/struct.proto", "google/protobuf/timestamp.proto",
        "google/protobuf/type.proto", "google/protobuf/wrappers.proto", "google/type/calendar_period.proto",
        "google/type/color.proto", "google/type/date.proto", "google/type/datetime.proto",
        "google/type/dayofweek.proto", "google/type/decimal.proto", "google/type/expr.proto",
        "google/type/fraction.proto", "google/type/interval.proto", "google/type/latlng.proto",
        "google/type/money.proto", "google/type/month.proto", "google/type/phone_number.proto",
        "google/type/postal_address.proto", "google/type/quaternion.proto", "google/type/timeofday.proto",
        "confluent/meta.proto", "confluent/type/decimal.proto", "confluent/type/variant.proto",
    ])
    func filesThatEveryoneKnowsNeedNotBeGiven(name: String) throws {
        let schema = try schema("import \"\(name)\"; message A {}")
        #expect(schema.types.messages.count + schema.types.enums.count > 1)
        #expect(schema.name == "A")
    }

    @Test func aGivenFileIsPreferredUnlessItComesWithProtobuf() throws {
        let given = ["google/type/date.proto": "package google.type; message Date { string text = 1; }"]
        let date = try schema("import \"google/type/date.proto\"; message A { google.type.Date d = 1; }", given)
        #expect(try date.bytes(#"{"d":{"text":"x"}}"#) == [0, 10, 3, 10, 1, 120])
        let other = ["google/protobuf/timestamp.proto": "package google.protobuf; message Timestamp { bool no = 1; }"]
        let time = try schema(
            "import \"google/protobuf/timestamp.proto\"; message A { google.protobuf.Timestamp t = 1; }", other)
        #expect(try time.bytes(#"{"t":"1970-01-01T00:00:01Z"}"#) == [0, 10, 2, 8, 1])
    }

    @Test func versionTwoIsReadToo() throws {
        let schema = try ProtobufLanguage().schema("message A { required int32 a = 1; }")
        #expect(schema.canonicalText == "\nmessage A {\n  required int32 a = 1;\n}\n")
    }

    @Test func theEmptySchemaHasNoNameAndNoValues() throws {
        let schema = try ProtobufLanguage().schema("")
        #expect(schema.name == nil)
        #expect(throws: SchemaError.self) { try schema.bytes("{}") }
        #expect(throws: SchemaError.self) { try schema.json([0]) }
        #expect(try ProtobufLanguage().schema("syntax = \"proto3\"; package p; enum E { A = 0; }").name == "p.E")
    }

    // MARK: Limits

    @Test(arguments: [
        "message A {", "message A { option (x) = {", "message A { option (x) = [", "enum E { A = 0 [(", "map<",
        "/* { */ {",
    ])
    func nestingIsBounded(piece: String) {
        let error = refusal(String(repeating: piece, count: 100_000))
        #expect(error.code == .limitExceeded)
        #expect(error.message.contains("levels of nesting"), "\(error.message)")
    }

    @Test func deepNestingWithinTheBoundIsRefusedWithoutHarm() {
        let text = String(repeating: "message A {", count: 60) + String(repeating: "}", count: 60)
        #expect(refusal(text).message.contains("recursion limit"))
        // What stands in strings and comments does not nest.
        let brackets = String(repeating: "{", count: 1000)
        #expect(throws: Never.self) {
            try schema("// \(brackets)\n/* \(brackets) */ option go_package = \"\(brackets)\";")
        }
    }

    @Test func sizeIsBounded() {
        #expect(refusal(String(repeating: " ", count: 5 << 20)).code == .limitExceeded)
        let part = String(repeating: " ", count: 4_000_000)
        let many = Dictionary(uniqueKeysWithValues: (0..<9).map { ("\($0).proto", part) })
        #expect(refusal("message A {}", many).message.contains("more than the limit"))
        let imports = Dictionary(uniqueKeysWithValues: (0...1000).map { ("\($0).proto", "") })
        #expect(refusal("message A {}", imports).code == .limitExceeded)
    }

    @Test func whatWouldTakeTheParserTooLongIsRefused() {
        let ranges = (1...2000).map { "reserved \($0 * 2);" }.joined()
        #expect(refusal("message A { \(ranges) }").message.contains("more than 1000 reserved"))
        let options = String(repeating: "option (x) = 1;", count: 1001)
        #expect(refusal("message A { \(options) }").message.contains("more than 1000 options"))
    }

    @Test func aLongChainOfImportsIsRead() throws {
        var files: [String: String] = ["0.proto": "message M0 { int32 x = 1; }"]
        for index in 1..<900 {
            files["\(index).proto"] = "import public \"\(index - 1).proto\"; message M\(index) { M\(index - 1) m = 1; }"
        }
        let schema = try schema("import \"899.proto\"; message A { M899 m = 1; }", files)
        #expect(schema.types.message(named: "M0") != nil)
        #expect(throws: SchemaError.self) { try schema.json([0] + [UInt8](repeating: 10, count: 4000)) }
        // Compared with itself, too.
        #expect(schema.obstacles(readingDataOf: schema, roles: .newReader).count <= 1000)
    }

    @Test func randomTextDoesNoHarm() throws {
        var generator = SeededGenerator(seed: 1)
        let text = Array(GoldenMessages.allText.utf8)
        for _ in 0..<300 {
            var changed = text
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<changed.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: changed[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: changed.remove(at: place)
                case 2: changed.insert(changed[Int.random(in: 0..<changed.count, using: &generator)], at: place)
                default: changed.removeSubrange(place..<min(changed.count, place + 20))
                }
            }
            guard let schema = try? ProtobufLanguage().schema(String(decoding: changed, as: UTF8.self)) else {
                continue
            }
            // What is taken prints itself, and its normal form is taken.
            let again = try ProtobufLanguage().schema(schema.canonicalText)
            #expect(again.canonicalText == schema.canonicalText)
            let normalized = try schema.normalized().canonicalText
            #expect(try ProtobufLanguage().schema(normalized).normalized().canonicalText == normalized)
        }
    }

    @Test func randomDescriptorsDoNoHarm() throws {
        var generator = SeededGenerator(seed: 2)
        let text = Array(try ProtobufLanguage().schema(GoldenMessages.oldText).text(in: "serialized").utf8)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for _ in 0..<300 {
            var changed = text
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<changed.count - 2, using: &generator)
                changed[place] = alphabet.randomElement(using: &generator) ?? 65
            }
            if let schema = try? ProtobufLanguage().schema(String(decoding: changed, as: UTF8.self)) {
                #expect(!schema.canonicalText.isEmpty)
                _ = try schema.normalized()
            }
        }
    }
}
