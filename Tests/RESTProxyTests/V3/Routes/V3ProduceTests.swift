import HTTPTestSupport
import JSON
import KafkaClient
import RecordFormat
import Testing

@Suite(.timeLimit(.minutes(1))) struct V3ProduceTests {
    private func records(of topic: String, _ proxy: V3Fixture, count: Int) async throws -> [Record] {
        let consumer = try KafkaConsumer(client: proxy.client, configuration: ConsumerConfiguration())
        try await consumer.assign([TopicPartition(topic, 0)])
        try await consumer.seekToBeginning([TopicPartition(topic, 0)])
        var records: [Record] = []
        while records.count < count {
            records += try await consumer.poll(timeout: .milliseconds(100)).flatMap(\.records)
        }
        await consumer.close()
        return records
    }

    @Test func oneRecordIsWritten() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            let answer = try await proxy.send(
                "POST", "/topics/t/records",
                #"""
                {"partition_id":0,"headers":[{"name":"h","value":"AQI="}],"key":{"type":"BINARY","data":"a2V5"},
                 "value":{"type":"JSON","data":{"a":1}},"timestamp":"2026-01-02T03:04:05.006Z"}
                """#)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json")
            #expect(
                answer.objects == [
                    [
                        "error_code": 200, "cluster_id": .string(proxy.clusterID), "topic_name": "t", "partition_id": 0,
                        "offset": 0, "timestamp": "2026-01-02T03:04:05.006Z", "key": ["type": "BINARY", "size": 3],
                        "value": ["type": "JSON", "size": 7],
                    ]
                ])
            let record = try #require(try await records(of: "t", proxy, count: 1).first)
            #expect(record.key?.string == "key" && record.value?.string == #"{"a":1}"#)
            #expect(record.headers == [RecordHeader(key: "h", value: ByteSlice([1, 2]))])
        }
    }

    @Test func aTombstoneHasNoValue() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            let answer = try await proxy.send(
                "POST", "/topics/t/records", #"{"key":{"type":"STRING","data":"k"},"value":null}"#)
            #expect(answer.objects.first?["value"] == nil)
            #expect(try await records(of: "t", proxy, count: 1).first?.value == nil)
        }
    }

    @Test func dataWithASchemaIsWrittenWithIt() async throws {
        let registry = FakeRegistry()
        try await V3Fixture.with(schemas: registry) { proxy in
            try await proxy.create("t")
            func produce(_ value: String) async throws -> JSONValue? {
                try await proxy.send("POST", "/topics/t/records", #"{"value":\#(value)}"#).objects.first
            }
            let first = try await produce(#"{"type":"AVRO","schema":"number","data":12}"#)
            #expect(
                first?["value"] == [
                    "type": "AVRO", "subject": "t-value", "schema_id": 1, "schema_version": 1, "size": 7,
                ])
            #expect(try await produce(#"{"schema_id":1,"data":3}"#)?["value"]?["schema_id"] == 1)
            #expect(try await produce(#"{"schema_version":1,"data":4}"#)?["error_code"] == 200)
            #expect(try await produce(#"{"data":5}"#)?["error_code"] == 200)
            _ = try await produce(
                #"{"type":"PROTOBUF","schema":"text","subject_name_strategy":"TOPIC_RECORD_NAME","data":"x"}"#)
            _ = try await produce(#"{"type":"JSONSCHEMA","schema":"text","subject":"mine","data":"x"}"#)
            #expect(Set(registry.subjects.keys) == ["t-value", "t-text", "mine"])
            let values = try await records(of: "t", proxy, count: 6).map { $0.value?.array ?? [] }
            #expect(values[0] == [0, 0, 0, 0, 1] + Array("12".utf8))
            #expect(values[3] == [0, 0, 0, 0, 1] + Array("5".utf8))
            for (value, code) in [
                (#"{"schema_id":99,"data":3}"#, "Error: 42207 : Error serializing message. "),
                (#"{"schema_id":1,"data":"three"}"#, "Error: 42207 : Error serializing message. "),
                (#"{"type":"AVRO","schema":"nonsense","data":3}"#, "Error: 42205 : Invalid schema: "),
            ] {
                let error = try await produce(value)
                #expect(error?["error_code"] == 422)
                #expect(error?["message"]?.string?.hasPrefix(code) == true, "\(error?.text ?? "")")
            }
            let nameless = try await produce(#"{"schema_version":1,"subject_name_strategy":"RECORD_NAME","data":3}"#)
            #expect(
                nameless?["message"]
                    == "Bad Request: Cannot use schema_subject_strategy=RECORD_NAME without schema_id or schema.")
        }
    }

    @Test func aTopicThatIsNotThereIsSaidToBe() async throws {
        try await V3Fixture.with(broker: ["auto.create.topics.enable": "false"]) { proxy in
            let answer = try await proxy.send("POST", "/topics/none/records", "{}")
            #expect(answer.status == 200)
            #expect(answer.objects == [["error_code": 40401, "message": "Topic not found."]])
        }
    }

    @Test func noBodyIsRefused() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            let answer = try await proxy.send(
                "POST", "/topics/t/records", fields: ["Content-Type: application/json", "Content-Length: 0"])
            #expect(answer.status == 422)
            #expect(
                answer.json == [
                    "error_code": 42206, "message": "Payload error. Request body is empty. Data is required.",
                ])
        }
    }

    /// Chunk by chunk: an answer comes before the next chunk is sent.
    @Test func recordsStreamBothWays() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            try await RawSocket.connect(to: proxy.address) { socket in
                try await socket.send(
                    "POST /v3/clusters/\(proxy.clusterID)/topics/t/records HTTP/1.1\r\nHost: test\r\n"
                        + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
                for number in 0..<3 {
                    let record = #"{"value":{"type":"JSON","data":\#(number)}}"#
                    try await socket.send("\(String(record.utf8.count, radix: 16))\r\n\(record)\r\n")
                    _ = try await socket.receive(until: #""offset":\#(number),"#)
                }
                try await socket.send("0\r\n\r\n")
                _ = try await socket.receive(until: "0\r\n\r\n")
            }
        }
    }

    @Test func aStreamHasToSayWhatItIs() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            let answer = try await proxy.send("POST", "/topics/t/records", fields: ["Content-Type: text/plain"])
            #expect(answer.status == 415)
        }
    }

    @Test func aBatchSucceedsAndFailsEntryByEntry() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            let answer = try await proxy.send(
                "POST", "/topics/t/records:batch",
                #"""
                {"entries":[{"id":"1","value":{"type":"STRING","data":"a"}},{"id":"2","partition_id":9},
                 {"id":"3","partition_id":-1},{"id":"4","value":{"type":"STRING","data":1}}]}
                """#)
            #expect(answer.status == 207)
            let success = answer.json["successes"]?.array?.first
            #expect(success?["id"] == "1" && success?["offset"] == 0 && success?["error_code"] == nil)
            #expect(success?["value"] == ["type": "STRING", "size": 1])
            #expect(
                answer.json["failures"] == [
                    ["id": "2", "error_code": 40402, "message": "Partition not found."],
                    ["id": "3", "error_code": 40402, "message": "Partition not found."],
                    ["id": "4", "error_code": 400, "message": "Bad Request: data=1 is not a string."],
                ])
            let empty = try await proxy.send("POST", "/topics/t/records:batch", #"{"entries":[]}"#)
            #expect(empty.status == 422)
            #expect(empty.json == ["error_code": 42208, "message": "Empty batch."])
        }
    }
}
