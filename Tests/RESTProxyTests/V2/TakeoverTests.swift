import HTTPTestSupport
import JSON
import KafkaClient
import RecordFormat
import ServerHarness
import Testing

/// Instances outlive the proxy that made them, and any proxy answers for them.
@Suite struct TakeoverTests {
    private static let body = #"{"name":"i","format":"json","auto.offset.reset":"latest","auto.commit.enable":"false"}"#
    private static let path = "/consumers/g/instances/i"

    /// Waits until the cluster has the state of the instance.
    private func established(_ fixture: ProxyFixture, _ text: String) async throws {
        let admin = KafkaAdmin(client: fixture.client)
        try await wait(for: "\(text) in the state of the instance") {
            for group in try await admin.listGroups() where group.groupID.hasPrefix("_rest.") {
                let members = try await admin.describeGroup(group.groupID).members
                if members.contains(where: { $0.metadata.string.contains(text) }) { return true }
            }
            return false
        }
    }

    @Test(arguments: ["subscription", "assignments"])
    func anInstanceGoesOnAfterARestart(kind: String) async throws {
        let target =
            kind == "subscription" ? #"{"topics":["a"]}"# : #"{"partitions":[{"topic":"a","partition":0}]}"#
        try await ProxyFixture.with { fixture in
            try await fixture.serving { server in
                try await server.createTopic("a")
                _ = try await server.createInstance("g", Self.body)
                #expect(try await server.send("POST", Self.path + "/" + kind, target).status == 204)
                _ = try await server.send("GET", Self.path + "/records?timeout=1")
                let end = #"{"partitions":[{"topic":"a","partition":0}]}"#
                #expect(try await server.send("POST", Self.path + "/positions/end", end).status == 204)
                _ = try await server.produce(
                    to: "/topics/a", #"{"records":[{"value":1},{"value":2},{"value":3}]}"#)
                #expect(try await server.read(Self.path, 3).map { $0["value"] } == [1, 2, 3])
                try await established(fixture, "\"a\"")
            }
            try await fixture.serving { server in
                _ = try await server.produce(to: "/topics/a", #"{"records":[{"value":4}]}"#)
                #expect(try await server.read(Self.path, 1).map { $0["value"] } == [4])
                let taken = try await server.send("POST", "/consumers/g", Self.body)
                #expect(taken.body.contains("40902"))
                #expect(try await server.send("DELETE", Self.path).status == 204)
            }
        }
    }

    @Test func anyProxyAnswers() async throws {
        try await ProxyFixture.with { fixture in
            try await fixture.serving { first in
                try await fixture.serving { second in
                    try await first.createTopic("a")
                    _ = try await first.createInstance("g", Self.body)
                    #expect(
                        try await second.send("POST", Self.path + "/subscription", #"{"topics":["a"]}"#).status == 204)
                    _ = try await first.send("GET", Self.path + "/records?timeout=1")
                    let end = #"{"partitions":[{"topic":"a","partition":0}]}"#
                    #expect(try await second.send("POST", Self.path + "/positions/end", end).status == 204)
                    _ = try await first.produce(to: "/topics/a", #"{"records":[{"value":1},{"value":2}]}"#)
                    #expect(try await second.read(Self.path, 2).map { $0["value"] } == [1, 2])
                    #expect(try await second.send("POST", "/consumers/g", Self.body).body.contains("40902"))
                    #expect(try await second.send("DELETE", Self.path).status == 204)
                    #expect(try await first.send("GET", Self.path + "/subscription").body.contains("40403"))
                }
            }
        }
    }

    @Test func anotherProxyGoesOnWhereOneIsGone() async throws {
        try await ProxyFixture.with { fixture in
            try await fixture.serving { second in
                try await fixture.serving { first in
                    try await first.createTopic("a")
                    _ = try await first.createInstance("g", Self.body)
                    _ = try await first.send("POST", Self.path + "/subscription", #"{"topics":["a"]}"#)
                    _ = try await first.send("GET", Self.path + "/records?timeout=1")
                    let end = #"{"partitions":[{"topic":"a","partition":0}]}"#
                    #expect(try await first.send("POST", Self.path + "/positions/end", end).status == 204)
                    _ = try await first.produce(to: "/topics/a", #"{"records":[{"value":1},{"value":2}]}"#)
                    #expect(try await first.read(Self.path, 2).map { $0["value"] } == [1, 2])
                    try await established(fixture, "\"a\"")
                }
                _ = try await second.produce(to: "/topics/a", #"{"records":[{"value":3}]}"#)
                #expect(try await second.read(Self.path, 1).map { $0["value"] } == [3])
                #expect(try await second.send("GET", Self.path + "/subscription").body == #"{"topics":["a"]}"#)
            }
        }
    }

    @Test func aProxyThatCannotBeReachedIsReplacedAndLearnsOfIt() async throws {
        let timeout = ["consumer.instance.timeout.ms": "9000"]
        // Nothing listens where the first says that it is.
        let unreachable = timeout.merging(["advertised.listeners": "http://127.0.0.1:1"]) { $1 }
        try await ProxyFixture.with { fixture in
            try await fixture.serving(unreachable) { first in
                try await fixture.serving(timeout) { second in
                    try await first.createTopic("a")
                    try await first.createTopic("b")
                    _ = try await first.createInstance("g", Self.body)
                    _ = try await first.send("POST", Self.path + "/subscription", #"{"topics":["a"]}"#)
                    _ = try await first.send("GET", Self.path + "/records?timeout=1")
                    let end = #"{"partitions":[{"topic":"a","partition":0}]}"#
                    #expect(try await first.send("POST", Self.path + "/positions/end", end).status == 204)
                    _ = try await first.produce(to: "/topics/a", #"{"records":[{"value":1}]}"#)
                    #expect(try await first.read(Self.path, 1).map { $0["value"] } == [1])
                    try await established(fixture, "\"a\"")

                    _ = try await first.produce(to: "/topics/a", #"{"records":[{"value":2}]}"#)
                    #expect(try await second.read(Self.path, 1).map { $0["value"] } == [2])
                    #expect(try await second.send("DELETE", Self.path + "/subscription").status == 204)
                    let other = #"{"topics":["b"]}"#
                    #expect(try await second.send("POST", Self.path + "/subscription", other).status == 204)
                    // The first asks the second as soon as it knows that it has been fenced.
                    try await wait(for: "the second's subscription at the first") {
                        try await first.send("GET", Self.path + "/subscription").body == other
                    }
                    #expect(try await first.send("DELETE", Self.path).status == 204)
                    #expect(try await second.send("GET", Self.path + "/subscription").body.contains("40403"))
                }
            }
        }
    }

    @Test func anInstanceThatNobodyHasIsNotFound() async throws {
        try await ProxyFixture.serving { server in
            for (method, target, body) in [
                ("GET", "/records", nil), ("DELETE", "", nil), ("POST", "/subscription", #"{"topics":["a"]}"#),
                ("GET", "/subscription", nil), ("DELETE", "/subscription", nil), ("GET", "/assignments", nil),
                ("POST", "/assignments", #"{"partitions":[]}"#), ("POST", "/offsets", nil),
                ("GET", "/offsets", #"{"partitions":[]}"#), ("POST", "/positions", "{}"),
                ("POST", "/positions/beginning", #"{"partitions":[]}"#),
                ("POST", "/positions/end", #"{"partitions":[]}"#),
            ] as [(String, String, String?)] {
                let answer = try await server.send(method, "/consumers/g/instances/none" + target, body)
                #expect(answer.status == 404, "\(method) \(target)")
                #expect(
                    answer.body == #"{"error_code":40403,"message":"Consumer instance not found."}"#,
                    "\(method) \(target): \(answer.body)")
            }
        }
    }
}
