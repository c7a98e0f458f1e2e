import ConnectAPI
import JSON
import RecordFormat
import SchemaClient
import SchemaFormat
import Testing

@testable import RegistryConverters

@Suite struct JSONSchemaConverterTests {
    private let registry = MemoryRegistry()

    private func json(_ configuration: [String: String] = [:]) throws -> any Converter {
        try converter("JsonSchemaConverter", registry, configuration)
    }

    private func text(_ schema: ConnectSchema, _ configuration: [String: String] = [:]) throws -> String {
        try JSONSchemaMapping(JSONSchemaSettings(configuration)).mapped(schema).text.text
    }

    private func schema(
        _ text: String, _ configuration: [String: String] = [:], version: Int32? = nil
    ) throws -> ConnectSchema {
        try JSONSchemaReader.schema(
            of: try JSONValue(parsing: text), version: version, JSONSchemaSettings(configuration))
    }

    /// A message without the five bytes before it.
    private func message(
        _ value: ConnectValue, _ schema: ConnectSchema, _ configuration: [String: String] = [:]
    )
        async throws -> String?
    {
        try await json(configuration).bytes(value, schema).map { String(decoding: $0.dropFirst(5), as: UTF8.self) }
    }

    // MARK: Schemas

    @Test func singleTypes() throws {
        #expect(try text(.int8) == #"{"type":"integer","connect.type":"int8"}"#)
        #expect(try text(.int64) == #"{"type":"integer","connect.type":"int64"}"#)
        #expect(try text(.float32) == #"{"type":"number","connect.type":"float32"}"#)
        #expect(try text(.boolean) == #"{"type":"boolean"}"#)
        #expect(try text(.string) == #"{"type":"string"}"#)
        #expect(try text(.bytes) == #"{"type":"string","connect.type":"bytes"}"#)
        #expect(try text(.optionalString) == #"{"oneOf":[{"type":"null"},{"type":"string"}]}"#)
        #expect(
            try text(.array(of: .boolean)) == #"{"type":"array","items":{"type":"boolean"}}"#)
        #expect(
            try text(.map(from: .string, to: .boolean))
                == #"{"type":"object","additionalProperties":{"type":"boolean"},"connect.type":"map"}"#)
        #expect(
            try text(.map(from: .int32, to: .boolean))
                == #"{"type":"array","items":{"type":"object","properties":{"#
                + #""key":{"type":"integer","connect.type":"int32","connect.index":0},"#
                + #""value":{"type":"boolean","connect.index":1}}},"connect.type":"map"}"#)
    }

    @Test func logicalTypes() throws {
        #expect(
            try text(.decimal)
                == #"{"type":"string","connect.type":"bytes","title":"org.apache.kafka.connect.data.Decimal","#
                + #""connect.version":1,"connect.parameters":{"scale":"2"}}"#)
        let numeric = ["decimal.format": "numeric"]
        #expect(try JSONValue(parsing: text(.decimal, numeric))["type"] == "number")
        for schema: ConnectSchema in [.decimal, .date, .time, .timestamp] {
            #expect(try self.schema(text(schema)) == schema)
            #expect(try self.schema(text(schema, numeric), numeric) == schema)
        }
    }

    @Test func recordsKeepTheOrderOfTheirFields() throws {
        let record = ConnectSchema.structure(
            [
                ConnectField("b", .int32), ConnectField("a", .optionalString),
                ConnectField("c", ConnectSchema(.string, defaultValue: .string("x"), documentation: "the c")),
            ], name: "R", version: 2)
        let text = try text(record)
        #expect(
            text
                == #"{"type":"object","properties":{"b":{"type":"integer","connect.type":"int32","connect.index":0},"#
                + #""a":{"oneOf":[{"type":"null"},{"type":"string"}],"connect.index":1},"#
                + #""c":{"type":"string","description":"the c","default":"x","connect.index":2}},"title":"R","#
                + #""connect.version":2}"#)
        #expect(try schema(text, version: 9) == record)
        // Whatever order a registry gives them in.
        let sorted = try JSONSchemaMapping(JSONSchemaSettings([:])).mapped(record).parsed.normalized().canonicalText
        #expect(try schema(sorted) == record)
        let closed = try JSONValue(parsing: self.text(record, ["object.additional.properties": "false"]))
        #expect(closed["additionalProperties"] == false)
    }

