import AvroFormat
import ConnectAPI
import JSON
import RecordFormat
import Testing

@testable import RegistryConverters

/// What Avro's schemas become.
@Suite struct AvroReadingTests {
    private func schema(
        _ text: String, _ configuration: [String: String] = [:], version: Int32? = nil
    ) throws -> ConnectSchema? {
        try AvroReadingBuilder.result(
            of: AvroSchema(parsing: text, isNew: false), version: version, AvroSettings(configuration)
        ).schema
    }

    @Test func singleTypes() throws {
        #expect(try schema(#""int""#) == .int32)
        #expect(try schema(#"{"type":"int","connect.type":"int8"}"#) == .int8)
        #expect(try schema(#"{"type":"int","connect.type":"int16"}"#) == .int16)
        #expect(try schema(#""long""#) == .int64)
        #expect(try schema(#"["null","string"]"#) == .optionalString)
        #expect(try schema(#"["bytes","null"]"#) == .optionalBytes)
        #expect(try schema(#"{"type":"map","values":"int"}"#) == .map(from: .string, to: .int32))
        #expect(try schema(AvroAnything.text) == nil)
    }

    @Test func logicalTypesWithoutConnectsProperties() throws {
        #expect(try schema(#"{"type":"int","logicalType":"date"}"#) == .date)
        #expect(try schema(#"{"type":"int","logicalType":"time-millis"}"#) == .time)
        #expect(try schema(#"{"type":"long","logicalType":"timestamp-millis"}"#) == .timestamp)
        #expect(try schema(#"{"type":"bytes","logicalType":"decimal","precision":64,"scale":2}"#) == .decimal)
        // What Connect has no type for is what it is underneath.
        #expect(try schema(#"{"type":"long","logicalType":"timestamp-micros"}"#) == .int64)
        #expect(try schema(#"{"type":"string","logicalType":"uuid"}"#) == .string)
        let fixed = try schema(
            #"{"type":"fixed","name":"D","size":8,"logicalType":"decimal","precision":10,"scale":3}"#)
        #expect(fixed?.name == LogicalType.decimal)
        #expect(
            fixed?.parameters
                == ["scale": "3", "connect.decimal.precision": "10", "connect.fixed.size": "8"])
    }

    @Test func defaultsOfFields() throws {
        let record = try schema(
            #"{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":7},"#
                + #"{"name":"b","type":["null","string"],"default":null},"#
                + #"{"name":"c","type":"bytes","default":"\u00ff"},"#
                + #"{"name":"d","type":{"type":"array","items":"long"},"default":[1,2]},"#
                + #"{"name":"e","type":[{"type":"string","connect.default":"x"},"null"],"default":"x"}]}"#)
        #expect(record?.field("a")?.schema.defaultValue == .int32(7))
        #expect(record?.field("a")?.schema.parameters == ["io.confluent.connect.avro.field.default": "true"])
        #expect(record?.field("b")?.schema == .optionalString)
        #expect(record?.field("c")?.schema.defaultValue == .bytes(ByteSlice([255])))
        #expect(record?.field("d")?.schema.defaultValue == .array([.int64(1), .int64(2)]))
        #expect(
            record?.field("e")?.schema == ConnectSchema(.string, isOptional: true, defaultValue: .string("x")))
    }

    @Test func aDefaultThatDoesNotFitIsNone() throws {
        let record = try schema(
            #"{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":"seven"}]}"#)
        #expect(record?.field("a")?.schema.defaultValue == nil)
    }

    @Test func namesVersionsAndDocumentation() throws {
        let text =
            #"{"type":"record","name":"R","namespace":"n","doc":"d","fields":[{"name":"a","type":"int","doc":"f"}]}"#
        let read = try schema(text, version: 5)
        #expect(read?.name == "n.R" && read?.version == 5)
        #expect(
            read?.parameters
                == ["io.confluent.connect.avro.record.doc": "d", "io.confluent.connect.avro.field.doc.a": "f"])
        let discarding = try schema(text, ["discard.type.doc.default": "true"])
        #expect(discarding?.documentation == "d" && discarding?.field("a")?.schema.documentation == "f")
        // The schema's own version is more than the registry's.
        #expect(try schema(#"{"type":"string","connect.version":2}"#, version: 5)?.version == 2)
        #expect(try schema(#"{"type":"string","connect.name":"x.Y"}"#)?.name == "x.Y")
        let unnamed = #"{"type":"record","name":"ConnectDefault2","namespace":"io.confluent.connect.avro","fields":[]}"#
        #expect(try schema(unnamed)?.name == nil)
    }

