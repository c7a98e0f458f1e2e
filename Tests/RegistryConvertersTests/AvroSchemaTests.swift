import AvroFormat
import ConnectAPI
import JSON
import SchemaClient
import Testing

@testable import RegistryConverters

/// What Connect's schemas become, as Confluent's converter writes them.
@Suite struct AvroSchemaTests {
    private func text(_ schema: ConnectSchema?, _ configuration: [String: String] = [:]) throws -> String {
        try AvroMapping(AvroSettings(configuration)).mapped(schema).text.text
    }

    @Test func singleTypes() throws {
        #expect(try text(.int32) == #""int""#)
        #expect(try text(.int64) == #""long""#)
        #expect(try text(.float32) == #""float""#)
        #expect(try text(.float64) == #""double""#)
        #expect(try text(.boolean) == #""boolean""#)
        #expect(try text(.string) == #""string""#)
        #expect(try text(.bytes) == #""bytes""#)
        #expect(try text(.int8) == #"{"type":"int","connect.type":"int8"}"#)
        #expect(try text(.int16) == #"{"type":"int","connect.type":"int16"}"#)
        #expect(try text(.optionalString) == #"["null","string"]"#)
    }

    @Test func logicalTypes() throws {
        #expect(
            try text(.decimal)
                == #"{"type":"bytes","scale":2,"precision":64,"connect.version":1,"connect.parameters":{"scale":"2"},"#
                + #""connect.name":"org.apache.kafka.connect.data.Decimal","logicalType":"decimal"}"#)
        #expect(
            try text(.date)
                == #"{"type":"int","connect.version":1,"connect.name":"org.apache.kafka.connect.data.Date","#
                + #""logicalType":"date"}"#)
        #expect(
            try text(.time)
                == #"{"type":"int","connect.version":1,"connect.name":"org.apache.kafka.connect.data.Time","#
                + #""logicalType":"time-millis"}"#)
        #expect(
            try text(.timestamp)
                == #"{"type":"long","connect.version":1,"connect.name":"org.apache.kafka.connect.data.Timestamp","#
                + #""logicalType":"timestamp-millis"}"#)
        let bare = ["connect.meta.data": "false"]
        #expect(try text(.timestamp, bare) == #"{"type":"long","logicalType":"timestamp-millis"}"#)
        let precise = ConnectSchema.logical(
            .bytes, LogicalType.decimal, parameters: ["scale": "4", "connect.decimal.precision": "9"])
        #expect(
            try text(precise, bare) == #"{"type":"bytes","scale":4,"precision":9,"logicalType":"decimal"}"#)
    }

    @Test func aRecordHasItsNameItsFieldsAndWhatOnlyConnectKnows() throws {
        let schema = ConnectSchema.structure(
            [
                ConnectField("id", .int64),
                ConnectField("note", .optionalString),
                ConnectField("kind", ConnectSchema(.string, isOptional: true, defaultValue: .string("plain"))),
                ConnectField("size", ConnectSchema(.int16, defaultValue: .int16(7))),
            ], name: "com.acme.Order", version: 3, documentation: "an order", parameters: ["b": "2", "a": "1"])
        #expect(
            try text(schema)
                == #"{"type":"record","name":"Order","namespace":"com.acme","fields":[{"name":"id","type":"long"},"#
                + #"{"name":"note","type":["null","string"],"default":null},"#
                + #"{"name":"kind","type":[{"type":"string","connect.default":"plain"},"null"],"default":"plain"},"#
                + #"{"name":"size","type":{"type":"int","connect.default":7,"connect.type":"int16"},"default":7}],"#
                + #""connect.doc":"an order","connect.version":3,"connect.parameters":{"a":"1","b":"2"},"#
                + #""connect.name":"com.acme.Order"}"#)
    }

    @Test func whatHasNoNameGetsOne() throws {
        let inner = ConnectSchema.record(nil, ["x": .int32])
        let schema = ConnectSchema.record(nil, ["left": inner, "right": inner])
        #expect(
            try text(schema)
                == #"{"type":"record","name":"ConnectDefault","namespace":"io.confluent.connect.avro","fields":["#
                + #"{"name":"left","type":{"type":"record","name":"ConnectDefault2","#
                + #""fields":[{"name":"x","type":"int"}]}},"#
                + #"{"name":"right","type":"ConnectDefault2"}]}"#)
    }

