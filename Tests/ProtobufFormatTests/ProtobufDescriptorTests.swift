import JSON
import ProtobufFormat
import SchemaFormat
import Testing

/// The types of a schema as others walk them.
@Suite struct ProtobufDescriptorTests {
    @Test func fieldsSayWhatTheyAre() throws {
        let schema = try ProtobufLanguage().schema(GoldenMessages.allText)
        let types = schema.types
        let all = types[try #require(types.message(named: "golden.All"))]
        #expect(all.name == "All" && all.package == "golden" && all.file == "default" && all.isProto3)
        #expect(all.fields.map(\.number) == Array(1...27) + Array(30...40))
        #expect(all.oneofs == ["choice"])
        #expect(all.messages.map { types[$0].name } == ["Inner"])
        #expect(all.enums.map { types[$0].fullName } == ["golden.All.Color"])
        let kinds: [FieldType] = [
            .double, .float, .int32, .int64, .uint32, .uint64, .sint32, .sint64, .fixed32, .fixed64, .sfixed32,
            .sfixed64,
            .bool, .string, .bytes,
        ]
        #expect(all.fields.prefix(15).map(\.type) == kinds)
        let maybe = try #require(all.field(25))
        #expect(
            maybe.hasPresence && maybe.isProto3Optional && maybe.oneof == nil && maybe.fullName == "golden.All.maybe")
        let word = try #require(all.field(named: "word"))
        #expect(word.hasPresence && word.oneof == 0 && word.cardinality == .singular)
        let plain = try #require(all.field(named: "an_int32"))
        #expect(!plain.hasPresence && plain.jsonName == "anInt32" && all.field(named: "anInt32")?.number == 3)
        #expect(all.field(17)?.isPacked == true && all.field(39)?.isPacked == false && all.field(18)?.isPacked == false)
        #expect(all.field(28) == nil && all.field(named: "none") == nil)
        let time = try #require(all.field(30)?.type.message)
        #expect(
            types[time].fullName == "google.protobuf.Timestamp" && types[time].file == "google/protobuf/timestamp.proto"
        )
    }

    @Test func mapsAndEnumsAreReached() throws {
        let types = try ProtobufLanguage().schema(GoldenMessages.allText).types
        let all = types[try #require(types.message(named: "golden.All"))]
        let map = try #require(all.field(21))
        let list = try #require(all.field(27))
        let inners = try #require(types.mapEntry(of: map))
        #expect(inners.key.type == .int32)
        #expect(inners.value.type.message.map { types[$0].fullName } == "golden.All.Inner")
        #expect(types.mapEntry(of: list) == nil)
        guard case .enumeration(let id) = try #require(all.field(16)).type else {
            Issue.record("not an enum")
            return
        }
        #expect(types.enumeration(named: "golden.All.Color") == id)
        #expect(types[id].values.map(\.name) == ["NONE", "RED", "GREEN"])
        #expect(types[id].name(of: -2) == "GREEN" && types[id].number(of: "RED") == 1 && !types[id].isClosed)
        #expect(types[id].name(of: 5) == nil && types[id].number(of: "BLUE") == nil)
    }

    @Test func proto2HasGroupsDefaultsAndExtensions() throws {
        let types = try ProtobufLanguage().schema(GoldenMessages.oldText).types
        let old = types[try #require(types.message(named: "golden.Old"))]
        #expect(!old.isProto3)
        #expect(old.field(1)?.cardinality == .required)
        #expect(old.field(3)?.defaultText == "LARGE")
        guard case .group(let part) = try #require(old.field(named: "part")).type else {
            Issue.record("not a group")
            return
        }
        #expect(types[part].field(1)?.name == "size")
        let note = try #require(old.field(named: "[golden.note]"))
        #expect(note.isExtension && note.number == 100 && note.hasPresence)
        #expect(old.field(named: "note") == nil)
        #expect(types[try #require(types.enumeration(named: "golden.Old.Kind"))].isClosed)
    }

    @Test func messagesHaveIndexesAndIndexesMessages() throws {
        let schema = try schema(
            """
            package p;
            message A { message B { message C {} } map<string, B> m = 1; message D {} }
            enum E { X = 0; }
            message F { message G {} }
            """)
        let expected: [(String, [Int])] = [
            ("p.A", [0]), ("p.A.B", [0, 0]), ("p.A.B.C", [0, 0, 0]), ("p.A.D", [0, 1]), ("p.F", [1]),
            ("p.F.G", [1, 0]),
        ]
        #expect(schema.messages.map { schema.types[$0].fullName } == expected.map(\.0))
        for (name, indexes) in expected {
            #expect(schema.messageIndexes(of: name) == indexes)
            #expect(schema.messageName(at: indexes) == name)
        }
        #expect(schema.messageName(at: []) == "p.A")
        #expect(schema.messageName(at: [2]) == nil && schema.messageName(at: [0, 0, 1]) == nil)
        #expect(schema.messageIndexes(of: "p.E") == nil && schema.messageIndexes(of: "A") == nil)
        let found = try schema.message(at: [4, 2, 0, 99])
        #expect(schema.types[found.id].fullName == "p.F.G" && found.start == 3)
        #expect(schema.hasTopLevelField("m") && !schema.hasTopLevelField("key"))
    }
}
