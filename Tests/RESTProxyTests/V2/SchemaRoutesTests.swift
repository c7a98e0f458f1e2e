import HTTPTestSupport
import JSON
import RecordFormat
import Testing

@Suite struct SchemaRoutesTests {
    private static let avro = "application/vnd.kafka.avro.v2+json"

    @Test(arguments: ["avro", "jsonschema", "protobuf"])
    func dataWithASchemaGoesThereAndBack(format: String) async throws {
        let registry = FakeRegistry()
        try await ProxyFixture.serving(schemas: registry) { server in
            try await server.createTopic("a")
            let first = try await server.produce(
                format, to: "/topics/a",
                #"{"key_schema":"text","value_schema":"number","records":[{"key":"k","value":17}]}"#)
            #expect(first["key_schema_id"] == 1)
            #expect(first["value_schema_id"] == 2)
            #expect(registry.subjects == ["a-key": [1], "a-value": [2]])
            let second = try await server.produce(
                format, to: "/topics/a/partitions/0",
                #"{"value_schema_id":2,"records":[{"value":18},{"key":null,"value":19}]}"#)
            #expect(second["value_schema_id"] == 2)
            #expect(second["key_schema_id"] == .null)
            let records = try await server.values(of: "a", count: 3)
            #expect(records[0].key?.array == [0, 0, 0, 0, 1] + Array("k".utf8))
            #expect(records[0].value?.array == [0, 0, 0, 0, 2] + Array("17".utf8))

            let instance = try await server.createInstance(
                "g", #"{"format":"\#(format)","auto.offset.reset":"earliest"}"#)
            #expect(try await server.send("POST", instance + "/subscription", #"{"topics":["a"]}"#).status == 204)
            let read = try await server.read(instance, 3, format: format)
            #expect(read.map { $0["value"] } == [17, 18, 19])
            #expect(read.map { $0["key"] } == ["k", .null, .null])
        }
    }

    @Test func plainJSONIsAskedForInTheQuery() async throws {
        try await ProxyFixture.serving(schemas: FakeRegistry()) { server in
            try await server.createTopic("a")
            _ = try await server.produce(
                "avro", to: "/topics/a?json=plain", #"{"value_schema":"text","records":[{"value":"v"}]}"#)
            #expect(try await server.values(of: "a", count: 1)[0].value?.array.suffix(2) == [118, 33])
            let other = try await server.send("POST", "/topics/a?json=xml", #"{"records":[{}]}"#, type: Self.avro)
            #expect(other.status == 400)
        }
    }

    @Test(
        arguments: [
            (#"{"value_schema":"number","records":[{"key":"k","value":1}]}"#, 422, 42201),
            (#"{"key_schema":"text","records":[{"key":"k","value":1}]}"#, 422, 42202),
            (#"{"value_schema":"number","records":[{"value":"x"}]}"#, 422, 42203),
            (#"{"value_schema":"nonsense","records":[{"value":1}]}"#, 422, 42205),
            (#"{"value_schema":"refused","records":[{"value":1}]}"#, 422, 42207),
            (#"{"value_schema_id":99,"records":[{"value":1}]}"#, 422, 42207),
            (#"{"value_schema":"number","records":[{"value":null}]}"#, 422, 42203),
        ] as [(String, Int, Int64)])
    func whatIsWrongWithSchemasHasItsCode(body: String, status: Int, code: Int64) async throws {
        try await ProxyFixture.serving(schemas: FakeRegistry()) { server in
            try await server.createTopic("a")
            let answer = try await server.send("POST", "/topics/a", body, type: Self.avro)
            #expect(answer.status == status)
            #expect(try JSONValue(parsing: answer.body)["error_code"]?.int64 == code, "\(answer.body)")
        }
    }

    @Test func aRegistryThatIsAwayIsATimeout() async throws {
        let registry = FakeRegistry()
        try await ProxyFixture.serving(schemas: registry) { server in
            try await server.createTopic("a")
            registry.isAway = true
            let body = #"{"value_schema_id":1,"records":[{"value":1}]}"#
            let answer = try await server.send("POST", "/topics/a", body, type: Self.avro)
            #expect(answer.status == 408)
            #expect(answer.body.contains("40801"))
        }
        try await ProxyFixture.serving { server in
            try await server.createTopic("a")
            let body = #"{"value_schema_id":1,"records":[{"value":1}]}"#
            #expect(try await server.send("POST", "/topics/a", body, type: Self.avro).body.contains("40801"))
        }
    }

    @Test func recordsThatAreNotOfTheFormatAreAnErrorUntilOneSeeksPastThem() async throws {
        try await ProxyFixture.serving(schemas: FakeRegistry()) { server in
            try await server.createTopic("a")
            _ = try await server.produce("avro", to: "/topics/a", #"{"value_schema":"number","records":[{"value":1}]}"#)
            _ = try await server.produce("text", to: "/topics/a", #"{"records":[{"value":"no schema"}]}"#)
            _ = try await server.produce("avro", to: "/topics/a", #"{"value_schema":"number","records":[{"value":3}]}"#)
            let instance = try await server.createInstance("g", #"{"format":"avro","auto.offset.reset":"earliest"}"#)
            let partition = #"{"partitions":[{"topic":"a","partition":0}]}"#
            #expect(try await server.send("POST", instance + "/assignments", partition).status == 204)
            #expect(try await server.read(instance, 1, format: "avro").map { $0["value"] } == [1])
            let bad = try await server.send("GET", instance + "/records", accept: Self.avro)
            #expect(bad.status == 408)
            #expect(bad.body.contains("40801"))
            let seek = #"{"offsets":[{"topic":"a","partition":0,"offset":2}]}"#
            #expect(try await server.send("POST", instance + "/positions", seek).status == 204)
            #expect(try await server.read(instance, 1, format: "avro").map { $0["value"] } == [3])
        }
    }
}
