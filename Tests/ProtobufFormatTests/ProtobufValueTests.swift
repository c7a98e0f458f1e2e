import JSON
import ProtobufFormat
import SchemaFormat
import Testing

/// Messages as JSON and back.
@Suite struct ProtobufValueTests {
    private static func all() throws -> ProtobufSchema { try ProtobufLanguage().schema(GoldenMessages.allText) }

    private static func old() throws -> ProtobufSchema { try ProtobufLanguage().schema(GoldenMessages.oldText) }

    @Test(arguments: GoldenMessages.all)
    func messagesOfOthersAreReadAndWritten(golden: GoldenMessages.Case) throws {
        let schema = try Self.all()
        var expected = try #require(try JSONValue(parsing: GoldenMessages.defaults).object)
        let own = try #require(try JSONValue(parsing: golden.json).object)
        for member in own { expected[member.name] = member.value }
        let message = [0] + bytes(hex: golden.hex)
        #expect(try schema.json(message) == .object(expected))
        // Maps have no order of their own, and Python sorts them.
        if golden.name == "maps" {
            #expect(try schema.json(schema.encode(.object(own))) == .object(expected))
        } else {
            #expect(try schema.encode(.object(own)) == message)
            #expect(try schema.encode(.object(expected)) == message)
        }
    }

    @Test(arguments: GoldenMessages.old)
    func messagesOfProto2AreReadAndWritten(golden: GoldenMessages.Case) throws {
        let schema = try Self.old()
        let message = [0] + bytes(hex: golden.hex)
        let value = try JSONValue(parsing: golden.json)
        #expect(try schema.json(message) == value)
        // Defaults that were read are values when they are written, since proto2 keeps them apart.
        #expect(try schema.json(schema.encode(value)) == value)
    }

