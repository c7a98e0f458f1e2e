import ConnectAPI
import RecordFormat
import Testing

@testable import ConnectPlugins

@Suite struct ConverterTests {
    /// The converter of a class, by the last part of its name without what all their names end with.
    private func converter(_ name: String, _ configuration: [String: String] = [:]) throws -> any Converter {
        let entry = try #require(StandardPlugins.converters.first { $0.className.hasSuffix(".\(name)Converter") })
        return try entry.make(configuration)
    }

    private func text(
        _ converter: any Converter, _ schema: ConnectSchema?, _ value: ConnectValue
    ) async throws -> String? {
        var headers: [RecordHeader] = []
        return try await converter.serialize(topic: "t", headers: &headers, schema: schema, value: value)?.string
    }

    private func value(_ converter: any Converter, _ text: String?) async throws -> SchemaAndValue {
        try await converter.deserialize(topic: "t", headers: [], bytes: text.map { ByteSlice($0) })
    }

    @Test func aMapsKeyThatIsNullHasANameThatStandsOnce() async throws {
        let schema = ConnectSchema.map(from: .optionalString, to: .int32)
        let json = try converter("Json", ["schemas.enable": "false"])
        #expect(try await text(json, schema, .map(ConnectMap([(.null, .int32(1))]))) == #"{"null":1}"#)
        let both = ConnectMap([(.null, .int32(1)), (.string("null"), .int32(2)), (.string("a"), .int32(3))])
        #expect(try await text(json, schema, .map(both)) == #"{"null":2,"a":3}"#)
    }

    /// What a value was written to serves the next one: nothing is left in it of one that failed half way, or was large.
    @Test(arguments: ["true", "false"]) func aValueIsWrittenTheSameAfterAnyOther(schemas: String) async throws {
        let schema = ConnectSchema.structure([ConnectField("a", .int32), ConnectField("b", .int32)])
        func structure(_ a: Int32, _ b: ConnectValue) -> ConnectValue {
            .structure(Struct(schema, values: [.int32(a), b]))
        }
        let json = try converter("Json", ["schemas.enable": schemas])
        let first = try await text(json, schema, structure(1, .int32(2)))
        #expect(first?.contains(#"{"a":1,"b":2}"#) == true)
        await #expect(throws: ConnectError.self) { try await text(json, schema, structure(7, .null)) }
        #expect(try await text(json, schema, structure(1, .int32(2))) == first)
        let large = String(repeating: "x", count: 200_000)
        #expect(try await text(json, nil, .string(large))?.contains(large) == true)
        #expect(try await text(json, schema, structure(1, .int32(2))) == first)
    }

    @Test func aSchemaWithTwoFieldsOfOneNameIsRefused() async throws {
        let field = #"{"type":"int32","field":"a"}"#
        let text = #"{"schema":{"type":"struct","fields":[\#(field),\#(field)]},"payload":{"a":1}}"#
        let json = try converter("Json")
        let error = await #expect(throws: ConnectError.self) { try await value(json, text) }
        #expect(error?.message == "Cannot create field because of field name duplication a")
    }

    @Test func stringsKeepTheirBytes() async throws {
        let converter = try converter("String")
        // A decomposed letter, which comparing strings takes for the composed one, must stay as it is.
        let decomposed = "e\u{301}"
        #expect(Array(try await text(converter, nil, .string(decomposed))?.utf8 ?? "".utf8) == Array(decomposed.utf8))
        #expect(try await text(converter, .int32, .int32(7)) == "7")
        #expect(try await text(converter, nil, .null) == nil)
        #expect(try await value(converter, nil) == SchemaAndValue(.optionalString, .null))
        #expect(throws: ConnectError.self) { try self.converter("String", ["converter.encoding": "UTF-16"]) }
    }

    @Test func byteArraysPassAndNothingElseDoes() async throws {
        let converter = try converter("ByteArray")
        #expect(try await text(converter, nil, .bytes(ByteSlice("raw"))) == "raw")
        #expect(try await value(converter, "raw") == SchemaAndValue(.optionalBytes, .bytes(ByteSlice("raw"))))
        await #expect(throws: ConnectError.self) { try await text(converter, nil, .string("raw")) }
        await #expect(throws: ConnectError.self) { try await text(converter, .string, .bytes(ByteSlice("raw"))) }
    }