    @Test func enumsAreStringsThatKnowTheirSymbols() throws {
        let text = #"{"type":"enum","name":"Color","namespace":"n","symbols":["RED","BLUE"]}"#
        let read = try schema(text)
        #expect(read?.kind == .string && read?.name == "n.Color")
        #expect(read?.parameters["io.confluent.connect.avro.Enum.BLUE"] == "BLUE")
        let general = try schema(text, ["generalized.sum.type.support": "true"])
        #expect(general?.parameters["org.apache.kafka.connect.data.Enum"] == "n.Color")
        #expect(general?.parameters["org.apache.kafka.connect.data.Enum.BLUE"] == "1")
    }

    @Test func unionsAreStructures() throws {
        let text = #"["null","int",{"type":"record","name":"R","namespace":"n","fields":[]}]"#
        let read = try #require(try schema(text))
        #expect(read.name == "io.confluent.connect.avro.Union" && read.isOptional)
        #expect(read.fields.map(\.name) == ["int", "R"])
        #expect(read.fields.map(\.schema.isOptional) == [true, true])
        let enhanced = try schema(text, ["enhanced.avro.schema.support": "true"])
        #expect(enhanced?.fields.map(\.name) == ["int", "n.R"])
        let general = try schema(text, ["generalized.sum.type.support": "true"])
        #expect(general?.fields.map(\.name) == ["connect_union_field_1", "connect_union_field_2"])
        #expect(general?.name == "connect_union_0")
        #expect(general?.parameters == ["org.apache.kafka.connect.data.Union": "connect_union_0"])
    }

    @Test func aUnionOfOneTypeIsThatTypeUnlessAskedOtherwise() throws {
        #expect(try schema(#"["int"]"#) == .int32)
        #expect(try schema(#"["int"]"#, ["flatten.singleton.unions": "false"])?.isUnion == true)
    }

    @Test func typesOfOneShortNameNeedEnhancedSupport() async throws {
        let text =
            #"[{"type":"record","name":"R","namespace":"a","fields":[]},"#
            + #"{"type":"record","name":"R","namespace":"b","fields":[]}]"#
        let error = try await connectError { _ = try schema(text) }
        #expect(error.message.contains("enhanced.avro.schema.support=true"))
        #expect(
            try schema(text, ["enhanced.avro.schema.support": "true"])?.fields.map(\.name) == ["a.R", "b.R"])
    }

    @Test func whatConnectCannotHaveIsAnError() async throws {
        let cycle = #"{"type":"record","name":"Node","fields":[{"name":"next","type":["null","Node"]}]}"#
        #expect(try await connectError { _ = try schema(cycle) }.message.contains("Node holds itself"))
        #expect(
            try await connectError { _ = try schema(#""null""#) }.message
                == "Standalone null schemas are not supported by this converter")
        let entry =
            #"{"type":"array","items":{"type":"record","name":"MapEntry","namespace":"io.confluent.connect.avro","#
            + #""fields":[{"name":"key","type":"int"}]}}"#
        #expect(try await connectError { _ = try schema(entry) }.message.contains("expected format"))
    }

    @Test func nestingHasALimit() async throws {
        let text =
            String(repeating: #"{"type":"array","items":"#, count: 450) + #""int""# + String(repeating: "}", count: 450)
        let error = try await connectError { _ = try schema(text) }
        #expect(error.message == "A schema has more than 400 levels of nesting")
    }

    @Test func aFamilyOfRecordsIsNotMadeAnewForEachUse() throws {
        // Each record twice in the next: 2^40 of the first if every use were made by itself.
        var text = #"{"type":"record","name":"R0","fields":[{"name":"x","type":"int"}]}"#
        for level in 1...40 {
            text =
                #"{"type":"record","name":"R\#(level)","fields":[{"name":"a","type":\#(text)},"#
                + #"{"name":"b","type":"R\#(level - 1)"}]}"#
        }
        let read = try #require(try schema(text))
        #expect(read.field("a")?.schema === read.field("b")?.schema)
    }
}
