import JSON
import KafkaClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct V3ConfigTests {
    @Test func aSettingIsReadSetAndReset() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            let path = "/topics/t/configs/retention.ms"
            let before = try await proxy.send("GET", path).json
            #expect(before["kind"] == "KafkaTopicConfig" && before["topic_name"] == "t")
            #expect(before["is_default"] == true && before["source"] == "DEFAULT_CONFIG")
            #expect(
                before["metadata"] == [
                    "self": .string(proxy.base + path),
                    "resource_name": .string("crn:///kafka=\(proxy.clusterID)/topic=t/config=retention.ms"),
                ])
            let put = try await proxy.send("PUT", path, #"{"value":"86400000"}"#)
            #expect(put.status == 204 && put.text.isEmpty)
            let after = try await proxy.send("GET", path).json
            #expect(after["value"] == "86400000" && after["is_default"] == false)
            #expect(after["source"] == "DYNAMIC_TOPIC_CONFIG" && after["is_sensitive"] == false)
            #expect(
                after["synonyms"]?.array?.first == [
                    "name": "retention.ms", "value": "86400000", "source": "DYNAMIC_TOPIC_CONFIG",
                ])
            #expect(try await proxy.send("DELETE", path).status == 204)
            #expect(try await proxy.send("GET", path).json == before)
        }
    }

    @Test func settingsAreAlteredTogether() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t", configs: ["cleanup.policy": "compact"])
            let body =
                #"{"data":[{"name":"retention.ms","value":"7"},{"name":"cleanup.policy","operation":"DELETE"}]"#
            let checked = try await proxy.send("POST", "/topics/t/configs:alter", body + #","validate_only":true}"#)
            #expect(checked.status == 204)
            #expect(try await proxy.send("GET", "/topics/t/configs/retention.ms").json["is_default"] == true)
            #expect(try await proxy.send("POST", "/topics/t/configs:alter", body + "}").status == 204)
            #expect(try await proxy.send("GET", "/topics/t/configs/retention.ms").json["value"] == "7")
            #expect(try await proxy.send("GET", "/topics/t/configs/cleanup.policy").json["value"] == "delete")
            let list = try await proxy.send("GET", "/topics/t/configs").json
            #expect(list["kind"] == "KafkaTopicConfigList")
            let names = list["data"]?.array?.compactMap { $0["name"]?.string } ?? []
            #expect(names.contains("retention.ms") && names == names.sorted())
        }
    }

    @Test func brokersHaveSettingsAndDefaults() async throws {
        try await V3Fixture.with { proxy in
            let own = "/brokers/\(proxy.brokerID)/configs"
            #expect(
                try await proxy.send("GET", own + "/log.dirs").json["source"] == "STATIC_BROKER_CONFIG")
            #expect(try await proxy.send("GET", own).json["kind"] == "KafkaBrokerConfigList")
            #expect(try await proxy.send("PUT", own + "/message.max.bytes", #"{"value":"70000"}"#).status == 204)
            let set = try await proxy.send("GET", own + "/message.max.bytes").json
            #expect(set["value"] == "70000" && set["source"] == "DYNAMIC_BROKER_CONFIG")
            #expect(set["broker_id"] == .integer(proxy.brokerID) && set["kind"] == "KafkaBrokerConfig")
            #expect(try await proxy.send("DELETE", own + "/message.max.bytes").status == 204)

            #expect(try await proxy.send("GET", "/broker-configs").json["data"] == [])
            let alteration = #"{"data":[{"name":"message.max.bytes","value":"80000"}]}"#
            #expect(try await proxy.send("POST", "/broker-configs:alter", alteration).status == 204)
            let one = try await proxy.send("GET", "/broker-configs/message.max.bytes").json
            #expect(one["kind"] == "KafkaClusterConfig" && one["config_type"] == "BROKER")
            #expect(one["value"] == "80000" && one["source"] == "DYNAMIC_DEFAULT_BROKER_CONFIG")
            #expect(try await proxy.send("DELETE", "/broker-configs/message.max.bytes").status == 204)
            #expect(try await proxy.send("PUT", "/broker-configs/message.max.bytes", #"{"value":"9"}"#).status == 204)
            #expect(try await proxy.send("POST", own + ":alter", alteration).status == 204)
        }
    }

    @Test func settingsOfAllAreListed() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("a")
            try await proxy.create("b")
            let topics = try await proxy.send("GET", "/topics/-/configs").json
            #expect(topics["metadata"]?["self"] == .string(proxy.base + "/topics/-/configs"))
            #expect(Set(topics["data"]?.array?.compactMap { $0["topic_name"]?.string } ?? []) == ["a", "b"])
            let brokers = try await proxy.send("GET", "/brokers/-/configs").json
            #expect(brokers["kind"] == "KafkaBrokerConfigList")
            #expect(brokers["data"]?.array?.allSatisfy { $0["broker_id"] == .integer(proxy.brokerID) } == true)
        }
    }

    @Test func severalTopicsAreAlteredAtOnce() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("a")
            try await proxy.create("b")
            func body(_ topics: String...) -> String {
                let entries = topics.map { #"{"topic_name":"\#($0)","configs":[{"name":"retention.ms","value":"8"}]}"# }
                return #"{"data":[\#(entries.joined(separator: ","))]}"#
            }
            #expect(try await proxy.send("POST", "/topics/-/configs:alter", body("a", "b")).status == 204)
            #expect(try await proxy.send("GET", "/topics/b/configs/retention.ms").json["value"] == "8")
            let partly = try await proxy.send("POST", "/topics/-/configs:alter", body("a", "none"))
            #expect(partly.status == 207)
            #expect(
                partly.json == [
                    "failures": [
                        [
                            "topic_name": "none", "error_code": 40403,
                            "message": "This server does not host this topic-partition.",
                        ]
                    ]
                ])
        }
    }

    @Test(
        arguments: [
            ("GET", "/topics/none/configs", nil, 404, 40403), ("GET", "/topics/t/configs/no.such", nil, 404, 404),
            ("PUT", "/topics/t/configs/no.such", #"{"value":"1"}"#, 404, 404),
            ("DELETE", "/topics/t/configs/no.such", nil, 404, 404),
            ("PUT", "/topics/t/configs/retention.ms", #"{"value":"many"}"#, 400, 40002),
            ("PUT", "/topics/t/configs/retention.ms", nil, 422, 42206),
            ("POST", "/topics/t/configs:alter", #"{"data":[{"name":"no.such","value":"1"}]}"#, 404, 404),
            ("POST", "/topics/t/configs:alter", #"{"data":[{"name":"retention.ms","operation":"ADD"}]}"#, 400, 400),
            ("POST", "/topics/t/configs:alter", "{}", 400, 400), ("POST", "/topics/t/configs:alter", nil, 422, 42206),
            ("GET", "/brokers/99/configs", nil, 404, 404), ("GET", "/brokers/x/configs", nil, 404, 404),
        ] as [(String, String, String?, Int, Int)])
    func whatCannotBeDoneIsRefused(
        method: String, path: String, body: String?, status: Int, code: Int
    ) async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            let answer = try await proxy.send(method, path, body)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.json["error_code"] == .integer(code), "\(answer.text)")
        }
    }

    @Test func aSettingThatIsNotThereIsNamed() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            let answer = try await proxy.send("PUT", "/topics/t/configs/no.such", #"{"value":"1"}"#)
            #expect(
                answer.json["message"]
                    == .string("Config no.such cannot be found for TOPIC t in cluster \(proxy.clusterID)."))
        }
    }
}
