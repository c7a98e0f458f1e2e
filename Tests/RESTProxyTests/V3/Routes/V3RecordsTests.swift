import HTTPTestSupport
import JSON
import KafkaClient
import RecordFormat
import Testing

@Suite(.timeLimit(.minutes(1))) struct V3RecordsTests {
    private func values(_ answer: JSONValue) -> [String] {
        answer["data"]?.array?.compactMap { $0["value"]?["data"]?.string } ?? []
    }

    /// The path below the host of an address in an answer.
    private func path(_ url: JSONValue?) throws -> String {
        let text = try #require(url?.string)
        return try #require(text.hasPrefix("http://test") ? String(text.dropFirst("http://test".count)) : nil)
    }

    @Test func recordsAreReadAsTheyCanBeWritten() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            let record =
                #"{"headers":[{"name":"h","value":"AQI="},{"name":"n"}],"key":{"type":"STRING","data":"k"},"value":{"type":"JSON","data":{"a":[1.50]}},"timestamp":"2026-01-02T03:04:05Z"}"#
            _ = try await proxy.send("POST", "/topics/t/records", record)
            let answer = try await proxy.send("GET", "/topics/t/records?format=json&key_format=string")
            #expect(answer.status == 200)
            #expect(answer.json["kind"] == "KafkaRecordList")
            #expect(
                answer.json["data"] == [
                    [
                        "partition_id": 0, "offset": 0, "timestamp": "2026-01-02T03:04:05Z",
                        "headers": [["name": "h", "value": "AQI="], ["name": "n", "value": nil]],
                        "key": ["type": "STRING", "data": "k"],
                        "value": ["type": "JSON", "data": ["a": [.number(try #require(JSONNumber(parsing: "1.50")))]]],
                    ]
                ])
            let read = try #require(answer.json["data"]?.array?.first)
            let again = try await proxy.send("POST", "/topics/t/records", read.text)
            #expect(again.objects.first?["offset"] == 1)
        }
    }

    @Test func whatIsNotOfTheFormatIsGivenAsBytes() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            try await proxy.write(["{", nil, "7"], to: "t")
            let answer = try await proxy.send("GET", "/topics/t/records?format=json").json
            #expect(
                answer["data"]?.array?.map { $0["value"] } == [
                    ["type": "BINARY", "data": "ew=="], .null, ["type": "JSON", "data": 7],
                ])
        }
    }

    @Test func readingGoesOnWhereItEnded() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t", partitions: 2)
            try await proxy.write(["a", "b", "c"], to: "t")
            try await proxy.write(["d", "e"], to: "t", partition: 1)
            var target = "/v3/clusters/\(proxy.clusterID)/topics/t/records?format=string&max_records=2&wait=200"
            var read: [String] = []
            for _ in 0..<3 {
                let answer = try await proxy.sendAnywhere("GET", target).json
                read += values(answer)
                target = try path(answer["metadata"]?["next"])
            }
            #expect(read.sorted() == ["a", "b", "c", "d", "e"])
            let rest = try await proxy.sendAnywhere("GET", target).json
            #expect(rest["data"] == [])
            try await proxy.write(["f"], to: "t", partition: 1)
            #expect(values(try await proxy.sendAnywhere("GET", target).json) == ["f"])
        }
    }

    @Test(arguments: [
        ("partition=0&offset=1", ["b", "c"]), ("partition=0&offset=latest", []), ("offset=earliest", ["a", "b", "c"]),
        ("timestamp=1970-01-01T00:00:02Z", ["b", "c"]), ("timestamp=3000", ["c"]), ("timestamp=9000", []),
        ("after=0:1", ["c"]), ("after=0:-1", ["a", "b", "c"]), ("max_bytes=1", ["a"]), ("max_bytes=6", ["a", "b"]),
        ("max_records=1", ["a"]),
    ])
    func aReadBeginsAndEndsWhereItIsTold(query: String, expected: [String]) async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            try await proxy.write(["a", "b", "c"], to: "t")
            let answer = try await proxy.send("GET", "/topics/t/records?format=string&wait=100&" + query)
            #expect(answer.status == 200)
            #expect(values(answer.json) == expected)
        }
    }

    @Test func dataWithASchemaIsReadWithIt() async throws {
        try await V3Fixture.with(schemas: FakeRegistry()) { proxy in
            try await proxy.create("t")
            _ = try await proxy.send(
                "POST", "/topics/t/records", #"{"value":{"type":"AVRO","schema":"number","data":12}}"#)
            let answer = try await proxy.send("GET", "/topics/t/records?format=avro").json
            #expect(answer["data"]?.array?.first?["value"] == ["schema_id": 1, "data": 12])
        }
    }

    @Test(arguments: [
        ("/topics/none/records", 404, 40403), ("/topics/t/records?partition=5", 404, 40402),
        ("/topics/t/records?offset=5", 400, 400), ("/topics/t/records?format=xml", 400, 400),
        ("/topics/t/records?wait=99999999", 400, 400),
    ])
    func whatCannotBeReadIsRefused(path: String, status: Int, code: Int) async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            for type in ["application/json", "text/event-stream", "application/x-ndjson"] {
                let answer = try await proxy.send("GET", path, fields: ["Accept: \(type)"])
                #expect(answer.status == status, "\(answer.text)")
                #expect(answer.json["error_code"] == .integer(code), "\(answer.text)")
            }
        }
    }

    @Test func thereAreOnlySoManyReaders() async throws {
        try await V3Fixture.with(["api.v3.records.max.readers": "1", "api.v3.records.heartbeat.ms": "5"]) { proxy in
            try await proxy.create("t")
            try await proxy.write(["a"], to: "t")
            let stream = "/topics/t/records?offset=earliest&format=string"
            try await follow(proxy, stream, "application/x-ndjson") { text in
                if text.contains(#""data":"a""#) {
                    let other = try await proxy.send("GET", "/topics/t/records")
                    #expect(other.status == 429)
                    return false
                }
                return true
            }
            // Whoever has gone has left nothing behind, as soon as it is noticed.
            try await proxy.write(["b"], to: "t")
            while try await proxy.send("GET", "/topics/t/records").status != 200 { await Task.yield() }
        }
    }

    // MARK: Streams

    /// Shows all that has come after each part until it is enough.
    private func follow(
        _ proxy: V3Fixture, _ path: String, _ type: String, fields: [String] = [],
        _ isOpen: (_ text: String) async throws -> Bool
    ) async throws {
        struct Enough: Error {}
        do {
            _ = try await RawHTTP.follow(
                proxy.address, "/v3/clusters/\(proxy.clusterID)\(path)", fields: ["Accept: \(type)"] + fields
            ) { text in
                if try await !isOpen(text) { throw Enough() }
            }
        } catch is Enough {}
    }

    @Test func eventsCarryTheirPositionAndGoOnBehindIt() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            try await proxy.write(["a", "b"], to: "t")
            var seen = ""
            let path = "/topics/t/records?partition=0&offset=earliest&format=string"
            try await follow(proxy, path, "text/event-stream") { text in
                seen = text
                return !text.contains("id: 0:1\n")
            }
            #expect(
                seen.contains("content-type: text/event-stream") || seen.contains("Content-Type: text/event-stream"))
            #expect(seen.contains(": open\n\n"))
            #expect(seen.contains("id: 0:0\ndata: {\"partition_id\":0,\"offset\":0,"))
            try await proxy.write(["c"], to: "t")
            var rest = ""
            try await follow(proxy, path, "text/event-stream", fields: ["Last-Event-ID: 0:1"]) { text in
                rest = text
                return !text.contains("id: 0:2\n")
            }
            #expect(!rest.contains("id: 0:0\n") && !rest.contains("id: 0:1\n"))
        }
    }

    @Test func anEventOfAllPartitionsKnowsThemAll() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t", partitions: 2)
            try await proxy.write(["a"], to: "t")
            try await proxy.write(["b"], to: "t", partition: 1)
            try await follow(proxy, "/topics/t/records?offset=earliest", "text/event-stream") { text in
                if text.contains("id: 0:0,1:0\n") { return false }
                return true
            }
        }
    }

    @Test func aStreamBeginsWithWhatIsWrittenNext() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            try await proxy.write(["old"], to: "t")
            var hasWritten = false
            try await follow(proxy, "/topics/t/records?format=string", "application/x-ndjson") { text in
                #expect(!text.contains(#""data":"old""#))
                if !hasWritten {
                    hasWritten = true
                    try await proxy.write(["new"], to: "t")
                }
                return !text.contains(#""data":"new""#)
            }
        }
    }

    @Test func aStreamWithoutRecordsSaysThatItLives() async throws {
        try await V3Fixture.with(["api.v3.records.heartbeat.ms": "5"]) { proxy in
            try await proxy.create("t")
            try await follow(proxy, "/topics/t/records", "text/event-stream") { text in !text.contains(":\n\n") }
        }
    }

    @Test func aStreamEndsAfterAsManyRecordsAsItIsTold() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            try await proxy.write(["a", "b", "c"], to: "t")
            let answer = try await proxy.send(
                "GET", "/topics/t/records?offset=earliest&format=string&max_records=2",
                fields: ["Accept: application/x-ndjson"])
            #expect(answer.status == 200)
            let lines = answer.text.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
            #expect(lines.map { $0["offset"] } == [0, 1])
        }
    }
}
