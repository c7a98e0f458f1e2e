import ConnectAPI
import JSON
import RecordFormat
import RegistryConverters
import Testing

/// Messages, as Confluent's converter writes them.
@Suite struct AvroConverterTests {
    private let registry = MemoryRegistry()

    private func avro(_ configuration: [String: String] = [:], isKey: Bool = false) throws -> any Converter {
        try converter("AvroConverter", registry, configuration, isKey: isKey)
    }

    /// Writes a value, compares the bytes behind the prefix of schema 1, and reads it back.
    private func expect(
        _ value: ConnectValue, _ schema: ConnectSchema, _ bytes: [UInt8], _ configuration: [String: String] = [:]
    ) async throws {
        let registry = MemoryRegistry()
        let avro = try converter("AvroConverter", registry, configuration)
        #expect(try await avro.bytes(value, schema) == [0, 0, 0, 0, 1] + bytes, "\(value)")
        let read = try await avro.value([0, 0, 0, 0, 1] + bytes)
        #expect(read.value.description == value.description)
        #expect(read.schema?.kind == schema.kind)
    }

    @Test func singleValues() async throws {
        try await expect(.int8(-1), .int8, [1])
        try await expect(.int16(300), .int16, [0xD8, 4])
        try await expect(.int32(-64), .int32, [0x7F])
        try await expect(.int64(64), .int64, [0x80, 1])
        try await expect(.float32(1), .float32, [0, 0, 0x80, 0x3F])
        try await expect(.float64(-2), .float64, [0, 0, 0, 0, 0, 0, 0, 0xC0])
        try await expect(.boolean(true), .boolean, [1])
        try await expect(.string("né"), .string, [6, 0x6E, 0xC3, 0xA9])
        try await expect(.string("x"), .optionalString, [2, 2, 0x78])
        try await expect(.array([.int32(1), .int32(2)]), .array(of: .int32), [4, 2, 4, 0])
        try await expect(.array([]), .array(of: .int32), [0])
        try await expect(.map(["k": .int32(1)]), .map(from: .string, to: .int32), [2, 2, 0x6B, 2, 0])
    }

    @Test func aMessageOfBytesIsTheBytesThemselves() async throws {
        try await expect(.bytes(ByteSlice([1, 2, 3])), .bytes, [1, 2, 3])
        try await expect(.bytes(ByteSlice([1, 2, 3])), .optionalBytes, [2, 6, 1, 2, 3])
        try await expect(.bytes(ByteSlice([4, 0xD2])), .decimal, [4, 0xD2])
    }

    @Test func logicalValues() async throws {
        try await expect(.int32(18_000), .date, [0xA0, 0x99, 2])
        try await expect(.int32(3_600_000), .time, [0x80, 0xBA, 0xB7, 3])
        try await expect(.int64(1_700_000_000_000), .timestamp, [0x80, 0xA0, 0xAB, 0xFE, 0xF9, 0x62])
        let fixed = ConnectSchema.logical(
            .bytes, LogicalType.decimal, parameters: ["scale": "2", "connect.fixed.size": "4"])
        // The sign goes on to the left.
        try await expect(.bytes(ByteSlice([0x85])), fixed, [0xFF, 0xFF, 0xFF, 0x85])
        try await expect(.bytes(ByteSlice([4, 0xD2])), fixed, [0, 0, 4, 0xD2])
    }

    @Test func aRecordWithEverythingInIt() async throws {
        let part = ConnectSchema.record("Part", ["n": .int32])
        let schema = ConnectSchema.record(
            "Order",
            [
                "id": .int64, "note": .optionalString, "part": part, "amounts": .array(of: .decimal),
                "sizes": .map(from: .int32, to: .boolean),
            ])
        let value = ConnectValue.structure(
            try Struct(
                schema,
                [
                    "id": .int64(5), "part": .structure(try Struct(part, ["n": .int32(3)])),
                    "amounts": .array([.bytes(ByteSlice([0x64]))]),
                    "sizes": .map(ConnectMap([(.int32(9), .boolean(true))])),
                ]))
        let avro = try avro(["connect.meta.data": "false"])
        let bytes = try await avro.bytes(value, schema)
        #expect(bytes == [0, 0, 0, 0, 1, 10, 0, 6, 2, 2, 0x64, 0, 2, 18, 1, 0])
        let read = try await avro.value(bytes)
        #expect(read.value.description == value.description)
        #expect(read.schema?.name == "Order" && read.schema?.version == 1)
    }