    @Test func jsonCarriesItsSchemaInAnEnvelope() async throws {
        let converter = try converter("Json")
        #expect(
            try await text(converter, .string, .string("a"))
                == #"{"schema":{"type":"string","optional":false},"payload":"a"}"#)
        #expect(try await text(converter, nil, .null) == nil)
        let schema = ConnectSchema.structure(
            [
                ConnectField("id", .int64), ConnectField("tags", .array(of: .string)),
                ConnectField("rates", .map(from: .string, to: .float64)), ConnectField("note", .optionalString),
                ConnectField("level", ConnectSchema(.int32, defaultValue: .int32(3), documentation: "how loud")),
            ], name: "entry", version: 2)
        let entry = ConnectValue.structure(
            try Struct(
                schema,
                ["id": .int64(1), "tags": .array([.string("x")]), "rates": .map(["a": .float64(1.5)])]))
        let written = try await text(converter, schema, entry)
        #expect(
            written
                == #"{"schema":{"type":"struct","fields":[{"type":"int64","optional":false,"field":"id"},"#
                + #"{"type":"array","items":{"type":"string","optional":false},"optional":false,"field":"tags"},"#
                + #"{"type":"map","keys":{"type":"string","optional":false},"values":{"type":"double","optional":false},"#
                + #""optional":false,"field":"rates"},{"type":"string","optional":true,"field":"note"},"#
                + #"{"type":"int32","optional":false,"doc":"how loud","default":3,"field":"level"}],"#
                + #""optional":false,"name":"entry","version":2},"#
                + #""payload":{"id":1,"tags":["x"],"rates":{"a":1.5},"note":null,"level":3}}"#)
        let read = try await value(converter, written)
        #expect(read.value == entry)
        #expect(read.schema == schema)
    }

    @Test func jsonWithoutTheEnvelopeIsPlain() async throws {
        let converter = try converter("Json", ["schemas.enable": "false"])
        let read = try await value(converter, #"{"a":[1,2.5,"x",null,true]}"#)
        #expect(read.schema == nil)
        #expect(
            read.value == .map(["a": .array([.int64(1), .float64(2.5), .string("x"), .null, .boolean(true)])]))
        #expect(try await text(converter, nil, read.value) == #"{"a":[1,2.5,"x",null,true]}"#)
        #expect(try await text(converter, .int8, .int8(-3)) == "-3")
        #expect(try await text(converter, .bytes, .bytes(ByteSlice([0, 1, 255]))) == #""AAH/""#)
    }