    @Test func aTypeIsWrittenOnce() throws {
        let point = ConnectSchema.record("geo.Point", ["x": .float64])
        let optional = ConnectSchema.structure(point.fields, isOptional: true, name: "geo.Point")
        let schema = ConnectSchema.record("geo.Line", ["from": point, "to": optional, "via": .array(of: point)])
        #expect(
            try text(schema, ["connect.meta.data": "false"])
                == #"{"type":"record","name":"Line","namespace":"geo","fields":["#
                + #"{"name":"from","type":{"type":"record","name":"Point","fields":[{"name":"x","type":"double"}]}},"#
                + #"{"name":"to","type":["null","Point"],"default":null},"#
                + #"{"name":"via","type":{"type":"array","items":"Point"}}]}"#)
    }

    @Test func twoSchemasOfOneNameAreAnError() async throws {
        let schema = ConnectSchema.record(
            "Pair", ["left": .record("Part", ["x": .int32]), "right": .record("Part", ["y": .int32])])
        let error = try await connectError { _ = try text(schema) }
        #expect(error.code == .invalidData)
        #expect(error.message.contains("two schemas that differ have the name Part"))
    }

    @Test func theSecondUseOfANameKeepsItsOwnParameters() throws {
        func part(_ tag: String) -> ConnectSchema {
            .structure([ConnectField("x", .int32)], name: "Part", parameters: ["tag": tag])
        }
        let schema = ConnectSchema.record("Pair", ["left": part("a"), "right": part("b")])
        let json = try JSONValue(parsing: try text(schema))
        #expect(json["fields"]?.array?[0]["type"]?["connect.parameters"] == ["tag": "a"])
        #expect(json["fields"]?.array?[1]["connect.parameters"] == ["tag": "b"])
        let read = try AvroReadingBuilder.result(
            of: AvroSchema(parsing: try text(schema)), version: nil, AvroSettings([:]))
        #expect(read.schema?.field("right")?.schema.parameters == ["tag": "b"])
    }

    @Test func mapsWithOtherKeysAreArraysOfEntries() throws {
        #expect(
            try text(.map(from: .string, to: .int32)) == #"{"type":"map","values":"int"}"#)
        #expect(
            try text(.map(from: .int32, to: .optionalString))
                == #"{"type":"array","items":{"type":"record","name":"MapEntry","#
                + #""namespace":"io.confluent.connect.avro","fields":[{"name":"key","type":"int"},"#
                + #"{"name":"value","type":["null","string"],"default":null}]}}"#)
        let named = ConnectSchema.map(from: .optionalString, to: .int32, name: "com.acme.Counts")
        #expect(
            try text(named)
                == #"{"type":"array","items":{"type":"record","name":"Counts","namespace":"com.acme","#
                + #""fields":[{"name":"key","type":["null","string"],"default":null},{"name":"value","type":"int"}],"#
                + #""connect.internal.type":"MapEntry"},"connect.name":"com.acme.Counts"}"#)
        let allowed = ["allow.optional.map.keys": "true"]
        #expect(
            try text(.map(from: .optionalString, to: .int32), allowed) == #"{"type":"map","values":"int"}"#)
    }

    @Test func enumsStayEnumsWithEnhancedSupport() throws {
        let color = ConnectSchema(
            .string, name: "com.acme.Color",
            parameters: [
                "io.confluent.connect.avro.Enum": "com.acme.Color", "io.confluent.connect.avro.Enum.BLUE": "BLUE",
                "io.confluent.connect.avro.Enum.RED": "RED",
            ])
        let enhanced = ["enhanced.avro.schema.support": "true", "connect.meta.data": "false"]
        #expect(
            try text(color, enhanced)
                == #"{"type":"enum","name":"Color","namespace":"com.acme","symbols":["BLUE","RED"]}"#)
        #expect(try text(color, ["connect.meta.data": "false"]) == #""string""#)
        let general = ConnectSchema(
            .string, name: "com.acme.Color",
            parameters: [
                "org.apache.kafka.connect.data.Enum": "com.acme.Color", "org.apache.kafka.connect.data.Enum.RED": "0",
                "org.apache.kafka.connect.data.Enum.BLUE": "1",
            ])
        #expect(
            try text(general, ["generalized.sum.type.support": "true", "connect.meta.data": "false"])
                == #"{"type":"enum","name":"Color","namespace":"com.acme","symbols":["RED","BLUE"]}"#)
    }

