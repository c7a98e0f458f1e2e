import HTTPTestSupport
import JSON
import Testing

/// What transforms would do, asked over REST.
@Suite(.serialized, .timeLimit(.minutes(1))) struct TransformPreviewRequestTests {
    @Test func aPreviewShowsEachStep() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                let body = #"""
                    {"topic": "t", "config": {"transforms": "h,m", "transforms.h.type": "HoistField$Value",
                     "transforms.h.field": "n", "transforms.m.type": "MaskField$Value", "transforms.m.fields": "n"},
                     "records": [{"value": "secret", "timestamp": 5, "headers": [{"name": "x", "value": 1}]},
                                 {"value": {"a": 1}, "valueSchema": {"type": "struct", "optional": false,
                                  "fields": [{"field": "a", "type": "int32", "optional": false}]}}]}
                    """#
                let answer = try await server.send("POST", "/transforms/preview", body)
                #expect(answer.status == 200, "\(answer.body)")
                let records = try #require(try JSONValue(parsing: answer.body)["records"]?.array)
                #expect(records.count == 2)
                let first = records[0]
                #expect(first["outcome"] == "arrived" && first["record"]?["value"] == ["n": ""])
                #expect(first["record"]?["headers"]?.array?.first?["name"] == "x" && first["record"]?["timestamp"] == 5)
                let steps = try #require(first["steps"]?.array)
                #expect(steps.map { $0["transform"] } == ["h", "m"])
                #expect(steps[0]["record"]?["value"] == ["n": "secret"] && steps[0]["outcome"] == "changed")
                #expect(steps[0]["class"] == "org.apache.kafka.connect.transforms.HoistField$Value")
                let second = try #require(records[1]["steps"]?.array?.first?["record"])
                #expect(second["value"] == ["n": ["a": 1]])
                #expect(second["valueSchema"]?["fields"]?.array?.first?["field"] == "n")
            }
        }
    }

    @Test func aPreviewIsBounded() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                let many = Array(repeating: #"{"value":1}"#, count: 101).joined(separator: ",")
                let large = String(repeating: "x", count: 1 << 20)
                let stages = Self.stages(101, Self.mask).text
                for (body, status, message) in [
                    ("{}", 400, "needs a 'config'"), (#"{"config":{}}"#, 400, "needs 1 to 100 'records'"),
                    (#"{"config":{},"topic":"t","records":[\#(many)]}"#, 400, "needs 1 to 100 'records'"),
                    (#"{"config":{},"topic":"t","records":[{"value":"\#(large)"}]}"#, 413, "1048576 bytes at most"),
                    (
                        #"{"config":\#(stages),"topic":"t","records":[{"value":1}]}"#, 400,
                        "A preview may have 100 transforms at most"
                    ),
                    (#"{"config":{},"records":[{"value":1}]}"#, 400, "Record 0: there is no 'topic'"),
                    (#"{"config":{},"topic":"t","records":[{"valeu":1}]}"#, 400, "Record 0: 'valeu' is none of"),
                    (
                        #"{"config":{"transforms":"a","transforms.a.type":"None"},"topic":"t","records":[{"value":1}]}"#,
                        404, "could not be found"
                    ),
                    (
                        #"{"config":{"transforms":"a"},"topic":"t","records":[{"value":1}]}"#, 400,
                        "The transform 'a' has no type"
                    ),
                ] {
                    let answer = try await server.send("POST", "/transforms/preview", body)
                    #expect(answer.status == status && answer.body.contains(message), "\(answer.body.prefix(300))")
                }
            }
        }
    }

    /// A configuration with a transform many times.
    private static func stages(_ count: Int, _ settings: [(key: String, value: String)]) -> JSONValue {
        let names = (0..<count).map { "t\($0)" }
        var config = JSONObject()
        config["transforms"] = .string(names.joined(separator: ","))
        for name in names {
            for setting in settings { config["transforms.\(name).\(setting.key)"] = .string(setting.value) }
        }
        return .object(config)
    }

    private static let mask = [(key: "type", value: "MaskField$Value"), (key: "fields", value: "a")]

    @Test func anAnswerIsNotMadeBeyondItsLimit() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                let large = String(repeating: "x", count: 100_000)
                let body: JSONValue = [
                    "config": Self.stages(100, Self.mask), "topic": "t",
                    "records": [["value": ["a": 1, "b": .string(large)]]],
                ]
                let answer = try await server.send("POST", "/transforms/preview", body.text)
                #expect(answer.status == 400 && answer.body.contains("more than 8388608 bytes"))
            }
        }
    }

    @Test func valuesThatAreNestedWithoutEndAreNotShown() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                let path = Array(repeating: "a", count: 100).joined(separator: ".")
                let hoist = [
                    (key: "type", value: "HoistField$Value"), (key: "field", value: path),
                    (key: "field.syntax.version", value: "V2"),
                ]
                let body: JSONValue = [
                    "config": Self.stages(100, hoist), "topic": "t",
                    "records": [["value": 1], ["value": 1, "valueSchema": ["type": "int32", "optional": false]]],
                ]
                let answer = try await server.send("POST", "/transforms/preview", body.text)
                #expect(answer.status == 200, "\(answer.body.prefix(300))")
                let records = try #require(try JSONValue(parsing: answer.body)["records"]?.array)
                for record in records {
                    #expect(record["outcome"] == "arrived" && record["steps"]?.array?.count == 100)
                    #expect(record["record"]?["value"] == "more than 400 levels of nesting")
                }
            }
        }
    }
}
