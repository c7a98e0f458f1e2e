import JSON
import RecordFormat
import SchemaFormat
import Testing

@testable import RESTProxy

@Suite struct ProduceEntryTests {
    private func entry(_ text: String) throws -> ProduceEntry {
        try ProduceEntry(try #require(try JSONValue(parsing: text).object))
    }

    @Test func aRecordIsRead() throws {
        let entry = try entry(
            #"""
            {"partition_id":3,"headers":[{"name":"h","value":"AQI="},{"name":"n"}],"key":{"type":"string","data":"k"},
             "value":{"type":"JSON","data":{"a":null}},"timestamp":"1970-01-01T00:00:01Z"}
            """#)
        #expect(entry.partition == 3)
        #expect(
            entry.headers == [RecordHeader(key: "h", value: ByteSlice([1, 2])), RecordHeader(key: "n", value: nil)])
        #expect(entry.key?.kind == .string && entry.key?.data == "k")
        #expect(entry.value?.kind == .json && entry.value?.data == ["a": nil])
        #expect(entry.timestamp == Timestamp(milliseconds: 1000))
        #expect(try self.entry("{}") == .empty)
        #expect(try self.entry(#"{"key":null,"value":null,"timestamp":null,"headers":null}"#) == .empty)
    }

    @Test(arguments: [
        (#"{"partition_id":-1}"#, 40402, "Partition not found."),
        (#"{"partition_id":"x"}"#, 400, "'partition_id' has to be a whole number"),
        (#"{"timestamp":1}"#, 400, "'timestamp' has to be a time"),
        (#"{"timestamp":"1960-01-01T00:00:00Z"}"#, 400, "from 1970 on"),
        (#"{"headers":[1]}"#, 400, "'headers' has to be a list of objects"),
        (#"{"headers":[{"value":"AQI="}]}"#, 400, "Missing required property 'name'"),
        (#"{"headers":[{"name":"h","value":"%"}]}"#, 400, "not a valid base64 string"),
        (#"{"key":"k"}"#, 400, "'key' has to be an object"),
        (#"{"value":{"type":"XML","data":1}}"#, 400, "'type' is XML; it has to be one of BINARY, JSON"),
    ])
    func whatIsNoRecordIsRefused(text: String, code: Int, message: String) throws {
        let error = #expect(throws: RESTError.self) { try entry(text) }
        #expect(error?.code == code)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test(
        arguments: [
            (#"{"type":"BINARY","data":""}"#, nil), (#"{"schema_id":4,"data":1}"#, .id(4)),
            (#"{"schema_version":2,"data":1}"#, .version(2)), (#"{"data":1}"#, .latest),
            (#"{"type":"AVRO","schema":"\"int\"","data":1}"#, .text("\"int\"", .avro)),
            (#"{"type":"JSONSCHEMA","schema":"{}","data":1}"#, .text("{}", .json)),
        ] as [(String, RecordData.Schema?)])
    func dataSaysWhichSchemaItHas(text: String, schema: RecordData.Schema?) throws {
        #expect(try RecordData(try JSONValue(parsing: text), "value").schema == schema)
    }

    @Test(arguments: [
        (
            #"{"subject":"s","subject_name_strategy":"TOPIC_NAME"}"#,
            "Only one of 'subject_name_strategy' or 'subject' can be used."
        ),
        (
            #"{"schema_id":1,"schema_version":1}"#,
            "Only one of 'schema_id', 'schema_version' or 'schema' can be used."
        ),
        (
            #"{"schema":"x","schema_version":1}"#,
            "Only one of 'schema_id', 'schema_version' or 'schema' can be used."
        ),
        (#"{"type":"AVRO","schema_id":1}"#, "'schema_id=1' cannot be used with 'serializer'."),
        (#"{"type":"AVRO","schema_version":1}"#, "'schema_version=1' cannot be used with 'serializer'."),
        (#"{"type":"AVRO"}"#, "'schema_version=latest' cannot be used with 'serializer'."),
        (#"{"type":"JSON","schema_id":1}"#, "'type=JSON' cannot be used with 'schema_id'."),
        (#"{"type":"BINARY","subject":"s"}"#, "'type=BINARY' cannot be used with 'subject'."),
        (
            #"{"type":"STRING","subject_name_strategy":"RECORD_NAME"}"#,
            "'type=STRING' cannot be used with 'subject_strategy'."
        ),
    ])
    func partsThatContradictEachOtherAreRefused(text: String, message: String) throws {
        let error = #expect(throws: RESTError.self) { try RecordData(try JSONValue(parsing: text), "key") }
        #expect(error?.message == "Bad Request: Error processing JSON: " + message)
    }
}