    @Test func schemasOfOthers() throws {
        let text =
            #"{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","title":"Order","description":"d","#
            + #""required":["id"],"properties":{"id":{"type":"integer"},"amount":{"type":"number"},"#
            + ##""note":{"type":["null","string"]},"to":{"$ref":"#/definitions/Place"},"tags":{"type":"array","##
            + #""items":{"type":"string"}}},"definitions":{"Place":{"type":"object","#
            + #""properties":{"zip":{"type":"string"}}}}}"#
        let read = try schema(text, version: 4)
        #expect(read.name == "Order" && read.version == 4 && read.documentation == "d" && !read.isOptional)
        #expect(read.fields.map(\.name) == ["id", "amount", "note", "to", "tags"])
        #expect(read.fields.map(\.schema.kind) == [.int64, .float64, .string, .structure, .array])
        #expect(read.fields.map(\.schema.isOptional) == [false, false, true, false, false])
        let optional = try schema(text, ["use.optional.for.nonrequired": "true"])
        #expect(optional.fields.map(\.schema.isOptional) == [false, true, true, true, true])
    }

    @Test func enumsAndCombinations() throws {
        let color = try schema(#"{"enum":["RED",null,"BLUE"]}"#)
        #expect(color.kind == .string)
        #expect(
            color.parameters == [
                "io.confluent.connect.json.Enum": "", "io.confluent.connect.json.Enum.RED": "RED",
                "io.confluent.connect.json.Enum.<NULL>": "<NULL>", "io.confluent.connect.json.Enum.BLUE": "BLUE",
            ])
        #expect(try text(color) == #"{"enum":[null,"BLUE","RED"]}"#)
        #expect(try schema(#"{"type":"integer","enum":[1,2]}"#) == .int64)
        let either = try schema(
            #"{"oneOf":[{"type":"null"},{"type":"integer"},"#
                + #"{"type":"object","properties":{"a":{"type":"string"}}}]}"#)
        #expect(either.name == "io.confluent.connect.json.OneOf" && either.isOptional)
        #expect(
            either.fields.map(\.name)
                == ["io.confluent.connect.json.OneOf.field.0", "io.confluent.connect.json.OneOf.field.1"])
        let general = try schema(
            #"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#, ["generalized.sum.type.support": "true"])
        #expect(general.name == "connect_union_0" && general.isOneOf)
        let all = try schema(
            ##"{"allOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},{"$ref":"#/$defs/B"}],"##
                + #""$defs":{"B":{"type":"object","properties":{"b":{"type":"boolean"}}}}}"#)
        #expect(all.fields.map(\.name) == ["a", "b"])
    }

    @Test func whatConnectCannotHaveIsAnError() async throws {
        for (text, message) in [
            (#"{}"#, "Connect has to know the type"), ("true", "has no type in Connect"),
            (#"{"type":"null"}"#, "Unsupported schema type null"),
            (#"{"type":"array"}"#, "Array schema did not specify the items type"),
            (##"{"type":"object","properties":{"next":{"$ref":"#"}}}"##, "refers to itself"),
            (#"{"$ref":"other.json"}"#, "no place in the same document"),
        ] {
            let error = try await connectError { _ = try schema(text) }
            #expect(error.code == .invalidData && error.message.contains(message), "\(error.message)")
        }
    }

    @Test func nestingHasALimit() async throws {
        func nested(_ levels: Int) -> String {
            String(repeating: #"{"type":"array","items":"#, count: levels) + #"{"type":"string"}"#
                + String(repeating: "}", count: levels)
        }
        #expect(try schema(nested(300)).kind == .array)
        let reading = try await connectError { _ = try schema(nested(450)) }
        #expect(reading.message == "A schema has more than 400 levels of nesting")
        var deep = ConnectSchema.string
        for _ in 0..<200 { deep = .array(of: deep) }
        let writing = try await connectError { _ = try text(deep) }
        #expect(writing.message == "A schema has more than 190 levels of nesting")
    }

    // MARK: Values

    @Test func values() async throws {
        #expect(try await message(.int8(-1), .int8) == "-1")
        #expect(try await message(.float64(1), .float64) == "1.0")
        #expect(try await message(.string("é\n"), .string) == #""é\n""#)
        #expect(try await message(.bytes(ByteSlice([1, 2, 255])), .bytes) == #""AQL/""#)
        #expect(try await message(.bytes(ByteSlice([4, 0xD2])), .decimal) == #""BNI=""#)
        #expect(try await message(.bytes(ByteSlice([4, 0xD2])), .decimal, ["decimal.format": "NUMERIC"]) == "12.34")
        #expect(try await message(.int32(18_000), .date) == "18000")
        #expect(try await message(.map(["a": .int32(1)]), .map(from: .string, to: .int32)) == #"{"a":1}"#)
        #expect(
            try await message(.map(ConnectMap([(.int32(2), .boolean(true))])), .map(from: .int32, to: .boolean))
                == #"[{"key":2,"value":true}]"#)
    }

    @Test func nullsAndDefaults() async throws {
        let json = try json()
        #expect(try await json.bytes(.null, nil) == nil)
        #expect(try await json.bytes(.null, .string) == nil)
        #expect(try await json.value(nil) == .null)
        // A null that the schema allows is a message, as Confluent's converter has it.
        #expect(try await message(.null, .optionalString) == "null")
        let record = ConnectSchema.record(
            "R",
            ["a": .optionalString, "b": .string, "c": ConnectSchema(.int32, isOptional: true, defaultValue: .int32(7))])
        let empty = ConnectValue.structure(Struct(record, values: [.null, .null, .null]))
        #expect(try await message(empty, record) == #"{"a":null,"c":7}"#)
        #expect(
            try await message(empty, record, ["ignore.default.for.nullables": "true"]) == #"{"a":null,"c":null}"#)
        let reader = JSONValueReader(settings: try JSONSchemaSettings([:]))
        #expect(try reader.value(of: [:], record).description == "Struct{c=7}")
        let error = try await connectError { _ = try reader.value(of: ["b": nil], record) }
        #expect(error.message == #"Invalid null value for required STRING field, field: "b""#)
        #expect(try await connectError { _ = try await json.bytes(.int32(1), nil) }.message.contains("JsonConverter"))
    }

    @Test func messagesThatDoNotFitAreTheRecordsError() async throws {
        registry.add(
            #"{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"integer"}}}}}"#, .json,
            under: "orders-value")
        let json = try json()
        func read(_ text: String) async throws -> SchemaAndValue {
            try await json.value([0, 0, 0, 0, 1] + Array(text.utf8))
        }
        #expect(try await read(#"{"a":{"b":5,"other":1}}"#).value.description == "Struct{a=Struct{b=5}}")
        #expect(
            try await connectError { _ = try await read(#"{"a":{"b":"five"}}"#) }.message
                == #"Invalid STRING value for a field of type INT64, field: "a.b""#)
        #expect(
            try await connectError { _ = try await read("[]") }.message
                == "Structs should be encoded as JSON objects, but found ARRAY")
        #expect(try await connectError { _ = try await read("{") }.code == .invalidData)
        let avro = try converter("AvroConverter", registry)
        #expect(
            try await connectError { _ = try await avro.value([0, 0, 0, 0, 1, 0]) }.message.contains("of type JSON"))
    }

    @Test func membersOfAUnionAreToldByWhatTheyAre() async throws {
        let a = ConnectSchema.structure([ConnectField("x", .optionalString)], isOptional: true, name: "A")
        let b = ConnectSchema.structure(
            [ConnectField("x", .optionalString), ConnectField("y", .optionalInt32)], isOptional: true, name: "B")
        let prefix = "io.confluent.connect.json.OneOf.field."
        let union = ConnectSchema.structure(
            [
                ConnectField(prefix + "0", .optionalInt64), ConnectField(prefix + "1", a),
                ConnectField(prefix + "2", b),
            ], name: "io.confluent.connect.json.OneOf")
        let value = ConnectValue.structure(
            try Struct(union, [prefix + "2": .structure(try Struct(b, ["x": .string("s"), "y": .int32(1)]))]))
        let json = try json()
        let bytes = try await json.bytes(value, union)
        #expect(bytes.map { String(decoding: $0.dropFirst(5), as: UTF8.self) } == #"{"x":"s","y":1}"#)
        #expect(try await json.value(bytes).value.description == value.description)
        #expect(try await json.value([0, 0, 0, 0, 1] + Array("12".utf8)).value.description == "Struct{\(prefix)0=12}")
        #expect(
            try await connectError { _ = try await json.value([0, 0, 0, 0, 1] + Array("true".utf8)) }.message
                == "Did not find matching oneof field for data")
    }

    @Test(arguments: [[:], ["decimal.format": "NUMERIC"]])
    func randomValues(_ configuration: [String: String]) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("JSONSchemaConverterTests \(configuration): seed \(seed)")
        var random = RandomData(seed: seed, configuration)
        for _ in 0..<300 {
            let schema = random.schema(depth: 0)
            let registry = MemoryRegistry()
            let json = try converter("JsonSchemaConverter", registry, configuration)
            for _ in 0..<5 {
                let value = random.value(of: schema)
                let bytes = try #require(try await json.bytes(value, schema), "seed \(seed): \(value)")
                let read = try await json.value(bytes)
                #expect(read.value.description == value.description, "seed \(seed): \(registry.texts)")
                #expect(try await json.bytes(read.value, read.schema)?.dropFirst(5) == bytes.dropFirst(5))
            }
            #expect(try self.schema(try text(schema, configuration), configuration) == schema, "seed \(seed)")
        }
    }
}
