import ConnectAPI
import ProtobufFormat
import RecordFormat
import SchemaClient
import SchemaFormat
import Testing

@testable import RegistryConverters

@Suite struct ProtobufConverterTests {
    private let registry = MemoryRegistry()

    private func protobuf(_ configuration: [String: String] = [:]) throws -> any Converter {
        try converter("ProtobufConverter", registry, configuration)
    }

    private func text(_ schema: ConnectSchema, _ configuration: [String: String] = [:]) throws -> String {
        try ProtobufMapping(ProtobufSettings(configuration)).mapped(schema).text.text
    }

    private func schema(_ file: String, _ configuration: [String: String] = [:]) throws -> ConnectSchema {
        let schema = try ProtobufLanguage().schema(file)
        let first = try #require(schema.messages.first)
        return try ProtobufReadingBuilder.result(
            of: first, in: schema.types, version: nil, ProtobufSettings(configuration)
        ).schema
    }

    @Test func aRecordIsAMessage() async throws {
        let part = ConnectSchema.record("Part", ["n": .int32])
        let schema = ConnectSchema.record(
            "com.acme.Order",
            ["id": .int64, "note": .optionalString, "part": part, "tags": .array(of: .string), "small": .int8])
        let value = ConnectValue.structure(
            try Struct(
                schema,
                [
                    "id": .int64(150), "part": .structure(try Struct(part, ["n": .int32(-1)])),
                    "tags": .array([.string("a"), .string("")]), "small": .int8(0),
                ]))
        let protobuf = try protobuf()
        let bytes = try #require(try await protobuf.bytes(value, schema))
        // The number of the schema, the first message, and fields 1, 3 and 4: what is a default or null is not there.
        #expect(
            bytes == [0, 0, 0, 0, 1, 0, 8, 0x96, 1, 0x1A, 11, 8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]
                + [0x22, 1, 0x61, 0x22, 0])
        let text = registry.texts[0]
        #expect(text.contains("package com.acme;") && text.contains("message Order {"))
        let read = try await protobuf.value(bytes)
        #expect(read.value.description == "Struct{id=150,note=,part=Struct{n=-1},tags=[a, ],small=0}")
        #expect(read.schema?.name == "Order" && read.schema?.version == 1)
        #expect(read.schema?.field("small")?.schema.kind == .int8)
        #expect(read.schema?.field("id")?.schema.isOptional == true)
        #expect(read.schema?.field("id")?.schema.parameters == ["io.confluent.connect.protobuf.Tag": "1"])
    }

    @Test func logicalValues() async throws {
        let schema = ConnectSchema.record(
            "R", ["amount": .decimal, "day": .date, "at": .time, "stamp": .timestamp])
        let value = ConnectValue.structure(
            try Struct(
                schema,
                [
                    "amount": .bytes(ByteSlice([4, 0xD2])), "day": .int32(-1), "at": .int32(3_723_004),
                    "stamp": .int64(-1),
                ]))
        let protobuf = try protobuf()
        let bytes = try #require(try await protobuf.bytes(value, schema))
        // 12.34, 1969-12-31, 01:02:03.004, and a millisecond before 1970.
        #expect(
            Array(bytes.dropFirst(6))
                == [0x0A, 8, 0x0A, 2, 4, 0xD2, 0x10, 4, 0x18, 2] + [0x12, 7, 8, 0xB1, 0x0F, 0x10, 12, 0x18, 31]
                + [0x1A, 11, 8, 1, 0x10, 2, 0x18, 3, 0x20, 0x80, 0x92, 0xF4, 1]
                + [0x22, 17, 8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 0x10, 0xC0, 0x8F, 0xAE, 0xDC, 3])
        let read = try await protobuf.value(bytes)
        #expect(read.value.description == value.description)
        #expect(read.schema?.field("amount")?.schema.parameters["scale"] == "2")
        #expect(
            read.schema?.fields.map(\.schema.name)
                == [LogicalType.decimal, LogicalType.date, LogicalType.time, LogicalType.timestamp])
    }

    @Test func enumsMapsAndOneofs() async throws {
        let read = try schema(
            """
            syntax = "proto3";
            package p;
            message M {
              enum Color { RED = 0; BLUE = 5; }
              Color color = 1;
              map<string, int32> counts = 2;
              oneof choice { string name = 3; uint32 number = 4; }
              repeated sint32 list = 5;
              optional bool flag = 6;
            }
            """)
        #expect(read.fields.map(\.name) == ["choice_0", "color", "counts", "list", "flag"])
        #expect(read.field("choice_0")?.schema.name == "io.confluent.connect.protobuf.Union.choice")
        #expect(read.field("color")?.schema.parameters["io.confluent.connect.protobuf.Enum.BLUE"] == "5")
        #expect(read.field("counts")?.schema.kind == .map && read.field("counts")?.schema.name == "counts")
        #expect(
            read.field("list")?.schema.valueSchema?.parameters == ["io.confluent.connect.protobuf.Type": "sint32"])
        let union = try #require(read.field("choice_0")?.schema)
        let value = ConnectValue.structure(
            try Struct(
                read,
                [
                    "choice_0": .structure(try Struct(union, ["number": .int64(7)])), "color": .string("BLUE"),
                    "counts": .map(["a": .int32(1)]), "list": .array([.int32(-1), .int32(1)]), "flag": .boolean(false),
                ]))
        let settings = ["optional.for.nullables": "true"]
        let protobuf = try protobuf(settings)
        let bytes = try #require(try await protobuf.bytes(value, read))
        #expect(try await protobuf.value(bytes).value.description == value.description)
    }

    @Test func singleValuesAreWrapped() async throws {
        let protobuf = try protobuf()
        let bytes = try await protobuf.bytes(.int32(5), .int32)
        // The fifth message of the file that has the wrappers.
        #expect(bytes == [0, 0, 0, 0, 1, 2, 8, 8, 5])
        let read = try await protobuf.value(bytes)
        #expect(read.value == .int32(5) && read.schema?.kind == .int32)
        #expect(try await protobuf.bytes(.null, .optionalString) == nil)
    }

    @Test func whatProtobufCannotHaveIsAnError() async throws {
        for schema: ConnectSchema in [
            .array(of: .int32), .record("R", ["a": .array(of: .array(of: .int32))]), .record("R", ["a b": .int32]),
            .record("R", ["m": .map(from: .float64, to: .int32)]),
        ] {
            #expect(try await connectError { _ = try text(schema) }.code == .invalidData)
        }
        #expect(try text(.record("R", ["a b": .int32]), ["scrub.invalid.names": "true"]).contains("int32 a_b = 1;"))
        let cycle = try await connectError {
            _ = try schema("syntax = \"proto3\"; message Node { Node next = 1; }")
        }
        #expect(cycle.message.contains("Node holds itself"))
    }

    @Test func bytesThatAreNoMessageAreTheRecordsError() async throws {
        registry.add(
            "syntax = \"proto3\"; message M { string a = 1; M2 b = 2; } message M2 { int32 c = 1; }", .protobuf,
            under: "orders-value")
        let protobuf = try protobuf()
        #expect(try await protobuf.value([0, 0, 0, 0, 1, 0]).value.description == "Struct{a=}")
        #expect(try await protobuf.value([0, 0, 0, 0, 1, 2, 2, 8, 1]).value.description == "Struct{c=1}")
        for bytes: [UInt8] in [[], [4, 4, 4], [0, 10, 5], [0, 10, 1, 0xFF], [0, 8, 1], [0, 18, 2, 10, 0], [0, 0]] {
            let error = try await connectError { _ = try await protobuf.value([0, 0, 0, 0, 1] + bytes) }
            #expect(error.code == .invalidData && !error.isRetriable, "\(bytes)")
        }
    }

    @Test func datesOfAllYears() {
        for day in stride(from: Int64(-800_000), through: 3_000_000, by: 977) {
            let date = CivilDate.date(ofDay: day)
            #expect(CivilDate.day(year: date.year, month: date.month, day: date.day) == Int32(day))
        }
        #expect(CivilDate.day(year: 2000, month: 2, day: 29) == 11_016)
        #expect(CivilDate.day(year: 1900, month: 2, day: 29) == nil)
        #expect(CivilDate.day(year: 2026, month: 13, day: 1) == nil)
    }

    @Test func whatOptionsSayOfAMapIsSaidOfItsValues() async throws {
        let schema = ConnectSchema.record(
            "R", ["m": .map(from: .string, to: .decimal), "n": .map(from: .string, to: .int16)])
        let value = ConnectValue.structure(
            try Struct(schema, ["m": .map(["a": .bytes(ByteSlice([1, 44]))]), "n": .map(["b": .int16(7)])]))
        let protobuf = try protobuf()
        let read = try await protobuf.value(try await protobuf.bytes(value, schema))
        #expect(read.value.description == value.description)
        #expect(read.schema?.field("m")?.schema.valueSchema?.decimalScale == 2)
        #expect(read.schema?.field("n")?.schema.valueSchema?.kind == .int16)
    }

    @Test func randomValues() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("ProtobufConverterTests: seed \(seed)")
        var random = RandomData(seed: seed, [:])
        var count = 0
        while count < 150 {
            let schema = random.schema(depth: 0)
            guard schema.kind == .structure, schema.isProtobufs else { continue }
            count += 1
            let registry = MemoryRegistry()
            let protobuf = try converter("ProtobufConverter", registry, ["optional.for.nullables": "true"])
            for _ in 0..<5 {
                let value = random.value(of: schema)
                let bytes = try #require(try await protobuf.bytes(value, schema), "seed \(seed): \(value)")
                let read = try await protobuf.value(bytes)
                #expect(read.value.description == value.description, "seed \(seed): \(registry.texts)")
                // Other bytes are read or refused, and nothing else.
                let damaged = bytes.map { random.next(in: 0..<20) == 0 ? UInt8(random.next(in: 0..<256)) : $0 }
                _ = try? await protobuf.value(damaged)
            }
        }
    }
}

extension ConnectSchema {
    /// Whether Protobuf has the same values: no lists of lists, no null in a list or map, and none of those themselves.
    fileprivate var isProtobufs: Bool {
        switch kind {
        case .array, .map:
            guard let valueSchema, !isOptional else { return false }
            return !valueSchema.isOptional && valueSchema.kind != .array && valueSchema.kind != .map
                && valueSchema.isProtobufs
        case .structure: return fields.allSatisfy { $0.schema.isProtobufs }
        // Random numbers are hardly ever times of a day.
        default: return name != LogicalType.time && name != LogicalType.timestamp
        }
    }
}