    @Test func jsonWithoutTheExpectedEnvelopeSaysSo() async throws {
        let converter = try converter("Json")
        for text in [#"{"a":1}"#, #"{"schema":null,"payload":1,"more":2}"#, "7"] {
            let error = await #expect(throws: ConnectError.self) { try await value(converter, text) }
            #expect(
                error?.message
                    == "JsonConverter with schemas.enable requires \"schema\" and \"payload\" fields and may not contain"
                    + " additional fields. If you are trying to deserialize plain JSON data, set schemas.enable=false in"
                    + " your converter configuration.")
        }
        await #expect(throws: ConnectError.self) { try await value(converter, "{") }
        await #expect(throws: ConnectError.self) {
            try await value(converter, #"{"schema":{"type":"int32","optional":false},"payload":null}"#)
        }
    }

    @Test func mapsWithOtherKeysThanTextAreListsOfPairs() async throws {
        let converter = try converter("Json", ["schemas.enable": "false"])
        let schema = ConnectSchema.map(from: .int32, to: .string)
        let map = ConnectValue.map(ConnectMap([(.int32(1), .string("a")), (.int32(2), .string("b"))]))
        #expect(try await text(converter, schema, map) == #"[[1,"a"],[2,"b"]]"#)
    }

    @Test(arguments: [
        ("-12.50", 2), ("0.00", 2), ("123456789012345678901234567890.5", 1), ("-1", 0), ("0.001", 3), ("128", 0),
        ("-128", 0),
    ])
    func decimalsAreNumbersWhereAskedFor(text: String, scale: Int) async throws {
        let schema = ConnectSchema(.bytes, name: LogicalType.decimal, version: 1, parameters: ["scale": "\(scale)"])
        let converter = try converter("Json", ["decimal.format": "NUMERIC"])
        let envelope =
            #"{"schema":{"type":"bytes","optional":false,"name":"org.apache.kafka.connect.data.Decimal","version":1,"#
            + #""parameters":{"scale":"\#(scale)"}},"payload":\#(text)}"#
        let read = try await value(converter, envelope)
        #expect(read.schema == schema)
        #expect(try await self.text(converter, schema, read.value) == envelope)
    }

    @Test(arguments: [
        "1e9223372036854775807", "1e-9223372036854775808", "1e99999999999999999999", "0.1e-9223372036854775807",
        "1e10001",
        "1" + String(repeating: "0", count: 10_001),
    ])
    func aDecimalOutOfAllProportionIsRefused(text: String) async throws {
        let converter = try converter("Json", ["decimal.format": "NUMERIC"])
        let envelope =
            #"{"schema":{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"}},"#
            + #""payload":\#(text)}"#
        await #expect(throws: ConnectError.self) { try await value(converter, envelope) }
    }

    /// Twice the work at each of 200 levels would not end.
    @Test func aSchemaWithDefaultsAtEveryLevelIsReadOnce() async throws {
        var schema = #"{"type":"string","default":"x"}"#
        var payload = "null"
        for _ in 0..<200 {
            schema = #"{"type":"struct","fields":[{"field":"f",\#(schema.dropFirst())],"optional":true,"default":null}"#
            payload = #"{"f":\#(payload)}"#
        }
        let converter = try converter("Json")
        var read = try await value(converter, #"{"schema":\#(schema),"payload":\#(payload)}"#).value
        for _ in 0..<200 {
            guard case .structure(let structure) = read else { break }
            read = structure["f"] ?? .null
        }
        #expect(read == .string("x"))
    }

    @Test(arguments: [
        ("42", ConnectValue.int8(42)), ("-300", .int16(-300)), ("70000", .int32(70000)),
        ("5000000000", .int64(5_000_000_000)),
        ("1.5", .float32(1.5)), ("3.141592653589793", .float64(3.141592653589793)), ("true", .boolean(true)),
        ("007", .string("007")),
        ("text", .string("text")), ("[1,2]", .array([.int64(1), .int64(2)])), ("", .string("")),
        ("1e5", .string("1e5")),
    ])
    func headersTakeTheirTypeFromTheirText(text: String, expected: ConnectValue) async throws {
        let converter = SimpleHeaderConverter()
        let read = try converter.deserialize(topic: "t", name: "h", bytes: ByteSlice(text))
        #expect(read.value == expected)
        let written = try converter.serialize(topic: "t", name: "h", schema: read.schema, value: read.value)
        #expect(written?.string == text)
    }

    @Test func base64IsThatOfTheStandard() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            #expect(Base64.encode(ByteSlice(bytes)) == text)
            #expect(Base64.decode(text) == ByteSlice(bytes))
        }
        #expect(Base64.decode("Zg") == ByteSlice("f"))
        for text in ["Z", "Zg=", "Z===", "Zm9v!"] { #expect(Base64.decode(text) == nil) }
    }

    @Test(arguments: [
        ("Boolean", ConnectValue.boolean(true), [1]), ("Short", .int16(-2), [0xFF, 0xFE]),
        ("Integer", .int32(258), [0, 0, 1, 2]),
        ("Long", .int64(-1), [UInt8](repeating: 0xFF, count: 8)), ("Float", .float32(1.5), [0x3F, 0xC0, 0, 0]),
        ("Double", .float64(-2), [0xC0, 0, 0, 0, 0, 0, 0, 0]),
    ])
    func numbersHaveTheirWidth(name: String, value: ConnectValue, bytes: [UInt8]) async throws {
        let converter = try converter(name)
        var headers: [RecordHeader] = []
        let written = try await converter.serialize(topic: "t", headers: &headers, schema: nil, value: value)
        #expect(written?.array == bytes)
        let read = try await converter.deserialize(topic: "t", headers: [], bytes: ByteSlice(bytes))
        #expect(read.value == value)
        #expect(read.schema?.isOptional == true)
        #expect(read.schema?.kind == value.kind)
        #expect(try await self.value(converter, nil).value == .null)
        #expect(try await text(converter, nil, .null) == nil)
        await #expect(throws: ConnectError.self) {
            try await converter.deserialize(topic: "t", headers: [], bytes: ByteSlice(bytes + [0]))
        }
        await #expect(throws: ConnectError.self) { try await self.value(converter, "") }
        await #expect(throws: ConnectError.self) { try await text(converter, nil, .string("1")) }
    }

    @Test func aByteThatIsNoTruthValueIsRefused() async throws {
        await #expect(throws: ConnectError.self) {
            try await converter("Boolean").deserialize(topic: "t", headers: [], bytes: ByteSlice([2]))
        }
    }

    @Test func jsonReadsBothKindsWhenItIsToldTo() async throws {
        let converter = try converter("Json", ["schemas.enable": "auto"])
        let envelope = #"{"schema":{"type":"int32","optional":false},"payload":7}"#
        #expect(try await value(converter, envelope) == SchemaAndValue(.int32, .int32(7)))
        #expect(try await value(converter, #"{"a":1}"#) == SchemaAndValue(nil, .map(["a": .int64(1)])))
        #expect(try await text(converter, .int32, .int32(7)) == envelope)
        #expect(try await text(converter, nil, .int64(7)) == "7")
        #expect(throws: ConnectError.self) { try self.converter("Json", ["schemas.enable": "maybe"]) }
    }
}
