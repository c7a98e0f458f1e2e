import ConnectAPI
import RecordFormat
import Testing

@testable import ConnectPlugins

@Suite struct CastTests {
    private func cast(_ spec: String, _ value: ConnectValue, _ schema: ConnectSchema? = nil) async throws -> TypedValue?
    {
        try await transform("Cast$Value", ["spec": spec]).value(value, schema)
    }

    @Test(arguments: [
        ("int8", ConnectValue.int32(300), ConnectValue.int8(44)), ("int16", .string("-7"), .int16(-7)),
        ("int32", .float64(1e30), .int32(.max)), ("int32", .float32(-2.9), .int32(-2)),
        ("int64", .boolean(true), .int64(1)),
        ("int64", .float64(.nan), .int64(0)), ("float32", .int64(3), .float32(3)),
        ("float64", .string(" 1.5e2 "), .float64(150)),
        ("float64", .string("-Infinity"), .float64(-.infinity)), ("boolean", .int8(2), .boolean(true)),
        ("boolean", .string("TRUE"), .boolean(true)), ("boolean", .string("1"), .boolean(false)),
        ("boolean", .float64(0.9), .boolean(false)), ("string", .float64(1e10), .string("1.0E10")),
        ("string", .boolean(false), .string("false")), ("string", .bytes(ByteSlice("foo")), .string("Zm9v")),
        ("INT8", .int8(-1), .int8(-1)), ("int8", .null, .null),
    ])
    func wholeValuesAreCastAsInJava(spec: String, value: ConnectValue, expected: ConnectValue) async throws {
        #expect(try await cast(spec, value) == TypedValue(nil, expected))
    }

    @Test func aSchemaGoesAlong() async throws {
        let schema = ConnectSchema(.int32, isOptional: true, defaultValue: .int32(5), name: "n", version: 2)
        let found = try #require(try await cast("string", .int32(7), schema))
        #expect(found.value == .string("7"))
        #expect(
            found.schema == ConnectSchema(.string, isOptional: true, defaultValue: .string("5"), name: "n", version: 2))
    }

    @Test func fieldsAreCastAndOthersStay() async throws {
        let (schema, value) = Records.structure([
            ("count", ConnectSchema(.string, isOptional: true, defaultValue: .string("9")), .string("12")),
            ("name", .string, .string("x")), ("missing", .optionalString, .null),
            ("day", ConnectSchema(.int32, name: LogicalType.date, version: 1), .int32(17_167)),
            ("at", ConnectSchema(.int64, name: LogicalType.timestamp, version: 1), .int64(Records.time)),
            ("clock", ConnectSchema(.int32, name: LogicalType.time, version: 1), .int32(1_500)),
            (
                "price", ConnectSchema(.bytes, name: LogicalType.decimal, version: 1, parameters: ["scale": "2"]),
                .bytes(ByteSlice([0x04, 0xD2]))
            ),
        ])
        let spec = "count:int32, missing:int64,day:string,at:string,clock:string,price:string,nowhere:int8"
        let found = try #require(try await cast(spec, value, schema))
        #expect(
            try found.field("count")
                == TypedValue(
                    ConnectSchema(.int32, isOptional: true, defaultValue: .int32(9)), .int32(12)))
        #expect(try found.field("name") == TypedValue(.string, .string("x")))
        #expect(try found.field("missing") == TypedValue(.optionalInt64, .null))
        #expect(try found.field("day") == TypedValue(.string, .string("2017-01-01")))
        #expect(try found.field("at")?.value == .string("2017-01-03T06:30:01.864Z"))
        #expect(try found.field("clock")?.value == .string("00:00:01.500Z"))
        #expect(try found.field("price")?.value == .string("12.34"))
        #expect(found.fieldNames == ["count", "name", "missing", "day", "at", "clock", "price"])

        let map: ConnectMap = ["count": .string("12"), "name": .string("x")]
        #expect(
            try await cast("count:int64", .map(map))
                == TypedValue(nil, .map(["count": .int64(12), "name": .string("x")])))
    }

    @Test func nestedFieldsAreCast() async throws {
        let (inner, innerValue) = Records.structure([("n", .string, .string("1"))], isOptional: true)
        let (schema, value) = Records.structure([("a", inner, innerValue), ("b.c", .string, .string("2"))])
        let cast = try transform("Cast$Value", ["spec": "a.n:int8,`b.c`:int16", "field.syntax.version": "V2"])
        let found = try #require(try await cast.value(value, schema))
        #expect(try found.field("a.n") == TypedValue(.int8, .int8(1)))
        #expect(try found.field("`b.c`") == TypedValue(.int16, .int16(2)))
        #expect(found.schema?.field("a")?.schema.isOptional == true)
        let (_, withoutInner) = Records.structure([("a", inner, .null), ("b.c", .string, .string("2"))])
        #expect(try await cast.value(withoutInner, schema)?.field("a")?.value == .null)
        let map: ConnectMap = ["a": .map(["n": .string("1")]), "b.c": .string("2")]
        let plain = try #require(try await cast.value(.map(map)))
        #expect(plain.value == .map(["a": .map(["n": .int8(1)]), "b.c": .int16(2)]))
    }

    @Test func aFieldsDefaultCountsForNullUnlessThatIsSwitchedOff() async throws {
        let schema = ConnectSchema(.int32, isOptional: true, defaultValue: .int32(5))
        let (record, value) = Records.structure([("n", schema, .null)])
        #expect(try await cast("n:string", value, record)?.field("n")?.value == .string("5"))
        let off = try transform("Cast$Value", ["spec": "n:string", "replace.null.with.default": "false"])
        #expect(try await off.value(value, record)?.field("n")?.value == .null)
    }

    @Test func whatIsNoNumberIsRefused() async throws {
        for (spec, value) in [
            ("int8", ConnectValue.string("300")), ("int32", .string("1.5")), ("float64", .string("0x1p3")),
            ("int64", .string("")), ("string", .array([])), ("int8", .map(ConnectMap())),
            ("int32", .bytes(ByteSlice("a"))),
        ] {
            await #expect(throws: ConnectError.self) { try await cast(spec, value) }
        }
        #expect(
            await ConnectError.message { _ = try await cast("a:int8", .string("x")) }
                == "Only Map objects supported in absence of schema for [cast types], found: string")
        #expect(
            await ConnectError.message { _ = try await cast("a:int8", .string("x"), .string) }
                == "Only Struct objects supported for [cast types], found: string")
    }

    @Test(arguments: ["", "a:int7", "int32,string", "a:bytes", ":int8", "struct"])
    func specsThatMeanNothingAreRefused(spec: String) {
        #expect(throws: ConnectError.self) { try transform("Cast$Key", ["spec": spec]) }
    }

    @Test func keysAreCastToo() async throws {
        #expect(try await transform("Cast$Key", ["spec": "string"]).key(.int64(4), .int64)?.value == .string("4"))
    }
}