    @Test func enumsAndUnions() async throws {
        let settings = ["enhanced.avro.schema.support": "true"]
        let color = ConnectSchema(
            .string, name: "Color",
            parameters: [
                "io.confluent.connect.avro.Enum": "Color", "io.confluent.connect.avro.Enum.BLUE": "BLUE",
                "io.confluent.connect.avro.Enum.RED": "RED",
            ])
        try await expect(.string("RED"), color, [2], settings)
        let error = try await connectError {
            _ = try await converter("AvroConverter", MemoryRegistry(), settings).bytes(.string("PINK"), color)
        }
        #expect(error.message == "PINK is no symbol of Color")
        let union = ConnectSchema.structure(
            [ConnectField("int", .optionalInt32), ConnectField("string", .optionalString)], isOptional: true,
            name: "io.confluent.connect.avro.Union")
        try await expect(.structure(try Struct(union, ["string": .string("a")])), union, [4, 2, 0x61])
    }

    @Test func nothingIsATombstone() async throws {
        let avro = try avro()
        #expect(try await avro.bytes(.null, nil) == nil)
        #expect(try await avro.bytes(.null, .optionalString) == nil)
        #expect(try await avro.value(nil) == .null)
        #expect(registry.requestCount == 0)
        let error = try await connectError { _ = try await avro.bytes(.null, .string) }
        #expect(error.message == "Found null value for non-optional schema")
    }

    @Test func aMissingFieldIsItsDefaultOrAnError() async throws {
        let schema = ConnectSchema.record(
            "R", ["a": ConnectSchema(.string, isOptional: true, defaultValue: .string("x"))])
        let missing = ConnectValue.structure(Struct(schema, values: [.null]))
        let filling = try avro(["connect.meta.data": "false"])
        #expect(try await filling.bytes(missing, schema) == [0, 0, 0, 0, 1, 0, 2, 0x78])
        let keeping = try avro(["connect.meta.data": "false", "ignore.default.for.nullables": "true"])
        #expect(try await keeping.bytes(missing, schema) == [0, 0, 0, 0, 1, 2])
        #expect(try await keeping.value([0, 0, 0, 0, 1, 2]).value.description == "Struct{}")
        let required = ConnectSchema.record("S", ["b": .record("T", ["c": .int32])])
        let lacking = ConnectValue.structure(Struct(required, values: [.structure(Struct(required.fields[0].schema))]))
        let error = try await connectError { _ = try await filling.bytes(lacking, required) }
        #expect(error.code == .invalidData)
        #expect(error.message == #"Found null value for non-optional schema, field: "b.c""#)
    }

    @Test func valuesWithoutSchema() async throws {
        let avro = try avro()
        let value = ConnectValue.map(
            ConnectMap([
                (.string("a"), .array([.int64(1), .null, .boolean(false)])), (.string("b"), .float64(0.5)),
                (.int32(3), .string("x")),
            ]))
        let bytes = try #require(try await avro.bytes(value, nil))
        // No field but the last has a value; the map has three entries, whose first key is the string "a".
        #expect(bytes.prefix(24) == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 6, 0, 0, 0, 0, 0, 0, 2, 2, 0x61])
        #expect(try await avro.value(bytes) == SchemaAndValue(nil, value))
        #expect(try await avro.bytes(.boolean(true), nil) == [0, 0, 0, 0, 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0])
        let structure = ConnectValue.structure(Struct(.record("R", [:])))
        #expect(
            try await connectError { _ = try await avro.bytes(structure, nil) }.message.contains("without one"))
    }

    @Test func bytesThatAreNoMessageAreTheRecordsError() async throws {
        let avro = try avro()
        registry.add(#"{"type":"array","items":"null"}"#, under: "orders-value")
        registry.add(#"{"type":"array","items":"int"}"#, under: "orders-value")
        for bytes: [UInt8] in [
            [], [0, 0, 0], [1, 0, 0, 0, 1, 0], [0, 0, 0, 0, 9, 0], [0, 0, 0, 0, 2], [0, 0, 0, 0, 2, 2, 2],
            [0, 0, 0, 0, 2, 0, 0], [0, 0, 0, 0, 2, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
        ] {
            let error = try await connectError { _ = try await avro.value(bytes) }
            #expect(error.code == .invalidData && !error.isRetriable, "\(bytes)")
        }
        let unknown = try await connectError { _ = try await avro.value([0, 0, 0, 0, 9, 0]) }
        #expect(unknown.message.hasPrefix("Error retrieving Avro value schema for id 9: Schema 9 not found"))
    }

    @Test func whatTakesNoBytesIsBounded() async throws {
        registry.add(
            #"{"type":"array","items":{"type":"record","name":"Empty","fields":[]}}"#, under: "orders-value")
        // A block of 2^40 empty records in ten bytes.
        let bytes: [UInt8] = [0, 0, 0, 0, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40, 0]
        let error = try await connectError { _ = try await avro().value(bytes) }
        #expect(error.message.contains("more values than so few bytes may stand for"))
    }
}
