import JSON
import ProtobufFormat
import SchemaFormat
import Testing

/// Which version may follow which, by Schema Registry's rules.
@Suite struct ProtobufCompatibilityTests {
    /// Two versions of a schema, and what stands in the way of each reading the other.
    struct Pair: Sendable, CustomTestStringConvertible {
        var name: String
        var earlier: String
        var later: String
        /// What is wrong when the later reads what the earlier wrote: errors with their paths.
        var backward: [String] = []
        /// What is wrong the other way round.
        var forward: [String] = []
        var dependencies: (earlier: [String: String], later: [String: String]) = ([:], [:])
        var testDescription: String { name }

        init(
            _ name: String, _ earlier: String, _ later: String, backward: [String] = [], forward: [String] = [],
            both: [String] = [], dependencies: (earlier: [String: String], later: [String: String]) = ([:], [:])
        ) {
            self.name = name
            self.earlier = earlier
            self.later = later
            self.backward = backward + both
            self.forward = forward + both
            self.dependencies = dependencies
        }
    }

    private static let two = "syntax = \"proto2\"; "

    private static func field(_ name: String, _ earlier: String, _ later: String, both: [String] = []) -> Pair {
        let enums = " enum E { X = 0; } enum F { Y = 0; Z = 1; } message B { int32 x = 1; } message C { int32 x = 1; }"
        return Pair(
            name, "message A { \(earlier) a = 1; }" + enums, "message A { \(later) a = 1; }" + enums, both: both)
    }

    private static let scalar = ["FIELD_SCALAR_KIND_CHANGED #/A/1"]
    private static let kind = ["FIELD_KIND_CHANGED #/A/1"]
    private static let named = ["FIELD_NAMED_TYPE_CHANGED #/A/1"]
    private static let label = ["FIELD_NUMERIC_LABEL_CHANGED #/A/1"]

    private static let fieldTypes: [Pair] = [
        field("same", "int32", "int32"), field("wider", "int32", "int64"), field("without sign", "int32", "uint32"),
        field("as bool", "int64", "bool"), field("as enum", "int32", "E"), field("other enum", "E", "F"),
        field("zig-zag", "int32", "sint32", both: scalar), field("wider zig-zag", "sint32", "sint64"),
        field("as text", "int32", "string", both: scalar), field("text as bytes", "string", "bytes"),
        field("enum as text", "E", "string", both: scalar), field("fixed sign", "fixed32", "sfixed32"),
        field("fixed sign 64", "fixed64", "sfixed64"), field("wider fixed", "fixed32", "fixed64", both: scalar),
        field("fixed as varint", "fixed32", "int32", both: scalar), field("float", "float", "double", both: scalar),
        field("float as fixed", "float", "fixed32", both: scalar), field("number", "int64", "double", both: scalar),
        field("many", "int32", "repeated int32"), field("many texts", "string", "repeated string"),
        field("many messages", "B", "repeated B"), field("optional", "int32", "optional int32"),
        field("optional and many", "optional int32", "repeated int32", both: label),
        field("as message", "int32", "B", both: kind), field("other message", "B", "C", both: named),
        field("as map", "B", "map<string, B>", both: kind),
        field("map of wider", "map<string, int32>", "map<string, int64>"),
        field("map of others", "map<string, int32>", "map<string, string>", both: scalar),
        field("map by others", "map<string, int32>", "map<int32, int32>", both: scalar),
        field("map of other messages", "map<string, B>", "map<string, C>", both: named),
        field("map as many", "map<string, int32>", "repeated int32", both: kind),
    ]

