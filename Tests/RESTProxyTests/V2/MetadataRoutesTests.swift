import HTTPTestSupport
import JSON
import Testing

@Suite struct MetadataRoutesTests {
    @Test func theRootAnswers() async throws {
        try await ProxyFixture.serving { server in
            for method in ["GET", "POST"] {
                let answer = try await server.send(method, "/")
                #expect(answer.status == 200)
                #expect(answer.body == "{}")
                #expect(answer.headers["content-type"] == "application/vnd.kafka.v2+json")
            }
        }
    }

    @Test func topicsAreListedAndDescribed() async throws {
        try await ProxyFixture.serving { server in
            try await server.createTopic("b", partitions: 2, configs: ["retention.ms": "12345"])
            try await server.createTopic("a")
            #expect(try await server.send("GET", "/topics").body.contains(#""a","b""#))
            let topic = try JSONValue(parsing: try await server.send("GET", "/topics/b").body)
            #expect(topic["name"] == "b")
            #expect(topic["configs"]?["retention.ms"] == "12345")
            #expect(topic["partitions"]?.array?.count == 2)
            let partition = try await server.send("GET", "/topics/b/partitions/1")
            let broker = try #require(try JSONValue(parsing: partition.body)["leader"]?.int64)
            #expect(
                partition.body
                    == #"{"partition":1,"leader":\#(broker),"replicas":[{"broker":\#(broker),"leader":true,"in_sync":true}]}"#
            )
            let list = try JSONValue(parsing: try await server.send("GET", "/topics/b/partitions").body)
            #expect(list.array?.compactMap { $0["partition"]?.int64 } == [0, 1])
            #expect(try await server.send("GET", "/brokers").body == #"{"brokers":[\#(broker)]}"#)
        }
    }

    @Test func offsetsAreThoseOfTheEnds() async throws {
        try await ProxyFixture.serving { server in
            try await server.createTopic("a")
            let path = "/topics/a/partitions/0/offsets"
            #expect(try await server.send("GET", path).body == #"{"beginning_offset":0,"end_offset":0}"#)
            _ = try await server.produce(to: "/topics/a", #"{"records":[{"value":1},{"value":2}]}"#)
            #expect(try await server.send("GET", path).body == #"{"beginning_offset":0,"end_offset":2}"#)
        }
    }

    @Test func routesCanBeLeftOut() async throws {
        let settings = ["api.endpoints.blocklist": "api.v2.topics.*,api.v2.produce-to-topic.binary"]
        try await ProxyFixture.serving(settings) { server in
            try await server.createTopic("a")
            #expect(try await server.send("GET", "/topics").status == 404)
            #expect(try await server.send("GET", "/brokers").status == 200)
            let binary = try await server.send(
                "POST", "/topics/a", #"{"records":[{"value":"AA=="}]}"#, type: "application/vnd.kafka.binary.v2+json")
            #expect(binary.status == 405)
            _ = try await server.produce(to: "/topics/a", #"{"records":[{"value":1}]}"#)
        }
    }
}
