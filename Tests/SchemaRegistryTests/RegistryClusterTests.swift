import HTTPService
import HTTPTestSupport
import JSON
import KafkaClient
import LogHarness
import Logging
import SchemaRegistry
import ServerHarness
import Synchronization
import Testing

/// Several registries on one broker, each with a port and a client of its own.
@Suite(.timeLimit(.minutes(3)), .serialized) struct RegistryClusterTests {
    private func withServers(
        _ count: Int, _ settings: [String: String] = [:],
        _ body: (RegistryFixture, [RegistryServer]) async throws -> Void
    ) async throws {
        try await RegistryFixture.with { fixture async throws in
            var servers: [RegistryServer] = []
            do {
                for _ in 0..<count { servers.append(try await fixture.start(settings)) }
                // The last one to join has each of the others join again.
                for server in servers {
                    try await wait(for: "every registry to know who writes") { server.service.isReady }
                }
                try await body(fixture, servers)
            } catch {
                for server in servers { await server.stop() }
                throw error
            }
            for server in servers { await server.stop() }
        }
    }

    /// The one whose address comes first is the writer, as with others.
    private func writerFirst(_ servers: [RegistryServer]) -> [RegistryServer] {
        servers.sorted { $0.address.description < $1.address.description }
    }

    @Test func oneWritesAndTheOthersSendOn() async throws {
        try await withServers(3) { fixture, servers async throws in
            let servers = writerFirst(servers)
            for (index, server) in servers.enumerated() {
                #expect(try await server.register("s\(index)", "a\(index)") == index + 1)
                // What was sent on is there for whoever asks next in the same place.
                #expect(try await server.get("/schemas/ids/\(index + 1)")["schema"]?.string == "a\(index)")
            }
            let last = servers[2]
            #expect(try await last.send("PUT", "/config/s0", #"{"compatibility":"NONE"}"#).status == 200)
            #expect(try await last.get("/config/s0")["compatibilityLevel"]?.string == "NONE")
            let refused = try await last.send("DELETE", "/subjects/none")
            #expect(refused.status == 404)
            #expect(refused.body == #"{"error_code":40401,"message":"Subject 'none' not found."}"#)
            #expect(refused.headers["content-type"] == "application/vnd.schemaregistry.v1+json")
            #expect(refused.headers["millrace-offset"] == nil)
            #expect(try await last.send("DELETE", "/subjects/s0").body == "[1]")
            #expect(try await servers[0].send("GET", "/subjects").body == #"["s1","s2"]"#)
            // One claim before the first change, by the writer of the time.
            let claims = try await fixture.records().filter { $0.key.contains("NOOP") }
            #expect(claims.count >= 1)
        }
    }

    @Test func whatWasSentOnGoesNoFurther() async throws {
        try await withServers(2) { _, servers async throws in
            let follower = writerFirst(servers)[1]
            let answer = try await follower.send(
                "POST", "/subjects/s/versions", #"{"schema":"a"}"#, fields: ["X-Forward: true"])
            #expect(answer.status == 500)
            #expect(answer.body == #"{"error_code":50004,"message":"Leader not known."}"#)
        }
    }

    @Test func registriesThatMayNotWriteSaySo() async throws {
        try await RegistryFixture.with { fixture async throws in
            let server = try await fixture.start(["leader.eligibility": "false"], isWaitedFor: false)
            let answer = try await server.send("POST", "/subjects/s/versions", #"{"schema":"a"}"#)
            #expect(answer.body == #"{"error_code":50004,"message":"Leader not known."}"#)
            #expect(try await server.send("GET", "/subjects").body == "[]")
            let other = try await fixture.start()
            try await wait(for: "the first to know") { server.service.isReady }
            #expect(try await server.register("s", "a") == 1)
            await other.stop()
            await server.stop()
        }
    }

    @Test func theNextOneWritesWhenTheWriterLeaves() async throws {
        try await withServers(2) { _, servers async throws in
            let servers = writerFirst(servers)
            #expect(try await servers[1].register("s", "a") == 1)
            await servers[0].stop()
            // The first request waits for the election, and no further one is needed.
            #expect(try await servers[1].register("s", "a b?") == 2)
            #expect(try await servers[1].send("GET", "/subjects/s/versions").body == "[1,2]")
        }
    }

    @Test func nothingAnsweredIsLostWhenTheWriterIsCutOffInTheMiddle() async throws {
        try await withServers(2, ["leader.read.timeout.ms": "2000"]) { fixture, servers async throws in
            let servers = writerFirst(servers)
            let acknowledged = Acknowledged()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, server) in servers.enumerated() {
                    for lane in 0..<3 {
                        group.addTask {
                            for number in 0..<40 {
                                let text = "f\(index)x\(lane)x\(number)?"
                                if let id = try? await server.register("s\(index)-\(lane)", text) {
                                    acknowledged.add(text, id)
                                } else if index == 0 {
                                    // Cut off: from here on it can only say that it is.
                                    break
                                }
                            }
                        }
                    }
                }
                group.addTask {
                    try await wait(for: "some to be registered") { acknowledged.all.count > 20 }
                    await servers[0].cutOff()
                }
                try await group.waitForAll()
            }
            let survivor = servers[1]
            try await wait(for: "the other to write") { try await survivor.register("end", "end") != nil }
            let all = acknowledged.all
            #expect(all.count > 20)
            for (text, id) in all {
                #expect(try await survivor.get("/schemas/ids/\(id)")["schema"]?.string == text)
            }
            #expect(Set(all.map(\.id)).count == all.count, "no id twice")
            // Whoever reads the topic from its beginning finds the same.
            let fresh = try await fixture.start(isWaitedFor: false)
            try await wait(for: "a registry that reads everything") {
                try await fresh.send("GET", "/schemas?limit=1000").body
                    == (try await survivor.send("GET", "/schemas?limit=1000").body)
            }
            await fresh.stop()
        }
    }

    @Test func twoThatAreReachedInOnePlaceAreTold() async throws {
        try await RegistryFixture.with { fixture async throws in
            let settings = ["host.name": "same", "host.port": "1"]
            let lines = LogLines(from: .error)
            let first = try await fixture.start(settings, lines: lines)
            let second = try await fixture.start(settings, lines: lines, isWaitedFor: false)
            try await wait(for: "a complaint") {
                lines.messages(from: .error).contains { $0.contains("set host.name") }
            }
            await second.stop()
            try await wait(for: "the first to write again") { try await first.register("s", "a") == 1 }
            await first.stop()
        }
    }

    /// What was answered with an id.
    private final class Acknowledged: Sendable {
        private let pairs = Mutex<[(text: String, id: Int)]>([])

        var all: [(text: String, id: Int)] { pairs.withLock { $0 } }

        func add(_ text: String, _ id: Int) { pairs.withLock { $0.append((text, id)) } }
    }
}