    private static let fields: [Pair] = [
        Pair("field added", "message A { int32 a = 1; }", "message A { int32 a = 1; string b = 2; }"),
        Pair("field removed", "message A { int32 a = 1; string b = 2; }", "message A { int32 a = 1; }"),
        Pair("field renamed", "message A { int32 a = 1; }", "message A { int32 b = 1; }"),
        Pair("number changed", "message A { int32 a = 1; }", "message A { int32 a = 2; }"),
        Pair(
            "proto2 many", two + "message A { optional int32 a = 1; }", two + "message A { repeated int32 a = 1; }",
            both: label),
        Pair(
            "proto2 many texts", two + "message A { optional string a = 1; }",
            two + "message A { repeated bytes a = 1; }"),
        Pair(
            "proto2 required", two + "message A { optional int32 a = 1; }", two + "message A { required int32 a = 1; }",
            both: label),
        Pair(
            "proto2 required text", two + "message A { required string a = 1; }",
            two + "message A { optional string a = 1; }"),
        Pair(
            "required added", two + "message A { }", two + "message A { required int32 a = 1; }",
            backward: ["REQUIRED_FIELD_ADDED #/A/1"], forward: ["REQUIRED_FIELD_REMOVED #/A/1"]),
        Pair(
            "required removed", two + "message A { required B b = 7; } message B { }",
            two + "message A { } message B { }",
            backward: ["REQUIRED_FIELD_REMOVED #/A/7"], forward: ["REQUIRED_FIELD_ADDED #/A/7"]),
        Pair("other syntax", two + "message A { optional int32 a = 1; }", "message A { int32 a = 1; }"),
        Pair(
            "groups are not compared", two + "message A { optional group G = 1 { optional int32 x = 1; } }",
            two + "message A { repeated group G = 1 { optional string x = 1; } }"),
        Pair(
            "well-known type",
            "import \"google/protobuf/timestamp.proto\"; message A { google.protobuf.Timestamp a = 1; }",
            "import \"google/protobuf/duration.proto\"; message A { google.protobuf.Duration a = 1; }", both: named),
    ]

    private static let types: [Pair] = [
        Pair("package", "package p; message A { }", "package q; message A { A a = 1; }", both: ["PACKAGE_CHANGED #/"]),
        Pair("package added", "message A { }", "package q; message A { }", both: ["PACKAGE_CHANGED #/"]),
        Pair("message added", "message A { }", "message A { } message B { }", forward: ["MESSAGE_REMOVED #/B"]),
        Pair("message removed", "message A { } message B { }", "message B { }", backward: ["MESSAGE_REMOVED #/A"]),
        Pair("messages moved", "message A { } message B { }", "message B { } message A { }"),
        Pair(
            "message renamed", "message A { }", "message B { }", backward: ["MESSAGE_REMOVED #/A"],
            forward: ["MESSAGE_REMOVED #/B"]),
        Pair(
            "nested removed", "message A { message B { message C { } } }", "message A { message B { } }",
            backward: ["MESSAGE_REMOVED #/A/B/C"]),
        Pair(
            "nested changed", "message A { message B { int32 x = 9; } }", "message A { message B { string x = 9; } }",
            both: ["FIELD_SCALAR_KIND_CHANGED #/A/B/9"]),
        Pair("enum removed", "message A { } enum E { X = 0; }", "message A { }"),
        Pair("enum values", "enum E { X = 0; Y = 1; Z = 2; }", "enum E { X = 0; W = 1; V = 3; }"),
        Pair(
            "import unchanged", "import \"b.proto\"; message A { B a = 1; }",
            "import \"b.proto\"; message A { B b = 1; }",
            dependencies: (["b.proto": "message B { int32 x = 1; }"], ["b.proto": "message B { int64 y = 1; }"])),
        Pair(
            "import changed", "import \"b.proto\"; message A { B a = 1; B b = 2; }",
            "import \"b.proto\"; message A { B a = 1; B b = 2; }",
            both: [
                "FIELD_SCALAR_KIND_CHANGED #/B/1", "FIELD_NAMED_TYPE_CHANGED #/A/1", "FIELD_NAMED_TYPE_CHANGED #/A/2",
            ],
            dependencies: (["b.proto": "message B { int32 x = 1; }"], ["b.proto": "message B { string x = 1; }"])),
        Pair(
            "import of import changed", "import \"b.proto\"; message A { p.B a = 1; }",
            "import \"b.proto\"; message A { p.B a = 1; }",
            both: [
                "FIELD_SCALAR_KIND_CHANGED #/C/D/5", "FIELD_NAMED_TYPE_CHANGED #/B/3", "FIELD_NAMED_TYPE_CHANGED #/A/1",
            ],
            dependencies: (
                [
                    "b.proto": "package p; import \"c.proto\"; message B { C.D d = 3; B b = 4; }",
                    "c.proto": "package p; message C { message D { int32 x = 5; } }",
                ],
                [
                    "b.proto": "package p; import \"c.proto\"; message B { C.D d = 3; }",
                    "c.proto": "package p; message C { message D { string x = 5; } }",
                ]
            )),
        Pair(
            "moved to an import", "message A { B a = 1; } message B { int32 x = 1; }",
            "import \"b.proto\"; message A { B a = 1; }", backward: ["MESSAGE_REMOVED #/B"],
            dependencies: ([:], ["b.proto": "message B { int32 x = 1; }"])),
    ]

