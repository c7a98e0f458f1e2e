import ConnectAPI
import JSON
import RecordFormat
import Testing

@testable import ConnectPluginHost

@Suite struct RecordCodecTests {
    private static let person = ConnectSchema.structure(
        [
            ConnectField("name", .string), ConnectField("age", .optionalInt32),
            ConnectField("marks", .array(of: .float64)),
            ConnectField("tags", .map(from: .string, to: .optionalInt8)),
        ], name: "example.Person", version: 3, documentation: "a person", parameters: ["k": "v"])

    private static func schemas() throws -> [(ConnectSchema?, ConnectValue)] {
        let alice = try Struct(
            person,
            [
                "name": .string("Ålice"), "age": .null, "marks": .array([.float64(1.5), .float64(-.infinity)]),
                "tags": .map(["a": .int8(1), "b": .null]),
            ])
        let decimal = ConnectSchema(.bytes, name: LogicalType.decimal, parameters: ["scale": "2"])
        return [
            (.int8, .int8(-128)), (.int16, .int16(300)), (.int32, .int32(-70_000)), (.int64, .int64(.max)),
            (.float32, .float32(0.25)), (.float64, .float64(1e300)), (.boolean, .boolean(true)),
            (.string, .string("\u{1F600}\n")), (.optionalString, .null), (.bytes, .bytes(ByteSlice([0, 255, 128]))),
            (decimal, .bytes(ByteSlice([4, 0xD2]))), (ConnectSchema(.int32, name: LogicalType.date), .int32(19_000)),
            (.array(of: .int32), .array([.int32(1), .int32(2)])),
            (
                .map(from: .int32, to: .string),
                .map(ConnectMap([(.int32(1), .string("one")), (.int32(2), .string("two"))]))
            ),
            (person, .structure(alice)), (nil, .string("bare")), (nil, .int64(7)), (nil, .boolean(false)),
            (nil, .map(["a": .array([.null, .float64(0.5)])])), (nil, .null),
        ]
    }

    @Test func sinkRecordsComeThroughWithTheirSchemas() throws {
        var writer = RecordWriter()
        let records = try Self.schemas().enumerated().map { index, entry in
            var record = SinkRecord(
                origin: TopicPartition("t", 2), offset: LogOffset(Int64(index)), keySchema: .optionalString,
                key: .string("k"), valueSchema: entry.0, value: entry.1, timestamp: Timestamp(milliseconds: 5),
                headers: ConnectHeaders([.init("h", entry.1, schema: entry.0)]))
            if index == 1 { record.topic = "renamed" }
            return record
        }
        let json: JSONValue = [
            "records": .array(try records.map { try writer.json(of: $0) }), "schemas": .array(writer.schemas),
        ]
        var reader = RecordReader()
        #expect(try reader.sinkRecords(of: try JSONValue(parsing: json.utf8)) == records)
        // Each schema once: the key's is that of one value.
        #expect(writer.schemas.count == 15)
    }

    @Test func sourceRecordsComeThroughWithTheirSchemas() throws {
        var writer = RecordWriter()
        let records = try Self.schemas().enumerated().map { index, entry in
            SourceRecord(
                sourcePartition: ["file": .string("a")], sourceOffset: ["position": .int64(Int64(index))], topic: "t",
                partition: index == 0 ? 3 : nil, valueSchema: entry.0, value: entry.1)
        }
        let json: JSONValue = [
            "records": .array(try records.map { try writer.json(of: $0) }), "schemas": .array(writer.schemas),
        ]
        var reader = RecordReader()
        let read = try reader.sourceRecords(of: try JSONValue(parsing: json.utf8))
        #expect(read == records)
        let first = read.first { $0.valueSchema?.name == "example.Person" }?.valueSchema
        let second = try reader.sourceRecords(of: json).first { $0.valueSchema?.name == "example.Person" }?.valueSchema
        #expect(first === second, "records of one schema share it")
    }

    @Test func bytesWithoutASchemaGetOne() throws {
        var writer = RecordWriter()
        let record = SinkRecord(
            origin: TopicPartition("t", 0), offset: .zero, value: .bytes(ByteSlice([1, 2])))
        let json = try writer.json(of: record)
        #expect(json["value"] == "AQI=")
        #expect(json["valueSchema"] == 0)
        #expect(writer.schemas == [["type": "bytes", "optional": true]])
    }

    @Test func aSchemaMayStandWhereItsNumberWould() throws {
        let json = try JSONValue(
            parsing: #"{"records":[{"sourcePartition":{},"sourceOffset":{},"topic":"t","value":1,"#
                + #""valueSchema":{"type":"int16"}}]}"#)
        var reader = RecordReader()
        let record = try #require(try reader.sourceRecords(of: json).first)
        #expect(record.value == .int16(1))
        #expect(record.valueSchema == .int16)
    }

    @Test(arguments: [
        (#"{"records":{}}"#, "'records' has to be an array"), (#"{"records":[1]}"#, "records[0]: it is no object"),
        (
            #"{"records":[{"topic":"t","sourcePartition":[],"sourceOffset":{}}]}"#,
            "'sourcePartition' has to be an object"
        ),
        (#"{"records":[{"sourcePartition":{},"sourceOffset":{}}]}"#, "records[0]: 'topic' has to be a text"),
        (
            #"{"records":[{"topic":"t","sourcePartition":{},"sourceOffset":{},"partition":-1}]}"#,
            "'partition' has to be"
        ),
        (
            #"{"records":[{"topic":"t","sourcePartition":{},"sourceOffset":{},"value":1,"valueSchema":4}]}"#,
            "records[0]: 'value': the frame has no schemas[4]"
        ),
        (
            #"{"schemas":[{"type":"int32"}],"records":[{"topic":"t","sourcePartition":{},"sourceOffset":{},"value":"x","valueSchema":0}]}"#,
            "records[0]: 'value': Invalid STRING value for a field of type INT32"
        ),
    ])
    func wrongRecordsAreNamedByTheirPlace(_ text: String, _ expected: String) throws {
        var reader = RecordReader()
        let json = try JSONValue(parsing: text)
        let error = #expect(throws: ConnectError.self) { try reader.sourceRecords(of: json) }
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    }
}