    @Test func unionsAreUnions() throws {
        let schema = ConnectSchema.structure(
            [ConnectField("int", .optionalInt32), ConnectField("string", .optionalString)], isOptional: true,
            name: "io.confluent.connect.avro.Union")
        #expect(try text(schema) == #"["null","int","string"]"#)
        let record = ConnectSchema.record("R", ["u": schema])
        #expect(
            try text(record, ["connect.meta.data": "false"])
                == #"{"type":"record","name":"R","fields":["#
                + #"{"name":"u","type":["null","int","string"],"default":null}]}"#
        )
    }

    @Test func fixedHasItsSize() throws {
        let schema = ConnectSchema(
            .bytes, name: "com.acme.MD5", parameters: ["connect.fixed.size": "16"])
        #expect(
            try text(schema, ["connect.meta.data": "false"])
                == #"{"type":"fixed","name":"MD5","namespace":"com.acme","size":16}"#)
    }

    @Test func documentationOfTypesAndFields() throws {
        let schema = ConnectSchema.structure(
            [ConnectField("a", ConnectSchema(.int32, documentation: "the a"))], name: "R",
            parameters: [
                "io.confluent.connect.avro.record.doc": "a record", "io.confluent.connect.avro.field.doc.a": "a field",
            ])
        let json = try JSONValue(parsing: try text(schema))
        #expect(json["doc"] == "a record")
        #expect(json["fields"]?.array?[0]["doc"] == "a field")
        #expect(json["fields"]?.array?[0]["type"]?["connect.doc"] == "the a")
        let discarding = try JSONValue(parsing: try text(schema, ["discard.type.doc.default": "true"]))
        #expect(discarding["doc"] == nil)
        #expect(discarding["fields"]?.array?[0]["doc"] == "the a")
    }

    @Test func namesAreScrubbedWhenAsked() async throws {
        let schema = ConnectSchema.record("my shop.1st", ["a-b": .int32, "é": .int32, "2x": .int32])
        let error = try await connectError { _ = try text(schema) }
        #expect(error.message.contains("scrub.invalid.names=true"))
        let json = try JSONValue(parsing: try text(schema, ["scrub.invalid.names": "true"]))
        #expect(json["namespace"] == "my_shop")
        #expect(json["name"] == "x1st")
        #expect(json["connect.name"] == "my shop.1st")
        #expect(json["fields"]?.array?.map { $0["name"] } == ["a_b", "_C3_A9", "x2x"])
    }

    @Test func valuesWithoutSchemaHaveOne() throws {
        let json = try JSONValue(parsing: try text(nil))
        #expect(json["name"] == "Anything")
        #expect(
            json["fields"]?.array?.compactMap { $0["name"]?.string }
                == ["boolean", "bytes", "double", "float", "int", "long", "string", "array", "map"])
        #expect(try text(nil) == AvroAnything.text)
    }

    @Test func propertiesOfAvrosGoBothWays() throws {
        let text = #"{"type":"string","avro.java.string":"String"}"#
        let read = try AvroReadingBuilder.result(of: AvroSchema(parsing: text), version: nil, AvroSettings([:]))
        #expect(read.schema?.parameters == ["avro.java.string": "String"])
        #expect(try self.text(read.schema, ["connect.meta.data": "false"]) == text)
    }

    @Test func nestingHasALimit() async throws {
        var schema = ConnectSchema.int32
        for _ in 0..<500 { schema = .array(of: schema) }
        let error = try await connectError { _ = try text(schema) }
        #expect(error.message == "A schema has more than 400 levels of nesting")
    }
}