    private static let oneofs: [Pair] = [
        Pair("oneof added", "message A { }", "message A { oneof o { int32 a = 1; } }"),
        Pair(
            "field into a new oneof", "message A { int32 a = 1; }",
            "message A { oneof o { int32 a = 1; string b = 2; } }",
            forward: ["ONEOF_FIELD_REMOVED #/A/o/2"]),
        Pair(
            "fields into a new oneof", "message A { int32 a = 1; int32 b = 2; }",
            "message A { oneof o { int32 a = 1; int32 b = 2; } }", backward: ["MULTIPLE_FIELDS_MOVED_TO_ONEOF #/A/o"]),
        Pair(
            "field into an old oneof", "message A { oneof o { int32 a = 1; } int32 b = 2; }",
            "message A { oneof o { int32 a = 1; int32 b = 2; } }", backward: ["FIELD_MOVED_TO_EXISTING_ONEOF #/A/o"]),
        Pair(
            "field of a oneof removed", "message A { oneof o { int32 a = 1; int32 b = 2; } }",
            "message A { oneof o { int32 a = 1; } }", backward: ["ONEOF_FIELD_REMOVED #/A/o/2"]),
        Pair(
            "oneof removed", "message A { oneof o { int32 a = 1; int32 b = 2; } int32 c = 3; }",
            "message A { int32 c = 3; }"),
        Pair(
            "oneof renamed", "message A { oneof o { int32 a = 1; int32 b = 2; } }",
            "message A { oneof p { int32 a = 1; int32 b = 2; } }"),
        Pair(
            "oneof dissolved with a loss", "message A { oneof o { int32 a = 1; int32 b = 2; } }",
            "message A { int32 a = 1; }",
            backward: ["ONEOF_FIELD_REMOVED #/A/o/2"]),
        Pair(
            "oneofs merged", "message A { oneof o { int32 a = 1; } oneof p { int32 b = 2; } }",
            "message A { oneof o { int32 a = 1; int32 b = 2; } }", backward: ["FIELD_MOVED_TO_EXISTING_ONEOF #/A/o"]),
        Pair(
            "type in a oneof", "message A { oneof o { int32 a = 1; } }", "message A { oneof o { string a = 1; } }",
            both: ["FIELD_SCALAR_KIND_CHANGED #/A/o/1"]),
    ]

    static let pairs = fieldTypes + fields + types + oneofs