    @Test func proto2WritesWhatPythonDoes() throws {
        let json = #"""
            {"id":-1,"name":"","kind":"SMALL","raw":"AA==","plain":[1,2],"packed":[3,4],"part":{"size":5},
            "piece":[{"text":"p"},{}],"[golden.note]":"n","[golden.marks]":[1,2]}
            """#
        let golden = try #require(GoldenMessages.old.last)
        // Python writes the later extension first.
        let expected = bytes(hex: golden.hex).dropLast(10) + bytes(hex: "a206016ea80601a80602")
        #expect(try Self.old().bytes(json) == [0] + expected)
    }

    @Test func fieldsComeInTheOrderOfTheirNumbersByEitherName() throws {
        let schema = try schema("message A { int32 second_one = 2; string first_one = 1 [json_name = \"1st\"]; }")
        let bytes: [UInt8] = [0, 10, 1, 120, 16, 7]
        #expect(try schema.bytes(#"{"secondOne": 7, "1st": "x"}"#) == bytes)
        #expect(try schema.bytes(#"{"second_one": 7, "first_one": "x"}"#) == bytes)
        #expect(try schema.json(bytes).text == #"{"1st":"x","secondOne":7}"#)
    }

    @Test(arguments: [
        (#"{"anInt32": "5"}"#, #"{"anInt32": 5}"#), (#"{"anInt32": 5.0}"#, #"{"anInt32": 5}"#),
        (#"{"anInt64": 1e3}"#, #"{"anInt64": "1000"}"#), (#"{"anInt64": 7}"#, #"{"anInt64": "7"}"#),
        (#"{"aDouble": "1.5"}"#, #"{"aDouble": 1.5}"#), (#"{"aBool": "true"}"#, #"{"aBool": true}"#),
        (#"{"color": 1}"#, #"{"color": "RED"}"#), (#"{"someBytes": "-_8"}"#, #"{"someBytes": "+/8="}"#),
        (#"{"aString": null, "nested": null, "list": null, "counts": null}"#, "{}"),
        (#"{"time": "2024-01-01T00:00:00.000000001-00:30"}"#, #"{"time": "2024-01-01T00:30:00.000000001Z"}"#),
        (#"{"wrapped": null}"#, "{}"), (#"{"any": {}}"#, #"{"any": {}}"#),
        (
            #"{"any": {"@type": "x/unknown.Type", "value": "AQI="}}"#,
            #"{"any": {"@type": "x/unknown.Type", "value": "AQI="}}"#
        ),
    ])
    func otherSpellingsAreTaken(given: String, kept: String) throws {
        let schema = try Self.all()
        var expected = try #require(try JSONValue(parsing: GoldenMessages.defaults).object)
        for member in try #require(try JSONValue(parsing: kept).object) { expected[member.name] = member.value }
        #expect(try schema.json(schema.bytes(given)) == .object(expected))
    }

    @Test(arguments: [
        (#"{"none": 1}"#, "has no field 'none'"),
        (#"{"anInt32": 2147483648}"#, "/anInt32: expected an integer of 32 bits"),
        (#"{"aUint32": -1}"#, "without sign"), (#"{"anInt32": 1.5}"#, "expected an integer"),
        (#"{"anInt32": true}"#, "found true"), (#"{"anInt64": ""}"#, "expected an integer"),
        (#"{"aString": 5}"#, "expected a string"), (#"{"aBool": 1}"#, "expected true or false"),
        (#"{"aDouble": "x"}"#, "expected a number"), (#"{"aDouble": 1e999}"#, "expected a number"),
        (#"{"aFloat": 1e39}"#, "expected a number of 32 bits"), (#"{"someBytes": "*"}"#, "expected bytes in Base64"),
        (#"{"color": "BLUE"}"#, "is not a value of the enum golden.All.Color"),
        (#"{"packed": 5}"#, "expected an array"),
        (#"{"packed": [1, null]}"#, "/packed/1: an element cannot be null"), (#"{"counts": []}"#, "expected an object"),
        (#"{"counts": {"a": "b"}}"#, "/counts/a: expected an integer"), (#"{"inners": {"x": {}}}"#, "/inners/x: "),
        (#"{"word": "a", "number": 1}"#, "of one oneof"), (#"{"anInt32": 1, "an_int32": 2}"#, "given twice"),
        (#"{"list": [{}, {"inner": [{"name": 1}]}]}"#, "/list/1/inner/0/name: expected a string"),
        (#"{"time": "2023-02-29T00:00:00Z"}"#, "expected a timestamp"),
        (#"{"time": "0000-01-01T00:00:00Z"}"#, "timestamp"),
        (#"{"time": "2024-01-01T00:00:00"}"#, "expected a timestamp"), (#"{"span": "1"}"#, "expected a duration"),
        (#"{"span": "315576000001s"}"#, "expected a duration"), (#"{"object": []}"#, "expected an object"),
        (#"{"values": {}}"#, "expected an array"), (#"{"any": {"name": "x"}}"#, "@type"),
        (#"{"any": {"@type": "x/un.known", "a": 1}}"#, "does not know the type"), ("[]", "expected an object"),
    ])
    func whatDoesNotFitIsNamed(json: String, message: String) throws {
        let schema = try Self.all()
        do {
            _ = try schema.bytes(json)
            Issue.record("it was taken")
        } catch let error as SchemaError {
            #expect(error.code == .invalidValue)
            #expect(error.message.contains(message), "\(error.message)")
        }
    }

    @Test func requiredFieldsAreRequired() throws {
        let schema = try Self.old()
        #expect(throws: SchemaError(.invalidValue, "golden.Old: the required field 'id' is missing")) {
            try schema.bytes("{}")
        }
        #expect(throws: SchemaError(.invalidBytes, "golden.Old, /id: the required field is missing")) {
            try schema.json([0])
        }
        #expect(throws: SchemaError.self) { try schema.bytes(#"{"id": 1, "kind": 3}"#) }
    }

    @Test func aMessageCanBeNamed() throws {
        let schema = try Self.all()
        #expect(try schema.encode(["y": true], as: "golden.Second.Third") == [4, 2, 0, 8, 1])
        #expect(try schema.json([4, 2, 0, 8, 1]) == ["y": true])
        #expect(try schema.encode(["x": 1], as: "golden.Second") == [2, 2, 8, 1])
        // One index of 0 may also be spelled out.
        #expect(try schema.json([2, 0, 0x68, 1])["aBool"] == true)
        #expect(throws: SchemaError(.invalidValue, "the schema has no message 'golden.None'")) {
            try schema.encode([:], as: "golden.None")
        }
        #expect(throws: SchemaError(.invalidBytes, "the schema has no message with the indexes [2]")) {
            try schema.json([2, 4])
        }
    }

    @Test func unknownFieldsAreLeftOutAndPiecesAreJoined() throws {
        let schema = try schema("message A { A a = 1; int32 x = 2; int32 y = 3; repeated int32 l = 4; }")
        // Field 9 in each form, a group among them; field 1 in two pieces; field 4 packed and not.
        let bytes: [UInt8] = [
            0, 72, 1, 77, 0, 0, 0, 0, 73, 0, 0, 0, 0, 0, 0, 0, 0, 74, 1, 5, 75, 80, 1, 83, 84, 76, 10, 2, 16, 1, 10, 4,
            16,
            2, 24, 3, 32, 1, 34, 2, 2, 3,
        ]
        #expect(try schema.json(bytes).text == #"{"a":{"x":2,"y":3,"l":[]},"x":0,"y":0,"l":[1,2,3]}"#)
        // A field in a form that is not its own is unknown.
        #expect(try schema.json([0, 18, 1, 5]).text == #"{"x":0,"y":0,"l":[]}"#)
    }

    @Test func theLastOfAOneofCounts() throws {
        let schema = try schema("message A { oneof o { int32 x = 1; string s = 2; A a = 3; } }")
        #expect(try schema.json([0, 8, 1, 18, 1, 97]).text == #"{"s":"a"}"#)
        #expect(try schema.json([0, 18, 1, 97, 8, 0]).text == #"{"x":0}"#)
        #expect(try schema.json([0, 26, 2, 8, 1, 8, 5, 26, 0]).text == #"{"a":{}}"#)
    }

    @Test func aFileThatOnlyHandsOnAnotherStandsForIt() throws {
        let schema = try schema(
            "import public \"other.proto\";",
            ["other.proto": "package o; message A { map<string, int32> m = 1; message B { bool b = 1; } }"])
        #expect(schema.name == "o.A")
        #expect(schema.messageIndexes(of: "o.A.B") == [0, 0])
        #expect(schema.hasTopLevelField("m") && !schema.hasTopLevelField("b"))
        #expect(try schema.bytes(#"{"m":{"a":1}}"#) == [0, 10, 5, 10, 1, 97, 16, 1])
    }
}
