import RecordFormat
import Testing

@testable import RESTProxy

@Suite struct ProduceBodyTests {
    private func text(_ body: ProduceBody, _ extent: JSONCursor.Extent?) -> String? {
        extent.map { String(decoding: body.cursor.compact($0), as: UTF8.self) }
    }

    @Test func recordsAreFoundWhereTheyStand() throws {
        let body = try ProduceBody(
            Array(
                #"""
                {"records":[{"key":"k","value":{"a": 1},"partition":3},{"value":null,"timestamp":17},
                 {"value":[1],"headers":[{"key":"h","value":"Zm9v"},{"key":"n","value":null}]}],
                 "value_schema_id":7,"key_schema":"s"}
                """#.utf8))
        #expect(body.records.count == 3)
        #expect(text(body, body.records[0].key) == #""k""#)
        #expect(text(body, body.records[0].value) == #"{"a":1}"#)
        #expect(body.records[0].partition == 3)
        #expect(body.records[1].value?.isNull == true)
        #expect(body.records[1].timestamp == 17)
        #expect(
            body.records[2].headers == [
                RecordHeader(key: "h", value: ByteSlice("foo")), RecordHeader(key: "n", value: nil),
            ])
        #expect(body.valueSchema == .init(id: 7, text: nil))
        #expect(body.keySchema == .init(id: nil, text: "s"))
    }

    @Test(arguments: [
        ("", 42206, "Payload error. Request body is empty. Data is required."), ("  ", 42206, ""),
        ("null", 42206, ""), ("[]", 400, "expected an object"), ("{}", 422, "records may not be empty"),
        (#"{"records":[]}"#, 422, "records may not be empty"), (#"{"records":null}"#, 422, "records may not be empty"),
        (#"{"records":{}}"#, 400, "expected an array"), (#"{"records":[1]}"#, 400, "expected an object"),
        (#"{"records":[{"foo":1}]}"#, 422, "Unrecognized field: foo"), (#"{"foo":1}"#, 422, "Unrecognized field: foo"),
        (#"{"records":[{"partition":-1}]}"#, 422, "partition must be greater than or equal to 0"),
        (#"{"records":[{"partition":"x"}]}"#, 400, "partition has to be a whole number"),
        (#"{"records":[{"partition":99999999999}]}"#, 422, "partition is out of its range"),
        (#"{"records":[{"timestamp":-1}]}"#, 422, "timestamp must be greater"),
        (#"{"records":[{"headers":[{"value":"Zm9v"}]}]}"#, 422, "Record header key may not be null"),
        (#"{"records":[{"headers":[{"key":"a","value":"?"}]}]}"#, 422, "invalid base64"),
        (#"{"value_schema_id":"x","records":[{}]}"#, 400, "value_schema_id has to be a whole number"),
        (#"{"value_schema":7,"records":[{}]}"#, 400, "value_schema has to be a text"),
        (#"{"records":[{}]} x"#, 400, "unexpected text after the document"),
        (#"{"records":[{"value":01}]}"#, 400, "a number must not start with 0"),
        (#"{"records":[{"value":"#, 400, "Malformed JSON"), (#"{"records":[{"value":nul}]}"#, 400, "expected a value"),
    ])
    func whatIsNoRequestIsRefused(text: String, code: Int, message: String) {
        let error = #expect(throws: RESTError.self) { try ProduceBody(Array(text.utf8)) }
        #expect(error?.code == code)
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }

    @Test func bytesThatAreNoTextAreRefused() {
        let body = Array(#"{"records":[{"value":""#.utf8) + [0xFF, 0xFE] + Array(#""}]}"#.utf8)
        #expect(throws: RESTError.self) { try ProduceBody(body) }
    }
}