    @Test func thereAreEnough() { #expect(Self.pairs.count >= 60) }

    @Test(arguments: pairs)
    func everyLevelHasItsVerdict(pair: Pair) throws {
        let earlier = try schema(pair.earlier, pair.dependencies.earlier)
        let later = try schema(pair.later, pair.dependencies.later)
        #expect(short(later.obstacles(readingDataOf: earlier, roles: .newReader)) == pair.backward)
        #expect(short(earlier.obstacles(readingDataOf: later, roles: .oldReader)) == pair.forward)

        let allowed: [CompatibilityLevel: Bool] = [
            .none: true,
            .backward: pair.backward.isEmpty, .backwardTransitive: pair.backward.isEmpty,
            .forward: pair.forward.isEmpty, .forwardTransitive: pair.forward.isEmpty,
            .full: pair.backward.isEmpty && pair.forward.isEmpty,
            .fullTransitive: pair.backward.isEmpty && pair.forward.isEmpty,
        ]
        for level in CompatibilityLevel.allCases {
            let found = level.obstacles(to: later, after: [EarlierSchema(version: 1, earlier)])
            #expect(found.isEmpty == allowed[level], "\(level)")
            // Behind a version like itself, only levels that look at all versions see the first one.
            let history = [EarlierSchema(version: 1, earlier), EarlierSchema(version: 2, later)]
            let isAllowed = level.isTransitive ? allowed[level] ?? true : true
            #expect(level.obstacles(to: later, after: history).isEmpty == isAllowed, "\(level)")
        }
        // The normal form and the descriptor mean the same.
        let normalized = try later.normalized()
        #expect(normalized.obstacles(readingDataOf: later, roles: .newReader).isEmpty)
        #expect(short(normalized.obstacles(readingDataOf: earlier, roles: .newReader)) == pair.backward)
    }

    /// Errors with their paths, out of their messages.
    private func short(_ messages: [String]) -> [String] {
        messages.map { message in
            let type = message.split(separator: "\"").dropFirst().first ?? ""
            let path = message.split(separator: "'").dropFirst().first ?? ""
            return "\(type) \(path)"
        }
    }

    @Test(arguments: [
        (
            "package p; message A { }", "package q; message A { }",
            "{errorType:\"PACKAGE_CHANGED\", description:\"The package at '#/' in the new schema does not match the package "
                + "in the old schema\"}"
        ),
        (
            "message A { } message B { }", "message A { }",
            "{errorType:\"MESSAGE_REMOVED\", description:\"The new schema is missing a MESSAGE type at path '#/B' in the old "
                + "schema\"}"
        ),
        (
            "message A { int32 a = 1; }", "message A { A a = 1; }",
            "{errorType:\"FIELD_KIND_CHANGED\", description:\"The type of a field at path '#/A/1' in the new schema does not "
                + "match the old schema\"}"
        ),
        (
            "message A { int32 a = 1; }", "message A { string a = 1; }",
            "{errorType:\"FIELD_SCALAR_KIND_CHANGED\", description:\"The kind of a SCALAR field at path '#/A/1' in the new "
                + "schema does not match its kind in the old schema\"}"
        ),
        (
            "message A { A a = 1; } message B { }", "message A { B a = 1; } message B { }",
            "{errorType:\"FIELD_NAMED_TYPE_CHANGED\", description:\"The type of a MESSAGE field at path '#/A/1' in the new "
                + "schema does not match its type in the old schema\"}"
        ),
        (
            "message A { optional int32 a = 1; }", "message A { repeated int32 a = 1; }",
            "{errorType:\"FIELD_NUMERIC_LABEL_CHANGED\", description:\"The label for a NUMERIC field at path '#/A/1' in the "
                + "new schema does not match its label in the old schema\"}"
        ),
        (
            two + "message A { }", two + "message A { required int32 a = 1; }",
            "{errorType:\"REQUIRED_FIELD_ADDED\", description:\"A required field  at path '#/A/1' in the new schema is "
                + "missing in the old schema\"}"
        ),
        (
            two + "message A { required int32 a = 1; }", two + "message A { }",
            "{errorType:\"REQUIRED_FIELD_REMOVED\", description:\"The new schema is missing a required field at path: "
                + "'#/A/1' in the old schema\"}"
        ),
        (
            "message A { oneof o { int32 a = 1; int32 b = 2; } }", "message A { oneof o { int32 a = 1; } }",
            "{errorType:\"ONEOF_FIELD_REMOVED\", description:\"The new schema is missing a oneof field at path '#/A/o/2' in "
                + "the old schema\"}"
        ),
        (
            "message A { int32 a = 1; int32 b = 2; }", "message A { oneof o { int32 a = 1; int32 b = 2; } }",
            "{errorType:\"MULTIPLE_FIELDS_MOVED_TO_ONEOF\", description:\"Multiple fields in the oneof at path '#/A/o' in the "
                + "new schema are outside a oneof in the old schema\"}"
        ),
        (
            "message A { oneof o { int32 a = 1; } int32 b = 2; }",
            "message A { oneof o { int32 a = 1; int32 b = 2; } }",
            "{errorType:\"FIELD_MOVED_TO_EXISTING_ONEOF\", description:\"A field in the oneof at path '#/A/o' in the new "
                + "schema is outside an existing oneof in the old schema\"}"
        ),
    ])
    func messagesAreThoseOfSchemaRegistry(earlier: String, later: String, message: String) throws {
        let found = try schema(later).obstacles(readingDataOf: schema(earlier), roles: .newReader)
        #expect(found == [message])
    }

    @Test func aSchemaOfAnotherLanguageIsNeverPassed() throws {
        let found = try schema("message A { }").obstacles(readingDataOf: OtherSchema(), roles: .newReader)
        #expect(found == ["Incompatible because of different schema type"])
    }

    private struct OtherSchema: ParsedSchema {
        var type: SchemaType { .avro }
        var canonicalText: String { "" }
        var name: String? { nil }
        func normalized() throws(SchemaError) -> any ParsedSchema { self }
        func obstacles(readingDataOf writer: any ParsedSchema, roles: SchemaRoles) -> [String] { [] }
        func hasTopLevelField(_ name: String) -> Bool { false }
        func encode(_ value: JSONValue) throws(SchemaError) -> [UInt8] { [] }
        func decode(_ bytes: RawSpan) throws(SchemaError) -> JSONValue { .null }
    }
}
