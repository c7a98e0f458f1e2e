import HTTPTestSupport
import JSON
import KafkaClient
import RecordFormat
import Testing

@Suite struct ProduceRoutesTests {
    @Test func jsonGoesToTheTopicAsCompactText() async throws {
        try await ProxyFixture.serving { server in
            try await server.createTopic("a")
            let answer = try await server.send(
                "POST", "/topics/a",
                #"{"records":[{"key":{"k":1},"value":{"a": [1, 2.50], "b":"x y"}},{"value":"text"},{"value":null},{}]}"#,
                type: "application/vnd.kafka.json.v2+json")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/vnd.kafka.v2+json")
            #expect(
                answer.body == #"{"offsets":["#
                    + (0..<4).map { #"{"partition":0,"offset":\#($0),"error_code":null,"error":null}"# }
                    .joined(separator: ",") + #"],"key_schema_id":null,"value_schema_id":null}"#)
            let records = try await server.values(of: "a", count: 4)
            #expect(records.map { $0.value?.string } == [#"{"a":[1,2.50],"b":"x y"}"#, #""text""#, nil, nil])
            #expect(records[0].key?.string == #"{"k":1}"#)
            #expect(records[1].key == nil)
        }
    }

    @Test func binaryAndTextAreBytes() async throws {
        try await ProxyFixture.serving { server in
            try await server.createTopic("a")
            _ = try await server.produce("binary", to: "/topics/a", #"{"records":[{"key":"Zm9v","value":"AP8\/"}]}"#)
            _ = try await server.produce("text", to: "/topics/a", #"{"records":[{"key":"é","value":"a\nb"}]}"#)
            let records = try await server.values(of: "a", count: 2)
            #expect(records[0].key?.string == "foo")
            #expect(records[0].value?.array == [0, 255, 63])
            #expect(records[1].key?.string == "é")
            #expect(records[1].value?.string == "a\nb")
        }
    }

    @Test func headersAndTimestampsAreTaken() async throws {
        try await ProxyFixture.serving { server in
            try await server.createTopic("a")
            _ = try await server.produce(
                to: "/topics/a",
                #"{"records":[{"value":1,"timestamp":1700000000000,"headers":[{"key":"h","value":"Zm9v"}]}]}"#)
            let record = try await server.values(of: "a", count: 1)[0]
            #expect(record.timestamp.milliseconds == 1_700_000_000_000)
            #expect(record.headers == [RecordHeader(key: "h", value: ByteSlice("foo"))])
        }
    }

    @Test func partitionsAreNamedByRecordsAndPaths() async throws {
        try await ProxyFixture.serving { server in
            try await server.createTopic("a", partitions: 3)
            let mixed = try await server.produce(
                to: "/topics/a",
                #"{"records":[{"value":1,"partition":2},{"value":2,"partition":9},{"value":3,"partition":0}]}"#)
            let offsets = try #require(mixed["offsets"]?.array)
            #expect(offsets[0]["partition"] == 2)
            #expect(offsets[1]["error_code"] == 40402)
            #expect(offsets[1]["partition"] == .null)
            #expect(offsets[2]["partition"] == 0)
            let one = try await server.produce(
                to: "/topics/a/partitions/1", #"{"records":[{"value":4,"partition":1}]}"#)
            #expect(one["offsets"]?.array?.first?["partition"] == 1)
            let json = "application/vnd.kafka.json.v2+json"
            let other = try await server.send(
                "POST", "/topics/a/partitions/1", #"{"records":[{"value":4,"partition":2}]}"#, type: json)
            #expect(other.status == 422)
            let missing = try await server.send(
                "POST", "/topics/a/partitions/7", #"{"records":[{"value":4}]}"#, type: json)
            #expect(missing.body == #"{"error_code":40402,"message":"Partition not found."}"#)
        }
    }

    @Test func aRecordThatIsTooLargeIsToldByItself() async throws {
        try await ProxyFixture.serving(["producer.max.request.size": "10000"]) { server in
            try await server.createTopic("a")
            let large = String(repeating: "x", count: 20_000)
            let answer = try await server.produce(
                to: "/topics/a", #"{"records":[{"value":1},{"value":"\#(large)"},{"value":3}]}"#)
            #expect(answer["offsets"]?.array?.map { $0["error_code"] } == [.null, 413, .null])
            let records = try await server.values(of: "a", count: 2)
            #expect(records.map { $0.value?.string } == ["1", "3"])
        }
    }

    @Test func manyRecordsKeepTheirOrder() async throws {
        try await ProxyFixture.serving { server in
            try await server.createTopic("a")
            let body = #"{"records":["# + (0..<5000).map { #"{"value":\#($0)}"# }.joined(separator: ",") + "]}"
            let answer = try await server.produce(to: "/topics/a", body)
            #expect(answer["offsets"]?.array?.compactMap { $0["offset"]?.int64 } == (0..<5000).map { Int64($0) })
            let records = try await server.values(of: "a", count: 5000)
            #expect(records.map { $0.value?.string } == (0..<5000).map { String($0) })
        }
    }

    @Test func whatDoesNotFitIntoMemoryIsToComeLater() async throws {
        try await ProxyFixture.serving(["memory.max.bytes": "1048576"]) { server in
            try await server.createTopic("a")
            let answer = try await server.send(
                "POST", "/topics/a", #"{"records":[{"value":"\#(String(repeating: "x", count: 600_000))"}]}"#,
                type: "application/vnd.kafka.json.v2+json")
            #expect(answer.status == 503)
            #expect(answer.headers["retry-after"] == "1")
            _ = try await server.produce(to: "/topics/a", #"{"records":[{"value":1}]}"#)
        }
    }
}
