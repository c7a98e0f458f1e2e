import HTTPTestSupport
import JSON
import LogHarness
import Logging
import Testing

/// Levels that are set over REST, and what is logged from then on.
@Suite(.serialized) struct ConnectLoggersTests {
    private static let rest = "/admin/loggers/org.apache.kafka.connect.runtime.rest"

    @Test func aLevelCountsFromTheNextLineOn() async throws {
        let lines = LogLines(from: .info)
        try await ConnectFixture.with { fixture in
            try await fixture.serving(logger: lines.logger) { server in
                _ = try await server.send("GET", "/connectors?q=before")
                let set = try await server.send("PUT", Self.rest, #"{"level":"debug"}"#)
                #expect(
                    set.body
                        == #"["org.apache.kafka.connect.runtime.rest","org.apache.kafka.connect.runtime.rest.RestServer"]"#
                )
                let level = try JSONValue(
                    parsing: try await server.send("GET", "\(Self.rest).RestServer").body)
                #expect(level["level"] == "DEBUG" && (level["last_modified"]?.int64 ?? 0) > 1_700_000_000_000)
                _ = try await server.send("GET", "/connectors?q=between")
                #expect(try await server.send("PUT", Self.rest, #"{"level":"OFF"}"#).status == 200)
                _ = try await server.send("GET", "/connectors?q=after")
                let all = try JSONValue(parsing: try await server.send("GET", "/admin/loggers").body)
                #expect(
                    all.object?.map(\.name) == [
                        "org.apache.kafka.connect.runtime.rest", "org.apache.kafka.connect.runtime.rest.RestServer",
                        "root",
                    ])
                #expect(all["root"] == ["level": "INFO", "last_modified": nil])
            }
        }
        let found = lines.all.filter { $0.contains("/connectors?q=") }
        #expect(found.count == 1)
        #expect(found.first?.contains("q=between") == true && found.first?.contains("User:ANONYMOUS") == true)
    }

    @Test func aLevelForTheClusterReachesEveryWorkerThatRuns() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { one in
                try await fixture.serving { other in
                    #expect(try await other.send("GET", "/connectors").status == 200)
                    let set = try await one.send("PUT", "\(Self.rest)?scope=cluster", #"{"level":"ERROR"}"#)
                    #expect(set.status == 204 && set.body.isEmpty)
                    for server in [one, other] {
                        try await Wait.until("the level") {
                            try await server.send("GET", Self.rest).body.contains(#""level":"ERROR""#)
                        }
                    }
                }
                try await fixture.serving { later in
                    let ready = try await later.send("GET", "/connectors"),
                        level = try await later.send("GET", Self.rest)
                    #expect(ready.status == 200)
                    #expect(level.body == #"{"level":"FATAL","last_modified":null}"#)
                }
            }
        }
    }
}
