import HTTPService
import HTTPTestSupport
import JSON
import KafkaClient
import RecordFormat
import ServerHarness
import Testing

@Suite struct ConsumerRoutesTests {
    private static let earliest = #"{"format":"json","auto.offset.reset":"earliest"}"#

    @Test func anInstanceIsCreatedReadFromAndDeleted() async throws {
        try await ProxyFixture.serving { server in
            try await server.createTopic("a")
            _ = try await server.produce(to: "/topics/a", #"{"records":[{"key":"k","value":{"n": 1},"timestamp":5}]}"#)
            let created = try await server.send(
                "POST", "/consumers/g", #"{"name":"i","format":"json","auto.offset.reset":"earliest"}"#)
            #expect(created.status == 200)
            let path = "/consumers/g/instances/i"
            #expect(created.body == #"{"instance_id":"i","base_uri":"\#(server.address)\#(path)"}"#)
            let subscribed = try await server.send("POST", path + "/subscription", #"{"topics":["a"]}"#)
            #expect(subscribed.status == 204)
            #expect(subscribed.body == "")
            #expect(try await server.send("GET", path + "/subscription").body == #"{"topics":["a"]}"#)
            // The first read answers with the records, however long the group takes.
            let read = try await server.send("GET", path + "/records", accept: "application/vnd.kafka.json.v2+json")
            #expect(read.status == 200)
            #expect(read.headers["content-type"] == "application/vnd.kafka.json.v2+json")
            #expect(
                read.body == #"[{"topic":"a","key":"k","value":{"n":1},"partition":0,"offset":0,"timestamp":5}]"#)
            #expect(
                try await server.send("GET", path + "/assignments").body
                    == #"{"partitions":[{"topic":"a","partition":0}]}"#)
            #expect(try await server.send("DELETE", path).status == 204)
            #expect(try await server.send("GET", path + "/records").body.contains("40403"))
            // Nothing of it is left in the cluster.
            let groups = try await KafkaAdmin(client: server.client).listGroups().map(\.groupID)
            #expect(!groups.contains { $0.hasPrefix("_rest.") })
        }
    }

    @Test func namesAreMadeWhereNoneIsGiven() async throws {
        try await ProxyFixture.serving(["id": "p1"]) { server in
            let answer = try await server.send("POST", "/consumers/g", "{}")
            let name = try #require(try JSONValue(parsing: answer.body)["instance_id"]?.string)
            #expect(name.hasPrefix("rest-consumer-p1-"))
            #expect(name.count == "rest-consumer-p1-".count + 36)
            let again = try await server.send("POST", "/consumers/g", #"{"name":"\#(name)"}"#)
            #expect(again.status == 409)
            #expect(again.body.contains("40902"))
        }
    }

    @Test func readsAreBounded() async throws {
        try await ProxyFixture.serving { server in
            try await server.createTopic("a")
            let value = String(repeating: "x", count: 98)
            for _ in 0..<4 { _ = try await server.produce(to: "/topics/a", #"{"records":[{"value":"\#(value)"}]}"#) }
            let instance = try await server.createInstance("g", Self.earliest)
            _ = try await server.send("POST", instance + "/subscription", #"{"topics":["a"]}"#)
            func offsets(_ query: String) async throws -> [Int64] {
                let answer = try await server.send("GET", instance + "/records?" + query)
                return try JSONValue(parsing: answer.body).array?.compactMap { $0["offset"]?.int64 } ?? []
            }
            #expect(try await offsets("max_bytes=250") == [0, 1])
            // One at least, although it is larger.
            #expect(try await offsets("max_bytes=10") == [2])
            #expect(try await offsets("timeout=1000") == [3])
            #expect(try await offsets("timeout=1") == [])
            #expect(try await server.send("GET", instance + "/records?timeout=soon").status == 404)
        }
    }

    @Test func formatsHaveToBeTheInstances() async throws {
        try await ProxyFixture.serving { server in
            try await server.createTopic("a")
            _ = try await server.produce("binary", to: "/topics/a", #"{"records":[{"value":"Zm9v"}]}"#)
            let instance = try await server.createInstance("g", #"{"auto.offset.reset":"earliest"}"#)
            _ = try await server.send("POST", instance + "/subscription", #"{"topics":["a"]}"#)
            let other = try await server.send(
                "GET", instance + "/records", accept: "application/vnd.kafka.json.v2+json")
            #expect(other.status == 406)
            #expect(other.body.contains("40601"))
            #expect(try await server.read(instance, 1, format: "binary").map { $0["value"] } == ["Zm9v"])
        }
    }

    @Test func positionsAndOffsetsAreMovedAndCommitted() async throws {
        try await ProxyFixture.serving { server in
            try await server.createTopic("a")
            _ = try await server.produce(
                to: "/topics/a",
                #"{"records":[{"value":0,"timestamp":1000},{"value":1,"timestamp":2000},{"value":2,"timestamp":3000}]}"#
            )
            let instance = try await server.createInstance(
                "g", #"{"format":"json","auto.offset.reset":"earliest","auto.commit.enable":"false"}"#)
            _ = try await server.send("POST", instance + "/subscription", #"{"topics":["a"]}"#)
            let partition = #"{"partitions":[{"topic":"a","partition":0}]}"#
            #expect(try await server.read(instance, 3).map { $0["value"] } == [0, 1, 2])
            #expect(try await server.send("GET", instance + "/offsets", partition).body == #"{"offsets":[]}"#)
            let committed = try await server.send("POST", instance + "/offsets")
            #expect(committed.status == 200)
            #expect(committed.body == "[]")
            #expect(
                try await server.send("GET", instance + "/offsets", partition).body
                    == #"{"offsets":[{"topic":"a","partition":0,"offset":3,"metadata":""}]}"#)
            _ = try await server.send(
                "POST", instance + "/offsets", #"{"offsets":[{"topic":"a","partition":0,"offset":0,"metadata":"m"}]}"#)
            #expect(
                try await server.send("GET", instance + "/offsets", partition).body
                    == #"{"offsets":[{"topic":"a","partition":0,"offset":1,"metadata":"m"}]}"#)
            #expect(try await server.send("GET", instance + "/offsets").body.contains("40402"))

            #expect(try await server.send("POST", instance + "/positions/beginning", partition).status == 204)
            #expect(try await server.read(instance, 3).map { $0["value"] } == [0, 1, 2])
            _ = try await server.send(
                "POST", instance + "/positions", #"{"offsets":[{"topic":"a","partition":0,"offset":2}]}"#)
            #expect(try await server.read(instance, 1).map { $0["value"] } == [2])
            _ = try await server.send(
                "POST", instance + "/positions",
                #"{"timestamps":[{"topic":"a","partition":0,"timestamp":"1970-01-01T00:00:01.500Z"}]}"#)
            #expect(try await server.read(instance, 2).map { $0["value"] } == [1, 2])
            _ = try await server.send("POST", instance + "/positions/beginning", partition)
            #expect(try await server.send("POST", instance + "/positions/end", partition).status == 204)
            _ = try await server.produce(to: "/topics/a", #"{"records":[{"value":"new"}]}"#)
            #expect(try await server.read(instance, 1).map { $0["value"] } == ["new"])
        }
    }

    @Test func commitsAreMadeOfWhatWasAnswered() async throws {
        try await ProxyFixture.serving(["consumer.auto.commit.interval.ms": "0"]) { server in
            try await server.createTopic("a")
            _ = try await server.produce(to: "/topics/a", #"{"records":[{"value":"one"},{"value":"two"}]}"#)
            let instance = try await server.createInstance("g", Self.earliest)
            _ = try await server.send("POST", instance + "/subscription", #"{"topics":["a"]}"#)
            let first = try await server.send("GET", instance + "/records?max_bytes=6")
            #expect(try JSONValue(parsing: first.body).array?.count == 1)
            let admin = KafkaAdmin(client: server.client)
            try await wait(for: "the commit of the first record") {
                _ = try await server.send("GET", instance + "/records?timeout=1&max_bytes=1")
                return try await admin.listGroupOffsets("g")[TopicPartition("a", 0)] != nil
            }
            #expect(try await server.send("DELETE", instance).status == 204)
            #expect(try await admin.listGroupOffsets("g")[TopicPartition("a", 0)]?.offset == LogOffset(2))
        }
    }

    @Test func patternsFollowTopics() async throws {
        try await ProxyFixture.serving { server in
            for name in ["in-1", "in-2", "out"] { try await server.createTopic(name) }
            let instance = try await server.createInstance("g", Self.earliest)
            #expect(
                try await server.send("POST", instance + "/subscription", #"{"topic_pattern":"in-.*"}"#).status == 204)
            for name in ["in-1", "out", "in-2"] {
                _ = try await server.produce(to: "/topics/\(name)", #"{"records":[{"value":"\#(name)"}]}"#)
            }
            let values = try await server.read(instance, 2).compactMap { $0["value"]?.string }
            #expect(values.sorted() == ["in-1", "in-2"])
            #expect(try await server.send("GET", instance + "/subscription").body == #"{"topics":["in-1","in-2"]}"#)
        }
    }

    @Test func subscriptionsAndAssignmentsExcludeEachOther() async throws {
        try await ProxyFixture.serving { server in
            try await server.createTopic("a")
            let instance = try await server.createInstance("g", Self.earliest)
            let none = try await server.send("GET", instance + "/records")
            #expect(none.status == 409)
            #expect(
                none.body
                    == #"{"error_code":40903,"message":"Illegal state: Consumer is not subscribed to any topics or assigned any partitions"}"#
            )
            let partition = #"{"partitions":[{"topic":"a","partition":0}]}"#
            #expect(try await server.send("POST", instance + "/assignments", partition).status == 204)
            let subscribed = try await server.send("POST", instance + "/subscription", #"{"topics":["a"]}"#)
            #expect(subscribed.status == 409)
            #expect(subscribed.body.contains("40903"))
            #expect(try await server.send("DELETE", instance + "/subscription").status == 204)
            #expect(try await server.send("GET", instance + "/assignments").body == #"{"partitions":[]}"#)
            #expect(try await server.send("POST", instance + "/subscription", #"{"topics":["a"]}"#).status == 204)
            let seek = try await server.send(
                "POST", instance + "/positions", #"{"offsets":[{"topic":"b","partition":0,"offset":0}]}"#)
            #expect(seek.body.contains("40903"))
        }
    }

    @Test func membersOfAGroupShareItsTopics() async throws {
        try await ProxyFixture.serving { server in
            try await server.createTopic("a", partitions: 2)
            let first = try await server.createInstance("g", Self.earliest)
            let second = try await server.createInstance("g", Self.earliest)
            for instance in [first, second] {
                _ = try await server.send("POST", instance + "/subscription", #"{"topics":["a"]}"#)
            }
            func partitions(_ instance: String) async throws -> Int {
                let answer = try await server.send("GET", instance + "/assignments")
                return try JSONValue(parsing: answer.body)["partitions"]?.array?.count ?? 0
            }
            // Nobody reads: the proxy takes part in the group for them.
            try await wait(for: "one partition each") {
                let counts = (try await partitions(first), try await partitions(second))
                return counts == (1, 1)
            }
            #expect(try await server.send("DELETE", first).status == 204)
            try await wait(for: "both partitions at the other") { try await partitions(second) == 2 }
        }
    }

    @Test func whatNobodyAsksForIsDeleted() async throws {
        try await ProxyFixture.serving(["consumer.instance.timeout.ms": "100"]) { server in
            let instance = try await server.createInstance("g", #"{"name":"i"}"#)
            let admin = KafkaAdmin(client: server.client)
            try await wait(for: "the shadow group") {
                try await admin.listGroups().contains { $0.groupID.hasPrefix("_rest.") }
            }
            try await wait(for: "its end") {
                try await !admin.listGroups().contains { $0.groupID.hasPrefix("_rest.") }
            }
            #expect(try await server.send("GET", instance + "/subscription").body.contains("40403"))
        }
    }

    @Test func instancesAreBounded() async throws {
        try await ProxyFixture.serving(["consumer.instances.max": "1"]) { server in
            _ = try await server.createInstance("g", "{}")
            let second = try await server.send("POST", "/consumers/g", "{}")
            #expect(second.status == 503)
            #expect(second.headers["retry-after"] == "10")
        }
    }
}
