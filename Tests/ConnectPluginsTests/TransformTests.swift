import ConnectAPI
import RecordFormat
import Testing

@testable import ConnectPlugins

/// Transforms that rearrange keys and values.
@Suite struct TransformTests {
    /// `{id: 42, name: "x", address: {city: "Ulm", zip: null}}`, with a schema and without.
    private static let address = Records.structure(
        [("city", .string, .string("Ulm")), ("zip", .optionalString, .null)], isOptional: true)
    private static let person = Records.structure(
        [
            ("id", .int64, .int64(42)), ("name", .optionalString, .string("x")),
            ("address", address.schema, address.value),
        ],
        name: "person")
    private static let map: ConnectMap = [
        "id": .int64(42), "name": .string("x"), "address": .map(["city": .string("Ulm"), "zip": .null]),
    ]

    // MARK: ExtractField

    @Test func aFieldTakesThePlaceOfItsStructure() async throws {
        let extract = try transform("ExtractField$Value", ["field": "id"])
        #expect(try await extract.value(Self.person.value, Self.person.schema) == TypedValue(.int64, .int64(42)))
        #expect(try await extract.value(.map(Self.map)) == TypedValue(nil, .int64(42)))
        #expect(try await extract.value(.null) == TypedValue(nil, .null))
        #expect(try await extract.value(.null, Self.person.schema) == TypedValue(.int64, .null))
        let missing = try transform("ExtractField$Key", ["field": "nothing"])
        #expect(try await missing.key(.map(Self.map)) == TypedValue(nil, .null))
        #expect(
            await ConnectError.message { _ = try await missing.key(Self.person.value, Self.person.schema) }
                == "Unknown field: nothing")
        await #expect(throws: ConnectError.self) { try await extract.value(.string("x")) }
    }

    @Test func nestedFieldsAreExtracted() async throws {
        let city = try transform("ExtractField$Value", ["field": "address.city", "field.syntax.version": "V2"])
        #expect(try await city.value(Self.person.value, Self.person.schema) == TypedValue(.string, .string("Ulm")))
        #expect(try await city.value(.map(Self.map)) == TypedValue(nil, .string("Ulm")))
        #expect(try await city.value(.map(["address": .null])) == TypedValue(nil, .null))
        await #expect(throws: ConnectError.self) { try await city.value(.map(["address": .string("Ulm")])) }
    }

    @Test func aNullFieldHasItsDefaultUnlessThatIsSwitchedOff() async throws {
        let field = ConnectSchema(.int32, isOptional: true, defaultValue: .int32(5))
        let (schema, value) = Records.structure([("n", field, .null)])
        #expect(try await transform("ExtractField$Value", ["field": "n"]).value(value, schema)?.value == .int32(5))
        let off = try transform("ExtractField$Value", ["field": "n", "replace.null.with.default": "false"])
        #expect(try await off.value(value, schema)?.value == .null)
    }

    // MARK: Names

    /// Kafka's builder of schemas refuses them; a document would have a name twice.
    @Test(arguments: [
        ("Flatten$Value", [:]), ("ReplaceField$Value", ["renames": "c:d"]),
        ("InsertField$Value", ["static.field": "d", "static.value": "x"]), ("ValueToKey", ["fields": "c,c"]),
    ])
    func fieldsThatWouldHaveOneNameAreRefused(name: String, configuration: [String: String]) async throws {
        let inner = Records.structure([("b", .int32, .int32(1))])
        let outer = Records.structure([
            ("a", inner.schema, inner.value), ("a.b", .int32, .int32(2)), ("c", .int32, .int32(3)),
            ("d", .int32, .int32(4)),
        ])
        let transform = try transform(name, configuration)
        let error = await #expect(throws: ConnectError.self) {
            try await transform.apply(Records.source(outer.value, outer.schema))
        }
        #expect(error?.code == .invalidData)
        #expect(error?.message.hasPrefix("Cannot create field because of field name duplication ") == true)
    }

    // MARK: Flatten

    @Test func levelsBecomeOne() async throws {
        let flatten = try transform("Flatten$Value", ["delimiter": "_"])
        let flat = try #require(try await flatten.value(Self.person.value, Self.person.schema))
        #expect(flat.fieldNames == ["id", "name", "address_city", "address_zip"])
        #expect(flat.schema?.name == "person")
        #expect(
            try flat.field("address_city") == TypedValue(.optionalString, .string("Ulm")),
            "its structure may be missing")
        let plain = try #require(try await flatten.value(.map(Self.map)))
        #expect(
            plain.value
                == .map([
                    "id": .int64(42), "name": .string("x"), "address_city": .string("Ulm"), "address_zip": .null,
                ]))
        #expect(try await flatten.value(.null, Self.person.schema)?.value == .null)
        let (schema, value) = Records.structure([("address", Self.address.schema, .null)])
        #expect(try await flatten.value(value, schema)?.field("address_city")?.value == .null)
        let (list, lists) = Records.structure([("l", .array(of: .int32), .array([.int32(1)]))])
        #expect(try await flatten.value(lists, list)?.field("l")?.value == .array([.int32(1)]))
        let (maps, mapValue) = Records.structure([("m", .map(from: .string, to: .int32), .map(["a": .int32(1)]))])
        await #expect(throws: ConnectError.self) { try await flatten.value(mapValue, maps) }
    }

    @Test func aStructuresDefaultIsItsFields() async throws {
        let inner = ConnectSchema.structure([ConnectField("n", .int32)])
        let withDefault = ConnectSchema.structure(
            inner.fields, defaultValue: .structure(Struct(inner, values: [.int32(8)])))
        let (schema, value) = Records.structure([("a", withDefault, .null)])
        let flat = try #require(try await transform("Flatten$Value").value(value, schema))
        #expect(try flat.field("`a.n`") == TypedValue(ConnectSchema(.int32, defaultValue: .int32(8)), .int32(8)))
    }

    // MARK: HoistField

    @Test func theWholeBecomesAField() async throws {
        let hoist = try transform("HoistField$Value", ["field": "line"])
        let hoisted = try #require(try await hoist.value(.string("x"), .string))
        #expect(try hoisted.field("line") == TypedValue(.string, .string("x")))
        #expect(try await hoist.value(.int64(1)) == TypedValue(nil, .map(["line": .int64(1)])))
        let nested = try transform("HoistField$Key", ["field": "a.b", "field.syntax.version": "V2"])
        #expect(try await nested.key(.null) == TypedValue(nil, .map(["a": .map(["b": .null])])))
        #expect(try await nested.key(.int32(1), .int32)?.field("a.b")?.value == .int32(1))
    }

    // MARK: ReplaceField

    @Test func fieldsAreLeftOutAndRenamed() async throws {
        let replace = try transform("ReplaceField$Value", ["exclude": "id,nothing", "renames": "name:label,gone:too"])
        let left = try #require(try await replace.value(Self.person.value, Self.person.schema))
        #expect(left.fieldNames == ["label", "address"])
        #expect(left.schema?.name == "person")
        #expect(try left.field("label")?.value == .string("x"))
        #expect(try await replace.value(.map(Self.map))?.fieldNames == ["label", "address"])
        let only = try transform("ReplaceField$Value", ["include": "id,name", "exclude": "name", "renames": "id:key"])
        #expect(try await only.value(Self.person.value, Self.person.schema)?.fieldNames == ["key"])
        #expect(try await only.value(.map(Self.map)) == TypedValue(nil, .map(["key": .int64(42)])))
        #expect(try await only.value(.null, Self.person.schema)?.value == .null)
        let none = try transform("ReplaceField$Value", ["include": "nothing", "renames": "id:key"])
        #expect(try await none.value(.map(Self.map)) == TypedValue(nil, .map(ConnectMap())))
        for renames in ["a", "a:b:c", ":b", "a:"] {
            #expect(throws: ConnectError.self) { try transform("ReplaceField$Key", ["renames": renames]) }
        }
    }

    @Test func nestedFieldsAreLeftOutAndRenamed() async throws {
        let v2 = ["field.syntax.version": "V2"]
        let replace = try transform(
            "ReplaceField$Value", v2.merging(["exclude": "address.zip", "renames": "address.city:town"]) { $1 })
        let left = try #require(try await replace.value(Self.person.value, Self.person.schema))
        #expect(left.fieldNames == ["id", "name", "address"])
        #expect(try left.field("address")?.fieldNames == ["town"])
        #expect(try await replace.value(.map(Self.map))?.field("address")?.value == .map(["town": .string("Ulm")]))
        let only = try transform("ReplaceField$Value", v2.merging(["include": "id,address.city"]) { $1 })
        for found in [
            try await only.value(Self.person.value, Self.person.schema), try await only.value(.map(Self.map)),
        ] {
            #expect(found?.fieldNames == ["id", "address"])
            #expect(try found?.field("address")?.fieldNames == ["city"])
        }
    }

    // MARK: MaskField

    @Test func maskedFieldsSayNothing() async throws {
        let fields: [(String, ConnectSchema, ConnectValue)] = [
            ("a", .int8, .int8(1)), ("b", .int16, .int16(1)), ("c", .int32, .int32(1)), ("d", .int64, .int64(1)),
            ("e", .float32, .float32(1)), ("f", .float64, .float64(1)), ("g", .boolean, .boolean(true)),
            ("h", .string, .string("x")), ("i", .array(of: .int32), .array([.int32(1)])),
            ("j", .map(from: .string, to: .int32), .map(["x": .int32(1)])), ("k", .optionalString, .null),
            ("l", .string, .string("stays")),
        ]
        let (schema, value) = Records.structure(fields)
        let mask = try transform("MaskField$Value", ["fields": "a,b,c,d,e,f,g,h,i,j,k,none"])
        let masked = try #require(try await mask.value(value, schema))
        let expected: [ConnectValue] = [
            .int8(0), .int16(0), .int32(0), .int64(0), .float32(0), .float64(0), .boolean(false), .string(""),
            .array([]),
            .map(ConnectMap()), .null, .string("stays"),
        ]
        #expect(masked == TypedValue(schema, .structure(Struct(schema, values: expected))))
        let plain = ConnectMap(fields.map { (.string($0.0), $0.2) })
        #expect(
            try await mask.value(.map(plain))
                == TypedValue(nil, .map(ConnectMap(zip(fields, expected).map { (.string($0.0), $1) }))))
        let structures = try transform("MaskField$Value", ["fields": "address"])
        await #expect(throws: ConnectError.self) { try await structures.value(Self.person.value, Self.person.schema) }
    }

    @Test func aReplacementStandsForTextAndNumbers() async throws {
        let mask = try transform("MaskField$Value", ["fields": "id,name", "replacement": "7"])
        let masked = try #require(try await mask.value(Self.person.value, Self.person.schema))
        #expect(try masked.field("id")?.value == .int64(7))
        #expect(try masked.field("name")?.value == .string("7"))
        let text = try transform("MaskField$Value", ["fields": "id", "replacement": "***"])
        #expect(
            await ConnectError.message { _ = try await text.value(.map(Self.map)) } == "Unable to convert *** to number"
        )
        await #expect(throws: ConnectError.self) { try await text.value(.map(["id": .boolean(true)])) }
        let nested = try transform(
            "MaskField$Value", ["fields": "address.city", "replacement": "-", "field.syntax.version": "V2"])
        #expect(try await nested.value(.map(Self.map))?.field("address.city")?.value == .string("-"))
        #expect(
            try await nested.value(Self.person.value, Self.person.schema)?.field("address.city")?.value == .string("-"))
        let price = ConnectSchema(.bytes, name: LogicalType.decimal, version: 1, parameters: ["scale": "2"])
        let (schema, value) = Records.structure([("id", price, .bytes(ByteSlice([1])))])
        #expect(try await mask.value(value, schema)?.field("id")?.value == .bytes(ByteSlice([0x02, 0xBC])))
    }

    // MARK: SetSchemaMetadata

    @Test func schemasGetTheirNameAndVersion() async throws {
        let set = try transform("SetSchemaMetadata$Value", ["schema.name": "human", "schema.version": "4"])
        let named = try #require(try await set.value(Self.person.value, Self.person.schema))
        #expect(named.schema?.name == "human")
        #expect(named.schema?.version == 4)
        guard case .structure(let structure) = named.value else { throw ConnectError(.failed, "no structure") }
        #expect(structure.schema === named.schema)
        #expect(structure["id"] == .int64(42))
        let version = try transform("SetSchemaMetadata$Key", ["schema.version": "2"])
        #expect(
            try await version.key(.int32(1), ConnectSchema(.int32, name: "n"))?.schema
                == ConnectSchema(.int32, name: "n", version: 2))
        #expect(try await set.value(.null) == TypedValue(nil, .null))
        await #expect(throws: ConnectError.self) { try await set.value(.string("x")) }
        #expect(throws: ConnectError.self) { try transform("SetSchemaMetadata$Key") }
    }

    // MARK: ValueToKey

    @Test func fieldsOfTheValueBecomeTheKey() async throws {
        let copy = try transform("ValueToKey", ["fields": "name,id"])
        let record = try #require(try await copy.apply(Records.source(Self.person.value, Self.person.schema)))
        let key = record[.key]
        #expect(key.fieldNames == ["name", "id"])
        #expect(try key.field("id") == TypedValue(.int64, .int64(42)))
        #expect(record.value == Self.person.value)
        let plain = try #require(try await copy.apply(Records.source(.map(["id": .int64(1)]))))
        #expect(plain[.key] == TypedValue(nil, .map(["name": .null, "id": .int64(1)])))
        let nested = try transform("ValueToKey", ["fields": "address.city", "field.syntax.version": "V2"])
        #expect(
            try await nested.apply(Records.source(.map(Self.map)))?.key == .map(["city": .string("Ulm")]))
        let missing = try transform("ValueToKey", ["fields": "nothing"])
        #expect(
            await ConnectError.message {
                _ = try await missing.apply(Records.source(Self.person.value, Self.person.schema))
            } == "Field does not exist: nothing")
        await #expect(throws: ConnectError.self) { try await copy.apply(Records.source(.null)) }
    }
}
